package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.Usage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkReaderTest {

  private static int look(ChunkReader reader, String data) {
    byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
    return reader.look(bytes, 0, bytes.length);
  }

  private static String chunk(String content) {
    return "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":"
        + content
        + "},\"finish_reason\":null}],\"usage\":null}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"choices\":[{\"finish_reason\":\"stop\",\"delta\":{}}]}",
        "{ \"choices\" : [ { \"delta\" : { } , \"finish_reason\" : \"stop\" } ] }",
        "{\"choices\":[{\"finish_reason\":null},{\"finish\\u005freason\":\"length\"}]}",
        "{\"choices\":[{\"finish_reason\":24}]}",
      })
  void neverMissesAFinishReason(String data) {
    ChunkReader reader = new ChunkReader();

    assertThat(look(reader, data) & ChunkReader.FINISH).isNotZero();
    assertThat(reader.finished()).isTrue();
  }

  @Test
  void anEmptyFinishReasonIsNone() {
    ChunkReader reader = new ChunkReader();
    String data = "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\": \"\"}]}";

    assertThat(look(reader, data)).isEqualTo(ChunkReader.DULL);
    assertThat(reader.finished()).isFalse();
  }

  @Test
  void isNotFooledByWordsInTheText() {
    ChunkReader reader = new ChunkReader();
    String data = chunk("\"\\\"finish_reason\\\":\\\"stop\\\",\\\"usage\\\":{}\"");

    assertThat(look(reader, data)).isEqualTo(ChunkReader.DULL);
    assertThat(reader.finished()).isFalse();
  }

  @Test
  void seesAModelThatIsNamedTwiceAlsoBehindOnesThatAreNot() {
    ChunkReader reader = new ChunkReader();
    String once = chunk("\"a\"").replace("\"id\":\"c\"", "\"model\":\"m\"");
    String twice = once.replace("\"usage\":null", "\"mod\\u0065l\":null");

    assertThat(look(reader, once)).isEqualTo(ChunkReader.DULL);
    assertThat(look(reader, twice)).isEqualTo(ChunkReader.MODELS);
    assertThat(look(reader, twice)).isEqualTo(ChunkReader.MODELS);
    assertThat(look(reader, once)).isEqualTo(ChunkReader.DULL);
  }

  @Test
  void readsUsageWithItsDetails() {
    ChunkReader reader = new ChunkReader();
    String data =
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":12.0,\"completion_tokens\":0,"
            + "\"total_tokens\":12,\"prompt_tokens_details\":{\"cached_tokens\":5},"
            + "\"completion_tokens_details\":{\"reasoning_tokens\":null},\"x\":{\"y\":[1]}}}";

    int found = look(reader, data);

    assertThat(found).isEqualTo(ChunkReader.USAGE | ChunkReader.NO_CHOICES);
    assertThat(reader.usage())
        .isEqualTo(
            new Usage(12, 0, 12, 5, Usage.UNKNOWN, Usage.UNKNOWN, Usage.UNKNOWN, Usage.UNKNOWN));
  }

  @Test
  void findsUsageWithinAChoiceAndWhereGroqKeepsIt() {
    String usage = "{\"prompt_tokens\":1,\"completion_tokens\":2}";
    for (String data :
        List.of(
            "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\",\"usage\":" + usage + "}]}",
            "{\"choices\":[{\"finish_reason\":\"stop\"}],\"x_groq\":{\"id\":\"q\",\"usage\":"
                + usage
                + "}}")) {
      ChunkReader reader = new ChunkReader();

      int found = look(reader, data);

      // The frame is the client's in any case: it is no report of its own.
      assertThat(found).as(data).isEqualTo(ChunkReader.FINISH);
      assertThat(reader.usage())
          .as(data)
          .isEqualTo(Usage.builder().prompt(1).completion(2).build());
    }
  }

  @Test
  void usageAtTheTopGoesBeforeAnyOther() {
    String top = "\"usage\":{\"prompt_tokens\":7}";
    String groq = "\"x_groq\":{\"usage\":{\"prompt_tokens\":1}}";
    for (String data :
        List.of("{\"choices\":[]," + top + "," + groq + "}", "{" + groq + "," + top + "}")) {
      ChunkReader reader = new ChunkReader();

      assertThat(look(reader, data) & ChunkReader.USAGE).isNotZero();
      assertThat(reader.usage().promptTokens()).as(data).isEqualTo(7);
    }
  }

  @Test
  void tellsTheEndErrorsAndNonsense() {
    ChunkReader reader = new ChunkReader();

    assertThat(look(reader, "[DONE]")).isEqualTo(ChunkReader.DONE);
    assertThat(look(reader, "")).isEqualTo(ChunkReader.EMPTY);
    assertThat(look(reader, "{\"error\":{\"message\":\"x\"}}") & ChunkReader.ERROR).isNotZero();
    assertThat(look(reader, "{\"error\":null,\"choices\":[{}]}")).isEqualTo(ChunkReader.DULL);
    assertThat(look(reader, "{\"choices\":[{")).isEqualTo(ChunkReader.MALFORMED);
    assertThat(look(reader, "hello")).isEqualTo(ChunkReader.MALFORMED);
    assertThat(look(reader, "[1]")).isEqualTo(ChunkReader.MALFORMED);
  }

  @Property
  void aReaderThatRemembersFindsWhatAFreshOneFinds(@ForAll("chunks") List<String> chunks) {
    ChunkReader remembering = new ChunkReader();

    for (String chunk : chunks) {
      assertThat(look(remembering, chunk)).as(chunk).isEqualTo(look(new ChunkReader(), chunk));
    }
  }

  @Provide
  Arbitrary<List<String>> chunks() {
    return Arbitraries.of(
            chunk("\"a\""),
            chunk("\" longer text\""),
            chunk("\"\""),
            chunk("\"é\""),
            chunk("\"q\\\"\""),
            chunk("\"x\"},\"finish_reason\":\"stop\",\"delta\":{\"content\":\"y\""),
            chunk("\"x\",\"role\":\"assistant\""),
            chunk("null"),
            chunk("\"\\"),
            chunk("\"x"),
            chunk("\"a\"").replace("\"usage\":null", "\"usage\":{\"prompt_tokens\":1}"),
            chunk("\"a\"").replace("null}]", "\"stop\"}]"),
            "[DONE]",
            "")
        .list()
        .ofMinSize(2)
        .ofMaxSize(12);
  }
}
