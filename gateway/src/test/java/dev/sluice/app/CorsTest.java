package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Web pages that call the gateway. */
class CorsTest {

  private static final String PAGE = "https://app.example";

  @Test
  void aPageOfAConfiguredOriginMayAsk() {
    try (RunningGateway gateway = allowing(PAGE)) {
      String answer = preflight(gateway, PAGE);

      assertThat(answer).startsWith("HTTP/1.1 204 ");
      assertThat(answer).contains("access-control-allow-origin: " + PAGE);
      assertThat(answer).contains("access-control-allow-headers: authorization, content-type");
      assertThat(answer).contains("access-control-allow-methods: GET, HEAD, POST");
      assertThat(answer.toLowerCase(java.util.Locale.ROOT)).contains("vary: origin");
    }
  }

  @Test
  void itsAnswersAndErrorsMayBeRead() {
    try (RunningGateway gateway = allowing(PAGE)) {
      String body = RunningGateway.body("demo/echo", "hi", "");
      for (String sent : new String[] {body, body.replace("}]}", "}],\"stream\":true}"), "{"}) {
        String answer =
            gateway.raw(
                "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nconnection: close\r\norigin: "
                    + PAGE
                    + "\r\ncontent-length: "
                    + sent.length()
                    + "\r\n\r\n"
                    + sent);
        assertThat(answer).contains("access-control-allow-origin: " + PAGE);
      }
    }
  }

  @Test
  void otherPagesAreToldNothing() {
    try (RunningGateway gateway = allowing(PAGE)) {
      assertThat(preflight(gateway, "https://evil.example"))
          .startsWith("HTTP/1.1 405 ")
          .doesNotContain("access-control");
    }
    try (RunningGateway gateway = RunningGateway.plain()) {
      assertThat(preflight(gateway, PAGE))
          .startsWith("HTTP/1.1 405 ")
          .doesNotContain("access-control");
    }
  }

  @Test
  void aStarLetsAllPagesIn() {
    try (RunningGateway gateway = allowing("*")) {
      assertThat(preflight(gateway, PAGE)).contains("access-control-allow-origin: " + PAGE);
    }
  }

  private static RunningGateway allowing(String origin) {
    return RunningGateway.with(
        "server: { port: 0, cors: { origins: [ \"" + origin + "\" ] } }\nadmin: { port: 0 }\n");
  }

  private static String preflight(RunningGateway gateway, String origin) {
    return gateway.raw(
        "OPTIONS /v1/chat/completions HTTP/1.1\r\nhost: a\r\nconnection: close\r\norigin: "
            + origin
            + "\r\naccess-control-request-method: POST\r\n"
            + "access-control-request-headers: authorization, content-type\r\n\r\n");
  }
}
