package dev.sluice.provider.demo;

import static dev.sluice.provider.demo.DemoCalls.JSON;
import static dev.sluice.provider.demo.DemoCalls.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class DemoToolsTest {

  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\",\"minLength\":3},"
          + "\"days\":{\"type\":\"integer\",\"minimum\":2},\"unit\":{\"enum\":[\"C\",\"F\"]}},"
          + "\"required\":[\"city\",\"days\"],\"additionalProperties\":false}";
  private static final SchemaRegistry VALIDATORS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

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

  private static String tools(String... names) {
    StringBuilder tools = new StringBuilder(",\"tools\":[");
    for (String name : names) {
      tools.append(tools.charAt(tools.length() - 1) == '[' ? "" : ",");
      tools.append("{\"type\":\"function\",\"function\":{\"name\":\"").append(name);
      tools.append("\",\"parameters\":").append(SCHEMA).append("}}");
    }
    return tools.append("]").toString();
  }

  private static List<String> called(JsonNode answer) {
    return answer
        .path("choices")
        .get(0)
        .path("message")
        .path("tool_calls")
        .valueStream()
        .map(call -> call.path("function").path("name").asString())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "What is the weather?||get_weather",
        "weather and time please||get_weather,getTime",
        "weather and time please|,\"parallel_tool_calls\":false|get_weather",
        "call getTime now||getTime",
        "sometimes it rains||",
        "find it||",
        "hello||",
        "hello|,\"tool_choice\":\"auto\"|",
        "hello|,\"tool_choice\":\"required\"|get_weather",
        "what time is it|,\"tool_choice\":\"required\"|getTime",
        "what time is it|,\"tool_choice\":\"none\"|",
        "hello|,\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"getTime\"}}|getTime",
        "weather and time|,\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":"
            + "\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"getTime\"}}]}}"
            + "|getTime",
      })
  void toolsAreChosen(String said, String choice, String expected) {
    String more = tools("get_weather", "getTime") + (choice == null ? "" : choice);
    JsonNode answer = demo.whole(body("echo", said, more));

    List<String> names = expected == null ? List.of() : List.of(expected.split(","));
    assertThat(called(answer)).isEqualTo(names);
    boolean named = choice != null && choice.contains("\"tool_choice\":{\"type\":\"function\"");
    assertThat(answer.path("choices").get(0).path("finish_reason").asString())
        .isEqualTo(names.isEmpty() || named ? "stop" : "tool_calls");
    JsonNode content = answer.path("choices").get(0).path("message").path("content");
    assertThat(content.isNull()).isEqualTo(!names.isEmpty());
  }

  @Test
  void argumentsSatisfyTheSchema() {
    JsonNode answer = demo.whole(body("echo", "weather", tools("weather")));

    JsonNode call =
        answer.path("choices").get(0).path("message").path("tool_calls").get(0).path("function");
    JsonNode arguments = JSON.readTree(call.path("arguments").asString());
    assertThat(VALIDATORS.getSchema(JSON.readTree(SCHEMA)).validate(arguments)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{}|{}", "{\"properties\":{\"a\":{\"const\":1}}}|{\"a\":1}", "null|{}"})
  void argumentsAreAnObjectAlsoWhereTheSchemaLeavesItOpen(String schema, String expected) {
    String tool =
        ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":"
            + schema
            + "}}],\"tool_choice\":\"required\"";
    JsonNode answer = demo.whole(body("echo", "x", tool));

    assertThat(
            answer
                .path("choices")
                .get(0)
                .path("message")
                .path("tool_calls")
                .get(0)
                .path("function")
                .path("arguments")
                .asString())
        .isEqualTo(expected);
  }

  @Test
  void aSingleCallStartsWithItsMessageAndSeveralEachForItself() {
    List<JsonNode> one =
        demo.post(body("echo", "weather", tools("weather") + ",\"stream\":true")).chunks();
    List<JsonNode> two =
        demo.post(body("echo", "weather time", tools("weather", "time") + ",\"stream\":true"))
            .chunks();

    JsonNode first = one.getFirst().path("choices").get(0).path("delta");
    assertThat(first.propertyNames()).containsExactly("role", "content", "tool_calls", "refusal");
    assertThat(first.path("tool_calls").get(0).path("function").path("arguments").asString())
        .isEmpty();
    assertThat(two.getFirst().path("choices").get(0).path("delta").has("tool_calls")).isFalse();
    assertThat(Joined.choice(two, 0).path("message").path("tool_calls").size()).isEqualTo(2);
    assertThat(two.getLast().path("choices").get(0).path("finish_reason").asString())
        .isEqualTo("tool_calls");
  }

  @Test
  void afterAToolsResultItAnswersInText() {
    String asked =
        """
        {"model":"echo","messages":[{"role":"user","content":"weather and time"},
        {"role":"assistant","content":null,"tool_calls":[
        {"id":"a","type":"function","function":{"name":"weather","arguments":"{}"}},
        {"id":"b","type":"function","function":{"name":"time","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"a","content":"sunny"}#]%s}
        """
            .formatted(tools("weather", "time") + ",\"tool_choice\":\"required\"");

    JsonNode one = demo.whole(asked.replace("#", ""));
    JsonNode two =
        demo.whole(
            asked.replace("#", ",{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":\"noon\"}"));

    assertThat(called(one)).isEmpty();
    assertThat(one.path("choices").get(0).path("message").path("content").asString())
        .isEqualTo("The tool answered: sunny");
    assertThat(two.path("choices").get(0).path("message").path("content").asString())
        .isEqualTo("The tools answered: sunny, noon");
  }

  @Test
  void legacyFunctionsAreCalledOneAtATime() {
    String functions =
        ",\"functions\":[{\"name\":\"weather\",\"parameters\":%s},{\"name\":\"time\"}]"
            .formatted(SCHEMA);
    JsonNode both = demo.whole(body("echo", "weather and time", functions)).path("choices").get(0);
    JsonNode named =
        demo.whole(body("echo", "x", functions + ",\"function_call\":{\"name\":\"time\"}"))
            .path("choices")
            .get(0);
    JsonNode none =
        demo.whole(body("echo", "weather", functions + ",\"function_call\":\"none\""))
            .path("choices")
            .get(0);
    List<JsonNode> chunks =
        demo.post(body("echo", "weather", functions + ",\"stream\":true")).chunks();

    assertThat(both.path("finish_reason").asString()).isEqualTo("function_call");
    assertThat(both.path("message").has("tool_calls")).isFalse();
    assertThat(both.path("message").path("function_call").path("name").asString())
        .isEqualTo("weather");
    JsonNode arguments =
        JSON.readTree(both.path("message").path("function_call").path("arguments").asString());
    assertThat(VALIDATORS.getSchema(JSON.readTree(SCHEMA)).validate(arguments)).isEmpty();
    assertThat(named.path("message").path("function_call").toString())
        .isEqualTo("{\"name\":\"time\",\"arguments\":\"{}\"}");
    assertThat(none.path("message").path("content").asString()).isEqualTo("weather");
    assertThat(Joined.choice(chunks, 0).path("message").path("function_call"))
        .isEqualTo(both.path("message").path("function_call"));
  }

  @Test
  void afterAFunctionsResultItAnswersInText() {
    String asked =
        """
        {"model":"echo","messages":[{"role":"user","content":"time"},
        {"role":"assistant","content":null,"function_call":{"name":"time","arguments":"{}"}},
        {"role":"function","name":"time","content":"noon"}],"functions":[{"name":"time"}]}
        """;

    assertThat(demo.whole(asked).path("choices").get(0).path("message").path("content").asString())
        .isEqualTo("The tool answered: noon");
  }

  @Test
  void structuredAnswersSatisfyTheSchema() {
    String format =
        ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"w\",\"schema\":"
            + SCHEMA
            + "}}";
    JsonNode answer = demo.whole(body("echo", "x", format)).path("choices").get(0);
    JsonNode refused = demo.whole(body("refusal", "x", format)).path("choices").get(0);
    JsonNode object =
        demo.whole(body("echo", "x", ",\"response_format\":{\"type\":\"json_object\"}"));

    JsonNode content = JSON.readTree(answer.path("message").path("content").asString());
    assertThat(VALIDATORS.getSchema(JSON.readTree(SCHEMA)).validate(content)).isEmpty();
    assertThat(refused.path("message").path("content").isNull()).isTrue();
    assertThat(refused.path("message").path("refusal").asString())
        .isEqualTo("I cannot help with that.");
    assertThat(object.path("choices").get(0).path("message").path("content").asString())
        .isEqualTo("{\"answer\":\"x\"}");
  }
}
