package dev.sluice.provider.demo;

/**
 * The demo's tokenizer: a token is a run of letters and digits or a single other character, with
 * the white space before it. Tokens put together are the text again. It walks along a text instead
 * of cutting it up, so that a long one costs nothing more.
 */
final class Tokens {

  private Tokens() {}

  /** Where the token ends that starts at {@code from}; {@code from} at the end of the text. */
  static int end(String text, int from) {
    int start = from;
    while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    if (start == text.length()) {
      return start;
    }
    int end = start;
    while (end < text.length() && Character.isLetterOrDigit(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    return end > start ? end : start + Character.charCount(text.codePointAt(start));
  }

  /** Where the {@code tokens}th token from {@code from} on ends, or the text where it has fewer. */
  static int end(String text, int from, int tokens) {
    int end = from;
    for (int i = 0; i < tokens && end < text.length(); i++) {
      end = end(text, end);
    }
    return end;
  }

  static int count(String text) {
    int count = 0;
    for (int at = 0; at < text.length(); at = end(text, at)) {
      count++;
    }
    return count;
  }
}
