package dev.sluice.protocol.converse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.protocol.converse.Recordings.Recorded;
import dev.sluice.recorded.ToolTraffic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;

/** Real requests of OpenAI's protocol, into this one and back into the model. */
@EnabledIfEnvironmentVariable(
    named = "SLUICE_RECORDINGS",
    matches = ".+",
    disabledReason = "SLUICE_RECORDINGS names no folder of recorded traffic")
class FromOpenAiTest {

  private static List<Recorded> recordings = List.of();

  @BeforeAll
  static void load() throws IOException {
    recordings = Recordings.openAiRequests();
    assertThat(recordings).hasSizeGreaterThan(300);
  }

  @Test
  void everyRequestSaysTheSameInThisProtocol() {
    everyRequest(Codec.ABLE);
  }

  @Test
  void everyRequestIsValidForModelsThatTakeLittle() {
    everyRequest(ConverseAbilities.LEAST);
    everyRequest(ConverseAbilities.CLAUDE);
    everyRequest(Codec.NOVA);
  }

  private static void everyRequest(ConverseAbilities abilities) {
    int carried = 0;
    for (Recorded recorded : recordings) {
      ChatRequest request = Codec.openAi(recorded.request().toString());
      String name = recorded.name();
      Codec.Written written;
      try {
        written = Codec.write(request, abilities);
      } catch (GatewayException e) {
        // Only what this provider can't be given, or nobody could answer.
        assertThat(recorded.request().toString())
            .as(name + ": " + e.getMessage())
            .containsAnyOf("input_audio", "file_id", "video_url", "http://", "https://");
        continue;
      }
      carried++;

      ChatRequest back = Codec.request(written.text());

      assertThat(ToolTraffic.calls(back)).as(name).isEqualTo(ToolTraffic.calls(request));
      assertThat(ToolTraffic.results(back)).as(name).isEqualTo(ToolTraffic.results(request));
      if (abilities == Codec.ABLE) {
        assertThat(said(back)).as(name).isEqualTo((begins(request) ? "" : ".") + said(request));
        assertThat(back.output().stop()).as(name).isEqualTo(request.output().stop());
      }
      obeysTheProtocol(name, written.json());
    }
    assertThat(carried).isGreaterThan(280);
  }

  private static boolean begins(ChatRequest request) {
    for (Message message : request.messages()) {
      if (!(message instanceof Message.System) && !(message instanceof Message.Developer)) {
        return message instanceof Message.User;
      }
    }
    return false;
  }

  /** All text, whoever says it, but for what can't be empty and what was made up. */
  private static String said(ChatRequest request) {
    StringBuilder text = new StringBuilder();
    for (Message message : request.messages()) {
      if (!(message instanceof Message.ToolResult)) {
        boolean document = false;
        boolean words = false;
        for (Part part : message.parts()) {
          switch (part) {
            case Part.Text piece -> {
              words = true;
              text.append(piece.text());
            }
            case Part.Refusal piece -> text.append(piece.text());
            case Part.Image _ -> text.append("[image]");
            case Part.File _ -> {
              document = true;
              text.append("[file]");
            }
            case Part.Audio _ -> text.append("[audio]");
            case Part.Video _,
                Part.Thinking _,
                Part.SealedThinking _,
                Part.ToolCall _,
                Part.Foreign _ -> {
              // Compared elsewhere, or only one provider's.
            }
          }
        }
        if (document && !words) {
          // A document may not stand alone in this protocol: it gets a word of its own.
          text.append('.');
        }
      }
    }
    return text.toString()
        .replace("<system>\n", "")
        .replace("\n</system>", "")
        .replaceAll("\\s", "");
  }

  /** The rules that the provider is known to hold requests to. */
  static void obeysTheProtocol(String name, JsonNode request) {
    String previous = "assistant";
    List<String> open = new ArrayList<>();
    boolean called = false;
    Set<String> documents = new HashSet<>();
    for (JsonNode turn : request.path("messages")) {
      String role = turn.path("role").asString();
      if (role.equals("system")) {
        continue;
      }
      assertThat(role).as(name).isNotEqualTo(previous);
      previous = role;
      assertThat(turn.path("content").isEmpty()).as(name).isFalse();
      List<String> answered = new ArrayList<>();
      List<String> calls = new ArrayList<>();
      boolean document = false;
      boolean text = false;
      for (JsonNode block : turn.path("content")) {
        assertThat(block.size()).as(name).isEqualTo(1);
        switch (block.propertyNames().iterator().next()) {
          case "text" -> {
            text = true;
            assertThat(block.path("text").asString()).as(name).isNotBlank();
          }
          case "toolUse" -> {
            JsonNode call = block.path("toolUse");
            assertThat(call.path("toolUseId").asString()).matches("[a-zA-Z0-9_.:-]{1,64}");
            assertThat(call.path("name").asString()).as(name).matches("[a-zA-Z0-9_-]{1,64}");
            assertThat(call.path("input").isObject()).as(name).isTrue();
            calls.add(call.path("toolUseId").asString());
            called = true;
          }
          case "toolResult" -> {
            JsonNode result = block.path("toolResult");
            answered.add(result.path("toolUseId").asString());
            assertThat(result.path("content").isEmpty()).as(name).isFalse();
          }
          case "document" -> {
            document = true;
            String title = block.at("/document/name").asString();
            assertThat(title).as(name).matches("[a-zA-Z0-9()\\[\\]-]+( [a-zA-Z0-9()\\[\\]-]+)*");
            assertThat(documents.add(title)).as(name).isTrue();
          }
          default -> {
            // Images, sounds and films.
          }
        }
      }
      assertThat(document && !text).as(name).isFalse();
      if (role.equals("user")) {
        assertThat(answered).as(name).containsExactlyInAnyOrderElementsOf(open);
      }
      open = calls;
    }
    assertThat(open).as(name).isEmpty();
    assertThat(request.at("/messages/0/role").asString()).as(name).isEqualTo("user");
    assertThat(called && !request.has("toolConfig")).as(name).isFalse();
    if (request.has("toolConfig")) {
      assertThat(request.at("/toolConfig/tools").isEmpty()).as(name).isFalse();
    }
    for (JsonNode tool : request.at("/toolConfig/tools")) {
      if (tool.has("toolSpec")) {
        JsonNode spec = tool.path("toolSpec");
        assertThat(spec.at("/inputSchema/json/type").asString("")).as(name).isEqualTo("object");
        assertThat(spec.path("description").asString("x")).as(name).isNotBlank();
        assertThat(spec.path("name").asString()).as(name).matches("[a-zA-Z0-9_-]{1,64}");
      }
    }
    double temperature = request.at("/inferenceConfig/temperature").asDouble(0);
    assertThat(temperature).as(name).isBetween(0.0, 1.0);
    for (String absent : List.of("model", "stream", "user", "n")) {
      assertThat(request.has(absent)).as(name).isFalse();
    }
  }
}
