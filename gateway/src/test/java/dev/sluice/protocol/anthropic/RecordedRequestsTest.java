package dev.sluice.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Platform;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Users;
import dev.sluice.protocol.rewording.Instructions;
import dev.sluice.protocol.rewording.Shortage;
import dev.sluice.protocol.rewording.Unanswered;
import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Real requests through the codec. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class RecordedRequestsTest {

  private static List<Recorded> recordings = List.of();

  @BeforeAll
  static void load() {
    recordings = Recordings.ofClaude();
    assertThat(recordings).hasSizeGreaterThan(200);
  }

  @Test
  void everyRequestComesOutAsItWentInButForTheNormalForm() {
    for (Recorded recorded : recordings) {
      ChatRequest request = Codec.request(recorded.request().toString());
      Platform platform =
          recorded.request().has("anthropic_version") ? Platform.BEDROCK : Platform.ANTHROPIC;

      Codec.Written written = Codec.write(request, lossless(platform));

      assertThat(written.losses()).as(recorded.name()).isEmpty();
      JsonNode expected = normal(recorded.request());
      JsonNode actual = normal(written.json());
      assertThat(actual).as(recorded.name()).isEqualTo(expected);
    }
  }

  private static AnthropicRequestOptions lossless(Platform platform) {
    return new AnthropicRequestOptions(
        platform,
        Codec.ABLE,
        Instructions.IN_PLACE,
        Shortage.LESS_THINKING,
        Unanswered.FAILED,
        Users.AS_GIVEN,
        List.of());
  }

  @Test
  void whatWasWrittenIsReadAsTheSame() {
    for (Recorded recorded : recordings) {
      ChatRequest request = Codec.request(recorded.request().toString());
      ChatRequest once =
          Codec.request(Codec.write(request, lossless(Platform.ANTHROPIC)).json().toString());
      ChatRequest twice =
          Codec.request(Codec.write(once, lossless(Platform.ANTHROPIC)).json().toString());

      assertThat(twice).as(recorded.name()).isEqualTo(once);
    }
  }

  /** What was recorded of the conversation, found without the codec. */
  @Test
  void everyTextCallResultAndThoughtIsInTheModel() {
    for (Recorded recorded : recordings) {
      List<String> said = new ArrayList<>();
      for (Message message : Codec.request(recorded.request().toString()).messages()) {
        if (message instanceof Message.ToolResult result) {
          said.add("result " + result.callId() + ' ' + result.outcome());
        }
        message.parts().forEach(part -> say(part, said));
      }

      List<String> expected = new ArrayList<>();
      content(recorded.request().path("system"), expected);
      recorded.request().path("messages").forEach(turn -> content(turn.path("content"), expected));
      assertThat(said).as(recorded.name()).isEqualTo(expected);
    }
  }

  private static void say(Part part, List<String> to) {
    switch (part) {
      case Part.Text text -> to.add(text.text());
      case Part.Thinking thinking ->
          to.add(
              "thought "
                  + thinking.text()
                  + (thinking.signature() == null ? "" : thinking.signature().text()));
      case Part.SealedThinking thinking -> to.add("sealed " + thinking.sealed().text());
      case Part.ToolCall call ->
          to.add(
              "call "
                  + call.id()
                  + ' '
                  + call.name()
                  + ' '
                  + Recordings.MAPPER.readTree(call.arguments()));
      case Part.Foreign foreign -> to.add("foreign " + foreign.type());
      case Part.Image _ -> to.add("image");
      case Part.File _ -> to.add("document");
      case Part.Refusal _, Part.Audio _, Part.Video _ -> to.add("?");
    }
  }

  private static void content(JsonNode content, List<String> to) {
    if (content.isString()) {
      to.add(content.stringValue());
      return;
    }
    for (JsonNode block : content) {
      String type = block.path("type").asString();
      switch (type) {
        case "text" -> to.add(block.path("text").asString());
        case "thinking" ->
            to.add(
                "thought "
                    + block.path("thinking").asString()
                    + block.path("signature").asString(""));
        case "redacted_thinking" -> to.add("sealed " + block.path("data").asString());
        case "tool_use" ->
            to.add(
                "call "
                    + block.path("id").asString()
                    + ' '
                    + block.path("name").asString()
                    + ' '
                    + block.path("input"));
        case "tool_result" -> {
          String outcome =
              block.has("is_error")
                  ? block.path("is_error").asBoolean() ? "FAILURE" : "SUCCESS"
                  : "UNSTATED";
          to.add("result " + block.path("tool_use_id").asString() + ' ' + outcome);
          content(block.path("content"), to);
        }
        case "image", "document" -> to.add(type);
        default -> to.add("foreign " + type);
      }
    }
  }

  /** The request in the codec's normal form: what is written in two ways is written in one. */
  private static JsonNode normal(JsonNode request) {
    ObjectNode root = (ObjectNode) withoutNulls(request);
    if (!root.path("stream").asBoolean(false)) {
      root.remove("stream");
    }
    if (root.remove("output_format") instanceof ObjectNode format) {
      ObjectNode config =
          root.path("output_config") instanceof ObjectNode present
              ? present
              : root.putObject("output_config");
      config.set("format", format);
    }
    if (root.path("tools").isEmpty()) {
      root.remove("tools");
    }
    if (root.path("tool_choice") instanceof ObjectNode choice
        && !choice.path("disable_parallel_tool_use").asBoolean(true)) {
      choice.remove("disable_parallel_tool_use");
    }
    lone(root, "system");
    ArrayNode merged = Recordings.MAPPER.createArrayNode();
    for (JsonNode turn : root.path("messages")) {
      boolean goesOn =
          !merged.isEmpty() && merged.get(merged.size() - 1).path("role").equals(turn.path("role"));
      if (goesOn) {
        ((ArrayNode) merged.get(merged.size() - 1).path("content"))
            .addAll((ArrayNode) turn.path("content"));
      } else {
        merged.add(turn);
      }
    }
    for (JsonNode turn : merged) {
      for (JsonNode block : turn.path("content")) {
        if (block.path("type").asString("").equals("tool_result")) {
          lone((ObjectNode) block, "content");
        }
      }
      lone((ObjectNode) turn, "content");
    }
    root.set("messages", merged);
    return root;
  }

  private static void lone(ObjectNode owner, String content) {
    JsonNode blocks = owner.path(content);
    if (blocks.isArray() && blocks.size() == 1 && blocks.get(0).size() == 2) {
      JsonNode text = blocks.get(0).path("text");
      if (text.isString()) {
        owner.set(content, text);
      }
    }
  }

  static JsonNode withoutNulls(JsonNode node) {
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
}
