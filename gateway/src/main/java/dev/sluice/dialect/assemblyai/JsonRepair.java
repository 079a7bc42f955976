package dev.sluice.dialect.assemblyai;

import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonText;
import dev.sluice.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes JSON of what a model meant as JSON: takes it out of a code fence or of the sentences around
 * it, closes what was cut off, sets missing and drops doubled or trailing commas, quotes names and
 * words, replaces other quotes, drops comments, escapes what must be, and reads the literals of
 * Python and JavaScript.
 *
 * <h2>How it works</h2>
 *
 * <p>A text that is JSON already is returned as it is. Otherwise a reader that forgives what is
 * named above walks the text once and writes strict JSON. What it cannot make sense of leaves the
 * text as it was, and so does a result that is not strict JSON after all: a guess that goes too far
 * would be worse than an answer that shows its fault.
 */
final class JsonRepair {

  /** How deep a text that is repaired may nest. */
  private static final int DEPTH_MAX = 200;

  private static final String FENCE = "```";
  private static final String DELIMITERS = ",:]}[{\"'\n\r“”‘’";

  private final String text;
  private final StringBuilder out;
  private int at;

  private JsonRepair(String text) {
    this.text = text;
    this.out = new StringBuilder(text.length() + 16);
  }

  /** {@code text} as JSON; the same text where it is JSON already or cannot be made so. */
  static String repair(String text) {
    if (isJson(text)) {
      return text;
    }
    String repaired = new JsonRepair(text).document();
    return repaired != null && isJson(repaired) ? repaired : text;
  }

  /** Whether {@code text} is one JSON value. */
  static boolean isJson(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    JsonCursor cursor = new JsonCursor(bytes, 0, bytes.length, JsonCursor.DEPTH_MAX);
    try {
      cursor.skipValue(0);
      return cursor.peek() == -1;
    } catch (MalformedJson _) {
      return false;
    }
  }

  private @Nullable String document() {
    int fence = text.indexOf(FENCE);
    int open = fence < 0 ? -1 : firstBracket(fence);
    if (open < 0) {
      open = firstBracket(0);
    }
    if (open < 0) {
      return null;
    }
    at = open;
    if (!value(0)) {
      return null;
    }
    skipSpace();
    boolean fenced = text.startsWith(FENCE, at);
    // More brackets behind the first value: several documents, or sentences with brackets in them.
    return fenced || firstBracket(at) < 0 ? out.toString() : null;
  }

