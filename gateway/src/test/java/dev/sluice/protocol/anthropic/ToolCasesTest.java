package dev.sluice.protocol.anthropic;

import static dev.sluice.protocol.anthropic.Codec.fromOpenAi;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Part;
import dev.sluice.protocol.rewording.Arguments;
import dev.sluice.recorded.Recordings;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The hard cases of tools. */
class ToolCasesTest {

  private static final String HI = "{\"role\":\"user\",\"content\":\"hi\"}";

  private static Codec.Written asked(String members) {
    return fromOpenAi("{\"model\":\"m\",\"messages\":[" + HI + "]," + members + "}");
  }

  private static String tool(String function) {
    return "\"tools\":[{\"type\":\"function\",\"function\":" + function + "}]";
  }

  private static final String F = tool("{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}");
  private static final String TWO =
      "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]";

  @Test
  @DisplayName("case 11: a tool's parameters are its input schema, which is an object's")
  void definitions() {
    assertThat(
            asked(
                    tool(
                        "{\"name\":\"f\",\"description\":\"d\",\"parameters\":{ \"type\":\"object\",\"properties\":{\"n\":{\"maximum\":1e2}}}}"))
                .text())
        .contains(
            "[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{ \"type\":\"object\",\"properties\":{\"n\":{\"maximum\":1e2}}}}]");
    assertThat(asked(tool("{\"name\":\"f\"}")).at("/tools/0/input_schema"))
        .hasToString("{\"type\":\"object\",\"properties\":{}}");
    assertThat(asked(tool("{\"name\":\"f\",\"parameters\":{}}")).at("/tools/0/input_schema"))
        .hasToString("{\"type\":\"object\",\"properties\":{}}");
    assertThat(
            asked(tool("{\"name\":\"f\",\"parameters\":{\"properties\":{}}}"))
                .at("/tools/0/input_schema"))
        .hasToString("{\"type\":\"object\",\"properties\":{}}");
    Codec.Written none = asked("\"tools\":[],\"tool_choice\":\"none\"");
    assertThat(none.json().has("tools")).isFalse();
    assertThat(none.json().has("tool_choice")).isFalse();
    assertThat(none.losses()).isEmpty();
  }

  @Test
  @DisplayName("case 12: names that the protocol refuses are disguised, the same way each time")
  void names() {
    String hard = "mcp.server/" + "x".repeat(140);
    String request =
        "{\"messages\":["
            + HI
            + ",{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\""
            + hard
            + "\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"1\"}],"
            + tool("{\"name\":\"" + hard + "\"}")
            + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\""
            + hard
            + "\"}}}";

    Codec.Written written = fromOpenAi(request);

    String wire = written.at("/tools/0/name").asString();
    assertThat(wire).matches("mcp_server_x+_[0-9A-Za-z]{9}").hasSize(128);
    assertThat(written.at("/tool_choice/name").asString()).isEqualTo(wire);
    assertThat(written.at("/messages/1/content/0/name").asString()).isEqualTo(wire);
    assertThat(fromOpenAi(request).at("/tools/0/name").asString()).isEqualTo(wire);
    assertThat(asked(tool("{\"name\":\"" + hard + "y\"}")).at("/tools/0/name").asString())
        .isNotEqualTo(wire);

    ChatResponse answer =
        Codec.answer(
            "{\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\""
                + wire
                + "\",\"input\":{}}],\"usage\":{}}",
            written.disguise());
    assertThat(answer.choices().getFirst().message().toolCalls().getFirst().name()).isEqualTo(hard);
    Assembled streamed =
        Assembled.of(
            Codec.events(
                List.of(
                    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\""
                        + wire
                        + "\",\"input\":{}}}"),
                written.disguise()));
    assertThat(streamed.choices.get(0).calls.getFirst().name).isEqualTo(hard);
  }

  @Test
  @DisplayName(
      "case 13: every choice of tools has its word; allowed tools are the only ones offered")
  void choices() {
    assertThat(asked(F + ",\"tool_choice\":\"auto\"").at("/tool_choice"))
        .hasToString("{\"type\":\"auto\"}");
    assertThat(asked(F + ",\"tool_choice\":\"none\"").at("/tool_choice"))
        .hasToString("{\"type\":\"none\"}");
    assertThat(asked(F + ",\"tool_choice\":\"required\"").at("/tool_choice"))
        .hasToString("{\"type\":\"any\"}");
    assertThat(
            asked(F + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}")
                .at("/tool_choice"))
        .hasToString("{\"type\":\"tool\",\"name\":\"f\"}");
    assertThat(asked(F).json().has("tool_choice")).isFalse();

    Codec.Written allowed =
        asked(
            TWO
                + ",\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]}}");
    assertThat(allowed.at("/tools").size()).isEqualTo(1);
    assertThat(allowed.at("/tools/0/name").asString()).isEqualTo("g");
    assertThat(allowed.at("/tool_choice")).hasToString("{\"type\":\"any\"}");
    assertThat(asked("\"tool_choice\":\"required\"").losses()).containsExactly("tool_choice");
  }

