package dev.sluice.compat.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A request with one mistake in it is none that a provider's own client would send. */
class WrongRequestsTest {

  private static final String CLAUDE =
      """
      {"model":"m","max_tokens":9,"system":[{"type":"text","text":"s"}],"messages":[
      {"role":"user","content":[{"type":"text","text":"q"},{"type":"image","source":
      {"type":"base64","media_type":"image/png","data":"AAAA"}}]},
      {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{"any":1}}]},
      {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"r"}]}],
      "tools":[{"name":"f","input_schema":{"type":"object","properties":{"any":{}},"$defs":{}}}],
      "tool_choice":{"type":"auto"},"temperature":0.5,"stream":true,
      "thinking":{"type":"enabled","budget_tokens":1024}}\
      """;

  private static final String GEMINI =
      """
      {"contents":[{"role":"user","parts":[{"text":"q"},
      {"inlineData":{"mimeType":"image/png","data":"AAAA"}}]},
      {"role":"model","parts":[{"functionCall":{"name":"f","args":{"any":1}}}]},
      {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"any":1}}}]}],
      "systemInstruction":{"parts":[{"text":"s"}]},
      "tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object"}}]}],
      "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
      "generationConfig":{"temperature":0.5,"topK":4,"maxOutputTokens":9,"stopSequences":["x"],
      "thinkingConfig":{"thinkingBudget":0}}}\
      """;

  private static final String CONVERSE =
      """
      {"messages":[{"role":"user","content":[{"text":"q"},
      {"image":{"format":"png","source":{"bytes":"AAAA"}}},{"cachePoint":{"type":"default"}}]},
      {"role":"assistant","content":[{"toolUse":{"toolUseId":"t1","name":"f","input":{"any":1}}}]},
      {"role":"user","content":[{"toolResult":{"toolUseId":"t1","content":[{"text":"r"}],
      "status":"success"}}]}],"system":[{"text":"s"}],
      "inferenceConfig":{"maxTokens":9,"temperature":0.5,"stopSequences":["x"]},
      "toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}],
      "toolChoice":{"any":{}}},"additionalModelRequestFields":{"top_k":4}}\
      """;

  private static final String COHERE =
      """
      {"model":"m","stream":false,"messages":[{"role":"system","content":"s"},
      {"role":"user","content":[{"type":"text","text":"q"},
      {"type":"image_url","image_url":{"url":"https://example.com/i","detail":"low"}}]},
      {"role":"assistant","tool_plan":"p","tool_calls":[{"id":"t1","type":"function",
      "function":{"name":"f","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"t1","content":"r"}],
      "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],
      "tool_choice":"REQUIRED","temperature":0.5,"max_tokens":9,"k":4,
      "response_format":{"type":"json_object","json_schema":{"type":"object"}},
      "thinking":{"type":"enabled","token_budget":9}}\
      """;

  private static final String MISTRAL =
      """
      {"model":"m","messages":[{"role":"system","content":"s"},
      {"role":"user","content":[{"type":"text","text":"q"},
      {"type":"image_url","image_url":{"url":"https://example.com/i"}}]},
      {"role":"assistant","content":null,"tool_calls":[{"id":"abcDEF123","type":"function",
      "function":{"name":"f","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"abcDEF123","content":"r"}],
      "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],
      "tool_choice":"any","temperature":0.5,"max_tokens":9,"random_seed":1,"stream":true}\
      """;

  private static final Map<Takers, String> RIGHT =
      Map.of(
          Takers.ANTHROPIC, CLAUDE,
          Takers.GEMINI, GEMINI,
          Takers.VERTEX, GEMINI,
          Takers.BEDROCK, CONVERSE,
          Takers.COHERE, COHERE,
          Takers.MISTRAL, MISTRAL);

  private static Map<Takers, Shape> shapes;

  @BeforeAll
  static void open() {
    shapes = Takers.shapes();
  }

  @AfterAll
  static void close() throws Exception {
    for (Shape shape : shapes.values()) {
      if (shape instanceof AutoCloseable open) {
        open.close();
      }
    }
  }

