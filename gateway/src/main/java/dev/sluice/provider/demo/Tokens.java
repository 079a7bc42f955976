package dev.sluice.provider.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * The demo's tokenizer: a token is a run of letters and digits or a single other character, with
 * the white space before it. Tokens put together are the text again.
 */
final class Tokens {

  private Tokens() {}

  static List<String> of(String text) {
    List<String> tokens = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
        end++;
      }
      if (end < text.length()) {
        int word = end;
        while (word < text.length() && Character.isLetterOrDigit(text.codePointAt(word))) {
          word += Character.charCount(text.codePointAt(word));
        }
        end = word > end ? word : end + Character.charCount(text.codePointAt(end));
      }
      tokens.add(text.substring(at, end));
      at = end;
    }
    return tokens;
  }

  static int count(String text) {
    return of(text).size();
  }
}
