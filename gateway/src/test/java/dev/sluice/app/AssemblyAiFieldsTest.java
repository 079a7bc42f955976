package dev.sluice.app;

import static dev.sluice.app.AssemblyAiDoor.answered;
import static dev.sluice.app.AssemblyAiDoor.chat;
import static dev.sluice.app.AssemblyAiDoor.invalid;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each documented field of the AssemblyAI door: null, right, wrong type, out of range, unknown. */
class AssemblyAiFieldsTest {

  private static final String TOOL =
      "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{}}}";

  private static ScriptedUpstream up;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws IOException {
    // A provider that takes everything, so that it is the door which refuses.
    up = ScriptedUpstream.whole(200, "", "{\"choices\":[]}");
    gateway = RunningGateway.before(up.port(), "");
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    up.close();
  }

  private static String with(String field, String value) {
    return "{\"model\":\"up/m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\""
        + field
        + "\":"
        + value
        + "}";
  }

  private static String withMessage(String message) {
    return "{\"model\":\"up/m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
        + message
        + "]}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "prompt|\"p\"",
        "prompt|\"\"",
        "max_tokens|1",
        "max_tokens|1e2",
        "temperature|0",
        "temperature|2",
        "temperature|0.7",
        "tools|[]",
        "tools|[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"a\":1}}}]",
        "tool_choice|\"none\"",
        "tool_choice|\"auto\"",
        "stream|false",
        "stream_options|{}",
        "response_format|{\"type\":\"text\"}",
        "fallbacks|[]",
        "fallback_config|{}",
        "fallback_config|{\"retry\":true,\"depth\":2}",
        "post_processing_steps|[{\"type\":\"json-repair\"}]",
        "transcript_id|\"t\"",
        "model_region|\"global\"",
        "unknown|{\"x\":[1e2]}",
      })
  @DisplayName("assemblyai page: a field that is right is taken")
  void whatIsRightIsTaken(String field, String value) {
    answered(chat(gateway, with(field, value)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prompt",
        "max_tokens",
        "max_completion_tokens",
        "temperature",
        "tools",
        "tool_choice",
        "stream",
        "stream_options",
        "response_format",
        "fallbacks",
        "fallback_config",
        "post_processing_steps",
        "transcript_id",
        "model_region",
      })
  @DisplayName("assemblyai trap 29: an optional field may be null")
  void anOptionalFieldMayBeNull(String field) {
    answered(chat(gateway, with(field, "null")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "prompt|5",
        "max_tokens|\"5\"",
        "max_tokens|0",
        "max_tokens|1.5",
        "temperature|\"1\"",
        "temperature|2.01",
        "temperature|-1",
        "tools|{}",
        "tools|[5]",
        "tools|[{}]",
        "tools|[{\"type\":\"function\"}]",
        "tools|[{\"type\":\"retrieval\",\"function\":{\"name\":\"f\",\"parameters\":{}}}]",
        "tools|[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]",
        "tools|[{\"type\":\"function\",\"function\":{\"parameters\":{}}}]",
        "tools|[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":\"{}\"}}]",
        "tool_choice|5",
        "tool_choice|\"required\"",
        "tool_choice|{}",
        "tool_choice|{\"type\":\"function\"}",
        "tool_choice|{\"type\":\"function\",\"function\":{}}",
        "stream|\"true\"",
        "stream_options|[]",
        "stream_options|{\"include_usage\":1}",
        "response_format|\"json\"",
        "fallbacks|{}",
        "fallbacks|[\"up/m\"]",
        "fallback_config|[]",
        "fallback_config|{\"retry\":\"x\"}",
        "fallback_config|{\"depth\":3}",
        "fallback_config|{\"depth\":-1}",
        "post_processing_steps|{}",
        "post_processing_steps|[{}]",
        "post_processing_steps|[{\"type\":\"shout\"}]",
        "transcript_id|5",
        "model_region|5",
      })
  @DisplayName("assemblyai trap 4: a field that is wrong is a 400 that names it")
  void whatIsWrongIsNamed(String field, String value) {
    invalid(chat(gateway, with(field, value)), "`" + field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{\"messages\":[]}|`model` is required",
        "{\"model\":null,\"prompt\":\"q\"}|`model` must be a non-empty string, but is null",
        "{\"model\":\"\",\"prompt\":\"q\"}|`model` must be a non-empty string, but is empty",
        "{\"model\":5,\"prompt\":\"q\"}|`model` must be a non-empty string, but is a number",
        "{\"model\":\"up/m\",\"messages\":null}|`messages` must be an array, but is null",
        "{\"model\":\"up/m\",\"messages\":\"q\"}|`messages` must be an array, but is a string",
        "{\"model\":\"up/m\",\"messages\":[\"q\"]}|`messages[0]` must be an object",
      })
  @DisplayName("assemblyai page: model is required, messages are a list")
  void requiredFieldsAreRequired(String text, String cause) {
    invalid(chat(gateway, text), cause);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{\"content\":\"a\"}|`messages[1].role` is required",
        "{\"role\":\"wizard\",\"content\":\"a\"}|`messages[1].role` must be one of",
        "{\"role\":null,\"content\":\"a\"}|`messages[1].role` must be one of",
        "{\"role\":5,\"content\":\"a\"}|`messages[1].role` must be one of",
        "{\"role\":\"user\"}|`messages[1].content` is required",
        "{\"role\":\"user\",\"content\":null}|`messages[1].content` is required",
        "{\"role\":\"user\",\"content\":5}|`messages[1].content` must be a string or an array",
        "{\"role\":\"\\u0075ser\",\"content\":null}|`messages[1].content` is required",
        "{\"role\":\"system\"}|`messages[1].content` is required",
        "{\"role\":\"assistant\"}|`messages[1].content` is required",
        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":null}|`messages[1].content` is required",
        "{\"role\":\"assistant\",\"tool_calls\":[{}]}|`messages[1].tool_calls[0].id` is required",
        "{\"role\":\"user\",\"content\":\"a\",\"name\":5}|`messages[1].name` must be a string",
        "{\"role\":\"tool\",\"content\":\"a\"}|`messages[1].tool_call_id` is required",
        "{\"role\":\"tool\",\"tool_call_id\":\"c\"}|`messages[1].content` is required",
        "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":[]}|a string for a tool message",
        "{\"role\":\"tool\",\"tool_call_id\":5,\"content\":\"a\"}|`messages[1].tool_call_id` must be a string",
        "{\"type\":\"function_call\",\"name\":\"f\"}|`messages[1].tool_call_id` is required",
        "{\"type\":\"function_call\",\"tool_call_id\":\"c\"}|`messages[1].name` is required",
        "{\"type\":\"function_call_output\",\"tool_call_id\":\"c\"}|`messages[1].output` is required",
        "{\"type\":5,\"content\":\"a\"}|`messages[1].role` is required",
      })
  @DisplayName("assemblyai trap 28: what a message must hold depends on its role")
  void aMessageThatIsWrongIsNamed(String message, String cause) {
    invalid(chat(gateway, withMessage(message)), cause);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"role\":\"system\",\"content\":\"\"}",
        "{\"role\":\"developer\",\"content\":\"a\"}",
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"name\":\"n\"}",
        "{\"role\":\"user\",\"content\":\"a\",\"type\":\"message\",\"name\":null,\"x\":1}",
        "{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":null}",
      })
  void aMessageThatIsRightIsTaken(String message) {
    assertThat(chat(gateway, withMessage(message)).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"none\"", "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"})
  void aToolMayBeChosen(String choice) {
    assertThat(
            chat(gateway, with("tools", "[" + TOOL + "],\"tool_choice\":" + choice)).statusCode())
        .isEqualTo(200);
  }
}
