package dev.sluice.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Fault;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Errors as this protocol tells them, whole and within a stream. */
class ErrorCasesTest {

  private static final String START =
      "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\",\"content\":[],"
          + "\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":100,\"cache_creation_input_tokens\":20,\"output_tokens\":1,\"service_tier\":\"standard\"}}}";

  private static ProviderError error(String body) {
    byte[] bytes = ("xx" + body + "yy").getBytes(StandardCharsets.UTF_8);
    return AnthropicErrors.read(bytes, 2, bytes.length - 2);
  }

  private static String typed(String type, String message) {
    return "{\"type\":\"error\",\"error\":{\"type\":\""
        + type
        + "\",\"message\":\""
        + message
        + "\"},\"request_id\":\"r\"}";
  }

  @Test
  @DisplayName("case 67: errors tell kind, code and field, in all shapes")
  void errors() {
    assertThat(
            error(
                    typed(
                        "invalid_request_error",
                        "prompt is too long: 210000 tokens > 200000 maximum"))
                .code())
        .isEqualTo("context_length_exceeded");
    assertThat(error(typed("not_found_error", "model: x")))
        .isEqualTo(new ProviderError("model: x", "not_found_error", "model_not_found", "model"));
    assertThat(error(typed("invalid_request_error", "messages.0.content: Field required")).param())
        .isEqualTo("messages.0.content");
    assertThat(error(typed("invalid_request_error", "max_tokens: 5 > 4")).param())
        .isEqualTo("max_tokens");
    assertThat(error(typed("invalid_request_error", "note: x")).param()).isNull();
    assertThat(error(typed("invalid_request_error", "Your credit balance is too low")).code())
        .isEqualTo("insufficient_quota");
    assertThat(
            error(
                    "{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\",\"details\":{\"error_code\":\"enforced_spend_limit_reached\"}}}")
                .code())
        .isEqualTo("enforced_spend_limit_reached");
    // Vertex' and Bedrock's own.
    assertThat(error("[{\"error\":{\"code\":404,\"message\":\"gone\",\"status\":\"NOT_FOUND\"}}]"))
        .isEqualTo(new ProviderError("gone", "NOT_FOUND", null, null));
    assertThat(error("{\"message\":\"Input is too long for requested model.\"}").code())
        .isEqualTo("context_length_exceeded");
    assertThat(error("{\"message\":\"bad key sk-ant-api03-abcdefgh\"}").message())
        .isEqualTo("bad key ***");
    for (String odd : List.of("", "<html>", "[", "[]", "7", "{\"error\":{", "null")) {
      assertThat(error(odd)).isEqualTo(ProviderError.SILENT);
    }
    assertThat(error("{\"error\":\"plain\"}").message()).isEqualTo("plain");
  }

  @Test
  @DisplayName("case 67: in a stream, too; our own credential's failure is not the client's")
  void errorsInStreams() {
    assertThat(fault(typed("invalid_request_error", "prompt is too long")))
        .isInstanceOf(Fault.ContextTooLong.class);
    assertThat(fault(typed("authentication_error", "invalid x-api-key")).message())
        .isEqualTo("the provider refused the gateway's credential");
    assertThat(fault("{\"type\":\"error\"}"))
        .isInstanceOfSatisfying(
            Fault.UpstreamFailed.class,
            silent -> {
              assertThat(silent.status()).isEqualTo(502);
              assertThat(silent.message()).isNotBlank();
            });
  }

  private static Fault fault(String frame) {
    return ((ChatEvent.Failure) Codec.events(START, frame).getLast()).fault();
  }
}
