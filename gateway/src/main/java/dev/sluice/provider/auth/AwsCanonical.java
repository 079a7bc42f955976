package dev.sluice.provider.auth;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How AWS spells the parts of a request before it is signed, so that client and server sign the
 * same text.
 */
final class AwsCanonical {

  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private AwsCanonical() {}

  /**
   * Appends a path: without empty and dotted segments, and encoded once more. Every service but S3
   * wants a path encoded twice: a model's {@code :} travels as {@code %3A} and is signed as {@code
   * %253A}.
   *
   * @param path as it is sent, that is, encoded once; empty for the root
   */
  static void path(String path, StringBuilder to) {
    if (path.isEmpty()) {
      to.append('/');
      return;
    }
    encode(isNormal(path) ? path : normal(path), true, to);
  }

  /**
   * Appends a query: parameters in order of their encoded names, then values.
   *
   * @param query as it is sent, without the question mark
   */
  static void query(String query, StringBuilder to) {
    if (query.isEmpty()) {
      return;
    }
    List<String[]> pairs = new ArrayList<>();
    for (String pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        pairs.add(new String[] {reencoded(name), reencoded(value)});
      }
    }
    pairs.sort((a, b) -> {
      int byName = a[0].compareTo(b[0]);
      return byName != 0 ? byName : a[1].compareTo(b[1]);
    });
    for (int i = 0; i < pairs.size(); i++) {
      to.append(i == 0 ? "" : "&").append(pairs.get(i)[0]).append('=').append(pairs.get(i)[1]);
    }
  }

  /** A header's value without spaces around it, and with one where there are several. */
  static String headerValue(CharSequence value) {
    String trimmed = value.toString().strip();
    if (!trimmed.contains("  ")) {
      return trimmed;
    }
    StringBuilder single = new StringBuilder(trimmed.length());
    for (int i = 0; i < trimmed.length(); i++) {
      if (trimmed.charAt(i) != ' ' || trimmed.charAt(i - 1) != ' ') {
        single.append(trimmed.charAt(i));
      }
    }
    return single.toString();
  }

  private static boolean isNormal(String path) {
    return path.charAt(0) == '/' && !path.contains("//") && !path.contains("/.");
  }

  private static String normal(String path) {
    List<String> kept = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        if (!kept.isEmpty()) {
          kept.removeLast();
        }
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        kept.add(segment);
      }
    }
    boolean endsOpen = path.endsWith("/") || path.endsWith("/.") || path.endsWith("/..");
    return kept.isEmpty() ? "/" : "/" + String.join("/", kept) + (endsOpen ? "/" : "");
  }

  private static void encode(String text, boolean keepsSlashes, StringBuilder to) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isUnreserved(c) || (keepsSlashes && c == '/')) {
        to.append(c);
      } else if (c < 0x80) {
        encode((byte) c, to);
      } else {
        int end = i + 1;
        while (end < text.length() && text.charAt(end) >= 0x80) {
          end++;
        }
        for (byte b : text.substring(i, end).getBytes(StandardCharsets.UTF_8)) {
          encode(b, to);
        }
        i = end - 1;
      }
    }
  }

  private static void encode(byte b, StringBuilder to) {
    to.append('%').append((char) HEX[(b >> 4) & 0xF]).append((char) HEX[b & 0xF]);
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  /** However it was encoded, it is encoded in AWS's way from here on. */
  private static String reencoded(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    encode(text.indexOf('%') < 0 ? text : decoded(text), false, encoded);
    return encoded.toString();
  }

  private static String decoded(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < encoded.length; i++) {
      int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
      int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
      if (encoded[i] == '%' && high >= 0 && low >= 0) {
        bytes.write(high << 4 | low);
        i += 2;
      } else {
        bytes.write(encoded[i]);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
