package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorReaderTest {

  private static ErrorReader.ProviderError read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ErrorReader.read(bytes, 0, bytes.length);
  }

  @Test
  void readsTheUsualShape() {
    ErrorReader.ProviderError error =
        read("{\"error\":{\"message\":\"no\",\"type\":\"t\",\"param\":\"p\",\"code\":\"c\"}}");

    assertThat(error).isEqualTo(new ErrorReader.ProviderError("no", "t", "c", "p"));
  }

  @ParameterizedTest
  @DisplayName("case 67: errors in lists, bare words and other shapes are read")
  @ValueSource(
      strings = {
        "{\"error\":\"no\"}",
        "{\"message\":\"no\"}",
        "{\"detail\":\"no\"}",
        "[{\"error\":{\"message\":\"no\"}}]",
        "{\"error\":{\"message\":\"no\",\"code\":400}}",
      })
  void readsTheUnusualShapes(String text) {
    assertThat(read(text).message()).isEqualTo("no");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"no\",\"code\":\"content_filter\",\"status\":429}}",
        "{\"error\":{\"message\":\"no\",\"code\":\"tool_use_failed\",\"status_code\":429}}",
        "{\"error\":{\"message\":\"no\",\"code\":429}}",
      })
  void readsTheStatusThatAnErrorNamesOfItself(String text) {
    assertThat(read(text).status()).isEqualTo(429);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"message\":\"no\",\"code\":\"c\"}}",
        "{\"error\":{\"message\":\"no\",\"code\":20001}}",
        "{\"error\":{\"message\":\"no\",\"status\":\"INVALID_ARGUMENT\"}}",
      })
  void takesNoOtherCodeForAStatus(String text) {
    assertThat(read(text).status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "3", "[]", "{}", "{\"error\":{}}", "{\"error\":["})
  void saysNothingOfWhatItCannotRead(String text) {
    assertThat(read(text).message()).isNull();
  }

  @ParameterizedTest
  @DisplayName("case 67: nothing that looks like a key gets through")
  @ValueSource(
      strings = {
        "Incorrect API key provided: sk-proj-abcdefgh1234. You can find",
        "bad key gsk_abcdefghijkl1234",
        "Authorization: Bearer abcdefghij1234",
        "invalid AIzaSyabcdefghij1234",
        "api_key=abcdefghij1234 is wrong",
        "token eyJhbGciOiJIabcdefghij1234.eyJzdWIiOiIxMjM0",
        "it was abcdefghij1234abcdefghij1234abcdefghij1234abcdefghij1234",
      })
  void takesKeysOutOfMessages(String message) {
    assertThat(Scrub.text(message)).doesNotContain("1234").contains("***");
  }

  @Test
  void leavesOrdinarySentencesAlone() {
    String message =
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000"
            + " tokens. Please reduce the length of the messages.";

    assertThat(Scrub.text(message)).isEqualTo(message);
  }

  @Test
  void boundsWhatItHandsOn() {
    assertThat(Scrub.text("word ".repeat(100_000))).hasSizeLessThan(1100);
  }
}
