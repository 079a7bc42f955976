package dev.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KnownStringsTest {

  private static final int WORD = Long.BYTES;

  @Test
  void aStringEndsAtTheFirstQuoteBehindAnEvenRunOfBackslashes() {
    // Every run, at every place of a word, with as much behind it as takes either way of looking.
    for (int before = 0; before <= 2 * WORD; before++) {
      for (int run = 0; run <= 2 * WORD + 1; run++) {
        for (int behind = 0; behind <= 2 * WORD; behind++) {
          check("\"" + "x".repeat(before) + "\\".repeat(run) + "\"" + "#".repeat(behind));
        }
      }
    }
  }

  @Test
  void quotesCloseTogetherAreToldApart() {
    Random random = new Random(1);
    char[] letters = {'"', '"', '\\', '\\', '#', ']', '!', '\u00a2'};
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder("\"");
      for (int k = random.nextInt(40); k > 0; k--) {
        text.append(letters[random.nextInt(letters.length)]);
      }
      check(text.toString());
    }
  }

  @Test
  void aStringThatDoesNotEndHasNoEnd() {
    for (int length = 0; length <= 3 * WORD; length++) {
      check("\"" + "x".repeat(length));
      check("\"" + "x".repeat(length) + "\\\"");
    }
  }

  /** Wherever the text stands, and with closing quotes around it, which do not count. */
  private static void check(String string) {
    byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
    int end = end(bytes);
    for (int from : new int[] {0, 3}) {
      byte[] text = new byte[from + bytes.length + 3];
      Arrays.fill(text, (byte) '"');
      System.arraycopy(bytes, 0, text, from, bytes.length);
      assertThat(KnownStrings.end(text, from, from + bytes.length))
          .as(string)
          .isEqualTo(end < 0 ? -1 : from + end);
    }
  }

  /** One byte after the other. */
  private static int end(byte[] bytes) {
    for (int i = 1; i < bytes.length; i++) {
      if (bytes[i] == '\\') {
        i++;
      } else if (bytes[i] == '"') {
        return i + 1;
      }
    }
    return -1;
  }
}
