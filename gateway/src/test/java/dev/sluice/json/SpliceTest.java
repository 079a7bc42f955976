package dev.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpliceTest {

  private static final Shape.Object SHAPE =
      Shape.object(Shape.optional("model", Shape.any()), Shape.optional("fallbacks", Shape.any()));
  private static final ShapeScanner SCANNER =
      new ShapeScanner(SHAPE, new ScanOptions(100, 4, ScanOptions.Duplicates.LAST_WINS));

  private static Scan scan(byte[] bytes) {
    return SCANNER.scan(bytes, 0, bytes.length);
  }

  private static String edited(Splice splice) {
    ByteBuf out = splice.toBuf(UnpooledByteBufAllocator.DEFAULT);
    try {
      assertThat(out.readableBytes()).isEqualTo(splice.length());
      return out.toString(StandardCharsets.UTF_8);
    } finally {
      out.release();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{\"fallbacks\":[1],\"a\":2}|{\"a\":2}",
        "{\"a\":2,\"fallbacks\":[1]}|{\"a\":2}",
        "{\"a\":2 , \"fallbacks\" : [1] , \"b\":3}|{\"a\":2 ,  \"b\":3}",
        "{\"fallbacks\":[1]}|{}",
        "{ \"fallbacks\":{\"fallbacks\":2} }|{  }",
      })
  void takesAMemberOutWithItsComma(String text, String expected) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

    String result = edited(new Splice(bytes, 0, bytes.length).remove(scan(bytes), 1));

    assertThat(result).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{\"a\":1,\"model\":2,\"fallbacks\":3}|{\"a\":1}",
        "{\"a\":1 , \"fallbacks\":3 , \"model\":2 }|{\"a\":1  }",
        "{\"model\":2,\"fallbacks\":3,\"a\":1}|{\"a\":1}",
        "{\"model\":2,\"a\":1,\"fallbacks\":3}|{\"a\":1}",
        "{\"model\":2,\"fallbacks\":3}|{}",
        "{\"a\":1,\"model\":2,\"b\":3,\"fallbacks\":3,\"c\":4}|{\"a\":1,\"b\":3,\"c\":4}",
        "{\"a\":1}|{\"a\":1}",
      })
  void takesNeighboursOutTogether(String text, String expected) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

    String result = edited(new Splice(bytes, 0, bytes.length).remove(scan(bytes), 1, 0));

    assertThat(result).isEqualTo(expected);
  }

  @Test
  void putsAMemberInFrontWithAndWithoutOthers() {
    byte[] member = "\"x\":1".getBytes(StandardCharsets.UTF_8);
    byte[] empty = " { } ".getBytes(StandardCharsets.UTF_8);
    byte[] filled = "{\"a\":2}".getBytes(StandardCharsets.UTF_8);

    assertThat(edited(new Splice(empty, 0, empty.length).insertFirst(scan(empty), member)))
        .isEqualTo(" {\"x\":1 } ");
    assertThat(edited(new Splice(filled, 0, filled.length).insertFirst(scan(filled), member)))
        .isEqualTo("{\"x\":1,\"a\":2}");
  }

  @Test
  void putsAMemberInFrontOfAFirstOneThatIsTakenOut() {
    byte[] member = "\"x\":1".getBytes(StandardCharsets.UTF_8);
    byte[] bytes = "{\"model\":2,\"a\":1}".getBytes(StandardCharsets.UTF_8);
    Scan scan = scan(bytes);

    String removedFirst =
        edited(new Splice(bytes, 0, bytes.length).remove(scan, 0).insertFirst(scan, member));
    String insertedFirst =
        edited(new Splice(bytes, 0, bytes.length).insertFirst(scan, member).remove(scan, 0));

    assertThat(removedFirst).isEqualTo("{\"x\":1,\"a\":1}");
    assertThat(insertedFirst).isEqualTo(removedFirst);
  }

  @Test
  void refusesEditsThatOverlap() {
    Splice splice = new Splice(new byte[10], 0, 10).replace(2, 5, new byte[0]);

    assertThatThrownBy(() -> splice.replace(4, 6, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void changesNothingButTheNamedSpan(@ForAll("objects") String text, @ForAll String model) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Scan scan = scan(bytes);
    byte[] quoted = JsonText.quote(model).getBytes(StandardCharsets.UTF_8);
    int start = scan.valueStart(0);
    int end = scan.valueEnd(0);

    String result = edited(new Splice(bytes, 0, bytes.length).replace(start, end, quoted));

    byte[] changed = result.getBytes(StandardCharsets.UTF_8);
    assertThat(new String(changed, 0, start, StandardCharsets.UTF_8))
        .isEqualTo(new String(bytes, 0, start, StandardCharsets.UTF_8));
    assertThat(result).endsWith(new String(bytes, end, bytes.length - end, StandardCharsets.UTF_8));
    assertThat(scan(changed).text(0)).isEqualTo(model);
  }

  @Provide
  Arbitrary<String> objects() {
    Arbitrary<String> space = Arbitraries.of("", " ", "\n\t", "  ");
    Arbitrary<String> value =
        Arbitraries.of(
            "1e2",
            "12345678901234567890",
            "\"\\u00e9\\/é漢😀\"",
            "{\"model\":\"inner\",\"x\":[{}]}",
            "[[[]],null,true]",
            "-0.10",
            "\"\"");
    return Combinators.combine(space, value, value, value, Arbitraries.integers().between(0, 2))
        .as((gap, a, b, model, place) -> {
          List<String> members =
              new java.util.ArrayList<>(List.of("\"a\":" + a, "\"b b\"" + gap + ":" + b));
          members.add(place, "\"model\":" + gap + model);
          return gap + "{" + gap + String.join(gap + "," + gap, members) + gap + "}" + gap;
        });
  }
}
