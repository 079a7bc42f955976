package dev.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class JsonWriterTest {

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void quotesAnyTextAsItIs(@ForAll("texts") String text) {
    JsonWriter out = new JsonWriter();

    byte[] quoted = out.text(text).toBytes();

    assertThat(new String(quoted, StandardCharsets.UTF_8)).isEqualTo(JsonText.quote(text));
    JsonReader in = new JsonReader(quoted, 0, quoted.length, NameTable.of());
    assertThat(in.text()).isEqualTo(text);
    in.end();
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "plain words ",
            "a",
            "?",
            "\"",
            "\\",
            "\u0000",
            "\u001f",
            "\u007f",
            "é",
            "\u2028",
            "😀",
            "\ud83d",
            "\ude00",
            "\n")
        .list()
        .ofMaxSize(20)
        .map(pieces -> String.join("", pieces));
  }

  @Test
  void setsCommasWhereTheyBelong() {
    JsonWriter out = new JsonWriter();

    out.beginObject().name("a").number(1).name("b").beginArray().endArray().name("c");
    out.beginArray().text("x").nothing().bool(true).beginObject().endObject().endArray();
    out.name("d").raw("{ }").raw("\"e\":1e2").endObject();

    assertThat(out)
        .hasToString("{\"a\":1,\"b\":[],\"c\":[\"x\",null,true,{}],\"d\":{ },\"e\":1e2}");
  }

  @Test
  void isUsedAgainAndWritesIntoBuffers() {
    JsonWriter out = new JsonWriter();
    ByteBuf buffer = Unpooled.buffer();
    for (String text : List.of("x".repeat(5_000), "short")) {
      out.reset();
      out.text(text).writeTo(buffer);
    }

    assertThat(buffer.toString(StandardCharsets.UTF_8))
        .isEqualTo("\"" + "x".repeat(5_000) + "\"\"short\"");
    assertThat(out.length()).isEqualTo(7);
    buffer.release();
  }

  @Test
  void goesOnBehindAValueThatWasWrittenBefore() {
    JsonWriter out = new JsonWriter();
    byte[] given = "[7, 8]".getBytes(StandardCharsets.UTF_8);
    out.name("x").beginObject().name("a").text("1");
    int first = out.length();
    out.name("b").number(2);
    int second = out.length();

    out.name("c").raw(given, 1, 2).endObject();
    assertThat(out).hasToString("\"x\":{\"a\":\"1\",\"b\":2,\"c\":7}");
    out.rewind(second).name("d").bool(true).endObject();
    assertThat(out).hasToString("\"x\":{\"a\":\"1\",\"b\":2,\"d\":true}");
    out.rewind(first).name("e").nothing().endObject();
    assertThat(out).hasToString("\"x\":{\"a\":\"1\",\"e\":null}");
  }

  /** A question mark may hide half of a pair, so that the text is looked at; but once only. */
  @Test
  @Timeout(20)
  void aLongTextFullOfQuestionMarksIsLookedAtOnce() {
    JsonWriter out = new JsonWriter();
    String text = "caf\u00e9?".repeat(200_000);

    out.text(text).text(text + '\ud800');

    assertThat(out.toString()).startsWith("\"" + text + "\",\"caf").endsWith("\\ud800\"");
  }
}
