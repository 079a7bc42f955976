package dev.sluice.protocol.jylo;

import dev.sluice.chat.Fault;
import dev.sluice.json.MalformedJson;
import java.util.Locale;

/**
 * Says of a text that is known not to be JSON what the framework would say: its sentence, the path
 * of the value that it was about to read, and the place. Reads the text anew, since this is rare
 * and the first reading has better things to keep.
 */
final class SyntaxErrors {

  private static final String OPEN_AT_END =
      "Expected depth to be zero at the end of the JSON payload. There is an open JSON object or"
          + " array that should be closed.";
  private static final String NOTHING_BEHIND_COMMA =
      "Expected start of a property name or value, but instead reached end of data.";
  private static final String NO_VALUE = "Expected a value, but instead reached end of data.";
  private static final String OPEN_STRING =
      "Expected end of string, but instead reached end of data.";
  private static final String NO_DIGIT =
      "Expected a digit ('0'-'9'), but instead reached end of data.";
  private static final String TRAILING_COMMA =
      "The JSON %s contains a trailing comma at the end which is not supported in this mode."
          + " Change the reader options.";
  private static final String NO_TOKENS =
      "The input does not contain any JSON tokens. Expected the input to start with a valid JSON"
          + " token, when isFinalBlock is true.";
  private static final String NO_TEXT = "The JSON value could not be converted to System.String.";

  private final byte[] bytes;
  private final int from;
  private final int to;
  private final int depthMax;
  private int at;
  private int knownAt = -1;
  private String path = "$";

  /** What a value is to the one who reads it, which decides how far a path leads into it. */
  private enum Known {
    REQUEST,
    MESSAGES,
    MESSAGE,
    FORMAT,
    NOTHING
  }

  /** Ends the reading. */
  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int place;

