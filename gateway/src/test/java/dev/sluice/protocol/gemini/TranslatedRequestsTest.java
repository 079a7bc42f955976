package dev.sluice.protocol.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequest.Delivery;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.openai.OpenAiRequests;
import dev.sluice.recorded.Recordings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Real requests of OpenAI's protocol mean the same after they went through this one. */
@EnabledIfEnvironmentVariable(
    named = "SLUICE_RECORDINGS",
    matches = ".+",
    disabledReason = "SLUICE_RECORDINGS names no folder of recorded traffic")
class TranslatedRequestsTest {

  /** What may be dropped on the way; anything else must come through. */
  private static final Set<String> DROPPED =
      Set.of(
          "cache_control",
          "clear_thinking",
          "messages.content.document_url",
          "messages.content.file.filename",
          "messages.prefix",
          "parallel_tool_calls",
          "preset",
          "prompt_cache_key",
          "provider",
          "reasoning_effort",
          "reasoning_format",
          "response_format.json_schema.description",
          "safe_prompt",
          "service_tier",
          "thinking",
          "tools.eager_input_streaming",
          "tools.openrouter:advisor",
          "tools.openrouter:web_search",
          "web_search_options");

  @Test
  void everyRequestMeansTheSameOnTheOtherSide() throws IOException {
    Set<String> dropped = new TreeSet<>();
    List<String> refused = new ArrayList<>();
    int checked = 0;
    for (Path file : files()) {
      JsonNode root;
      try {
        root = Recordings.MAPPER.readTree(Files.readString(file, StandardCharsets.UTF_8));
      } catch (JacksonException _) {
        continue;
      }
      JsonNode body = root.path("request_body");
      if (!root.path("endpoint").asString("").contains("/chat/completions")
          || !body.has("messages")) {
        continue;
      }
      String name = file.getParent().getFileName() + "/" + file.getFileName();
      byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
      ChatRequest before = OpenAiRequests.decode(bytes, 0, bytes.length);
      JsonWriter out = new JsonWriter();
      Losses losses = new Losses();
      try {
        GeminiRequests.encode(before, Codec.STUDIO, out, losses);
      } catch (GatewayException e) {
        assertThat(e.fault()).as(name).isInstanceOf(Fault.InvalidRequest.class);
        refused.add(name + ": " + e.getMessage());
        continue;
      }
      checked++;
      dropped.addAll(losses.fields());
      ChatRequest after =
          GeminiRequests.decode(out.toBytes(), 0, out.length(), before.model(), Delivery.WHOLE);
      assertThat(said(after)).as(name).isEqualTo(said(before));
      assertThat(tools(after)).as(name).isEqualTo(tools(before));
      if (after.tools().choice() instanceof ToolChoice.Foreign validated) {
        // How strict tools are called.
        assertThat(validated.json().text()).as(name).isEqualTo("{\"mode\":\"VALIDATED\"}");
        assertThat(body.path("tools").toString()).as(name).contains("\"strict\":true");
        assertThat(before.tools().choice()).as(name).isIn(null, new ToolChoice.Auto());
      } else if (!before.tools().tools().isEmpty()) {
        assertThat(after.tools().choice()).as(name).isEqualTo(before.tools().choice());
      }
      assertThat(after.output().stop()).as(name).isEqualTo(before.output().stop());
      assertThat(after.output().tokensMax()).as(name).isEqualTo(before.output().tokensMax());
      assertThat(after.sampling().topP()).as(name).isEqualTo(before.sampling().topP());
    }
    assertThat(checked).isGreaterThan(300);
    assertThat(dropped).isSubsetOf(DROPPED);
    assertThat(refused).as("refused").isEmpty();
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files =
        Files.walk(Path.of(System.getenv("SLUICE_RECORDINGS")).toRealPath())) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  /** Who said, showed, called and answered what, in order; instructions are said in front. */
  private static List<String> said(ChatRequest request) {
    List<String> said = new ArrayList<>();
    for (Message message : request.messages()) {
      switch (message) {
        case Message.System system -> words("system", system.parts(), said);
        case Message.Developer developer -> words("system", developer.parts(), said);
        case Message.User user -> words("user", user.parts(), said);
        case Message.Assistant assistant -> words("model", assistant.parts(), said);
        case Message.ToolResult result -> {
          StringBuilder text = new StringBuilder();
          for (Part part : result.parts()) {
            text.append(part instanceof Part.Text piece ? piece.text() : "");
          }
          said.add("result " + result.callId() + ' ' + text);
        }
      }
    }
    return said;
  }

  private static void words(String who, List<Part> parts, List<String> said) {
    for (Part part : parts) {
      switch (part) {
        case Part.Text text -> {
          String words = text.text();
          if (words.startsWith("<system>\n") && words.endsWith("\n</system>")) {
            said.add("system " + words.substring(9, words.length() - 10));
          } else if (!words.isEmpty() && !words.equals(" ")) {
            said.add(who + ' ' + words);
          }
        }
        case Part.Thinking thinking -> said.add(who + " thinks " + thinking.text());
        case Part.ToolCall call -> {
          String arguments = call.arguments().isBlank() ? "{}" : call.arguments().strip();
          said.add(who + " calls " + call.id() + ' ' + call.name() + ' ' + arguments);
        }
        case Part.Image image -> said.add(who + " shows " + source(image.source()));
        case Part.Audio audio -> said.add(who + " shows " + source(audio.source()));
        case Part.Video video -> said.add(who + " shows " + source(video.source()));
        case Part.File file -> said.add(who + " shows " + source(file.source()));
        case Part.Refusal refusal -> said.add(who + ' ' + refusal.text());
        case Part.SealedThinking _, Part.Foreign _ -> {
          // Nobody else can read it; that it was dropped is said.
        }
      }
    }
  }

  private static String source(Media media) {
    return switch (media) {
      case Media.Remote remote -> remote.url();
      case Media.Inline inline -> inline.mediaType() + ' ' + inline.base64().length();
      case Media.Written written -> written.text();
      case Media.Uploaded uploaded -> uploaded.id();
    };
  }

  private static List<String> tools(ChatRequest request) {
    List<String> tools = new ArrayList<>();
    for (Tool tool : request.tools().tools()) {
      if (tool instanceof Tool.Function function) {
        String schema = function.parameters() == null ? "" : function.parameters().text();
        tools.add(function.name() + ' ' + function.description() + ' ' + schema);
      }
    }
    return tools;
  }
}
