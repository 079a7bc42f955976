package dev.sluice.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The readings themselves: the same said in each protocol, and every loss noticed. */
class ReadingsTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final String CLIENTS =
      """
      {"id":"a1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
      "message":{"role":"assistant","content":"Hello","reasoning_content":"hm",
      "reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"s1"}],
      "tool_calls":[{"id":"c1","type":"function","function":{"name":"f",
      "arguments":"{\\"a\\": 1.50}"}}]},"finish_reason":"tool_calls",
      "native_finish_reason":"tool_use"}],"usage":{"prompt_tokens":17,"completion_tokens":5,
      "total_tokens":22,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":3}}}\
      """;

  /** The same in a provider's words. */
  private enum Provider {
    ANTHROPIC(
        "anthropic",
        "POST /v1/messages",
        """
        {"id":"a1","model":"m","content":[{"type":"thinking","thinking":"hm","signature":"s1"},
        {"type":"text","text":"Hello"},{"type":"tool_use","id":"c1","name":"f",
        "input":{"a":1.50}}],"stop_reason":"tool_use","usage":{"input_tokens":10,
        "cache_read_input_tokens":4,"cache_creation_input_tokens":3,"output_tokens":5}}\
        """),
    ANTHROPIC_STREAM(
        "anthropic",
        "POST /v1/messages",
        """
        data: {"type":"message_start","message":{"id":"a1","model":"m","usage":{"input_tokens":10,"cache_read_input_tokens":4,"cache_creation_input_tokens":3,"output_tokens":1}}}

        data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}

        data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s1"}}

        data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hello"}}

        data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"c1","name":"f","input":{}}}

        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\":"}}

        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"1.50}"}}

        data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":5}}

        data: {"type":"message_stop"}

        """),
    CONVERSE(
        "bedrock",
        "POST /model/m/converse",
        """
        {"output":{"message":{"content":[{"reasoningContent":{"reasoningText":{"text":"hm",
        "signature":"s1"}}},{"text":"Hello"},{"toolUse":{"toolUseId":"c1","name":"f",
        "input":{"a":1.50}}}]}},"stopReason":"tool_use","usage":{"inputTokens":10,
        "cacheReadInputTokens":4,"cacheWriteInputTokens":3,"outputTokens":5,"totalTokens":22}}\
        """),
    OPENAI("openai", "POST /v1/chat/completions", CLIENTS);

    private final Recorded recorded;

    Provider(String provider, String endpoint, String body) {
      ObjectNode root = MAPPER.createObjectNode();
      root.put("provider", provider).put("endpoint", endpoint);
      root.putObject("request_body");
      root.putObject("response").put("status", 200).put("body", body);
      recorded = Recorded.of(provider, root);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSaidTheSameHasNoDifferences(Provider provider) {
    Said said = Readings.of(provider.recorded);

    assertThat(said.differences(Readings.ofClient(CLIENTS))).isEmpty();
  }

  @ParameterizedTest(name = "{0} for {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "\"Hello\"|\"Hell\"",
        "\"content\":\"Hello\"|\"content\":null",
        "\"content\":\"Hello\"|\"content\":\"Hello\",\"refusal\":\"no\"",
        "\"reasoning_content\":\"hm\"|\"reasoning_content\":\"\"",
        "\"s1\"|\"s2\"",
        "\"c1\"|\"\"",
        "\"c1\"|\"c2\"",
        "\"name\":\"f\"|\"name\":\"g\"",
        "1.50|1.5",
        "\"tool_calls\":[{|\"calls\":[{",
        "\"finish_reason\":\"tool_calls\"|\"finish_reason\":\"stop\"",
        "\"finish_reason\":\"tool_calls\"|\"finish_reason\":null",
        "\"native_finish_reason\":\"tool_use\"|\"native_finish_reason\":\"x\"",
        "\"prompt_tokens\":17|\"prompt_tokens\":10",
        "\"completion_tokens\":5|\"completion_tokens\":6",
        "\"total_tokens\":22|\"total_tokens\":15",
        "\"cached_tokens\":4|\"cached_tokens\":7",
        "\"cache_write_tokens\":3|\"audio_tokens\":3",
        "\"index\":0|\"index\":1",
      })
  void everyLossIsADifference(String part, String other) {
    String altered = CLIENTS.replace(part, other);
    Said said = Readings.of(Provider.ANTHROPIC.recorded);

    assertThat(altered).isNotEqualTo(CLIENTS);
    assertThat(said.differences(Readings.ofClient(altered))).isNotEmpty();
  }

  @Test
  void anotherAnswersIdAndModelAreDifferences() {
    Said said = Readings.of(Provider.ANTHROPIC.recorded);

    assertThat(said.differences(Readings.ofClient(CLIENTS.replace("\"a1\"", "\"a2\"")))).hasSize(1);
    assertThat(said.differences(Readings.ofClient(CLIENTS.replace("\"m\"", "\"n\"")))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "\"role\":\"assistant\",|role",
        "\"id\":\"a1\",|ids",
        "\"created\":1,|times",
        "chat.completion.chunk|object",
      })
  void aStreamOfBadFormIsNoticed(String part, String noticed) {
    List<String> chunks =
        List.of(
            "{\"id\":\"a1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                + "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"a\"},"
                + "\"finish_reason\":null}]}",
            "{\"id\":\"a1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
    List<String> good = List.of(chunks.get(0), chunks.get(1), "[DONE]");
    List<String> bad = List.of(chunks.get(0).replace(part, ""), chunks.get(1), "[DONE]");

    assertThat(Readings.ofClient(good).misshapen).isEmpty();
    assertThat(Readings.ofClient(bad).misshapen).singleElement().asString().contains(noticed);
    assertThat(Readings.ofClient(chunks).misshapen).isNotEmpty();
  }

  @Test
  void treesAreEqualOnlyIfTheirNumbersAreSpelledAlike() {
    JsonNode tree = Exact.read("{\"a\":[1e2,-0,1.0,12345678901234567890]}");

    assertThat(tree).isEqualTo(Exact.read("{ \"a\": [1e2, -0, 1.0, 12345678901234567890] }"));
    for (String other : List.of("1E2,-0,1.0", "100,-0,1.0", "1e2,0,1.0", "1e2,-0,1")) {
      assertThat(tree).isNotEqualTo(Exact.read("{\"a\":[" + other + ",12345678901234567890]}"));
    }
    assertThat(Spelling.of(tree)).isEqualTo("{\"a\":[1e2,-0,1.0,12345678901234567890]}");
  }
}
