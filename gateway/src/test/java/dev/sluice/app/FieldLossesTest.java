package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Replay.Answer;
import dev.sluice.app.Replay.Playable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What gateways are known to lose on the way, each with a small answer of our own: none of it is
 * lost here, and no setting is needed for that.
 */
class FieldLossesTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String JSON = "application/json";
  private static final String EVENTS = "text/event-stream";
  private static final String QUESTION = "[{\"role\":\"user\",\"content\":\"hi\"}]";

  private static final String GEMINI_CALL =
      "{\"responseId\":\"r1\",\"modelVersion\":\"gemini-x\",\"candidates\":[{\"index\":0,"
          + "\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"hm\",\"thought\":true},"
          + "{\"functionCall\":{\"id\":\"c7\",\"name\":\"f\",\"args\":{\"a\":1.50}},"
          + "\"thoughtSignature\":\"c2VhbA==\"},{\"functionCall\":{\"name\":\"g\"}}]},"
          + "\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":10,"
          + "\"candidatesTokenCount\":3,\"thoughtsTokenCount\":5,\"totalTokenCount\":18}}";

  private static final String CLAUDE_START =
      "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":"
          + "\"assistant\",\"model\":\"claude-x\",\"content\":[],\"usage\":{\"input_tokens\":21,"
          + "\"cache_read_input_tokens\":100,\"cache_creation_input_tokens\":7,"
          + "\"output_tokens\":1}}}";

  private static Replay replay;

  @BeforeAll
  static void start() {
    replay =
        new Replay(
            Stream.of("openai", "azure", "groq", "openrouter", "cerebras", "anthropic", "gemini")
                .collect(Collectors.toMap(name -> name, name -> name)),
            "");
  }

  @AfterAll
  static void stop() {
    replay.close();
  }

  // Streams that are cut.

  @ParameterizedTest
  @ValueSource(strings = {"openai", "anthropic", "gemini"})
  void aStreamThatIsCutAfterHalfItsBytesEndsInAnError(String provider) {
    String events =
        switch (provider) {
          case "openai" -> events(List.of(chunk("{\"content\":\"a\"}"), finish(0), "[DONE]"));
          case "anthropic" -> events(claude("{\"type\":\"text\",\"text\":\"\"}", "end_turn"));
          default -> events(List.of(candidate(0, "a", null), candidate(0, "b", "STOP")));
        };
    byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
    byte[] half = Arrays.copyOf(bytes, bytes.length / 2);

    Answer answer = ask(provider, stream(), new Playable(answer(EVENTS, half), true));

    assertThat(answer.body()).contains("\"error\":{").doesNotContain("[DONE]");
  }

  // Refusals and several choices.

  @Test
  @DisplayName("case 63: a refusal stays one, and is no text")
  void aRefusalStaysARefusal() {
    String message = "\"message\":{\"role\":\"assistant\",\"content\":null,\"refusal\":\"No.\"}";

    JsonNode whole = tree(ask("openai", "", whole(completion(message, "stop", ""))));

    assertThat(whole.at("/choices/0/message/refusal").asString()).isEqualTo("No.");
    assertThat(whole.at("/choices/0/message/content").isNull()).isTrue();
  }

  @Test
  void aStreamedRefusalStaysARefusal() {
    List<JsonNode> chunks =
        chunks(
            ask(
                "openai",
                stream(),
                streamed(List.of(chunk("{\"refusal\":\"No.\"}"), finish(0), "[DONE]"))));

    assertThat(joined(chunks, "/choices/0/delta/refusal")).isEqualTo("No.");
    assertThat(joined(chunks, "/choices/0/delta/content")).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("case 40: each of two choices finishes")
  @ValueSource(strings = {"openai", "gemini"})
  void eachOfTwoChoicesFinishes(String provider) {
    List<String> frames =
        provider.equals("openai")
            ? List.of(chunk("{\"content\":\"a\"}"), finish(1), finish(0), "[DONE]")
            : List.of(
                candidate(0, "a", null), candidate(1, "b", "STOP"), candidate(0, "c", "STOP"));

    List<JsonNode> chunks = chunks(ask(provider, ",\"n\":2" + stream(), streamed(frames)));

    for (int index = 0; index < 2; index++) {
      int choice = index;
      assertThat(
              chunks.stream()
                  .flatMap(chunk -> chunk.path("choices").valueStream())
                  .filter(one -> one.path("index").asInt() == choice)
                  .filter(one -> one.path("finish_reason").asString("").equals("stop")))
          .hasSize(1);
    }
  }

  // Fields of servers that speak OpenAI's protocol.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "azure|\"prompt_filter_results\":[{\"prompt_index\":0,\"content_filter_results\":{}}]",
        "groq|\"x_groq\":{\"id\":\"req_1\"},\"usage_breakdown\":null",
        "groq|\"usage\":{\"prompt_tokens\":1,\"queue_time\":0.028,\"total_time\":1.0e-2}",
        "openrouter|\"provider\":\"Google\",\"usage\":{\"prompt_tokens\":1,\"cost\":0.00010}",
        "cerebras|\"time_info\":{\"queue_time\":9.6e-05,\"created\":1757.0}",
      })
  void membersThatOnlyOneProviderHasAreKept(String provider, String member) {
    String message = "\"message\":{\"role\":\"assistant\",\"content\":\"a\"}";

    Answer whole = ask(provider, "", whole(completion(message, "stop", "," + member)));
    Answer streamed =
        ask(
            provider,
            stream(),
            streamed(
                List.of(
                    chunk("{\"content\":\"a\"}").replace("}]}", "}]," + member + "}"),
                    finish(0),
                    "[DONE]")));

    assertThat(whole.body()).contains(member);
    assertThat(streamed.body()).contains(member);
  }

  @Test
  void whatAzureAndOpenRouterSayOfAChoiceIsKept() {
    String more =
        "\"native_finish_reason\":\"STOP\",\"content_filter_results\":{\"hate\":{\"filtered\":"
            + "false,\"severity\":\"safe\"}},\"message\":{\"role\":\"assistant\",\"content\":\"a\"}";

    Answer answer = ask("azure", "", whole(completion(more, "stop", "")));

    assertThat(answer.body()).contains(more);
  }

  @Test
  void groqsAnswerWithoutAServiceTierIsTaken() {
    String message = "\"message\":{\"role\":\"assistant\",\"content\":\"a\"}";

    Answer answer = ask("groq", "", whole(completion(message, "stop", "")));

    assertThat(answer.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"message\":null", "\"logprobs\":null"})
  void anAzureAnswerWhoseMessageWasFilteredIsAnAnswer(String choice) {
    Answer answer = ask("azure", "", whole(completion(choice, "content_filter", "")));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains(choice, "\"finish_reason\":\"content_filter\"");
  }

  // Gemini.

  @Test
  void geminisCallsFinishAsCallsWithTheirIdsSealsAndArguments() {
    JsonNode choice = tree(ask("gemini", tools("f", "g"), whole(GEMINI_CALL))).at("/choices/0");

    assertThat(choice.at("/finish_reason").asString()).isEqualTo("tool_calls");
    assertThat(choice.at("/message/reasoning_content").asString()).isEqualTo("hm");
    JsonNode first = choice.at("/message/tool_calls/0");
    assertThat(first.at("/id").asString()).isEqualTo("c7");
    assertThat(first.at("/function/arguments").asString()).isEqualTo("{\"a\":1.50}");
    assertThat(first.at("/extra_content/google/thought_signature").asString())
        .isEqualTo("c2VhbA==");
    JsonNode second = choice.at("/message/tool_calls/1");
    assertThat(second.at("/function/name").asString()).isEqualTo("g");
    assertThat(second.at("/function/arguments").asString()).isEqualTo("{}");
    assertThat(second.at("/id").asString()).isNotEmpty().isNotEqualTo("c7");
  }

  @Test
  void geminisStreamedCallsDoToo() {
    Answer answer = ask("gemini", tools("f", "g") + stream(), streamed(List.of(GEMINI_CALL)));

    List<JsonNode> chunks = chunks(answer);
    assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    assertThat(joined(chunks, "/choices/0/finish_reason")).isEqualTo("tool_calls");
    assertThat(joined(chunks, "/choices/0/delta/tool_calls/0/id")).startsWith("c7");
    assertThat(joined(chunks, "/choices/0/delta/tool_calls/0/function/arguments"))
        .isEqualTo("{\"a\":1.50}{}");
    assertThat(answer.body()).contains("\"thought_signature\":\"c2VhbA==\"");
  }

  @Test
  void geminisThoughtsAreTokensOfTheCompletion() {
    JsonNode usage = tree(ask("gemini", tools("f", "g"), whole(GEMINI_CALL))).path("usage");

    assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(10);
    assertThat(usage.path("completion_tokens").asInt()).isEqualTo(8);
    assertThat(usage.path("total_tokens").asInt()).isEqualTo(18);
    assertThat(usage.at("/completion_tokens_details/reasoning_tokens").asInt()).isEqualTo(5);
  }

  @Test
  void resultsOfToolsReachGeminiUnderTheirToolsNames() {
    String messages =
        "[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":null,"
            + "\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
            + "\"arguments\":\"{}\"}},{\"id\":\"2\",\"type\":\"function\",\"function\":{\"name\":"
            + "\"g\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"2\",\"content\":"
            + "\"two\"},{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":\"one\"}]";

    JsonNode sent = asked(ask("gemini", messages, tools("f", "g"), whole(GEMINI_CALL)));

    JsonNode results = sent.path("contents").path(2).path("parts");
    assertThat(results.at("/0/functionResponse/name").asString()).isEqualTo("f");
    assertThat(results.at("/0/functionResponse/response").toString()).contains("one");
    assertThat(results.at("/1/functionResponse/name").asString()).isEqualTo("g");
  }

  @Test
  void anAnswerOfGeminisWithoutPartsHasAnEmptyMessage() {
    String answer =
        "{\"candidates\":[{\"content\":{\"role\":\"model\"},\"finishReason\":\"MAX_TOKENS\"}]}";

    JsonNode choice = tree(ask("gemini", "", whole(answer))).at("/choices/0");

    assertThat(choice.at("/message/content").asString()).isEmpty();
    assertThat(choice.at("/finish_reason").asString()).isEqualTo("length");
  }

  @Test
  @DisplayName("case 63: a blocked prompt is a filtered choice at the door")
  void aPromptThatGeminiBlockedIsAFilteredChoice() {
    String answer =
        "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":"
            + "4,\"totalTokenCount\":4}}";

    Answer whole = ask("gemini", "", whole(answer));
    List<JsonNode> chunks = chunks(ask("gemini", stream(), streamed(List.of(answer))));

    assertThat(tree(whole).at("/choices/0/finish_reason").asString()).isEqualTo("content_filter");
    assertThat(tree(whole).at("/choices/0/message/role").asString()).isEqualTo("assistant");
    assertThat(joined(chunks, "/choices/0/finish_reason")).isEqualTo("content_filter");
  }

  // Anthropic.

  @Test
  void anthropicsCachedInputIsPartOfThePromptAndWritesAreNoReads() {
    List<String> frames = claude("{\"type\":\"text\",\"text\":\"\"}", "end_turn");

    List<JsonNode> chunks = chunks(ask("anthropic", stream(), streamed(frames)));

    JsonNode usage = chunks.getLast().path("usage");
    assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(128);
    assertThat(usage.at("/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(100);
    assertThat(usage.at("/prompt_tokens_details/cache_write_tokens").asInt()).isEqualTo(7);
    assertThat(usage.path("completion_tokens").asInt()).isEqualTo(9);
    assertThat(usage.path("total_tokens").asInt()).isEqualTo(137);
  }

  @Test
  void anthropicsSealsAndFinishAreThereAtTheSameTimeWithoutASetting() {
    String answer =
        "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x\","
            + "\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"c2VhbA==\"},"
            + "{\"type\":\"redacted_thinking\",\"data\":\"ZGFyaw==\"},{\"type\":\"tool_use\",\"id\":"
            + "\"toolu_1\",\"name\":\"f\",\"input\":{\"a\":1e2}}],\"stop_reason\":\"tool_use\","
            + "\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}";

    JsonNode choice = tree(ask("anthropic", tools("f"), whole(answer))).at("/choices/0");

    assertThat(choice.at("/finish_reason").asString()).isEqualTo("tool_calls");
    assertThat(choice.at("/message/reasoning_content").asString()).isEqualTo("hm");
    assertThat(choice.at("/message/reasoning_details/0/signature").asString())
        .isEqualTo("c2VhbA==");
    assertThat(choice.at("/message/reasoning_details/1/data").asString()).isEqualTo("ZGFyaw==");
    assertThat(choice.at("/message/tool_calls/0/function/arguments").asString())
        .isEqualTo("{\"a\":1e2}");
  }

  @Test
  @DisplayName("case 35: where a limit is a must and the client names none, there is one")
  void anthropicIsAskedWithALimitWhereTheClientNamesNone() {
    Answer answer = ask("anthropic", "", whole("{}"));

    assertThat(asked(answer).path("max_tokens").asInt()).isGreaterThan(1000);
  }

  @Test
  @DisplayName("case 64: every chunk has id, model and object at the door")
  void everyChunkOfAnthropicsStreamHasIdModelAndObject() {
    List<String> frames = claude("{\"type\":\"text\",\"text\":\"\"}", "end_turn");

    List<JsonNode> chunks = chunks(ask("anthropic", stream(), streamed(frames)));

    assertThat(chunks)
        .hasSizeGreaterThan(2)
        .allSatisfy(chunk -> {
          assertThat(chunk.path("id").asString()).isEqualTo("msg_1");
          assertThat(chunk.path("model").asString()).isEqualTo("claude-x");
          assertThat(chunk.path("object").asString()).isEqualTo("chat.completion.chunk");
        });
    assertThat(chunks.getFirst().at("/choices/0/delta/role").asString()).isEqualTo("assistant");
  }

  // Tools that the provider runs, and turns that it refuses.

  @Test
  void aSearchThatAnthropicRanIsNoCallToRun() {
    List<String> frames =
        claude(
            "{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"web_search\","
                + "\"input\":{}}",
            "end_turn");

    Answer answer = ask("anthropic", stream(), streamed(frames));

    assertThat(answer.body()).doesNotContain("tool_calls").doesNotContain("srvtoolu_1");
    assertThat(joined(chunks(answer), "/choices/0/finish_reason")).isEqualTo("stop");
  }

  @ParameterizedTest
  @CsvSource({"anthropic, /messages/0/role", "gemini, /contents/0/role"})
  void aHistoryThatStartsWithTheAssistantIsSentAsTheProviderTakesIt(String provider, String at) {
    String messages =
        "[{\"role\":\"assistant\",\"content\":\"Hello!\"},{\"role\":\"user\",\"content\":\"hi\"}]";

    JsonNode sent = asked(ask(provider, messages, "", whole("{}")));

    assertThat(sent.at(at).asString()).isEqualTo("user");
    assertThat(sent.toString()).contains("Hello!", "hi");
  }

  // The providers' words.

  private static String stream() {
    return ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";
  }

  private static String tools(String... names) {
    StringBuilder tools = new StringBuilder(",\"tools\":[");
    for (String name : names) {
      tools.append(tools.charAt(tools.length() - 1) == '[' ? "" : ",");
      tools.append("{\"type\":\"function\",\"function\":{\"name\":\"").append(name);
      tools.append("\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}");
    }
    return tools.append(']').toString();
  }

  private static String completion(String choice, String finish, String more) {
    return "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\","
        + "\"choices\":[{\"index\":0,"
        + choice
        + ",\"finish_reason\":\""
        + finish
        + "\"}]"
        + more
        + "}";
  }

  private static String chunk(String delta) {
    return chunk(0, delta, "null");
  }

  private static String finish(int choice) {
    return chunk(choice, "{}", "\"stop\"");
  }

  private static String chunk(int choice, String delta, String finish) {
    return "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
        + "\"choices\":[{\"index\":"
        + choice
        + ",\"delta\":"
        + delta
        + ",\"finish_reason\":"
        + finish
        + "}]}";
  }

  private static String candidate(int index, String text, @Nullable String finish) {
    return "{\"responseId\":\"r1\",\"modelVersion\":\"gemini-x\",\"candidates\":[{\"index\":"
        + index
        + ",\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\""
        + text
        + "\"}]}"
        + (finish == null ? "" : ",\"finishReason\":\"" + finish + "\"")
        + "}]}";
  }

  private static List<String> claude(String block, String stop) {
    return List.of(
        CLAUDE_START,
        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":" + block + "}",
        "{\"type\":\"content_block_stop\",\"index\":0}",
        "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"text\","
            + "\"text\":\"\"}}",
        "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":"
            + "\"Hello\"}}",
        "{\"type\":\"content_block_stop\",\"index\":1}",
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
            + stop
            + "\"},\"usage\":{\"output_tokens\":9}}",
        "{\"type\":\"message_stop\"}");
  }

  // The exchange.

  private static Answer ask(String provider, String more, Playable playable) {
    return ask(provider, QUESTION, more, playable);
  }

  private static Answer ask(String provider, String messages, String more, Playable playable) {
    return replay.ask(
        "{\"model\":\"" + provider + "/m\",\"messages\":" + messages + more + "}", playable);
  }

  private static Playable whole(String body) {
    return new Playable(answer(JSON, body.getBytes(StandardCharsets.UTF_8)), true);
  }

  private static Playable streamed(List<String> frames) {
    return new Playable(answer(EVENTS, events(frames).getBytes(StandardCharsets.UTF_8)), true);
  }

  private static String events(List<String> frames) {
    StringBuilder events = new StringBuilder();
    for (String frame : frames) {
      events.append("data: ").append(frame).append("\n\n");
    }
    return events.toString();
  }

  private static byte[] answer(String type, byte[] body) {
    String head = "HTTP/1.1 200 OK\r\ncontent-type: " + type + "\r\ncontent-length: " + body.length;
    return (head + "\r\n\r\n" + new String(body, StandardCharsets.UTF_8))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode tree(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return MAPPER.readTree(answer.body());
  }

  /** What the provider was asked. */
  private static JsonNode asked(Answer answer) {
    return MAPPER.readTree(answer.asked().substring(answer.asked().indexOf("\r\n\r\n") + 4));
  }

  private static List<JsonNode> chunks(Answer answer) {
    List<JsonNode> chunks = new ArrayList<>();
    for (String frame : answer.frames()) {
      if (!frame.equals("[DONE]")) {
        chunks.add(MAPPER.readTree(frame));
      }
    }
    assertThat(answer.frames().getLast()).isEqualTo("[DONE]");
    return chunks;
  }

  private static String joined(List<JsonNode> chunks, String pointer) {
    StringBuilder text = new StringBuilder();
    chunks.forEach(chunk -> text.append(chunk.at(pointer).asString("")));
    return text.toString();
  }
}
