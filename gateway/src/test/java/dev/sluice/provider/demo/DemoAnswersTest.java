package dev.sluice.provider.demo;

import static dev.sluice.provider.demo.DemoCalls.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class DemoAnswersTest {

  private static final String TOOL =
      "{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"parameters\":"
          + "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"
          + "\"required\":[\"city\"]}}}";

  @SuppressWarnings("NullAway.Init")
  private static DemoCalls demo;

  @BeforeAll
  static void start() {
    demo = new DemoCalls();
  }

  @AfterAll
  static void stop() {
    demo.close();
  }

  private static String content(JsonNode answer, int choice) {
    return answer.path("choices").get(choice).path("message").path("content").asString("");
  }

  @Test
  void aWholeAnswerHasTheMembersAndTheirOrder() {
    JsonNode answer = demo.whole(body("echo", "Hello!", ""));

    assertThat(answer.propertyNames())
        .containsExactly(
            "id",
            "object",
            "created",
            "model",
            "choices",
            "usage",
            "service_tier",
            "system_fingerprint");
    assertThat(answer.path("object").asString()).isEqualTo("chat.completion");
    assertThat(answer.path("created").asLong()).isEqualTo(DemoCalls.NOW.getEpochSecond());
    JsonNode choice = answer.path("choices").get(0);
    assertThat(choice.toString())
        .isEqualTo(
            "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello!\","
                + "\"refusal\":null,\"annotations\":[]},\"logprobs\":null,"
                + "\"finish_reason\":\"stop\"}");
    assertThat(answer.path("usage").toString())
        .isEqualTo(
            "{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
                + "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}");
  }

  @Test
  void aStreamHasTheMembersAndTheirOrder() {
    List<JsonNode> chunks = demo.post(body("echo", "Hello!", ",\"stream\":true")).chunks();

    assertThat(chunks)
        .allSatisfy(chunk -> {
          assertThat(chunk.propertyNames())
              .containsExactly(
                  "id",
                  "object",
                  "created",
                  "model",
                  "service_tier",
                  "system_fingerprint",
                  "choices");
          assertThat(chunk.path("object").asString()).isEqualTo("chat.completion.chunk");
          assertThat(chunk.path("id")).isEqualTo(chunks.getFirst().path("id"));
        });
    assertThat(chunks.stream().map(chunk -> chunk.path("choices").get(0).toString()))
        .containsExactly(
            "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},"
                + "\"logprobs\":null,\"finish_reason\":null}",
            "{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"logprobs\":null,"
                + "\"finish_reason\":null}",
            "{\"index\":0,\"delta\":{\"content\":\"!\"},\"logprobs\":null,"
                + "\"finish_reason\":null}",
            "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}");
  }

  @Test
  void headersAreThoseOfAServer() {
    DemoCalls.Answer whole = demo.post(body("echo", "Hi", "")).ended();
    DemoCalls.Answer stream = demo.post(body("echo", "Hi", ",\"stream\":true")).ended();

    assertThat(whole.header("content-type")).isEqualTo("application/json");
    assertThat(whole.header("content-length"))
        .isEqualTo("" + whole.text().getBytes(StandardCharsets.UTF_8).length);
    assertThat(stream.header("content-type")).isEqualTo("text/event-stream; charset=utf-8");
    assertThat(whole.header("x-request-id"))
        .startsWith("req_")
        .isNotEqualTo(stream.header("x-request-id"));
    assertThat(demo.post("{}").ended().header("x-request-id")).startsWith("req_");
  }

  /** Whatever is asked: a stream put together is the whole answer, and costs the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo|Hello, é漢😀!|",
        "echo||",
        "echo|  spaces  and\\nlines  |",
        "lorem-40|go|,\"n\":3,\"seed\":7",
        "lorem-40-0ms-7|go|,\"stop\":[\"dolor\",\"sed do\"]",
        "lorem-40|go|,\"max_tokens\":11,\"n\":2",
        "lorem-40|go|,\"logprobs\":true,\"top_logprobs\":3",
        "lorem-9|go|,\"logprobs\":true,\"n\":2",
        "reasoning|think|",
        "reasoning|think|,\"max_completion_tokens\":4",
        "refusal|no|,\"logprobs\":true,\"top_logprobs\":1",
        "refusal|no|,\"response_format\":{\"type\":\"json_object\"}",
        "echo|x|,\"response_format\":{\"type\":\"json_object\"}",
        "echo|weather?|,\"tools\":[T]",
        "echo|weather?|,\"n\":2,\"tools\":[T],\"tool_choice\":\"required\",\"logprobs\":true",
        "echo|weather?|,\"max_tokens\":5,\"tools\":[T]",
        "echo|weather?|,\"max_tokens\":2,\"tools\":[T]",
        "echo|weather?|,\"functions\":[{\"name\":\"get_weather\"}]",
      })
  void aStreamPutTogetherIsTheWholeAnswer(String asked) {
    String[] parts = asked.split("\\|", -1);
    String more = parts[2].replace("[T]", "[" + TOOL + "]");
    JsonNode whole = demo.whole(body(parts[0], parts[1], more));

    List<JsonNode> chunks =
        demo.post(
                body(
                    parts[0],
                    parts[1],
                    more + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"))
            .chunks();

    for (JsonNode expected : whole.path("choices")) {
      ObjectNode choice = Joined.choice(chunks, expected.path("index").asInt());
      ObjectNode wanted = ((ObjectNode) expected).deepCopy();
      ObjectNode message = (ObjectNode) wanted.path("message");
      message.remove("annotations");
      if (wanted.path("logprobs").isNull()) {
        wanted.remove("logprobs");
      }
      for (JsonNode call : message.path("tool_calls")) {
        assertThat(call.path("id").asString()).startsWith("call_");
      }
      assertThat(withoutIds(choice)).isEqualTo(withoutIds(wanted));
    }
    assertThat(chunks.getLast().path("usage")).isEqualTo(whole.path("usage"));
    assertThat(chunks.getLast().path("choices").isEmpty()).isTrue();
  }

  /** Two answers have ids of their own, also for their calls. */
  private static ObjectNode withoutIds(ObjectNode choice) {
    for (JsonNode call : choice.path("message").path("tool_calls")) {
      ((ObjectNode) call).remove("id");
    }
    return choice;
  }

  @Test
  void usageComesLastAndOnlyWhenAskedFor() {
    List<JsonNode> asked =
        demo.post(
                body(
                    "lorem-5",
                    "go",
                    ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"))
            .chunks();
    List<JsonNode> unasked = demo.post(body("lorem-5", "go", ",\"stream\":true")).chunks();

    assertThat(asked.subList(0, asked.size() - 1))
        .allSatisfy(chunk -> {
          assertThat(chunk.path("usage").isNull()).isTrue();
          assertThat(chunk.path("choices").size()).isEqualTo(1);
        });
    assertThat(asked.getLast().path("choices").isEmpty()).isTrue();
    assertThat(asked.getLast().path("usage").path("completion_tokens").asInt()).isEqualTo(5);
    assertThat(unasked).hasSize(asked.size() - 1).noneMatch(chunk -> chunk.has("usage"));
  }

  @Test
  void choicesHaveTextsOfTheirOwnAndTakeTurns() {
    JsonNode whole = demo.whole(body("lorem-6", "go", ",\"n\":3"));
    List<JsonNode> chunks = demo.post(body("lorem-6", "go", ",\"n\":3,\"stream\":true")).chunks();

    assertThat(whole.path("choices").size()).isEqualTo(3);
    assertThat(List.of(content(whole, 0), content(whole, 1), content(whole, 2)))
        .doesNotHaveDuplicates();
    assertThat(
            chunks.stream()
                .limit(9)
                .map(chunk -> chunk.path("choices").get(0).path("index").asInt()))
        .containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "one two three|\"two\"|`one `|1",
        "one two three|[\"three\",\"ne tw\"]|o|1",
        "one two three|[\"x\"]|one two three|3",
        "one two three|[]|one two three|3",
        "one two three|null|one two three|3",
        "one two three|\"one\"|``|0",
      })
  void stopCutsBeforeItAlsoAcrossTokens(String said, String stop, String kept, int tokens) {
    JsonNode answer = demo.whole(body("echo", said, ",\"stop\":" + stop));

    assertThat(content(answer, 0)).isEqualTo(kept);
    assertThat(answer.path("choices").get(0).path("finish_reason").asString()).isEqualTo("stop");
    // White space that is left at the end is a token.
    int space = kept.endsWith(" ") ? 1 : 0;
    assertThat(answer.path("usage").path("completion_tokens").asInt()).isEqualTo(tokens + space);
  }

  @ParameterizedTest
  @CsvSource({
    "max_tokens, 1, length",
    "max_tokens, 4, length",
    "max_completion_tokens, 4, length",
    "max_tokens, 5, stop",
    "max_completion_tokens, 6, stop",
  })
  void aLimitCutsAndIsCounted(String name, int limit, String reason) {
    JsonNode answer = demo.whole(body("lorem-5", "go", ",\"" + name + "\":" + limit));

    assertThat(content(answer, 0).split(" ")).hasSize(Math.min(5, limit));
    assertThat(answer.path("choices").get(0).path("finish_reason").asString()).isEqualTo(reason);
    assertThat(answer.path("usage").path("completion_tokens").asInt())
        .isEqualTo(Math.min(5, limit));
  }

  @Test
  void aLimitCutsReasoningFirstAndArgumentsToo() {
    JsonNode thought = demo.whole(body("reasoning", "hi", ",\"max_tokens\":3"));
    JsonNode called =
        demo.whole(body("echo", "weather", ",\"max_tokens\":7,\"tools\":[" + TOOL + "]"));

    assertThat(thought.path("choices").get(0).path("message").path("reasoning_content").asString())
        .isEqualTo("The user said");
    assertThat(content(thought, 0)).isEmpty();
    assertThat(thought.path("usage").path("completion_tokens").asInt()).isEqualTo(3);
    assertThat(
            thought
                .path("usage")
                .path("completion_tokens_details")
                .path("reasoning_tokens")
                .asInt())
        .isEqualTo(3);
    JsonNode choice = called.path("choices").get(0);
    assertThat(choice.path("finish_reason").asString()).isEqualTo("length");
    assertThat(
            choice
                .path("message")
                .path("tool_calls")
                .get(0)
                .path("function")
                .path("arguments")
                .asString())
        .isEqualTo("{\"city\"");
    assertThat(called.path("usage").path("completion_tokens").asInt()).isEqualTo(7);
  }

  @Test
  void logprobsHaveTheirShape() {
    JsonNode answer = demo.whole(body("echo", "é hi", ",\"logprobs\":true,\"top_logprobs\":2"));
    List<JsonNode> chunks =
        demo.post(body("echo", "é hi", ",\"logprobs\":true,\"stream\":true")).chunks();

    JsonNode logprobs = answer.path("choices").get(0).path("logprobs");
    assertThat(logprobs.propertyNames()).containsExactly("content", "refusal");
    assertThat(logprobs.path("refusal").isNull()).isTrue();
    assertThat(logprobs.path("content").get(0).toString())
        .isEqualTo(
            "{\"token\":\"é\",\"logprob\":-0.25,\"bytes\":[195,169],\"top_logprobs\":["
                + "{\"token\":\"é\",\"logprob\":-0.25,\"bytes\":[195,169]},"
                + "{\"token\":\"é1\",\"logprob\":-0.5,\"bytes\":[195,169,49]}]}");
    assertThat(logprobs.path("content").get(1).path("token").asString()).isEqualTo(" hi");
    assertThat(
            chunks.stream().map(chunk -> chunk.path("choices").get(0).path("logprobs").toString()))
        .containsExactly(
            "{\"content\":[],\"refusal\":null}",
            "{\"content\":[{\"token\":\"é\",\"logprob\":-0.25,\"bytes\":[195,169],"
                + "\"top_logprobs\":[]}],\"refusal\":null}",
            "{\"content\":[{\"token\":\" hi\",\"logprob\":-0.25,\"bytes\":[32,104,105],"
                + "\"top_logprobs\":[]}],\"refusal\":null}",
            "null");
  }

  @Test
  void theSameSeedSaysTheSame() {
    String first = content(demo.whole(body("lorem-30", "go", ",\"seed\":1")), 0);
    String again = content(demo.whole(body("lorem-30", "go", ",\"seed\":1")), 0);
    String other = content(demo.whole(body("lorem-30", "go", ",\"seed\":2")), 0);

    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  @Test
  void answersToTheSameRequestHaveIdsOfTheirOwn() {
    String request = body("echo", "weather", ",\"tools\":[" + TOOL + "]");
    JsonNode first = demo.whole(request);
    JsonNode second = demo.whole(request);

    assertThat(first.path("id").asString())
        .startsWith("chatcmpl-")
        .isNotEqualTo(second.path("id").asString());
    assertThat(first.path("choices").get(0).path("message").path("tool_calls").get(0).path("id"))
        .isNotEqualTo(
            second.path("choices").get(0).path("message").path("tool_calls").get(0).path("id"));
  }

  @Test
  void partsThatAreNoTextAreNamed() {
    String parts =
        """
        {"model":"echo","messages":[{"role":"system","content":[{"type":"text","text":"s"}]},
        {"role":"user","content":[{"type":"text","text":"see"},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}},
        {"type":"input_audio","input_audio":{"data":"AA==","format":"wav"}},
        {"type":"file","file":{"file_id":"f"}},{"type":"text","text":"end"}]}]}
        """;

    assertThat(content(demo.whole(parts), 0)).isEqualTo("see [image] [audio] [file] end");
  }

  @Test
  void aMessageMayDirectTheModel() {
    JsonNode directed = demo.whole(body("lorem", "say [it] [tokens=7 chunk=3]", ""));
    List<JsonNode> chunks =
        demo.post(body("lorem", "say [tokens=7 chunk=3]", ",\"stream\":true")).chunks();

    assertThat(directed.path("usage").path("completion_tokens").asInt()).isEqualTo(7);
    assertThat(chunks).as("role, 3 + 3 + 1 tokens, finish").hasSize(5);
    demo.refused(body("fail-429", "[tokens=200]", ""), 429);
  }

  @Test
  void promptTokensCountMessagesToolsAndCalls() {
    assertThat(prompt(body("echo", "one two", ""))).isEqualTo(3 + 2);
    assertThat(prompt(body("echo", "one two", ",\"tools\":[" + TOOL + "]")))
        .isEqualTo(3 + 2 + Tokens.count("[" + TOOL + "]"));
    String call =
        "[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]";
    String conversation =
        "{\"model\":\"echo\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":"
            + call
            + "},{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"four\"}]}";
    assertThat(prompt(conversation)).isEqualTo(3 + Tokens.count(call) + 3 + 1);
  }

  private static int prompt(String body) {
    return demo.whole(body).path("usage").path("prompt_tokens").asInt();
  }

  @Test
  void itsModelsAreListedAndAnswer() {
    DemoCalls.Answer answer = demo.start(HttpMethod.GET, "/v1/models?limit=3", "").ended();

    assertThat(answer.status).isEqualTo(200);
    assertThat(answer.json().path("data").valueStream().map(model -> model.path("id").asString()))
        .containsExactlyElementsOf(DemoUpstream.models());
    assertThat(DemoUpstream.models())
        .allSatisfy(name -> assertThat(DemoModel.named(name)).isNotNull());
  }

  @Test
  void otherPathsAndMethodsAreRefused() {
    assertThat(demo.start(HttpMethod.POST, "/v1/embeddings", "{}").ended().status).isEqualTo(404);
    assertThat(demo.start(HttpMethod.GET, "/v1/chat/completions", "").ended().status)
        .isEqualTo(405);
    assertThat(demo.start(HttpMethod.POST, "/v1/models", "{}").ended().status).isEqualTo(405);
  }
}
