package dev.sluice.app;

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

/** What the AssemblyAI door says of a wrong message or model, and what a message's role changes. */
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
        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":null}|`messages[1].content` is"
            + " required",
        "{\"role\":\"assistant\",\"tool_calls\":[{}]}|`messages[1].tool_calls[0].id` is required",
        "{\"role\":\"user\",\"content\":\"a\",\"name\":5}|`messages[1].name` must be a string",
        "{\"role\":\"tool\",\"content\":\"a\"}|`messages[1].tool_call_id` is required",
        "{\"role\":\"tool\",\"tool_call_id\":\"c\"}|`messages[1].content` is required",
        "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":[]}|a string for a tool message",
        "{\"role\":\"tool\",\"tool_call_id\":5,\"content\":\"a\"}|`messages[1].tool_call_id` must"
            + " be a string",
        "{\"type\":\"function_call\",\"name\":\"f\"}|`messages[1].tool_call_id` is required",
        "{\"type\":\"function_call\",\"tool_call_id\":\"c\"}|`messages[1].name` is required",
        "{\"type\":\"function_call_output\",\"tool_call_id\":\"c\"}|`messages[1].output` is"
            + " required",
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
