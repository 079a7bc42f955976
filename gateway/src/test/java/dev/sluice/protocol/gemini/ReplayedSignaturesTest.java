package dev.sluice.protocol.gemini;

import static dev.sluice.protocol.gemini.Codec.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.openai.ChunkSink;
import dev.sluice.protocol.openai.OpenAiAnswerOptions;
import dev.sluice.protocol.openai.OpenAiAnswers;
import dev.sluice.protocol.openai.OpenAiChunkEncoder;
import dev.sluice.protocol.openai.OpenAiRequests;
import dev.sluice.recorded.Recordings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A client of OpenAI's protocol gives back what it got, and the server finds its own seals. */
class ReplayedSignaturesTest {

  private static final OpenAiAnswerOptions OPENAI =
      new OpenAiAnswerOptions(
          "made-up",
          7,
          null,
          ToolSettings.Style.TOOLS,
          OpenAiAnswerOptions.Thoughts.DETAILS,
          OpenAiAnswerOptions.StreamUsage.WITHHOLD);

  /** The model's turn on the wire when the client asks again with that message in its history. */
  private static JsonNode replayed(JsonNode message) {
    String json =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}," + message + "],\"model\":\"m\"}";
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    ChatRequest request = OpenAiRequests.decode(bytes, 0, bytes.length);
    return Codec.encoded(request, GeminiRequestOptions.vertex(GeminiAbilities.LEVELLED))
        .at("/contents/1/parts");
  }

  @Test
  @DisplayName("case 52: signatures of whole answers come back, on texts and on calls")
  void whole() {
    JsonWriter out = new JsonWriter();
    String parts =
        "{\"text\":\"hm\",\"thought\":true},{\"text\":\"ok\",\"thoughtSignature\":\"dGV4dA==\"},"
            + "{\"functionCall\":{\"name\":\"f\",\"args\":{}},\"thoughtSignature\":\"Y2FsbA==\"}";
    OpenAiAnswers.encode(
        Codec.answer(Codec.frame(parts, ",\"finishReason\":\"STOP\"")), OPENAI, out, new Losses());

    JsonNode message = Recordings.MAPPER.readTree(out.toString()).at("/choices/0/message");

    assertThat(replayed(message))
        .isEqualTo(
            json(
                "[{'text':'hm','thought':true},{'text':'ok'},"
                    + "{'text':'','thoughtSignature':'dGV4dA=='},"
                    + "{'functionCall':{'name':'f','args':{}},'thoughtSignature':'Y2FsbA=='}]"));
  }

  @Test
  @DisplayName("case 52: signatures of streams come back, on texts and on calls")
  void streamed() {
    List<ChatEvent> events =
        Codec.events(
            Codec.frame("{\"text\":\"hm\",\"thought\":true}", ""),
            Codec.frame("{\"text\":\"o\"}", ""),
            Codec.frame("{\"text\":\"k\"}", ""),
            Codec.frame("{\"text\":\"\",\"thoughtSignature\":\"dGV4dA==\"}", ""),
            Codec.frame(
                "{\"functionCall\":{\"name\":\"f\",\"args\":{}},\"thoughtSignature\":\"Y2FsbA==\"}",
                ",\"finishReason\":\"STOP\""));
    ObjectNode message = Recordings.MAPPER.createObjectNode();
    message.put("role", "assistant").put("content", "ok");
    ArrayNode details = message.putArray("reasoning_details");
    ArrayNode calls = message.putArray("tool_calls");
    OpenAiChunkEncoder encoder = new OpenAiChunkEncoder(OPENAI, new Losses());
    ChunkSink sink =
        new ChunkSink() {
          @Override
          public void chunk(JsonWriter chunk) {
            JsonNode delta = Recordings.MAPPER.readTree(chunk.toString()).at("/choices/0/delta");
            delta.path("reasoning_details").forEach(details::add);
            delta.path("tool_calls").forEach(calls::add);
          }

          @Override
          public void done() {
            // The message is complete.
          }
        };
    events.forEach(event -> encoder.encode(event, sink));
    ((ObjectNode) calls.get(0).path("function")).put("arguments", "{}");
    calls.remove(1);

    assertThat(replayed(message))
        .isEqualTo(
            json(
                "[{'text':'hm','thought':true},{'text':'ok'},"
                    + "{'text':'','thoughtSignature':'dGV4dA=='},"
                    + "{'functionCall':{'name':'f','args':{}},'thoughtSignature':'Y2FsbA=='}]"));
  }
}