  static Stream<Takers> rights() {
    return RIGHT.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("rights")
  void whatIsRightHasNoProblems(Takers taker) {
    assertThat(shapes.get(taker).problems(RIGHT.get(taker))).isEmpty();
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        // Misspelt.
        arguments(Takers.ANTHROPIC, "max_tokens", "max_token"),
        arguments(Takers.ANTHROPIC, "media_type", "mediaType"),
        arguments(Takers.ANTHROPIC, "input_schema", "inputSchema"),
        arguments(Takers.ANTHROPIC, "\"text\":\"q\"", "\"text\":\"q\",\"cache\":{}"),
        arguments(Takers.ANTHROPIC, "budget_tokens", "budget"),
        arguments(Takers.GEMINI, "maxOutputTokens", "max_output_tokens"),
        arguments(Takers.GEMINI, "functionDeclarations", "functions"),
        arguments(Takers.GEMINI, "allowedFunctionNames", "allowedNames"),
        arguments(Takers.GEMINI, "systemInstruction", "system_instructions"),
        arguments(Takers.GEMINI, "\"data\":\"AAAA\"", "\"data\":\"AAAA\",\"name\":\"n\""),
        arguments(Takers.BEDROCK, "maxTokens", "max_tokens"),
        arguments(Takers.BEDROCK, "toolUseId", "toolId"),
        arguments(Takers.BEDROCK, "inputSchema", "input_schema"),
        arguments(Takers.BEDROCK, "cachePoint", "cachepoint"),
        arguments(Takers.COHERE, "token_budget", "budget_tokens"),
        arguments(Takers.COHERE, "tool_plan", "plan"),
        arguments(Takers.COHERE, "\"id\":\"t1\"", "\"id\":\"t1\",\"index\":0"),
        arguments(Takers.COHERE, "\"k\":4", "\"top_k\":4"),
        arguments(Takers.MISTRAL, "random_seed", "seed"),
        arguments(Takers.MISTRAL, "\"content\":\"r\"", "\"content\":\"r\",\"is_error\":true"),
        // In the wrong place.
        arguments(Takers.ANTHROPIC, "\"stream\":true", "\"budget_tokens\":1024"),
        arguments(
            Takers.ANTHROPIC, "\"role\":\"assistant\"", "\"role\":\"assistant\",\"id\":\"1\""),
        arguments(Takers.GEMINI, "\"role\":\"user\",", "\"role\":\"user\",\"text\":\"q\","),
        arguments(Takers.GEMINI, "{\"contents\"", "{\"temperature\":1,\"contents\""),
        arguments(Takers.BEDROCK, "\"system\":", "\"temperature\":1,\"system\":"),
        arguments(
            Takers.BEDROCK,
            "\"text\":\"q\"",
            "\"text\":\"q\",\"cachePoint\":{\"type\":\"default\"}"),
        arguments(Takers.COHERE, "\"temperature\":0.5", "\"parameters\":{}"),
        arguments(Takers.MISTRAL, "\"role\":\"user\"", "\"role\":\"user\",\"prefix\":true"),
        // Of the wrong type, or no word at all.
        arguments(Takers.ANTHROPIC, "\"max_tokens\":9", "\"max_tokens\":\"9\""),
        arguments(Takers.ANTHROPIC, "\"temperature\":0.5", "\"temperature\":2"),
        arguments(Takers.ANTHROPIC, "{\"type\":\"auto\"}", "{\"type\":\"required\"}"),
        arguments(Takers.ANTHROPIC, "\"image/png\"", "\"image/bmp\""),
        arguments(Takers.ANTHROPIC, "{\"any\":1}", "\"{}\""),
        arguments(Takers.GEMINI, "\"topK\":4", "\"topK\":\"4\""),
        arguments(Takers.GEMINI, "\"ANY\"", "\"REQUIRED\""),
        arguments(Takers.GEMINI, "[\"x\"]", "\"x\""),
        arguments(Takers.GEMINI, "\"response\":{\"any\":1}", "\"response\":\"r\""),
        arguments(Takers.BEDROCK, "\"maxTokens\":9", "\"maxTokens\":9.5"),
        arguments(Takers.BEDROCK, "\"png\"", "\"bmp\""),
        arguments(Takers.BEDROCK, "\"success\"", "\"ok\""),
        arguments(Takers.BEDROCK, "[{\"text\":\"s\"}]", "\"s\""),
        arguments(Takers.BEDROCK, "\"bytes\":\"AAAA\"", "\"bytes\":\"data:AAAA\""),
        arguments(Takers.BEDROCK, "{\"any\":{}}", "{\"any\":{},\"auto\":{}}"),
        arguments(Takers.COHERE, "\"REQUIRED\"", "\"required\""),
        arguments(Takers.COHERE, "\"max_tokens\":9", "\"max_tokens\":\"9\""),
        arguments(Takers.COHERE, "\"role\":\"tool\"", "\"role\":\"function\""),
        arguments(Takers.COHERE, "\"low\"", "\"little\""),
        arguments(Takers.MISTRAL, "\"any\"", "\"must\""),
        arguments(Takers.MISTRAL, "abcDEF123", "call_1"),
        arguments(Takers.MISTRAL, "\"role\":\"system\"", "\"role\":\"developer\""),
        // Of the other one of two hosts, or absent.
        arguments(Takers.GEMINI, "\"data\":\"AAAA\"", "\"data\":\"AAAA\",\"displayName\":\"n\""),
        arguments(Takers.GEMINI, "\"systemInstruction\"", "\"labels\":{},\"systemInstruction\""),
        arguments(Takers.ANTHROPIC, "\"tool_use_id\":\"t1\",", ""),
        arguments(Takers.BEDROCK, "\"name\":\"f\",", ""),
        arguments(Takers.COHERE, "\"tool_call_id\":\"t1\",", ""),
        arguments(Takers.MISTRAL, ",\"parameters\":{\"type\":\"object\"}", ""));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void whatIsWrongIsFound(Takers taker, String right, String wrong) {
    String request = RIGHT.get(taker);
    assertThat(request).contains(right);

    assertThat(shapes.get(taker).problems(request.replaceFirst(quoted(right), quotedBy(wrong))))
        .isNotEmpty();
  }

  private static String quoted(String text) {
    return Pattern.quote(text);
  }

  private static String quotedBy(String text) {
    return Matcher.quoteReplacement(text);
  }
}
