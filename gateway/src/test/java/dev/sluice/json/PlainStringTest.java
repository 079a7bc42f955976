package dev.sluice.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainStringTest {

  private static final NameTable NAMES = NameTable.of("text");

  private static long look(String inner) {
    byte[] bytes = ("\"" + inner + "\",x").getBytes(UTF_8);
    return PlainString.look(bytes, 1, bytes.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "seven 7",
        "eight 88",
        "a text of more than eight bytes",
        "\\\" \\\\ \\n \\r \\t \\b \\f",
        "caf\u00e9 \u4e2d\u6587 \uffff \ud83d\ude00 \ud83d\ude00\ud83d\ude00",
        "seven77\\n",
        "?\u007f?"
      })
  void aTextThatWouldBeWrittenTheSameIsPlain(String inner) {
    long looked = look(inner);

    assertThat(PlainString.end(looked)).isEqualTo(1 + inner.getBytes(UTF_8).length);
    assertThat(PlainString.chars(looked))
        .isEqualTo(
            JsonText.unquote(
                    ("\"" + inner + "\"").getBytes(UTF_8), 0, inner.getBytes(UTF_8).length + 2)
                .length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\/", "\\u0041", "\\u000a", "\\ud83d", "\\x", "tab\there", "a\u0000"})
  void aTextThatWouldBeWrittenOtherwiseOrRefusedIsNot(String inner) {
    assertThat(look(inner)).isEqualTo(PlainString.NOT_PLAIN);
  }

  @Test
  void aTextThatIsCutIsNot() {
    byte[] whole = "caf\u00e9 \u4e2d \ud83d\ude00 \\n and more\"".getBytes(UTF_8);
    for (int to = 0; to < whole.length; to++) {
      assertThat(PlainString.look(whole, 0, to)).isEqualTo(PlainString.NOT_PLAIN);
    }
    assertThat(PlainString.end(PlainString.look(whole, 0, whole.length)))
        .isEqualTo(whole.length - 1);
  }

  /** Of bytes that are all but UTF-8, what is called plain is read and written as it is. */
  @Property(tries = 2000)
  void whatIsPlainIsReadAndWrittenAsItIs(@ForAll long seed) {
    byte[] bytes = spoiled(new Random(seed));

    long looked = PlainString.look(bytes, 1, bytes.length);

    if (looked != PlainString.NOT_PLAIN) {
      int end = PlainString.end(looked);
      String read = new JsonReader(bytes, 0, end + 1, NAMES).text();
      assertThat(PlainString.chars(looked)).isEqualTo(read.length());
      assertThat(new JsonWriter().text(read).toBytes()).isEqualTo(Arrays.copyOf(bytes, end + 1));
    }
  }

  private static byte[] spoiled(Random random) {
    String[] pieces = {
      "a", "bc ", "\\n", "\\\"", "\\\\", "\u00e9", "\u4e2d", "\ud83d\ude00", "plain words ", "?"
    };
    StringBuilder text = new StringBuilder("\"");
    int count = random.nextInt(12);
    for (int i = 0; i < count; i++) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    byte[] bytes = text.append("\" }").toString().getBytes(UTF_8);
    if (random.nextInt(3) > 0) {
      // Leads, tails and what UTF-8 forbids, at any place.
      byte[] odd = {
        (byte) 0x80,
        (byte) 0xbf,
        (byte) 0xc0,
        (byte) 0xc2,
        (byte) 0xe0,
        (byte) 0xed,
        (byte) 0xa0,
        (byte) 0xf0,
        (byte) 0xf4,
        (byte) 0x90,
        (byte) 0xf5,
        (byte) 0xff,
        '\\',
        '"',
        'u',
        0,
        0x1f
      };
      for (int i = random.nextInt(3); i >= 0; i--) {
        bytes[1 + random.nextInt(bytes.length - 1)] = odd[random.nextInt(odd.length)];
      }
    }
    return bytes;
  }

  /** What our own writer writes is plain, unless it holds escapes in hexadecimal. */
  @Property
  void whatIsWrittenIsPlain(@ForAll String text) {
    byte[] bytes = new JsonWriter().text(text).toBytes();

    long looked = PlainString.look(bytes, 1, bytes.length);

    if (new String(bytes, UTF_8).contains("\\u")) {
      return;
    }
    assertThat(PlainString.end(looked)).isEqualTo(bytes.length - 1);
    assertThat(PlainString.chars(looked)).isEqualTo(text.length());
  }
}