  @Test
  @DisplayName("case 14: one call at a time needs a choice to hang on")
  void parallelCalls() {
    assertThat(asked(F + ",\"parallel_tool_calls\":false").at("/tool_choice"))
        .hasToString("{\"type\":\"auto\",\"disable_parallel_tool_use\":true}");
    assertThat(
            asked(F + ",\"parallel_tool_calls\":false,\"tool_choice\":\"required\"")
                .at("/tool_choice"))
        .hasToString("{\"type\":\"any\",\"disable_parallel_tool_use\":true}");
    assertThat(
            asked(F + ",\"parallel_tool_calls\":false,\"tool_choice\":\"none\"").at("/tool_choice"))
        .hasToString("{\"type\":\"none\"}");
    assertThat(asked(F + ",\"parallel_tool_calls\":true").json().has("tool_choice")).isFalse();
    assertThat(asked("\"parallel_tool_calls\":false").json().has("tool_choice")).isFalse();
  }

  @Test
  @DisplayName("case 15: strict is said to models that know it")
  void strictness() {
    String strict =
        tool(
            "{\"name\":\"f\",\"strict\":true,\"parameters\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":1}}}}");

    Codec.Written able = asked(strict);
    assertThat(able.at("/tools/0/strict").asBoolean()).isTrue();
    assertThat(able.at("/tools/0/input_schema/additionalProperties").asBoolean(true)).isFalse();
    assertThat(able.at("/tools/0/input_schema/properties/a/description").asString())
        .isEqualTo("{minimum: 1}");
    assertThat(able.losses()).containsExactly("tools.function.parameters");

    Codec.Written old = fromOpenAi("{\"messages\":[" + HI + "]," + strict + "}", Codec.BUDGETED);
    assertThat(old.json().at("/tools/0").has("strict")).isFalse();
    assertThat(old.at("/tools/0/input_schema/properties/a/minimum").asInt()).isEqualTo(1);
    assertThat(old.losses()).containsExactly("tools.function.strict");
  }

  @Test
  @DisplayName("case 16: ids that the protocol refuses are others, alike for a call and its result")
  void ids() {
    String json =
        "{\"messages\":["
            + HI
            + ",{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"call|1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
            + "{\"id\":\"call 1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
            + "{\"role\":\"tool\",\"tool_call_id\":\"call 1\",\"content\":\"2\"},{\"role\":\"tool\",\"tool_call_id\":\"call|1\",\"content\":\"1\"}],"
            + F
            + "}";

    Codec.Written written = fromOpenAi(json);

    String first = written.at("/messages/1/content/0/id").asString();
    String second = written.at("/messages/1/content/1/id").asString();
    assertThat(first).matches("[a-zA-Z0-9_-]+").isNotEqualTo(second);
    assertThat(written.at("/messages/2/content/0/tool_use_id").asString()).isEqualTo(second);
    assertThat(written.at("/messages/2/content/1/tool_use_id").asString()).isEqualTo(first);
  }

  @Test
  @DisplayName("case 23: tools of the history are known although none are offered")
  void toolsOfTheHistory() {
    Codec.Written written =
        fromOpenAi(
            "{\"messages\":["
                + HI
                + ",{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"1\"}]}");

    assertThat(written.at("/tools"))
        .hasToString("[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}]");
    assertThat(written.at("/tool_choice")).hasToString("{\"type\":\"none\"}");
  }

  private static String arguments(String text) {
    String written =
        fromOpenAi(
                "{\"messages\":["
                    + HI
                    + ",{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":"
                    + Recordings.MAPPER.writeValueAsString(text)
                    + "}}]},{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"1\"}],"
                    + F
                    + "}")
            .text();
    int start = written.indexOf("\"input\":") + 8;
    return written.substring(start, written.indexOf("}]},{\"role\":\"user\"", start));
  }

  @Test
  @DisplayName("case 24: arguments are always an object, with their numbers as they were")
  void argumentsAreObjects() {
    assertThat(arguments("")).isEqualTo("{}");
    assertThat(arguments(" {\"n\": 1.50, \"big\": 12345678901234567890} "))
        .isEqualTo("{\"n\": 1.50, \"big\": 12345678901234567890}");
    assertThat(arguments("{\"cut")).isEqualTo("{\"_raw\":\"{\\\"cut\"}");
    assertThat(arguments("[1]")).isEqualTo("{\"_raw\":\"[1]\"}");
    assertThat(arguments("{} {}")).isEqualTo("{\"_raw\":\"{} {}\"}");
    ChatResponse answer =
        Codec.answer(
            "{\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{ \"n\": 1.50 }}],\"usage\":{}}");
    assertThat(answer.choices().getFirst().message().toolCalls().getFirst().arguments())
        .isEqualTo("{ \"n\": 1.50 }");
  }

  @Test
  @DisplayName("case 27: tools that a provider runs itself stay with it")
  void serverTools() {
    Codec.Written written =
        asked("\"tools\":[{\"type\":\"web_search\",\"filters\":{}}," + F.substring(9));
    assertThat(written.at("/tools").size()).isEqualTo(1);
    assertThat(written.losses()).containsExactly("tools.web_search");

    ChatResponse answer =
        Codec.answer(
            "{\"content\":[{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{\"query\":\"q\"}},"
                + "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s\",\"content\":[]},"
                + "{\"type\":\"text\",\"text\":\"so\",\"citations\":[{\"type\":\"web_search_result_location\",\"url\":\"https://example.com\",\"title\":\"t\",\"cited_text\":\"c\",\"encrypted_index\":\"e\"}]}],"
                + "\"stop_reason\":\"end_turn\",\"usage\":{\"server_tool_use\":{\"web_search_requests\":1}}}");
    assertThat(answer.choices().getFirst().message().toolCalls()).isEmpty();
    assertThat(answer.choices().getFirst().message().parts().getFirst())
        .isInstanceOf(Part.Foreign.class);
    assertThat(answer.choices().getFirst().message().citations())
        .singleElement()
        .satisfies(citation -> {
          assertThat(citation.url()).isEqualTo("https://example.com");
          assertThat(citation.from()).isEqualTo(0);
          assertThat(citation.to()).isEqualTo(2);
        });
    assertThat(answer.usage().webSearches()).isEqualTo(1);
  }

  @Test
  @DisplayName("case 28: functions of old are tools")
  void functionsOfOld() {
    Codec.Written written =
        fromOpenAi(
            "{\"messages\":["
                + HI
                + ",{\"role\":\"assistant\",\"content\":null,\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
                + "{\"role\":\"function\",\"name\":\"f\",\"content\":\"1\"}],\"functions\":[{\"name\":\"f\"}],\"function_call\":{\"name\":\"f\"}}");

    assertThat(written.at("/tools/0/name").asString()).isEqualTo("f");
    assertThat(written.at("/tool_choice")).hasToString("{\"type\":\"tool\",\"name\":\"f\"}");
    assertThat(written.at("/messages/2/content/0/tool_use_id").asString())
        .isEqualTo(written.at("/messages/1/content/0/id").asString());
    assertThat(written.losses()).isEmpty();
  }

  @Test
  @DisplayName("case 29: a tool that takes free text takes it in an object, and gives it back")
  void freeTextTools() {
    Codec.Written written =
        fromOpenAi(
            "{\"messages\":["
                + HI
                + ",{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"type\":\"custom\",\"custom\":{\"name\":\"grep\",\"input\":\"x \\\"y\\\"\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"1\"}],"
                + "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"grep\",\"description\":\"d\"}}]}");

    assertThat(written.at("/tools/0"))
        .hasToString(
            "{\"name\":\"grep\",\"description\":\"d\",\"input_schema\":{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}}");
    assertThat(written.at("/messages/1/content/0/input"))
        .hasToString("{\"input\":\"x \\\"y\\\"\"}");

    Part.ToolCall call =
        Codec.answer(
                "{\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"grep\",\"input\":{\"input\":\"a\\n\"}}],\"usage\":{}}",
                written.disguise())
            .choices()
            .getFirst()
            .message()
            .toolCalls()
            .getFirst();
    assertThat(call.kind()).isEqualTo(Part.ToolCall.Kind.CUSTOM);
    assertThat(call.arguments()).isEqualTo("a\n");
    Assembled streamed =
        Assembled.of(
            Codec.events(
                List.of(
                    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"grep\",\"input\":{}}}",
                    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"input\\\": \\\"a\"}}",
                    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"b\\\"}\"}}",
                    "{\"type\":\"content_block_stop\",\"index\":0}"),
                written.disguise()));
    assertThat(streamed.choices.get(0).calls).hasToString("[t grep ab]");
  }

  @Test
  @DisplayName("case 29: free text that came as no object is handed on as it is")
  void brokenFreeText() {
    assertThat(Arguments.freeText("{\"input\":\"a\"}")).isEqualTo("a");
    for (String odd :
        List.of(
            "{\"input\":1}",
            "{\"input\":\"a\",\"more\":1}",
            "{\"other\":\"a\"}",
            "{}",
            "[1]",
            "{\"input\":\"a",
            "")) {
      assertThat(Arguments.freeText(odd)).isEqualTo(odd);
    }
  }
}
