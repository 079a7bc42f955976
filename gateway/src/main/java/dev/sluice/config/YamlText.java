package dev.sluice.config;

import java.util.Locale;
import java.util.Set;

/** How texts are written in YAML so that they are read again as they are. */
final class YamlText {

  /** Plain words that some reader of YAML, ours or another, takes for something else than text. */
  private static final Set<String> WORDS =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  private YamlText() {}

  /** Whether YAML lets the character stand in a file as it is. */
  static boolean isPrintable(int codePoint) {
    return (codePoint >= 0x20 && codePoint <= 0x7e)
        || codePoint == '\t'
        || codePoint == '\n'
        || codePoint == '\r'
        || codePoint == 0x85
        || (codePoint >= 0xa0 && codePoint <= 0xd7ff)
        || (codePoint >= 0xe000 && codePoint <= 0xfffd)
        || codePoint >= 0x10000;
  }

  /** The text as a scalar: plain where that is safe, else in double quotes. */
  static String scalar(String text) {
    return isPlain(text) ? text : "\"" + escaped(text) + "\"";
  }

  /** The text as it stands between double quotes, its dollar signs no references. */
  static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c == '$' && text.startsWith("{", i + 1)) {
        // As an escape it is no reference, whatever follows.
        out.append("$\\x7b");
        i++;
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c == '\t') {
        out.append("\\t");
      } else if (isOdd(c) || isHalf(text, i)) {
        out.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** Controls, and what some reader takes for the end of a line or for nothing. */
  private static boolean isOdd(char c) {
    return c < 0x20
        || (c >= 0x7f && c <= 0xa0)
        || c == '\u2028'
        || c == '\u2029'
        || c == '\ufeff'
        || c >= '\ufffe';
  }

  private static boolean isHalf(String text, int i) {
    char c = text.charAt(i);
    return (Character.isHighSurrogate(c)
            && !(i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))))
        || (Character.isLowSurrogate(c)
            && !(i > 0 && Character.isHighSurrogate(text.charAt(i - 1))));
  }

  private static boolean isPlain(String text) {
    if (text.isEmpty() || WORDS.contains(text.toLowerCase(Locale.ROOT))) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean later = i > 0 && ((c >= '0' && c <= '9') || "._-/".indexOf(c) >= 0);
      if (!letter && !later) {
        return false;
      }
    }
    return true;
  }
}
