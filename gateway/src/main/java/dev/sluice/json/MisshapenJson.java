package dev.sluice.json;

/**
 * A text that is JSON, but not what its reader can make sense of. Carries no stack trace, since it
 * is the sender's doing.
 */
public final class MisshapenJson extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String path;
  private final int offset;

  /**
   * A value that is not as expected.
   *
   * @param path the value, such as {@code messages[1].role}; empty for the whole text
   * @param message a sentence without a full stop; never text of the sender's
   * @param offset where the value begins, in bytes from the text's start
   */
  public MisshapenJson(String path, String message, int offset) {
    super(message, null, false, false);
    this.path = path;
    this.offset = offset;
  }

  /** The value, such as {@code messages[1].role}; empty for the whole text. */
  public String path() {
    return path;
  }

  /** What was expected and what came; holds no text of the sender's. */
  public String reason() {
    return String.valueOf(getMessage());
  }

  /** Where the value begins, in bytes from the text's start. */
  public int offset() {
    return offset;
  }
}
