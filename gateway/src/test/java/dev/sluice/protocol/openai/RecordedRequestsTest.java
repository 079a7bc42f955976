package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Content;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Extensions;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Instructions;
import dev.sluice.protocol.openai.OpenAiRequestOptions.ReasoningField;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Thoughts;
import dev.sluice.protocol.openai.OpenAiRequestOptions.TokensField;
import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Real requests of OpenAI's protocol, through the codec. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class RecordedRequestsTest {

  private static final OpenAiDeviations DOCUMENT_URLS =
      new OpenAiDeviations(
          OpenAiDeviations.CallIds.ANY,
          OpenAiDeviations.AfterResults.ANYBODY,
          OpenAiDeviations.Prefill.UNMARKED,
          OpenAiDeviations.Choice.OPENAI,
          OpenAiDeviations.Seed.SEED,
          OpenAiDeviations.Formats.FREE,
          OpenAiDeviations.Media.URLS,
          OpenAiDeviations.Names.ANY,
          OpenAiDeviations.Efforts.ALL,
          OpenAiDeviations.StreamUsage.ASKED_FOR,
          null,
          OpenAiDeviations.Schemas.OPTIONAL,
          Set.of());

  private static List<Recorded> recordings = List.of();

  @BeforeAll
  static void load() {
    recordings = Recordings.ofOpenAi();
    assertThat(recordings).hasSizeGreaterThan(300);
  }

  @Test
  void everyRequestComesOutAsItWentInButForTheNormalForm() {
    for (Recorded recorded : recordings) {
      byte[] bytes = recorded.request().toString().getBytes(StandardCharsets.UTF_8);

      ChatRequest request = OpenAiRequests.decode(bytes, 0, bytes.length);
      JsonWriter out = new JsonWriter();
      Losses losses = new Losses();
      OpenAiRequests.encode(request, options(recorded.request()), out, losses);

      assertThat(losses.fields()).as(recorded.name()).isEmpty();
      JsonNode expected = normal(recorded.request());
      JsonNode actual = normal(Recordings.MAPPER.readTree(out.toString()));
      assertThat(actual).as(recorded.name()).isEqualTo(expected);
      assertThat(OpenAiRequests.decode(out.toBytes(), 0, out.length()))
          .as(recorded.name())
          .isEqualTo(request);
    }
  }

  private static OpenAiRequestOptions options(JsonNode request) {
    boolean parts = request.toString().contains("\"type\":\"thinking\"");
    return new OpenAiRequestOptions(
        request.has("max_completion_tokens")
            ? TokensField.MAX_COMPLETION_TOKENS
            : TokensField.MAX_TOKENS,
        request.has("thinking")
            ? ReasoningField.THINKING
            : request.has("reasoning") ? ReasoningField.OBJECT : ReasoningField.EFFORT,
        parts ? Thoughts.PARTS : Thoughts.REASONING_CONTENT,
        Extensions.WRITE,
        Content.PARTS,
        Instructions.AS_GIVEN,
        request.toString().contains("document_url") ? DOCUMENT_URLS : OpenAiDeviations.NONE);
  }

  /** The request in the codec's normal form: what is written in two ways is written in one. */
  private static JsonNode normal(JsonNode request) {
    ObjectNode root = (ObjectNode) withoutNulls(request);
    if (!root.path("stream").asBoolean(false)) {
      root.remove("stream");
    }
    if (root.path("stop").isString()) {
      root.putArray("stop").add(request.path("stop").stringValue());
    }
    if (root.path("tool_choice").asString("").equals("any")) {
      root.put("tool_choice", "required");
    }
    for (String typed : List.of("tool_choice", "response_format")) {
      if (root.get(typed) instanceof ObjectNode object && !object.has("type")) {
        object.put("type", object.has("function") ? "function" : "json_schema");
      }
    }
    for (JsonNode tool : root.path("tools")) {
      if (!tool.has("type")) {
        ((ObjectNode) tool).put("type", "function");
      }
    }
    if (root.path("tools").isEmpty()) {
      root.remove("tools");
    }
    for (JsonNode message : root.path("messages")) {
      normalMessage((ObjectNode) message);
    }
    return root;
  }

  private static void normalMessage(ObjectNode message) {
    for (String list : List.of("tool_calls", "annotations")) {
      if (message.path(list).isEmpty()) {
        message.remove(list);
      }
    }
    for (JsonNode call : message.path("tool_calls")) {
      ((ObjectNode) call).remove("index");
      ((ObjectNode) call).put("type", "function");
    }
    if (message.path("content") instanceof ArrayNode parts) {
      for (JsonNode part : parts) {
        if (part.path("image_url").isString()) {
          String url = part.path("image_url").stringValue();
          ((ObjectNode) part).putObject("image_url").put("url", url);
        }
      }
      for (JsonNode part : parts) {
        if (part.path("thinking") instanceof ArrayNode pieces && pieces.size() > 1) {
          // Mistral's thoughts in several texts are the thoughts in one.
          StringBuilder joined = new StringBuilder();
          pieces.forEach(piece -> joined.append(piece.path("text").asString("")));
          pieces.removeAll().addObject().put("type", "text").put("text", joined.toString());
        }
      }
      if (parts.size() == 1 && parts.get(0).size() == 2 && parts.get(0).has("text")) {
        message.put("content", parts.get(0).get("text").stringValue());
      }
    }
    JsonNode content = message.path("content");
    if ((content.asString("?").isEmpty() || (content.isArray() && content.isEmpty()))
        && message.path("role").asString("").equals("assistant")) {
      message.remove("content");
    }
  }

  private static JsonNode withoutNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = Recordings.MAPPER.createObjectNode();
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        if (!member.getValue().isNull()) {
          copy.set(member.getKey(), withoutNulls(member.getValue()));
        }
      }
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = Recordings.MAPPER.createArrayNode();
      array.forEach(item -> copy.add(withoutNulls(item)));
      return copy;
    }
    return node;
  }

  @Test
  void messagesOfHistoriesKeepTheirCallsAndResultsTogether() {
    int results = 0;
    for (Recorded recorded : recordings) {
      byte[] bytes = recorded.request().toString().getBytes(StandardCharsets.UTF_8);
      List<String> called = new ArrayList<>();
      for (Message message : OpenAiRequests.decode(bytes, 0, bytes.length).messages()) {
        if (message instanceof Message.Assistant assistant) {
          assistant.toolCalls().forEach(call -> called.add(call.id()));
        } else if (message instanceof Message.ToolResult result) {
          results++;
          assertThat(called).as(recorded.name()).contains(result.callId());
        }
      }
    }
    assertThat(results).isGreaterThan(50);
  }
}
