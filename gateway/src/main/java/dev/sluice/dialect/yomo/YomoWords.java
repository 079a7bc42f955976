package dev.sluice.dialect.yomo;

import dev.sluice.json.MalformedJson;
import dev.sluice.json.Shape;
import dev.sluice.json.Violation;

/**
 * What YoMo says of bad requests. Its words for malformed JSON are those of the Go library that
 * reads its requests, and clients have come to look for them.
 */
final class YomoWords {

  private static final String VALUE_EXPECTED = "expected a value but found '";

  private YomoWords() {}

  /** What is wrong with {@code bytes[from, to)}. */
  static String malformed(MalformedJson e, byte[] bytes, int from, int to) {
    return "Invalid request: " + detail(e, bytes, from, to);
  }

  private static String detail(MalformedJson e, byte[] bytes, int from, int to) {
    int at = from + e.offset();
    if (at >= to || e.reason().endsWith("the end of the text")) {
      return isBlank(bytes, from, to) ? "EOF" : "unexpected EOF";
    }
    if (e.reason().startsWith(VALUE_EXPECTED)) {
      return switch (bytes[at]) {
        case 't' -> literal("true", bytes, at, to);
        case 'f' -> literal("false", bytes, at, to);
        case 'n' -> literal("null", bytes, at, to);
        default -> "invalid character " + quoted(bytes[at]) + " looking for beginning of value";
      };
    }
    return e.reason() + " at byte " + e.offset();
  }

  private static String literal(String word, byte[] bytes, int at, int to) {
    for (int i = 1; i < word.length(); i++) {
      if (at + i >= to) {
        return "unexpected EOF";
      }
      if (bytes[at + i] != word.charAt(i)) {
        return "invalid character "
            + quoted(bytes[at + i])
            + " in literal "
            + word
            + " (expecting '"
            + word.charAt(i)
            + "')";
      }
    }
    return "invalid literal";
  }

  private static String quoted(byte b) {
    return switch (b) {
      case '\'' -> "'\\''";
      case '\n' -> "'\\n'";
      case '\r' -> "'\\r'";
      case '\t' -> "'\\t'";
      default -> "'" + (char) (b & 0xff) + "'";
    };
  }

  private static boolean isBlank(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  /** What is wrong with one field. */
  static String violated(Violation violation) {
    return switch (violation.kind()) {
      case MISSING -> violation.path() + " is required";
      case WRONG_TYPE ->
          "Invalid type for "
              + (violation.path().isEmpty() ? "the request body" : "`" + violation.path() + "`")
              + ": expected "
              + type(violation.expected())
              + ", but got "
              + violation.found();
      case OUT_OF_RANGE, TOO_SHORT, NOT_ONE_OF, DUPLICATE -> violation.words();
    };
  }

  /** A shape's name in the words of Go's types. */
  private static String type(Shape shape) {
    return switch (shape) {
      case Shape.Number number -> number.whole() ? "an int" : "a float32";
      case Shape.Bool _ -> "a bool";
      case Shape.Text _, Shape.Words _ -> "a string";
      case Shape.OrNull orNull -> type(orNull.shape());
      case Shape.Array _, Shape.Object _, Shape.AnyOf _, Shape.Any _ -> shape.words();
    };
  }
}