  private int firstBracket(int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '{' || c == '[') {
        return i;
      }
    }
    return -1;
  }

  /** Reads the value that begins here; whether sense could be made of it. */
  private boolean value(int depth) {
    if (depth > DEPTH_MAX) {
      return false;
    }
    char c = text.charAt(at);
    if (c == '{') {
      return object(depth);
    }
    if (c == '[') {
      return array(depth);
    }
    return closing(c) != 0 ? string() : bare();
  }

  private boolean object(int depth) {
    at++;
    out.append('{');
    boolean any = false;
    while (!closesAt('}', ']')) {
      int mark = out.length();
      if (any) {
        out.append(',');
      }
      if (!name()) {
        return false;
      }
      skipSpace();
      if (at == text.length()) {
        // Cut off behind a name, of which nothing is known.
        out.setLength(mark);
        break;
      }
      if (text.charAt(at) != ':') {
        return false;
      }
      at++;
      out.append(':');
      skipSpace();
      if (at == text.length() || ",}]".indexOf(text.charAt(at)) >= 0) {
        out.append("null");
      } else if (!value(depth + 1)) {
        return false;
      }
      any = true;
    }
    out.append('}');
    return true;
  }

  private boolean array(int depth) {
    at++;
    out.append('[');
    boolean any = false;
    while (!closesAt(']', '}')) {
      if (any) {
        out.append(',');
      }
      if (!value(depth + 1)) {
        return false;
      }
      any = true;
    }
    out.append(']');
    return true;
  }

  /**
   * Steps over commas to what follows; whether that ends an object or array, be it by the text's
   * end. The other kind's bracket ends it, too, and is left to whom it belongs to.
   */
  private boolean closesAt(char own, char other) {
    skipSpace();
    while (at < text.length() && text.charAt(at) == ',') {
      at++;
      skipSpace();
    }
    if (at == text.length() || text.charAt(at) == other) {
      return true;
    }
    if (text.charAt(at) == own) {
      at++;
      return true;
    }
    // A fence that closes ends what was not closed within it.
    return text.startsWith(FENCE, at);
  }

  private boolean name() {
    if (closing(text.charAt(at)) != 0) {
      return string();
    }
    String token = token();
    if (token.isEmpty()) {
      return false;
    }
    JsonText.quote(token, out);
    return true;
  }

  private boolean string() {
    char close = closing(text.charAt(at));
    at++;
    StringBuilder string = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\') {
        escape(string);
        continue;
      }
      at++;
      if (c == close && endsBefore(at)) {
        break;
      }
      string.append(c);
    }
    JsonText.quote(string.toString(), out);
    return true;
  }

  /** Whether a quote before {@code from} ends its string: something must follow that may. */
  private boolean endsBefore(int from) {
    int i = from;
    while (i < text.length() && isSpace(text.charAt(i))) {
      i++;
    }
    return i == text.length()
        || ",:]}".indexOf(text.charAt(i)) >= 0
        || closing(text.charAt(i)) != 0
        || text.startsWith(FENCE, i);
  }

  private void escape(StringBuilder to) {
    at++;
    if (at == text.length()) {
      return;
    }
    char c = text.charAt(at++);
    switch (c) {
      case '"', '\\', '/', '\'' -> to.append(c);
      case 'b' -> to.append('\b');
      case 'f' -> to.append('\f');
      case 'n' -> to.append('\n');
      case 'r' -> to.append('\r');
      case 't' -> to.append('\t');
      case 'u' -> unicode(to);
      default -> to.append('\\').append(c);
    }
  }

  private void unicode(StringBuilder to) {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at + i < text.length() ? Character.digit(text.charAt(at + i), 16) : -1;
      if (digit < 0) {
        to.append("\\u");
        return;
      }
      code = code << 4 | digit;
    }
    at += 4;
    to.append((char) code);
  }

  /** A word or number without quotes. */
  private boolean bare() {
    String token = token();
    if (token.isEmpty()) {
      return false;
    }
    switch (token) {
      case "true", "True", "TRUE" -> out.append("true");
      case "false", "False", "FALSE" -> out.append("false");
      case "null", "None", "NULL", "undefined", "NaN", "Infinity", "-Infinity" ->
          out.append("null");
      default -> {
        String number = number(token);
        if (number == null) {
          JsonText.quote(token, out);
        } else {
          out.append(number);
        }
      }
    }
    return true;
  }

  /** The number that {@code token} is, or began to be where the text ends with it. */
  private @Nullable String number(String token) {
    char first = token.charAt(0);
    if (first != '-' && (first < '0' || first > '9')) {
      return null;
    }
    if (isJson(token)) {
      return token;
    }
    int cutMost = at == text.length() ? 2 : 0;
    for (int cut = 1; cut <= cutMost && cut < token.length(); cut++) {
      String shorter = token.substring(0, token.length() - cut);
      if (isJson(shorter)) {
        return shorter;
      }
    }
    return null;
  }

  private String token() {
    int start = at;
    while (at < text.length()
        && DELIMITERS.indexOf(text.charAt(at)) < 0
        && !text.startsWith("//", at)
        && !text.startsWith("/*", at)
        && !text.startsWith(FENCE, at)) {
      at++;
    }
    return text.substring(start, at).strip();
  }

  /** Steps over white space and comments. */
  private void skipSpace() {
    while (at < text.length()) {
      if (isSpace(text.charAt(at))) {
        at++;
      } else if (text.startsWith("//", at)) {
        skipTo("\n");
      } else if (text.startsWith("/*", at)) {
        skipTo("*/");
      } else {
        return;
      }
    }
  }

  private void skipTo(String end) {
    int found = text.indexOf(end, at + 2);
    at = found < 0 ? text.length() : found + end.length();
  }

  /** What ends a string that {@code open} begins; 0 where it begins none. */
  private static char closing(char open) {
    return switch (open) {
      case '"', '\'' -> open;
      case '“', '”' -> '”';
      case '‘', '’' -> '’';
      default -> 0;
    };
  }

  private static boolean isSpace(char c) {
    return c <= ' ' || c == '\u00a0' || c == '\ufeff';
  }
}