    Stop(String sentence, int place) {
      super(sentence, null, false, false);
      this.place = place;
    }
  }

  SyntaxErrors(byte[] bytes, int from, int to, int depthMax) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.depthMax = depthMax;
    this.at = from;
  }

  /** What is wrong, which the first reading has called {@code known}. */
  Fault.Violation find(MalformedJson known) {
    knownAt = from + known.offset();
    String sentence = NO_TEXT;
    int place = knownAt;
    try {
      text();
      // Only the first reading looks at everything that is no UTF-8.
      path = "$";
    } catch (Stop stop) {
      sentence = String.valueOf(stop.getMessage());
      place = stop.place;
    }
    String message = Place.of(bytes, from, place).behind(sentence, path);
    return new Fault.Violation(path, message, place - from, null);
  }

  private void text() {
    white();
    if (at == to) {
      throw new Stop(NO_TOKENS, at);
    }
    value(Known.REQUEST, 0);
    white();
    if (at < to) {
      throw here(" is invalid after a single JSON value. Expected end of data.");
    }
  }

  private void value(Known known, int depth) {
    if (at == to) {
      throw new Stop(OPEN_AT_END, at);
    }
    byte first = bytes[at];
    switch (first) {
      case '{' -> object(known, depth + 1);
      case '[' -> array(known, depth + 1);
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> {
        if (first != '-' && !isDigit(first)) {
          throw here(" is an invalid start of a value.");
        }
        number();
      }
    }
  }

  private void object(Known known, int depth) {
    tooDeep(depth, "object");
    at++;
    white();
    boolean first = true;
    while (true) {
      if (at == to) {
        throw new Stop(first ? OPEN_AT_END : NOTHING_BEHIND_COMMA, first ? at : at - 1);
      }
      if (bytes[at] == '}' && first) {
        at++;
        return;
      }
      if (bytes[at] != '"') {
        throw bytes[at] == '}'
            ? new Stop(TRAILING_COMMA.replace("%s", "object"), at)
            : here(" is an invalid start of a property name. Expected a '\"'.");
      }
      int nameStart = at;
      string();
      String name = MemberNames.text(bytes, nameStart, at);
      white();
      if (at == to) {
        throw new Stop(NO_VALUE, at);
      }
      if (bytes[at] != ':') {
        throw here(" is invalid after a property name. Expected a ':'.");
      }
      at++;
      white();
      String before = path;
      if (known != Known.NOTHING && known != Known.MESSAGES) {
        path = MemberNames.step(path, name);
      }
      value(child(known, name), depth);
      path = before;
      first = false;
      if (closes('}')) {
        return;
      }
    }
  }

  private static Known child(Known parent, String name) {
    if (parent != Known.REQUEST) {
      return Known.NOTHING;
    }
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "messages" -> Known.MESSAGES;
      case "response_format" -> Known.FORMAT;
      default -> Known.NOTHING;
    };
  }

  private void array(Known known, int depth) {
    tooDeep(depth, "array");
    at++;
    white();
    if (at < to && bytes[at] == ']') {
      at++;
      return;
    }
    String before = path;
    int index = 0;
    while (true) {
      if (known == Known.MESSAGES) {
        path = before + "[" + index + "]";
      }
      index++;
      if (at == to && index > 1) {
        throw new Stop(NOTHING_BEHIND_COMMA, at - 1);
      }
      if (at < to && bytes[at] == ']') {
        throw new Stop(TRAILING_COMMA.replace("%s", "array"), at);
      }
      value(known == Known.MESSAGES ? Known.MESSAGE : Known.NOTHING, depth);
      if (known == Known.MESSAGES) {
        // By then the value is one of the list's.
        path = before + "[" + index + "]";
      }
      if (closes(']')) {
        path = before;
        return;
      }
    }
  }

  /** Steps over what follows a value; whether that ends the object or array. */
  private boolean closes(char closing) {
    white();
    if (at == to) {
      throw new Stop(OPEN_AT_END, at);
    }
    if (bytes[at] == closing) {
      at++;
      return true;
    }
    if (bytes[at] != ',') {
      throw here(" is invalid after a value. Expected either ',', '}', or ']'.");
    }
    at++;
    white();
    return false;
  }

  private void tooDeep(int depth, String kind) {
    if (depth > depthMax) {
      throw new Stop(
          "The maximum configured depth of "
              + depthMax
              + " has been exceeded. Cannot read next JSON "
              + kind
              + ".",
          at);
    }
  }

  private void string() {
    at++;
    while (true) {
      if (at >= to) {
        at = to;
        throw new Stop(OPEN_STRING, at);
      }
      byte b = bytes[at];
      if (b == '"') {
        at++;
        return;
      }
      if (b < 0 && at == knownAt) {
        throw new Stop(NO_TEXT, at);
      }
      if (b >= 0 && b < ' ') {
        throw here(" is invalid within a JSON string. The string should be correctly escaped.");
      }
      at++;
      if (b == '\\') {
        escape();
      }
    }
  }

  private void escape() {
    if (at == to) {
      throw new Stop(OPEN_STRING, at);
    }
    byte kind = bytes[at];
    if ("\"\\/bfnrtu".indexOf(kind) < 0) {
      throw here(
          " is an invalid escapable character within a JSON string. The string should be correctly"
              + " escaped.");
    }
    at++;
    for (int i = 0; kind == 'u' && i < 4; i++) {
      if (at == to) {
        throw new Stop(OPEN_STRING, at);
      }
      if (Character.digit(bytes[at], 16) < 0) {
        throw here(
            " is not a hex digit following '\\u' within a JSON string. The string should be"
                + " correctly escaped.");
      }
      at++;
    }
  }

  private void literal(String word) {
    int start = at;
    for (int i = 0; i < word.length(); i++) {
      if (start + i == to || bytes[start + i] != word.charAt(i)) {
        StringBuilder found = new StringBuilder();
        for (int k = start; k < Math.min(to, start + i + 1); k++) {
          found.append(printable(bytes[k]));
        }
        throw new Stop(
            "'" + found + "' is an invalid JSON literal. Expected the literal '" + word + "'.",
            start + i);
      }
    }
    at = start + word.length();
  }

  private void number() {
    if (bytes[at] == '-') {
      at++;
      digit(
          " is invalid within a number, immediately after a sign character ('+' or '-')."
              + " Expected a digit ('0'-'9').");
    }
    boolean zero = bytes[at] == '0';
    at++;
    if (!zero) {
      digits();
    }
    if (at < to && bytes[at] == '.') {
      at++;
      digit(
          " is invalid within a number, immediately after a decimal point ('.'). Expected a digit"
              + " ('0'-'9').");
      digits();
    }
    if (at < to && (bytes[at] == 'e' || bytes[at] == 'E')) {
      at++;
      if (at < to && (bytes[at] == '+' || bytes[at] == '-')) {
        at++;
      }
      digit(
          " is invalid within a number, immediately after a sign character ('+' or '-')."
              + " Expected a digit ('0'-'9').");
      digits();
    }
    if (at < to && ",]} \n\r\t/".indexOf(bytes[at]) < 0) {
      throw here(" is an invalid end of a number. Expected a delimiter.");
    }
  }

  private void digit(String otherwise) {
    if (at == to) {
      throw new Stop(NO_DIGIT, at);
    }
    if (!isDigit(bytes[at])) {
      throw here(otherwise);
    }
  }

  private void digits() {
    while (at < to && isDigit(bytes[at])) {
      at++;
    }
  }

  private void white() {
    while (at < to && " \n\r\t".indexOf(bytes[at]) >= 0) {
      at++;
    }
  }

  private Stop here(String sentence) {
    return new Stop("'" + printable(bytes[at]) + "'" + sentence, at);
  }

  private static String printable(byte b) {
    return b >= ' ' && b < 0x7f
        ? String.valueOf((char) b)
        : "0x" + Integer.toHexString(0x100 | (b & 0xff)).substring(1).toUpperCase(Locale.ROOT);
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
