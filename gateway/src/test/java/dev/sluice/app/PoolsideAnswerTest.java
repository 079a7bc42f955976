package dev.sluice.app;

import static dev.sluice.app.PoolsideClient.chat;
import static dev.sluice.app.PoolsideClient.valid;
import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** poolside's whole answers and its list of models. */
class PoolsideAnswerTest {

  private static final String JSON = "content-type: application/json\r\n";
  private static final String ASKED = body("up/m", "hi", "");

  private static String schemaMember(RunningGateway gateway, String name) {
    return "\"$schema\":\"" + gateway.uri("/openai/schemas/" + name + ".json") + "\"";
  }

  /** What the gateway makes of a provider's {@code answer}, without {@code $schema}. */
  private static String shown(String answer) throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, answer);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      HttpResponse<String> response = chat(gateway, ASKED);
      assertThat(response.statusCode()).isEqualTo(200);
      String schema = schemaMember(gateway, "ChatCompletion");
      assertThat(response.body()).contains(schema);
      return response.body().replace(schema + ",", "");
    }
  }

  @Test
  @DisplayName("poolside page: a whole answer is a ChatCompletion in application/json")
  void aWholeAnswerFitsThePagesSchema() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      HttpResponse<String> response = chat(gateway, body("demo/echo", "hello", ""));

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("content-type")).contains("application/json");
      JsonNode answer = valid("ChatCompletion", response.body());
      assertThat(answer.at("/object").asString()).isEqualTo("chat.completion");
      assertThat(answer.at("/choices/0/message/content").asString()).isEqualTo("hello");
      assertThat(answer.at("/usage/total_tokens").asInt()).isPositive();
    }
  }

  @Test
  @DisplayName("poolside trap 1: an answer's bytes stay, $schema stands before them")
  void nothingButTheSchemaIsAdded() throws Exception {
    String answer =
        " { \"z\":1e2, \"big\":12345678901234567890, \"t\":\"\\/\\u00e9é\",\"object\":\"x\" ,"
            + "\"choices\" : [ {\"finish_reason\":\"stop\", \"logprobs\":null,\"index\":0.0,"
            + "\"message\":{\"content\":null,\"role\":\"assistant\",\"new\":[1.50]}}] ,"
            + "\"created\":1e9,\"usage\":{\"total_tokens\":5,\"x\":null,\"prompt_tokens\":3,"
            + "\"completion_tokens\":2}, \"model\":\"m\" } \n";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, answer);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {

      String body = chat(gateway, ASKED).body();

      assertThat(body)
          .isEqualTo(" {" + schemaMember(gateway, "ChatCompletion") + "," + answer.substring(2));
      valid("ChatCompletion", body);
    }
  }

  @Test
  void aLargeAnswerStaysToo() throws Exception {
    String answer =
        "{\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
            + "\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\""
            + "long é ".repeat(20_000)
            + "\"}}]}";

    assertThat(shown(answer)).isEqualTo(answer);
  }

  @ParameterizedTest
  @DisplayName("poolside page: an odd provider's answer is made to fit the schema")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "\"finish_reason\":\"stop\"|\"finish_reason\":null|\"finish_reason\":\"\"",
        "\"finish_reason\":\"stop\"|\"finish_reason\":24|\"finish_reason\":\"24\"",
        "\"finish_reason\":\"stop\"|\"finish_reason\":\"odd\"|\"finish_reason\":\"odd\"",
        "\"index\":0|\"index\":null|\"index\":0",
        "\"role\":\"assistant\"|\"role\":null|\"role\":\"assistant\"",
        "\"role\":\"assistant\"|\"role\":\"model\"|\"role\":\"assistant\"",
        "\"content\":\"a\"|\"content\":\"a\",\"tool_calls\":null|\"content\":\"a\"",
        "\"content\":\"a\"|\"tool_calls\":null,\"content\":\"a\"|\"content\":\"a\"",
        "\"content\":\"a\"|\"content\":null,\"tool_calls\":[{\"id\":7,\"function\":{\"name\":\"f\",\"arguments\":{\"a\":\"b\"}}}]|\"content\":null,\"tool_calls\":[{\"id\":\"7\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\\\"b\\\"}\"},\"type\":\"function\"}]",
        "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}|\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}|\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}",
        "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}|\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":null,\"total_tokens\":5}|\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}",
        ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}|,\"usage\":null|",
        ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}|,\"usage\":{\"total_tokens\":5}|",
        "\"created\":1|\"created\":1,\"$schema\":\"https://other.example/x.json\"|\"created\":1",
      })
  void whatDoesNotFitIsMadeToFit(
      String plain, String odd, @org.jspecify.annotations.Nullable String fitted) throws Exception {
    String answer =
        "{\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
            + "\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"a\"}}]"
            + ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}";
    assertThat(answer).contains(plain);

    String shown = shown(answer.replace(plain, odd));

    assertThat(shown).isEqualTo(answer.replace(plain, fitted == null ? "" : fitted));
    valid("ChatCompletion", shown);
  }

  @Test
  void whatTheSchemaNeedsIsAdded() throws Exception {
    String shown = shown("{\"choices\":[{\"message\":{\"content\":\"a\"}}]}");

    JsonNode answer = valid("ChatCompletion", shown);
    assertThat(shown)
        .startsWith(
            "{\"choices\":[{\"message\":{\"content\":\"a\"},\"index\":0,\"finish_reason\":\"\"}]"
                + ",\"model\":\"m\",\"created\":");
    assertThat(answer.get("object").asString()).isEqualTo("chat.completion");
  }

  @ParameterizedTest
  @DisplayName(
      "poolside trap 24: $schema and Link are absolute, carry prefix and host, and resolve")
  @CsvSource({
    "'', 'x-none', '', 'http://127.0.0.1:PORT'",
    "/poolside, 'x-none', '', 'http://127.0.0.1:PORT/poolside'",
    "'', x-forwarded-host, 'api.example:8443, inner', 'http://api.example:8443'",
    "'', x-forwarded-proto, https, 'https://127.0.0.1:PORT'",
    "'', x-forwarded-proto, gopher, 'http://127.0.0.1:PORT'",
    "/poolside, forwarded, 'for=1.2.3.4;Proto=https;host=\"api.example\", for=a', 'https://api.example/poolside'",
    "'', x-forwarded-host, 'a.example/>; rel=x', 'http://127.0.0.1:PORT'",
  })
  void theSchemasAddressIsTheClients(String prefix, String header, String value, String base) {
    try (RunningGateway gateway = RunningGateway.plain()) {
      String expected =
          base.replace("PORT", Integer.toString(gateway.port()))
              + "/openai/schemas/ChatCompletion.json";

      HttpResponse<String> response =
          gateway.send(
              HttpRequest.newBuilder(gateway.uri(prefix + PoolsideClient.PATH))
                  .header(header, value)
                  .POST(HttpRequest.BodyPublishers.ofString(body("demo/echo", "hi", ""))));

      assertThat(response.body()).startsWith("{\"$schema\":\"" + expected + "\",");
      assertThat(response.headers().firstValue("link"))
          .contains("<" + expected + ">; rel=\"describedBy\"");
      assertThat(gateway.get(URI.create(expected).getPath()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("poolside §7: /openai/v1/models with $schema")
  void theListOfModels() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      for (String prefix : new String[] {"", "/poolside"}) {
        HttpResponse<String> response = gateway.get(prefix + "/openai/v1/models/?x=y");

        assertThat(response.statusCode()).isEqualTo(200);
        String schema = gateway.uri(prefix + "/openai/schemas/PageListModel.json").toString();
        assertThat(response.headers().firstValue("link"))
            .contains("<" + schema + ">; rel=\"describedBy\"");
        assertThat(response.body())
            .startsWith("{\"$schema\":\"" + schema + "\",\"data\":[{\"id\":\"demo/")
            .endsWith("],\"object\":\"list\"}\n");
        JsonNode list = PoolsideClient.MAPPER.readTree(response.body());
        assertThat(list.at("/data/0/object").asString()).isEqualTo("model");
        assertThat(list.at("/data/0/owned_by").asString()).isEqualTo("demo");
        assertThat(list.at("/data/0/created").isIntegralNumber()).isTrue();
      }
    }
  }
}
