package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonWriter;
import dev.sluice.recorded.Recordings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What Mistral's answers say otherwise than OpenAI's do. */
class MistralAnswersTest {

  private static final String PARTS =
      "[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"h\"},"
          + "{\"type\":\"text\",\"text\":\"m\"}],\"closed\":true},"
          + "{\"type\":\"text\",\"text\":\"ab\"},{\"type\":\"reference\",\"reference_ids\":[0, 2]},"
          + "{\"type\":\"text\",\"text\":\"c\"}]";

  private static ChatResponse answer(String content) {
    byte[] bytes =
        ("{\"id\":\"1\",\"choices\":[{\"index\":0,\"finish_reason\":\"model_length\",\"message\":"
                + "{\"role\":\"assistant\",\"content\":"
                + content
                + "}}]}")
            .getBytes(StandardCharsets.UTF_8);
    return OpenAiAnswers.decode(bytes, 0, bytes.length);
  }

  private static JsonNode written(ChatResponse response) {
    JsonWriter out = new JsonWriter();
    OpenAiAnswers.encode(
        response,
        new OpenAiAnswerOptions(
            "id",
            1,
            "m",
            ToolSettings.Style.TOOLS,
            OpenAiAnswerOptions.Thoughts.DETAILS,
            OpenAiAnswerOptions.StreamUsage.REPORT),
        out,
        new Losses());
    return Recordings.MAPPER.readTree(out.toString());
  }

  @Test
  void thoughtsTextAndReferencesOfAWholeAnswer() {
    ChatResponse response = answer(PARTS);

    Message.Assistant message = response.choices().getFirst().message();
    assertThat(((Part.Thinking) message.parts().getFirst()).text()).isEqualTo("hm");
    assertThat(message.text()).isEqualTo("abc");
    assertThat(message.citations()).hasSize(1);
    assertThat(response.choices().getFirst().finish().reason()).isEqualTo(FinishReason.LENGTH);
    JsonNode out = written(response).at("/choices/0");
    assertThat(out.at("/message/content").asString()).isEqualTo("abc");
    assertThat(out.at("/message/reasoning_content").asString()).isEqualTo("hm");
    assertThat(out.at("/message/annotations").toString())
        .isEqualTo("[{\"type\":\"reference\",\"reference_ids\":[0,2],\"end_index\":2}]");
    assertThat(out.at("/finish_reason").asString()).isEqualTo("length");
    assertThat(out.at("/native_finish_reason").asString()).isEqualTo("model_length");
  }

  private static String frame(String delta, String more) {
    return "{\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":" + delta + more + "}]}";
  }

  @Test
  void thoughtsTextAndReferencesOfAStream() {
    List<ChatEvent> events = new ArrayList<>();
    OpenAiChunkDecoder decoder = new OpenAiChunkDecoder();
    for (String frame :
        List.of(
            frame("{\"role\":\"assistant\",\"content\":\"\"}", ""),
            frame(
                "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\","
                    + "\"text\":\"hm\"}]}]}",
                ""),
            frame("{\"content\":\"ab\"}", ""),
            frame("{\"content\":[{\"type\":\"reference\",\"reference_ids\":[1]}]}", ""),
            frame("{\"content\":\"c\"}", ",\"finish_reason\":\"stop\""),
            "[DONE]")) {
      byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
      decoder.frame(bytes, 0, bytes.length, events::add);
    }

    Assembled answer = Assembled.of(events);
    Assembled.Piece piece = answer.choices.get(0);
    assertThat(piece.reasoning.toString()).isEqualTo("hm");
    assertThat(piece.text.toString()).isEqualTo("abc");
    assertThat(piece.citations.getFirst().rest().find("end_index").text()).isEqualTo("2");
    assertThat(answer.last).isInstanceOf(ChatEvent.End.class);
  }

  private static String flattened(String json) {
    byte[] bytes = ("xx" + json + "yy").getBytes(StandardCharsets.UTF_8);
    byte[] flat = ContentParts.flattened(bytes, 2, bytes.length - 2);
    return flat == null ? "as it was" : new String(flat, StandardCharsets.UTF_8);
  }

  @Test
  void onlyTheListOfPartsIsRewrittenInTheBytes() {
    assertThat(
            flattened(
                "{ \"x\" : 1e2, \"choices\":[{\"delta\":{\"a\":1,\"content\":"
                    + PARTS
                    + " , \"b\":2}},{\"message\":{\"content\":[{\"type\":\"text\","
                    + "\"text\":\"t\"}]}}], \"y\":\"\\u00e9\"}"))
        .isEqualTo(
            "{ \"x\" : 1e2, \"choices\":[{\"delta\":{\"a\":1,\"content\":"
                + "\"abc\",\"reasoning_content\":\"hm\",\"annotations\":[{\"type\":\"reference\","
                + "\"reference_ids\":[0, 2],\"end_index\":2}]"
                + " , \"b\":2}},{\"message\":{\"content\":\"t\"}}], \"y\":\"\\u00e9\"}");
    assertThat(
            flattened(
                "{\"choices\":[{\"delta\":{\"content\":[{\"type\":\"thinking\","
                    + "\"thinking\":\"hm\"}]}}]}"))
        .isEqualTo("{\"choices\":[{\"delta\":{\"content\":null,\"reasoning_content\":\"hm\"}}]}");
    assertThat(flattened("{\"choices\":[{\"delta\":{\"content\":\"[]\"}}]}"))
        .isEqualTo("as it was");
    assertThat(flattened("{\"choices\":[{\"delta\":{\"content\":[{\"type\":\"new\",\"x\":1}]}}]}"))
        .isEqualTo("as it was");
  }

  @Test
  void framesWithPartsAreToldFromOthers() {
    ChunkReader reader = new ChunkReader();

    assertThat(look(reader, frame("{\"content\":\"a\"}", ""))).isEqualTo(ChunkReader.DULL);
    assertThat(look(reader, frame("{\"content\":[]}", ""))).isEqualTo(ChunkReader.PARTS);
    assertThat(look(reader, frame("{\"content\":[]}", ",\"finish_reason\":\"stop\"")))
        .isEqualTo(ChunkReader.PARTS | ChunkReader.FINISH);
    assertThat(look(reader, frame("{\"content\":\"b\"}", ""))).isEqualTo(ChunkReader.DULL);
  }

  private static int look(ChunkReader reader, String frame) {
    byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
    return reader.look(bytes, 0, bytes.length);
  }
}
