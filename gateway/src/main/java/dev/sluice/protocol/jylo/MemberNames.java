package dev.sluice.protocol.jylo;

import dev.sluice.json.JsonText;
import java.nio.charset.StandardCharsets;

/** Names of members, which are the same in any case, and how a path shows them. */
final class MemberNames {

  /** A longer name is cut where it is shown. */
  private static final int SHOWN_MAX = 64;

  /** Characters that a path cannot show behind a dot. */
  private static final String SPECIAL = ". '/\"[]()\t\n\r\f\b\\\u0085\u2028\u2029";

  private MemberNames() {}

  /** Where the name that begins with the quote at {@code start} ends, behind its closing quote. */
  static int end(byte[] bytes, int start) {
    int i = start + 1;
    while (bytes[i] != '"') {
      i += bytes[i] == '\\' ? 2 : 1;
    }
    return i + 1;
  }

  /**
   * Which of {@code names} the quoted name {@code bytes[start, end)} is, in whatever case; -1 for
   * none.
   */
  static int find(byte[][] names, byte[] bytes, int start, int end) {
    for (int i = start + 1; i < end; i++) {
      if (bytes[i] == '\\') {
        // A name may be spelled with escapes, and is still the same name.
        byte[] plain = text(bytes, start, end).getBytes(StandardCharsets.UTF_8);
        return match(names, plain, 0, plain.length);
      }
    }
    return match(names, bytes, start + 1, end - start - 2);
  }

  private static int match(byte[][] names, byte[] bytes, int from, int length) {
    for (int k = 0; k < names.length; k++) {
      if (names[k].length == length && isSame(names[k], bytes, from)) {
        return k;
      }
    }
    return -1;
  }

  private static boolean isSame(byte[] name, byte[] bytes, int from) {
    for (int i = 0; i < name.length; i++) {
      byte b = bytes[from + i];
      if (b != name[i] && (b < 'A' || b > 'Z' || b + ('a' - 'A') != name[i])) {
        return false;
      }
    }
    return true;
  }

  /** The name as its sender spelled it. */
  static String text(byte[] bytes, int start, int end) {
    return JsonText.unquote(bytes, start, end);
  }

  /** {@code path} with a member's name behind it. */
  static String step(String path, String name) {
    String shown = shown(name);
    for (int i = 0; i < shown.length(); i++) {
      if (SPECIAL.indexOf(shown.charAt(i)) >= 0) {
        return path + "['" + shown + "']";
      }
    }
    return path + "." + shown;
  }

  /** The name, not too much of it. */
  static String shown(String name) {
    return name.length() <= SHOWN_MAX ? name : name.substring(0, SHOWN_MAX) + "…";
  }
}
