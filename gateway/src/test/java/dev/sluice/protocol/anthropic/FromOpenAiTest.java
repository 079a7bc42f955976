package dev.sluice.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolSettings;
import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import dev.sluice.recorded.ToolTraffic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;

/** Real requests of OpenAI's protocol, into this one and back into the model. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class FromOpenAiTest {

  private static List<Recorded> recordings = List.of();

  @BeforeAll
  static void load() {
    recordings = Recordings.ofOpenAi();
    assertThat(recordings).hasSizeGreaterThan(300);
  }

  @Test
  void everyRequestSaysTheSameInThisProtocol() {
    int carried = 0;
    for (Recorded recorded : recordings) {
      ChatRequest request = Codec.openAi(recorded.request().toString());
      Codec.Written written;
      try {
        written = Codec.write(request, Codec.ABLE);
      } catch (GatewayException e) {
        // Only what this provider can't be given, or nobody could answer.
        assertThat(recorded.request().toString())
            .as(recorded.name() + ": " + e.getMessage())
            .containsAnyOf("input_audio", "file_id", "video_url");
        continue;
      }
      carried++;

      ChatRequest back = Codec.request(written.text());

      String name = recorded.name();
      // Who begins with the assistant gets a word of the user's in front.
      assertThat(said(back)).as(name).isEqualTo((begins(request) ? "" : ".") + said(request));
      assertThat(ToolTraffic.calls(back)).as(name).isEqualTo(ToolTraffic.calls(request));
      assertThat(ToolTraffic.results(back)).as(name).isEqualTo(ToolTraffic.results(request));
      tools(name, request, back, written);
      assertThat(back.output().tokensMax()).as(name).isNotNull();
      if (request.output().tokensMax() != null && request.reasoning().effort() == null) {
        assertThat(back.output().tokensMax()).as(name).isEqualTo(request.output().tokensMax());
      }
      assertThat(back.output().stop()).as(name).isEqualTo(request.output().stop());
      assertThat(back.delivery() == ChatRequest.Delivery.WHOLE)
          .as(name)
          .isEqualTo(request.delivery() == ChatRequest.Delivery.WHOLE);
      obeysTheProtocol(name, written.json());
    }
    assertThat(carried).isGreaterThan(300);
  }

  private static boolean begins(ChatRequest request) {
    for (Message message : request.messages()) {
      if (!(message instanceof Message.System) && !(message instanceof Message.Developer)) {
        return message instanceof Message.User;
      }
    }
    return false;
  }

  private static void tools(
      String name, ChatRequest request, ChatRequest back, Codec.Written written) {
    if (request.tools().tools().isEmpty()) {
      return;
    }
    List<String> had = names(request.tools());
    List<String> has = names(back.tools());
    assertThat(has.stream().map(written.disguise()::clientName)).as(name).isEqualTo(had);
    if (request.tools().choice() != null) {
      assertThat(back.tools().choice()).as(name).isEqualTo(request.tools().choice());
    }
  }

  private static List<String> names(ToolSettings tools) {
    List<String> names = new ArrayList<>();
    for (Tool tool : tools.tools()) {
      switch (tool) {
        case Tool.Function function -> names.add(function.name());
        case Tool.Custom custom -> names.add(custom.name());
        case Tool.Foreign _ -> {
          // Its own provider's.
        }
      }
    }
    return names;
  }

  /** All text, whoever says it, but for what can't be empty and what was made up. */
  private static String said(ChatRequest request) {
    StringBuilder text = new StringBuilder();
    for (Message message : request.messages()) {
      if (!(message instanceof Message.ToolResult)) {
        for (Part part : message.parts()) {
          switch (part) {
            case Part.Text piece -> text.append(piece.text());
            case Part.Refusal piece -> text.append(piece.text());
            case Part.Image _ -> text.append("[image]");
            case Part.File _ -> text.append("[file]");
            case Part.Audio _,
                Part.Video _,
                Part.Thinking _,
                Part.SealedThinking _,
                Part.ToolCall _,
                Part.Foreign _ -> {
              // Compared elsewhere, or only one provider's.
            }
          }
        }
      }
    }
    return text.toString()
        .replace("<system>\n", "")
        .replace("\n</system>", "")
        .replaceAll("\\s", "");
  }

  /** The rules that the provider is known to hold requests to. */
  private static void obeysTheProtocol(String name, JsonNode request) {
    assertThat(request.path("max_tokens").isNumber()).as(name).isTrue();
    String previous = "assistant";
    List<String> open = new ArrayList<>();
    for (JsonNode turn : request.path("messages")) {
      String role = turn.path("role").asString();
      if (role.equals("system")) {
        continue;
      }
      assertThat(role).as(name).isNotEqualTo(previous);
      previous = role;
      List<String> answered = new ArrayList<>();
      List<String> called = new ArrayList<>();
      for (JsonNode block : turn.path("content")) {
        switch (block.path("type").asString("")) {
          case "text" -> assertThat(block.path("text").asString()).as(name).isNotBlank();
          case "tool_use" -> {
            assertThat(block.path("id").asString()).as(name).matches("[a-zA-Z0-9_-]+");
            assertThat(block.path("name").asString()).as(name).matches("[a-zA-Z0-9_-]{1,128}");
            assertThat(block.path("input").isObject()).as(name).isTrue();
            called.add(block.path("id").asString());
          }
          case "tool_result" -> answered.add(block.path("tool_use_id").asString());
          default -> {
            // Images and documents.
          }
        }
      }
      if (role.equals("user")) {
        assertThat(answered).as(name).containsExactlyInAnyOrderElementsOf(open);
      }
      open = called;
    }
    assertThat(open).as(name).isEmpty();
    assertThat(request.path("tools").size() > 0 || !request.has("tool_choice")).as(name).isTrue();
    for (JsonNode tool : request.path("tools")) {
      assertThat(tool.at("/input_schema/type").asString("")).as(name).isEqualTo("object");
    }
  }
}
