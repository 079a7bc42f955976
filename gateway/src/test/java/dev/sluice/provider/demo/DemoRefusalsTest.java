package dev.sluice.provider.demo;

import static dev.sluice.provider.demo.DemoCalls.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class DemoRefusalsTest {

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "temperature|2.1",
        "temperature|-1",
        "temperature|\"hot\"",
        "top_p|1.1",
        "presence_penalty|-2.1",
        "frequency_penalty|3",
        "n|0",
        "n|129",
        "n|1.5",
        "n|\"2\"",
        "max_tokens|0",
        "max_completion_tokens|-1",
        "top_logprobs|21",
        "top_logprobs|-1",
        "logprobs|3",
        "stream|\"yes\"",
        "seed|\"x\"",
        "seed|1.5",
        "stop|3",
        "stop|[\"a\",\"b\",\"c\",\"d\",\"e\"]",
        "stop|[1]",
        "logit_bias|{\"1\":101}",
        "logit_bias|[]",
        "parallel_tool_calls|1",
        "tool_choice|\"auto\"",
        "tools|{}",
        "functions|{}",
      })
  void aValueOutOfRangeIsRefusedByName(String param, String value) {
    JsonNode error = demo.refused(body("echo", "x", ",\"" + param + "\":" + value), 400);

    assertThat(error.path("type").asString()).isEqualTo("invalid_request_error");
    assertThat(error.path("param").asString()).isEqualTo(param);
    assertThat(error.path("message").asString()).contains(param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|model",
        "{\"model\":\"echo\"}|messages",
        "{\"model\":\"echo\",\"messages\":[]}|messages",
        "M[{\"role\":\"king\",\"content\":\"\"}]}|messages[0].role",
        "M[{\"role\":\"user\"}]}|messages[0].content",
        "M[{\"role\":\"user\",\"content\":7}]}|messages[0].content",
        "M[{\"role\":\"user\",\"content\":[{\"type\":\"video\"}]}]}|messages[0].content[0].type",
        "M[{\"role\":\"user\",\"content\":[{\"type\":\"file\"}]}]}|messages[0].content[0].file",
        "M[{\"role\":\"tool\",\"content\":\"\"}]}|messages[0].tool_call_id",
        "M[{\"role\":\"tool\",\"content\":\"\",\"tool_call_id\":\"x\"}]}|messages[0].tool_call_id",
        "U,\"tools\":[{\"type\":\"retrieval\"}]}|tools[0].type",
        "U,\"tools\":[{\"type\":\"function\",\"function\":{}}]}|tools[0].function.name",
        "U,\"tools\":[T],\"tool_choice\":\"any\"}|tool_choice",
        "U,\"tools\":[T],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}}|tool_choice",
        "U,\"tools\":[T],\"tool_choice\":{\"type\":\"x\"}}|tool_choice.type",
        "U,\"tools\":[T],\"functions\":[{\"name\":\"g\"}]}|functions",
        "U,\"functions\":[{\"name\":\"g\"}],\"function_call\":\"required\"}|function_call",
        "U,\"functions\":[{\"name\":\"g\"}],\"function_call\":{\"name\":\"h\"}}|function_call",
        "U,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"array\"}}}]}|tools[0].function.parameters",
        "U,\"tool_choice\":\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"not\":{}}}}]}|tools[0].function.parameters",
        "U,\"response_format\":{\"type\":\"xml\"}}|response_format.type",
        "U,\"response_format\":{\"type\":\"json_schema\"}}|response_format.json_schema",
        "U,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}}|response_format.json_schema.name",
        "U,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\"}}}|response_format.json_schema.schema",
        "U,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":false}}}|response_format.json_schema.schema",
        "U,\"stream_options\":{\"include_usage\":\"x\"}}|stream_options.include_usage",
      })
  void whatIsMissingOrWrongIsNamed(String given, String param) {
    String tool = "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}";
    String user = "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\",\"content\":\"f\"}]";
    String request = given;
    if (given.startsWith("M")) {
      request = "{\"model\":\"echo\",\"messages\":" + given.substring(1);
    } else if (given.startsWith("U")) {
      request = user + given.substring(1).replace("[T]", "[" + tool + "]");
    }

    assertThat(demo.refused(request, 400).path("param").asString()).isEqualTo(param);
  }

  @ParameterizedTest
  @CsvSource({
    "nobody",
    "fail-200",
    "fail-600",
    "fail-x",
    "html-200",
    "flaky-0",
    "flaky-101",
    "echo-x",
    "lorem-",
    "slow-x",
    "''",
  })
  void anUnknownModelIsNotFound(String name) {
    JsonNode error = demo.refused(body(name, "x", ""), 404);

    assertThat(error.path("code").asString()).isEqualTo("model_not_found");
    assertThat(error.path("message").asString()).contains("`" + name + "`");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{|", "[]|", "nonsense|", "{} {}|"})
  void whatIsNoJsonObjectIsRefused(String text) {
    JsonNode error = demo.refused(text, 400);

    assertThat(error.path("message").asString()).contains("could not parse the JSON body");
    assertThat(error.path("param").isNull()).isTrue();
  }

  @Test
  void anAnswerThatWouldFillTheMemoryIsRefused() {
    demo.refused(body("big-40000", "x", ""), 400);
    demo.refused(body("big-1000", "x", ",\"n\":128,\"stream\":true"), 400);
    demo.refused(body("lorem-1000000", "x", ",\"n\":100"), 400);
    demo.refused(body("lorem-100000", "x", ",\"n\":2,\"logprobs\":true,\"top_logprobs\":20"), 400);
  }

  @Test
  void aBodyOfManyValuesIsRefusedBeforeItFillsTheMemory() {
    String many = "{},".repeat(400_000);

    DemoCalls.Answer answer = demo.post(body("echo", "x", ",\"x\":[" + many + "{}]")).ended();

    assertThat(answer.status).isEqualTo(400);
    assertThat(answer.text()).contains("The demo takes at most");
  }

  @Test
  void largeAnswersThatWaitAreFew() {
    List<DemoCalls.Answer> waiting = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      waiting.add(
          demo.start(
              HttpMethod.POST,
              "/v1/chat/completions",
              body("big-4000-60s", "x", ",\"stream\":true")));
    }

    DemoCalls.Answer next = demo.post(body("big-4000", "x", "")).ended();
    assertThat(next.status).isEqualTo(503);
    assertThat(next.header("retry-after")).isEqualTo("1");
    assertThat(next.text()).contains("The demo is busy");

    demo.on(() -> waiting.forEach(each -> each.call().cancel()));
    assertThat(demo.post(body("big-4000", "x", "")).ended().status).isEqualTo(200);
  }
}
