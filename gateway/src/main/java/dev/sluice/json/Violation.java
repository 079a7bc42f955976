package dev.sluice.json;

/**
 * A value that is JSON, but not of the shape it must have.
 *
 * @param path the value, such as {@code messages[1].role}; empty for the whole text
 * @param kind what is wrong
 * @param expected what it must look like
 * @param found what it is: a JSON type, or a short number; never text of the client's
 * @param offset where the value begins, in bytes from the text's start; for a missing value, where
 *     its object begins
 */
public record Violation(String path, Kind kind, Shape expected, String found, int offset) {

  /** What is wrong. */
  public enum Kind {
    MISSING,
    WRONG_TYPE,
    OUT_OF_RANGE,
    TOO_SHORT,
    NOT_ONE_OF,
    DUPLICATE
  }

  /** A sentence without a full stop. */
  public String words() {
    String name = path.isEmpty() ? "the request body" : "`" + path + "`";
    return switch (kind) {
      case MISSING -> name + " is required: expected " + expected.words();
      case WRONG_TYPE, OUT_OF_RANGE -> name + " must be " + expected.words() + ", but is " + found;
      case TOO_SHORT -> name + " must be " + expected.words() + ", but is empty";
      case NOT_ONE_OF -> name + " must be " + expected.words();
      case DUPLICATE -> name + " is given twice";
    };
  }
}
