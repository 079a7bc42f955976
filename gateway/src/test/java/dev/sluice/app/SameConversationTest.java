package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The same conversation through all doors to one provider: the same words, calls and usage. */
class SameConversationTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String MODEL = "demo/echo";
  private static final String ID = "11111111-1111-4111-8111-111111111111";
  private static final String HISTORY =
      "\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
          + "{\"role\":\"user\",\"content\":\"What is the weather like, é漢😀?\"}]";
  private static final String TOOLS =
      ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"parameters\":"
          + "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"
          + "\"required\":[\"city\"]}}}]";
  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"age\":{\"type\":\"integer\",\"minimum\":18}},"
          + "\"required\":[\"age\"]}";

  private static RunningGateway gateway;

  /** A door, and where it has things. */
  private enum Door {
    BIFROST("/bifrost/v1/chat/completions"),
    YOMO("/yomo/v1/chat/completions"),
    ASSEMBLYAI("/assemblyai/v1/chat/completions"),
    POOLSIDE("/poolside/openai/v1/chat/completions"),
    JYLO("/jylo/acme/uk/inference/completions/" + ID);

    private final String path;

    Door(String path) {
      this.path = path;
    }

    String body(String more) {
      return this == JYLO
          ? "{" + HISTORY + more + "}"
          : "{\"model\":\"" + MODEL + "\"," + HISTORY + more + "}";
    }

    /** The format in the door's own words: Jylo's schema is a string. */
    String format() {
      return this == JYLO
          ? ",\"response_format\":{\"type\":\"json_schema\",\"schema\":" + quoted(SCHEMA) + "}"
          : ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"person\","
              + "\"schema\":"
              + SCHEMA
              + "}}";
    }

    /** Whether the door's stream tells usage without being asked, or only when asked. */
    String streamed() {
      return this == JYLO
          ? ",\"stream\":true"
          : ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";
    }

    private static String quoted(String text) {
      return JSON.writeValueAsString(text);
    }
  }

  /** What a client makes of an answer. */
  private record Heard(String words, String calls, String finish, List<Integer> usage) {}

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.with(
            RunningGateway.PORTS
                + "models: { smart: { targets: [ demo/echo ], id: "
                + ID
                + " } }\n");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @EnumSource
  void wholeAnswersSayTheSame(Door door) {
    Heard heard = whole(door, "");

    assertThat(heard).isEqualTo(whole(Door.BIFROST, ""));
    assertThat(heard.words()).isEqualTo("What is the weather like, é漢😀?");
    assertThat(heard.usage()).hasSize(3).allMatch(count -> count > 0);
  }

  @ParameterizedTest
  @EnumSource
  void streamsSayTheSame(Door door) {
    Heard heard = streamed(door, door.streamed());

    assertThat(heard).isEqualTo(streamed(Door.BIFROST, Door.BIFROST.streamed()));
    assertThat(heard).isEqualTo(whole(door, ""));
  }

  @ParameterizedTest
  @EnumSource
  void structuredOutputIsTheSame(Door door) {
    Heard heard = whole(door, door.format());

    assertThat(heard.words()).isEqualTo("{\"age\":18}");
    assertThat(heard).isEqualTo(whole(Door.BIFROST, Door.BIFROST.format()));
    assertThat(streamed(door, door.format() + door.streamed())).isEqualTo(heard);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "JYLO")
  void toolsAreCalledAlike(Door door) {
    Heard heard = whole(door, TOOLS);

    assertThat(heard.calls()).contains("get_weather").contains("{\"city\":");
    assertThat(heard.finish()).isEqualTo("tool_calls");
    assertThat(heard.calls()).isEqualTo(whole(Door.BIFROST, TOOLS).calls());
    assertThat(streamed(door, TOOLS + door.streamed()).calls()).isEqualTo(heard.calls());
  }

  private static Heard whole(Door door, String more) {
    HttpResponse<String> answer = send(door, more);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode root = JSON.readTree(answer.body());
    JsonNode choice = root.path("choices").path(0);
    StringBuilder calls = new StringBuilder();
    for (JsonNode call : choice.path("message").path("tool_calls").values()) {
      calls.append(call.path("function").path("name").asString());
      calls.append(call.path("function").path("arguments").asString());
    }
    return new Heard(
        choice.path("message").path("content").asString(""),
        calls.toString(),
        finish(choice),
        usage(root));
  }

  private static Heard streamed(Door door, String more) {
    String body = send(door, more).body();
    assertThat(body).endsWith("data: [DONE]\n\n");
    StringBuilder words = new StringBuilder();
    StringBuilder calls = new StringBuilder();
    String finish = "";
    List<Integer> usage = List.of();
    for (String frame : body.split("\n\n")) {
      if (!frame.startsWith("data: {")) {
        continue;
      }
      JsonNode root = JSON.readTree(frame.substring(6));
      JsonNode choice = root.path("choices").path(0);
      JsonNode delta = choice.has("delta") ? choice.path("delta") : choice.path("message");
      words.append(delta.path("content").asString(""));
      for (JsonNode call : delta.path("tool_calls").values()) {
        calls.append(call.path("function").path("name").asString(""));
        calls.append(call.path("function").path("arguments").asString(""));
      }
      finish = finish(choice).isEmpty() ? finish : finish(choice);
      usage = root.path("usage").isObject() ? usage(root) : usage;
    }
    return new Heard(words.toString(), calls.toString(), finish, usage);
  }

  private static String finish(JsonNode choice) {
    return choice.path("finish_reason").asString("") + choice.path("finishReason").asString("");
  }

  private static List<Integer> usage(JsonNode root) {
    List<Integer> counts = new ArrayList<>();
    for (String name : List.of("prompt", "completion", "total")) {
      JsonNode usage = root.path("usage");
      JsonNode count = usage.path(name + "_tokens");
      counts.add((count.isMissingNode() ? usage.path(name + "Tokens") : count).asInt(0));
    }
    return counts;
  }

  private static HttpResponse<String> send(Door door, String more) {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri(door.path))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(door.body(more))));
  }
}
