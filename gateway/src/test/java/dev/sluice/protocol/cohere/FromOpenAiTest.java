package dev.sluice.protocol.cohere;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;

/** Real requests of OpenAI's protocol, into this one and back into the model. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class FromOpenAiTest {

  private static final Set<String> FIELDS =
      Set.of(
          "model",
          "messages",
          "documents",
          "tools",
          "tool_choice",
          "strict_tools",
          "temperature",
          "p",
          "k",
          "seed",
          "frequency_penalty",
          "presence_penalty",
          "max_tokens",
          "stop_sequences",
          "response_format",
          "thinking",
          "stream");

  @Test
  void everyRequestSaysTheSameInThisProtocol() {
    int carried = 0;
    for (Recorded recorded : Recordings.ofOpenAi()) {
      ChatRequest request = Codec.openAi(recorded.request().toString());
      String name = recorded.name();
      Codec.Written written;
      try {
        written = Codec.write(request, Codec.ABLE);
      } catch (GatewayException e) {
        // Only what this provider can't be given.
        assertThat(recorded.request().toString())
            .as(name + ": " + e.getMessage())
            .containsAnyOf(
                "document_url",
                "input_audio",
                "file_id",
                "video_url",
                "application/pdf",
                "\"file\"");
        continue;
      }
      carried++;

      ChatRequest back = Codec.request(written.text());

      assertThat(said(back)).as(name).isEqualTo(said(request));
      assertThat(calls(back)).as(name).isEqualTo(calls(request));
      assertThat(results(back)).as(name).isEqualTo(results(request));
      assertThat(names(back)).as(name).isEqualTo(offered(request));
      assertThat(back.output().tokensMax()).as(name).isEqualTo(request.output().tokensMax());
      assertThat(back.sampling().seed()).as(name).isEqualTo(request.sampling().seed());
      assertThat(back.delivery() == ChatRequest.Delivery.WHOLE)
          .as(name)
          .isEqualTo(request.delivery() == ChatRequest.Delivery.WHOLE);
      obeysTheProtocol(name, written.json());
      // What was written once is written so again.
      assertThat(Codec.write(back, Codec.ABLE).text()).as(name).isEqualTo(written.text());
    }
    assertThat(carried).isGreaterThan(280);
  }

  private static List<String> offered(ChatRequest request) {
    return request.tools().choice() instanceof ToolChoice.Named named
        ? List.of(named.name())
        : names(request);
  }

  private static List<String> names(ChatRequest request) {
    List<String> names = new ArrayList<>();
    for (Tool tool : request.tools().tools()) {
      if (tool instanceof Tool.Function function) {
        names.add(function.name());
      }
    }
    return names;
  }

  private static String said(ChatRequest request) {
    StringBuilder text = new StringBuilder();
    for (Message message : request.messages()) {
      if (!(message instanceof Message.ToolResult)) {
        for (Part part : message.parts()) {
          switch (part) {
            case Part.Text piece -> text.append(piece.text());
            case Part.Refusal piece -> text.append(piece.text());
            case Part.Thinking piece -> text.append(piece.text());
            case Part.Image _ -> text.append("[image]");
            case Part.Audio _,
                Part.Video _,
                Part.File _,
                Part.SealedThinking _,
                Part.ToolCall _,
                Part.Foreign _ -> {
              // Compared elsewhere, or only one provider's.
            }
          }
        }
      }
    }
    return text.toString();
  }

  private static List<String> calls(ChatRequest request) {
    List<String> calls = new ArrayList<>();
    for (Message message : request.messages()) {
      if (message instanceof Message.Assistant assistant) {
        for (Part.ToolCall call : assistant.toolCalls()) {
          String arguments = call.arguments().isBlank() ? "{}" : call.arguments();
          calls.add(call.id() + ' ' + call.name() + ' ' + arguments);
        }
      }
    }
    return calls;
  }

  private static List<String> results(ChatRequest request) {
    List<String> results = new ArrayList<>();
    for (Message message : request.messages()) {
      if (message instanceof Message.ToolResult result) {
        StringBuilder text = new StringBuilder(result.callId()).append(' ');
        for (Part part : result.parts()) {
          if (part instanceof Part.Text piece) {
            text.append(piece.text());
          }
        }
        results.add(text.toString());
      }
    }
    return results;
  }

  /** What the provider's published description says of requests. */
  private static void obeysTheProtocol(String name, JsonNode request) {
    assertThat(FIELDS).as(name).containsAll(request.propertyNames());
    assertThat(request.path("messages").size()).as(name).isPositive();
    for (JsonNode message : request.path("messages")) {
      String role = message.path("role").asString();
      assertThat(role).as(name).isIn("system", "user", "assistant", "tool");
      assertThat(message.has("tool_call_id")).as(name).isEqualTo(role.equals("tool"));
      if (!role.equals("assistant")) {
        assertThat(message.has("content")).as(name).isTrue();
      }
      for (JsonNode block : message.path("content")) {
        assertThat(block.path("type").asString())
            .as(name)
            .isIn("text", "image_url", "thinking", "document");
      }
      for (JsonNode call : message.path("tool_calls")) {
        assertThat(call.at("/function/arguments").isString()).as(name).isTrue();
        assertThat(call.at("/function/arguments").asString()).as(name).isNotEmpty();
      }
    }
    for (JsonNode tool : request.path("tools")) {
      assertThat(tool.at("/function/name").asString()).as(name).matches("[a-zA-Z0-9_-]{1,64}");
      assertThat(tool.at("/function/parameters").isObject()).as(name).isTrue();
    }
    assertThat(request.path("tool_choice").asString("NONE")).as(name).isIn("REQUIRED", "NONE");
    assertThat(request.path("response_format").path("type").asString("text"))
        .as(name)
        .isIn("text", "json_object");
    assertThat(request.path("stop_sequences").size()).as(name).isLessThan(6);
    assertThat(request.path("temperature").asDouble(0)).as(name).isBetween(0.0, 1.0);
    assertThat(request.path("p").asDouble(0.5)).as(name).isBetween(0.01, 0.99);
  }
}
