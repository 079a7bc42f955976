package dev.sluice.provider.media;

import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An address of the web in parts that have one reading only. What several programs would read
 * differently is not read at all: user names, numbers in place of names that are not four plain
 * decimals, backslashes, control characters.
 *
 * @param secure whether it is {@code https}
 * @param host a name in lower case, or an IP address without brackets
 * @param port from 1 to 65535
 * @param target path and query, encoded as they are sent; begins with a slash
 */
record WebAddress(boolean secure, String host, int port, String target) {

  /** Longer ones are not read. */
  static final int CHARS_MAX = 8192;

  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;
  private static final int PORT_MAX = 65_535;
  private static final int PORT_DIGITS_MAX = 5;
  private static final int HOST_CHARS_MAX = 253;
  private static final int LABEL_CHARS_MAX = 63;
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  /** What reading an address gives. */
  sealed interface Read {

    /** It can be gone to. */
    record Good(WebAddress address) implements Read {}

    /**
     * It can't.
     *
     * @param reason what is wrong, without a part of the address
     */
    record Bad(String reason) implements Read {}
  }

  /** Reads an absolute address. */
  static Read read(String text) {
    if (text.length() > CHARS_MAX) {
      return new Read.Bad("is longer than " + CHARS_MAX + " characters");
    }
    boolean secure = text.regionMatches(true, 0, HTTPS, 0, HTTPS.length());
    if (!secure && !text.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
      return new Read.Bad("is no address of http or https");
    }
    int start = secure ? HTTPS.length() : HTTP.length();
    int end = start;
    while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return authority(secure, text.substring(start, end), text.substring(end));
  }

  /** Reads where a redirect leads, as seen from here. */
  Read follow(String location) {
    int fragment = location.indexOf('#');
    String there = fragment < 0 ? location : location.substring(0, fragment);
    if (there.startsWith("//")) {
      return read((secure ? "https:" : "http:") + there);
    }
    int colon = there.indexOf(':');
    int slash = indexOfAny(there, "/?");
    if (colon >= 0 && (slash < 0 || colon < slash)) {
      return read(there);
    }
    if (there.isEmpty()) {
      return new Read.Good(this);
    }
    String to;
    if (there.startsWith("/")) {
      to = there;
    } else {
      int query = target.indexOf('?');
      String path = query < 0 ? target : target.substring(0, query);
      to =
          there.startsWith("?")
              ? path + there
              : path.substring(0, path.lastIndexOf('/') + 1) + there;
    }
    if (to.length() > CHARS_MAX) {
      return new Read.Bad("is longer than " + CHARS_MAX + " characters");
    }
    String encoded = encode(to);
    return encoded == null
        ? new Read.Bad("holds a control character or a backslash")
        : new Read.Good(new WebAddress(secure, host, port, encoded));
  }

  private static Read authority(boolean secure, String authority, String behind) {
    if (authority.indexOf('@') >= 0) {
      return new Read.Bad("holds a user name, which is never sent");
    }
    String host;
    String port;
    if (authority.startsWith("[")) {
      int close = authority.indexOf(']');
      host = close < 0 ? "" : authority.substring(1, close);
      port = close < 0 ? "" : authority.substring(close + 1);
      if (host.indexOf('%') >= 0 || !NetUtil.isValidIpV6Address(host)) {
        return new Read.Bad("holds no IPv6 address between its brackets");
      }
    } else {
      int colon = authority.indexOf(':');
      host = (colon < 0 ? authority : authority.substring(0, colon)).toLowerCase(Locale.ROOT);
      port = colon < 0 ? "" : authority.substring(colon);
      String wrong = wrongHost(host);
      if (wrong != null) {
        return new Read.Bad(wrong);
      }
    }
    int number = port(port, secure ? HTTPS_PORT : HTTP_PORT);
    if (number < 0) {
      return new Read.Bad("holds a port that is no number from 1 to " + PORT_MAX);
    }
    int fragment = behind.indexOf('#');
    String target = fragment < 0 ? behind : behind.substring(0, fragment);
    String encoded = encode(target.startsWith("/") ? target : "/" + target);
    return encoded == null
        ? new Read.Bad("holds a control character or a backslash")
        : new Read.Good(new WebAddress(secure, host, number, encoded));
  }

  /** What is wrong with a host's name; {@code null} for nothing. */
  private static @Nullable String wrongHost(String host) {
    if (host.isEmpty() || host.length() > HOST_CHARS_MAX) {
      return "holds no host's name";
    }
    int label = 0;
    for (int i = 0; i <= host.length(); i++) {
      if (i == host.length() || host.charAt(i) == '.') {
        if (i == label || i - label > LABEL_CHARS_MAX) {
          return "holds a host's name with an empty or overlong label";
        }
        label = i + 1;
        continue;
      }
      char c = host.charAt(i);
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_') {
        return "holds a host's name with other than letters, digits, dots and hyphens";
      }
    }
    String last = host.substring(host.lastIndexOf('.') + 1);
    // Names of one number, or that end in one, are addresses to some programs (as 127.1 or 0x7f.1).
    boolean number = last.startsWith("0x") || isDigits(last);
    return number && !isPlainIpv4(host) ? "holds an IP address in an unusual spelling" : null;
  }

  private static boolean isPlainIpv4(String host) {
    int numbers = 0;
    int start = 0;
    while (start <= host.length()) {
      int dot = host.indexOf('.', start);
      String number = host.substring(start, dot < 0 ? host.length() : dot);
      boolean plain =
          number.length() <= 3
              && isDigits(number)
              && (number.length() == 1 || number.charAt(0) != '0')
              && Integer.parseInt(number) <= 255;
      if (!plain) {
        return false;
      }
      numbers++;
      if (dot < 0) {
        break;
      }
      start = dot + 1;
    }
    return numbers == 4;
  }

  /** The port behind a colon; -1 where there is none that could be. */
  private static int port(String text, int byDefault) {
    if (text.isEmpty()) {
      return byDefault;
    }
    boolean digits =
        text.length() > 1
            && text.length() <= PORT_DIGITS_MAX + 1
            && text.charAt(0) == ':'
            && isDigits(text.substring(1));
    int port = digits ? Integer.parseInt(text.substring(1)) : -1;
    return port >= 1 && port <= PORT_MAX ? port : -1;
  }

  /** Path and query with what may not stand in a request line encoded; {@code null} for none. */
  private static @Nullable String encode(String target) {
    StringBuilder encoded = new StringBuilder(target.length());
    byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
    for (byte each : bytes) {
      int c = each & 0xff;
      if (c < 0x20 || c == 0x7f || c == '\\') {
        return null;
      }
      if (c <= ' ' || c > 0x7f || "\"<>^`{|}".indexOf(c) >= 0) {
        encoded.append('%').append(HEX[c >> 4]).append(HEX[c & 0xf]);
      } else {
        encoded.append((char) c);
      }
    }
    return encoded.toString();
  }

  private static boolean isDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static int indexOfAny(String text, String wanted) {
    for (int i = 0; i < text.length(); i++) {
      if (wanted.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** Without path and query, which may hold what nobody else is to see. */
  @Override
  public String toString() {
    return (secure ? HTTPS : HTTP) + host + ":" + port;
  }
}
