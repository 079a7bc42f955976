package dev.sluice.app;

import static dev.sluice.app.PoolsideClient.chat;
import static dev.sluice.app.PoolsideClient.chunks;
import static dev.sluice.app.PoolsideClient.data;
import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** poolside's streamed answers. */
class PoolsideStreamTest {

  private static final String HEAD =
      "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",";
  private static final String FINISH =
      frame("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}");
  private static final String COUNTS =
      "{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5,\"x\":1e2}";
  private static final String USAGE =
      "data: " + HEAD + "\"choices\":[],\"usage\":" + COUNTS + "}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private static final String STREAM = ",\"stream\":true";
  private static final String WITH_USAGE = STREAM + ",\"stream_options\":{\"include_usage\":true}";

  private static String frame(String choice) {
    return "data: " + HEAD + "\"choices\":[" + choice + "]}\n\n";
  }

  private static String content(String text) {
    return frame("{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}");
  }

  /** What a client that asked for {@code more} sees of a provider's {@code events}. */
  private static String shown(String events, String more, String settings) throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.stream(events, true);
        RunningGateway gateway = open(up, settings)) {
      HttpResponse<String> response = chat(gateway, body("up/m", "hi", more));
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
      assertThat(up.request()).contains("\"include_usage\":true");
      return response.body();
    }
  }

  /** Settings are there to depart from the page's schema. */
  private static RunningGateway open(ScriptedUpstream up, String settings) {
    RunningGateway gateway = RunningGateway.before(up.port(), settings);
    return settings.isEmpty() ? gateway : gateway.unchecked();
  }

  private static String shown(String events, String more) throws Exception {
    return shown(events, more, "");
  }

  @Test
  @DisplayName("poolside trap 6: finish_reason is a string in every chunk, \"\" until the last")
  void chunksChangeInTheirFinishReasonAlone() throws Exception {
    String events =
        frame(
                "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}")
            + content("a")
            + content("say \\\"finish_reason\\\":null, é\\u00e9\\/\\\\")
            + content("c")
            + FINISH
            + DONE;

    String shown = shown(events, STREAM);

    assertThat(shown)
        .isEqualTo(events.replace("},\"finish_reason\":null", "},\"finish_reason\":\"\""));
    assertThat(chunks(shown)).hasSize(5);
  }

  @Test
  @DisplayName(
      "poolside §7: include_usage puts usage on the last chunk, and no chunk lacks choices")
  void usageStandsOnTheLastChunkOfWhoAskedForIt() throws Exception {
    String shown = shown(content("a") + FINISH + USAGE + DONE, WITH_USAGE);

    assertThat(shown).endsWith(FINISH.replace("]}\n\n", "],\"usage\":" + COUNTS + "}\n\n") + DONE);
    List<JsonNode> chunks = chunks(shown);
    assertThat(chunks).hasSize(2);
    assertThat(chunks.getFirst().has("usage")).isFalse();
  }

  @ParameterizedTest
  @DisplayName("poolside §7: without include_usage no usage, though the provider was asked for it")
  @ValueSource(
      strings = {"", ",\"stream_options\":{}", ",\"stream_options\":{\"include_usage\":false}"})
  void usageIsNotShownToWhoDidNotAskForIt(String options) throws Exception {
    String withUsage = FINISH.replace("]}\n\n", "],\"usage\":" + COUNTS + "}\n\n");

    assertThat(shown(content("a") + FINISH + USAGE + DONE, STREAM + options))
        .isEqualTo(content("a").replace("null", "\"\"") + FINISH + DONE);
    assertThat(shown(content("a") + withUsage + DONE, STREAM + options))
        .isEqualTo(content("a").replace("null", "\"\"") + FINISH + DONE);
  }

  @Test
  void usageThatStandsOnAChunkStaysThere() throws Exception {
    String withUsage = FINISH.replace("\"choices\"", "\"usage\":" + COUNTS + ",\"choices\"");

    assertThat(shown(withUsage + USAGE + DONE, WITH_USAGE)).isEqualTo(withUsage + DONE);
  }

  @Test
  void usageThatComesEarlyWaitsForTheFinish() throws Exception {
    assertThat(shown(content("a") + USAGE + content("b") + FINISH + DONE, WITH_USAGE))
        .isEqualTo(
            (content("a") + content("b")).replace("null", "\"\"")
                + FINISH.replace("]}\n\n", "],\"usage\":" + COUNTS + "}\n\n")
                + DONE);
  }

  @Test
  void absentUsageIsNotNull() throws Exception {
    String nulls = content("a").replace("]}", "],\"usage\":null}");
    String first = content("b").replace("\"id\":\"c\",", "\"usage\":null,\"id\":\"c\",");

    assertThat(shown(nulls + nulls + first + FINISH + USAGE + DONE, WITH_USAGE))
        .startsWith(
            (content("a") + content("a") + content("b")).replace("null", "\"\"")
                + FINISH.substring(0, 20));
  }

  @Test
  @DisplayName("poolside page: choices are never empty, so a chunk without them is left out")
  void aChunkWithoutChoicesIsLeftOut() throws Exception {
    String filters = "data: " + HEAD + "\"choices\":[],\"prompt_filter_results\":[]}\n\n";

    assertThat(chunks(shown(filters + content("a") + FINISH + DONE, STREAM))).hasSize(2);
  }

  @Test
  void everyChoiceFinishes() throws Exception {
    String other = FINISH.replace("\"index\":0", "\"index\":1");
    String late = content("b").replace("\"index\":0", "\"index\":1");

    assertThat(shown(content("a") + FINISH + late + other + USAGE + DONE, WITH_USAGE))
        .isEqualTo(
            content("a").replace("null", "\"\"")
                + FINISH
                + late.replace("null", "\"\"")
                + other.replace("]}\n\n", "],\"usage\":" + COUNTS + "}\n\n")
                + DONE);
  }

  @Test
  @DisplayName("poolside trap 6: continued tool calls have type, name and arguments")
  void toolCallsFitTheSchema() throws Exception {
    String[] calls = {
      "{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}",
      "{\"index\":0,\"function\":{\"arguments\":\"{\\\"type\\\":\"}}",
      "{\"index\":0,\"id\":null,\"type\":null,\"function\":{\"name\":null,\"arguments\":\"1\"}}",
      "{\"index\":0,\"id\":5}",
      "{\"index\":0,\"function\":{\"arguments\":\"}\"}}",
    };
    StringBuilder events = new StringBuilder();
    for (String call : calls) {
      events.append(
          frame(
              "{\"index\":0,\"delta\":{\"role\":\"\",\"tool_calls\":["
                  + call
                  + "]},\"finish_reason\":null}"));
    }
    events.append(FINISH.replace("stop", "tool_calls")).append(DONE);

    List<String> data = data(shown(events.toString(), STREAM));

    assertThat(chunks(shown(events.toString(), STREAM))).hasSize(6);
    assertThat(data.get(0)).contains("\"delta\":{\"tool_calls\":[" + calls[0] + "]}");
    assertThat(data.get(1))
        .contains(
            "{\"index\":0,\"function\":{\"arguments\":\"{\\\"type\\\":\",\"name\":\"\"},"
                + "\"type\":\"function\"}");
    assertThat(data.get(2))
        .contains(
            "{\"index\":0,\"type\":\"function\",\"function\":{\"name\":\"\",\"arguments\":\"1\"}}");
    assertThat(data.get(3))
        .contains(
            "{\"index\":0,\"id\":\"5\",\"type\":\"function\","
                + "\"function\":{\"name\":\"\",\"arguments\":\"\"}}");
  }

  @Test
  void unusualBytesOfChunksStay() throws Exception {
    String odd =
        "id: 7\nevent: message\ndata:{ \"z\":1e2, \"big\":12345678901234567890,\"t\":\"\\/\\u00e9é\","
            + "\"object\":\"chat.completion.chunk\",\"created\":1.0,\"model\":\"m\" , \"choices\" :"
            + " [ {\"logprobs\":null,\"finish_reason\": null ,\"index\":0,"
            + "\"delta\":{\"reasoning\":\"r\"}}]}\r\n\r\n";

    assertThat(shown(odd + FINISH + DONE, STREAM))
        .isEqualTo(
            odd.replace("\"finish_reason\": null ", "\"finish_reason\": \"\" ") + FINISH + DONE);
  }

  @Test
  void dataOfSeveralLinesBecomesOne() throws Exception {
    String lines = content("a").replace("\"choices\":", "\ndata: \"choices\":\ndata:  ");

    assertThat(shown(lines + FINISH + DONE, STREAM))
        .isEqualTo(lines.replace("\ndata: ", " ").replace("null", "\"\"") + FINISH + DONE);
  }

  @Test
  void unfinishedMayBeNull() throws Exception {
    String events = content("a") + content("b") + FINISH + DONE;

    assertThat(shown(events, STREAM, "dialects: { poolside: { unfinished: \"null\" } }\n"))
        .isEqualTo(events);
  }

  @Test
  void usageMayHaveAChunkOfItsOwn() throws Exception {
    String settings = "dialects: { poolside: { unfinished: \"null\", usage_chunk: own } }\n";
    String events = content("a") + FINISH + USAGE + DONE;

    assertThat(shown(events, WITH_USAGE, settings)).isEqualTo(events);
    assertThat(shown(events, STREAM, settings)).isEqualTo(content("a") + FINISH + DONE);
  }

  @Test
  @DisplayName("poolside trap 5: a stream cut anywhere ends in an error event, without a finish")
  void aCutStreamNeverLooksFinished() throws Exception {
    String events = content("a") + content("b") + FINISH + USAGE;
    for (boolean lastChunk : new boolean[] {true, false}) {
      for (int cut = content("a").length() + 1; cut <= events.length(); cut += 67) {
        try (ScriptedUpstream up = ScriptedUpstream.stream(events.substring(0, cut), lastChunk);
            RunningGateway gateway = RunningGateway.before(up.port(), "")) {

          HttpResponse<String> response = chat(gateway, body("up/m", "hi", WITH_USAGE));

          assertThat(response.statusCode()).isEqualTo(200);
          assertThat(response.body())
              .as("cut at %s", cut)
              .doesNotContain("[DONE]")
              .doesNotContain("stop")
              .contains(
                  "event: error\ndata: {\"error\":{\"title\":\"Internal Server Error\","
                      + "\"status\":500,\"detail\":\"unexpected error occurred\",\"errors\":[")
              .endsWith("}]}}\n\n");
        }
      }
    }
  }

  @Test
  void aProvidersErrorWithinAStreamIsAnErrorEvent() throws Exception {
    String error =
        "data: {\"error\":{\"message\":\"too long\",\"code\":\"context_length_exceeded\"}}\n\n";

    String shown = shown(content("a") + FINISH + error + DONE, STREAM);

    assertThat(shown)
        .isEqualTo(
            content("a").replace("null", "\"\"")
                + "event: error\ndata: {\"error\":{\"title\":\"Bad Request\",\"status\":400,"
                + "\"detail\":\"too long\",\"code\":\"max-tokens-exceeded\"}}\n\n");
  }

  @Test
  @DisplayName("poolside §7: a stream's chunks are chat.completion.chunk with a delta")
  void theDemoStreamFitsThePagesSchema() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      List<JsonNode> chunks =
          chunks(chat(gateway, body("demo/echo", "some words to stream", WITH_USAGE)).body());

      StringBuilder text = new StringBuilder();
      for (JsonNode chunk : chunks) {
        assertThat(chunk.get("object").asString()).isEqualTo("chat.completion.chunk");
        assertThat(chunk.at("/choices/0").has("delta")).isTrue();
        text.append(chunk.at("/choices/0/delta/content").asString(""));
      }
      assertThat(text).hasToString("some words to stream");
      assertThat(chunks.getLast().at("/choices/0/finish_reason").asString()).isEqualTo("stop");
      assertThat(chunks.getLast().at("/usage/total_tokens").asInt()).isPositive();
    }
  }
}
