package dev.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class JsonStringTest {

  private static final String NAME = "name";

  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  void saysWhatItsBytesSay(@ForAll("pieces") String piece) {
    JsonString string = read(quoted(piece));
    String said = unquoted(piece);

    assertThat(string.isEmpty()).isEqualTo(said.isEmpty());
    assertThat(string.isBlank()).isEqualTo(said.isBlank());
    assertThat(string).hasToString(said).isEqualTo(new JsonString(said));
    assertThat(string).hasSameHashCodeAs(new JsonString(said));
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void isWrittenInTheBytesThatCame(@ForAll("pieces") String piece) {
    JsonWriter out = new JsonWriter();

    out.beginArray().nothing().text(read(quoted(piece))).text(new JsonString("a\n")).endArray();

    assertThat(out).hasToString("[null," + quoted(piece) + ",\"a\\n\"]");
  }

  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  void endsWhereItEndsInATextThatIsKnown(
      @ForAll("pieces") String first, @ForAll("pieces") String second) {
    String text = "{" + quoted(first) + " : " + quoted(second) + ",\"name\":[\"name\"]}";
    byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);

    JsonReader in = JsonReader.ofWellFormed(bytes, 1, bytes.length - 1, NameTable.of(NAME));

    assertThat(in.enterObject()).isTrue();
    assertThat(in.name()).isEqualTo(unquoted(first));
    assertThat(in.word()).isEqualTo(unquoted(second));
    assertThat(in.nextMember()).isTrue();
    assertThat(in.name()).isSameAs(NAME);
    assertThat(in.enterArray()).isTrue();
    assertThat(in.word()).isSameAs(NAME);
    assertThat(in.nextItem()).isFalse();
    assertThat(in.nextMember()).isFalse();
    in.end();
  }

  @Test
  void doesNotChangeWithTheBytesThatItWasReadFrom() {
    byte[] bytes = "\"was\"".getBytes(StandardCharsets.UTF_8);
    JsonString string = new JsonReader(bytes, 0, bytes.length, NameTable.of()).string();

    bytes[1] = 'h';

    assertThat(string).hasToString("was");
  }

  @Test
  void aTextThatWasKnownWronglyIsRefusedAtItsEnd() {
    byte[] bytes = "[\"never \\\" ended, though it is long enough".getBytes(StandardCharsets.UTF_8);
    JsonReader in = JsonReader.ofWellFormed(bytes, 0, bytes.length, NameTable.of());
    in.enterArray();

    assertThatThrownBy(in::text)
        .isInstanceOf(MalformedJson.class)
        .hasMessageContaining("the text ends within a string");
  }

  @Provide
  Arbitrary<String> pieces() {
    return Arbitraries.of(
            " ",
            "  ",
            "a word and more of them ",
            "é",
            "\u2028",
            "\u3000",
            "\u30ab",
            "\u1680",
            "😀",
            "\\n",
            "\\t",
            "\\\"",
            "\\\\",
            "\\/",
            "\\u0020",
            "\\u0000",
            "\\u00e9",
            "\\ud83d")
        .list()
        .ofMaxSize(8)
        .map(pieces -> String.join("", pieces));
  }

  private static JsonString read(String quoted) {
    byte[] bytes = quoted.getBytes(StandardCharsets.UTF_8);
    return new JsonReader(bytes, 0, bytes.length, NameTable.of()).string();
  }

  private static String quoted(String piece) {
    return '"' + piece + '"';
  }

  private static String unquoted(String piece) {
    byte[] bytes = quoted(piece).getBytes(StandardCharsets.UTF_8);
    return JsonText.unquote(bytes, 0, bytes.length);
  }
}
