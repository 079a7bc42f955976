package dev.sluice.protocol.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.Fault;
import dev.sluice.protocol.gemini.GeminiErrors.ProviderError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiErrorsTest {

  private static ProviderError read(String json) {
    byte[] bytes = ("xx" + json.replace('\'', '"') + "yy").getBytes(StandardCharsets.UTF_8);
    return GeminiErrors.read(bytes, 2, bytes.length - 2);
  }

  private static Fault.UpstreamFailed failed(String json, int status) {
    return (Fault.UpstreamFailed) read(json).fault(status, null);
  }

  @Test
  @DisplayName("case 67: message, kind, reason, field and wait are read")
  void fields() {
    ProviderError error =
        read(
            "{'error':{'code':400,'message':'bad','status':'INVALID_ARGUMENT','details':["
                + "{'@type':'type.googleapis.com/google.rpc.BadRequest','fieldViolations':"
                + "[{'field':'contents[0]','description':'d'},{'field':'other'}]},"
                + "{'@type':'x','reason':'WHY','retryDelay':'1.5s'}]}}");

    assertThat(error)
        .isEqualTo(
            new ProviderError(
                "bad", 400, "INVALID_ARGUMENT", "WHY", "contents[0]", Duration.ofMillis(1500)));
    assertThat(error.fault(400, Duration.ofSeconds(9)))
        .isEqualTo(
            new Fault.UpstreamFailed(
                "bad", 400, "INVALID_ARGUMENT", "WHY", "contents[0]", Duration.ofSeconds(9)));
  }

  @Test
  @DisplayName("case 67: our own credential's failure is never the client's")
  void credentials() {
    Fault.UpstreamFailed wrongKey =
        failed(
            "{'error':{'code':400,'message':'API key not valid. Please pass a valid API key.',"
                + "'status':'INVALID_ARGUMENT','details':[{'reason':'API_KEY_INVALID'}]}}",
            400);
    Fault.UpstreamFailed place =
        failed(
            "{'error':{'code':400,'message':'User location is not supported for the API use.',"
                + "'status':'FAILED_PRECONDITION'}}",
            400);

    assertThat(wrongKey.status()).isEqualTo(401);
    assertThat(wrongKey.message()).isEqualTo("the provider refused the gateway's credential");
    assertThat(place.status()).isEqualTo(403);
    assertThat(failed("{'error':{'code':403,'message':'secret project x'}}", 403).message())
        .doesNotContain("secret");
    assertThat(failed("{}", 401).status()).isEqualTo(401);
  }

  @ParameterizedTest(name = "case 67: {0}")
  @ValueSource(
      strings = {
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        "The input token count is 2000000 but model only supports up to 1048576."
      })
  void contextTooLong(String message) {
    assertThat(read("{'error':{'code':400,'message':'" + message + "'}}").fault(400, null))
        .isEqualTo(new Fault.ContextTooLong(message));
  }

  @Test
  @DisplayName("case 67: a minute's limit passes, a day's quota and unpaid bills do not")
  void limits() {
    String quota =
        "{'error':{'code':429,'message':'quota','status':'RESOURCE_EXHAUSTED','details':["
            + "{'violations':[{'quotaId':'Generate%sPerProject'}]},{'retryDelay':'33s'}]}}";

    Fault.UpstreamFailed minute = failed(quota.replace("%s", "PerMinute"), 429);
    Fault.UpstreamFailed day = failed(quota.replace("%s", "PerDay"), 429);
    Fault.UpstreamFailed unpaid = failed("{'error':{'code':402,'message':'pay'}}", 402);

    assertThat(minute.code()).isEqualTo("rate_limit_exceeded");
    assertThat(minute.retryAfter()).isEqualTo(Duration.ofSeconds(33));
    assertThat(day.code()).isEqualTo("insufficient_quota");
    assertThat(day.retryAfter()).isNull();
    assertThat(unpaid.code()).isEqualTo("insufficient_quota");
  }

  @Test
  @DisplayName("case 67: lists, bare words and other texts are read as far as they go")
  void shapes() {
    assertThat(read("[{'error':{'code':404,'message':'gone','status':'NOT_FOUND'}}]").type())
        .isEqualTo("NOT_FOUND");
    assertThat(read("{'error':'words'}").message()).isEqualTo("words");
    assertThat(read("<html>")).isEqualTo(ProviderError.SILENT);
    assertThat(read("")).isEqualTo(ProviderError.SILENT);
    assertThat(read("[]")).isEqualTo(ProviderError.SILENT);
    assertThat(read("{'error':{'details':[{'retryDelay':'1e999999999s'}]}}").retryAfter()).isNull();
    assertThat(failed("<html>", 503).message()).isEqualTo("the provider answered with status 503");
  }

  @Test
  @DisplayName("case 67: nothing that looks like a key gets through")
  void scrubbed() {
    String key = "AIza" + "SyA1234567890abcdefghijklmnopqrstu";

    assertThat(read("{'error':{'message':'key " + key + " is bad'}}").message())
        .doesNotContain("SyA12345");
  }
}
