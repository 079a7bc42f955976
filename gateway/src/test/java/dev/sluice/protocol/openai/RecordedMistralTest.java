package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Real requests, as Mistral takes them, and its own answers. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class RecordedMistralTest {

  /** The fields that its published description has; it refuses others. */
  private static final Set<String> FIELDS =
      Set.of(
          "model",
          "messages",
          "temperature",
          "top_p",
          "max_tokens",
          "stream",
          "stop",
          "random_seed",
          "metadata",
          "response_format",
          "tools",
          "tool_choice",
          "presence_penalty",
          "frequency_penalty",
          "n",
          "prediction",
          "parallel_tool_calls",
          "reasoning_effort",
          "prompt_cache_key",
          "safe_prompt");

  private static List<Recorded> all = List.of();

  @BeforeAll
  static void load() {
    all = Recordings.ofOpenAi();
    assertThat(all).hasSizeGreaterThan(300);
  }

  private static ChatRequest read(JsonNode request) {
    byte[] bytes = request.toString().getBytes(StandardCharsets.UTF_8);
    return OpenAiRequests.decode(bytes, 0, bytes.length);
  }

  private static String write(ChatRequest request) {
    JsonWriter out = new JsonWriter();
    OpenAiRequests.encode(request, OpenAiRequestOptions.MISTRAL, out, new Losses());
    return out.toString();
  }

  private static boolean needs(JsonNode request) {
    byte[] bytes = request.toString().getBytes(StandardCharsets.UTF_8);
    return OpenAiDeviations.MISTRAL.needsAdjusting(bytes, 0, bytes.length);
  }

  @Test
  void itsOwnRequestsNeedNothingAndComeOutAsTheyWentIn() {
    int own = 0;
    for (Recorded recorded : all) {
      if (!recorded.name().startsWith("mistral/")) {
        continue;
      }
      own++;
      ChatRequest request = read(recorded.request());

      String written = write(request);

      assertThat(needs(recorded.request())).as(recorded.name()).isFalse();
      assertThat(read(Recordings.MAPPER.readTree(written))).as(recorded.name()).isEqualTo(request);
    }
    assertThat(own).isGreaterThan(40);
  }

  @Test
  void everybodysRequestsAreWrittenAsItTakesThem() {
    int carried = 0;
    for (Recorded recorded : all) {
      if (recorded.request().path("messages").isEmpty()) {
        continue;
      }
      ChatRequest request = read(recorded.request());
      String written = write(request);
      JsonNode json = Recordings.MAPPER.readTree(written);
      obeysTheProtocol(recorded.name(), request, json);
      assertThat(needs(withoutForm(json))).as(recorded.name() + " " + written).isFalse();
      // What was written once is written so again.
      assertThat(write(read(json))).as(recorded.name()).isEqualTo(written);
      carried++;
    }
    assertThat(carried).isGreaterThan(300);
  }

  /** A form without a schema is looked at again each time, and then left alone. */
  private static JsonNode withoutForm(JsonNode request) {
    ObjectNode copy = (ObjectNode) request.deepCopy();
    copy.remove("response_format");
    return copy;
  }

  private static void obeysTheProtocol(String name, ChatRequest asked, JsonNode request) {
    Set<String> fields = new HashSet<>(request.propertyNames());
    fields.removeAll(FIELDS);
    // What the model has no word for was the client's own idea, and goes as it came.
    asked.rest().members().forEach(member -> fields.remove(member.name()));
    assertThat(fields).as(name).isEmpty();
    String previous = "";
    List<String> open = new ArrayList<>();
    for (JsonNode message : request.path("messages")) {
      String role = message.path("role").asString();
      assertThat(role).as(name).isIn("system", "user", "assistant", "tool");
      if (previous.equals("tool")) {
        assertThat(role).as(name).isIn("tool", "assistant");
      }
      previous = role;
      for (JsonNode call : message.path("tool_calls")) {
        assertThat(call.path("id").asString()).as(name).matches("[a-zA-Z0-9]{9}");
        open.add(call.path("id").asString());
      }
      if (role.equals("tool") && !open.isEmpty()) {
        assertThat(open).as(name).contains(message.path("tool_call_id").asString());
      }
      assertThat(message.has("name") && !role.equals("tool")).as(name).isFalse();
    }
    JsonNode last = request.path("messages").path(request.path("messages").size() - 1);
    if (last.path("role").asString().equals("assistant") && !last.has("tool_calls")) {
      assertThat(last.path("prefix").asBoolean()).as(name).isTrue();
    }
    assertThat(request.path("tool_choice").asString("auto")).as(name).isIn("auto", "none", "any");
  }
}
