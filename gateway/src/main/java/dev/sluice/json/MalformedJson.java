package dev.sluice.json;

/** A text that is not JSON. Carries no stack trace, since it is the client's doing. */
public final class MalformedJson extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int offset;

  MalformedJson(String message, int offset) {
    super(message, null, false, false);
    this.offset = offset;
  }

  /** What was found and expected; holds at most one character of the text. */
  public String reason() {
    return String.valueOf(getMessage());
  }

  /** Where, in bytes from the text's start. */
  public int offset() {
    return offset;
  }
}
