package dev.sluice.app;

import static dev.sluice.app.AskingClient.answered;
import static dev.sluice.app.FannedStreams.COUNTED;
import static dev.sluice.app.FannedStreams.DONE;
import static dev.sluice.app.FannedStreams.EVENTS;
import static dev.sluice.app.FannedStreams.TWO;
import static dev.sluice.app.FannedStreams.awaitTokens;
import static dev.sluice.app.FannedStreams.before;
import static dev.sluice.app.FannedStreams.event;
import static dev.sluice.app.FannedStreams.post;
import static dev.sluice.app.FannedStreams.readUntil;
import static dev.sluice.app.FannedStreams.start;
import static dev.sluice.app.FannedStreams.stop;
import static dev.sluice.app.FannedStreams.text;
import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.app.CalledUpstream.Call;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several streamed choices, of which one fails, or whose client leaves. */
@Timeout(60)
class FanOutBreakTest {

  @RegisterExtension final AskingClient client = new AskingClient();

  @Test
  @DisplayName(
      "case 40: nothing is shown before all calls are accepted, so that one may be refused")
  void aRefusalThatComesLateIsStillUnseen() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", "")) {
      Future<String> asked = client.askText(gateway, TWO + ",\"fallbacks\":[\"demo/echo\"]");
      Call a = up.next();
      Call b = up.next();
      a.begin(EVENTS);
      a.say(start(10) + text(0, "Early"));
      b.answer(429, "content-type: application/json\r\n", "{\"error\":{\"message\":\"Slow\"}}");

      String answer = answered(asked);
      assertThat(answer).startsWith("200\n").doesNotContain("Early").endsWith(DONE);
      assertThat(answer).contains("\"provider\":\"demo\"");
      a.awaitGivenUp();
    }
  }

  @ParameterizedTest
  @DisplayName(
      "case 40: what was accepted is paid for although another call was refused, even if a fallback"
          + " answers")
  @CsvSource(
      delimiter = '|',
      value = {"429 |", "200 | ,\"fallbacks\":[\"demo/echo\"]"},
      quoteCharacter = '\'')
  void whatWasAcceptedIsPaidFor(int status, @Nullable String more) throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", "")) {
      Future<String> asked = client.askText(gateway, TWO + (more == null ? "" : more));
      Call a = up.next();
      Call b = up.next();
      a.answer(
          200,
          "content-type: text/event-stream\r\n",
          start(10) + text(0, "Whole") + stop("end_turn", 7));
      // The connection is free again only when its answer has been read.
      await()
          .until(() ->
              gateway
                  .gateway()
                  .metrics()
                  .scrape()
                  .contains("sluice_upstream_connections{provider=\"up\",state=\"idle\"} 1.0"));
      b.answer(429, "content-type: application/json\r\n", "{\"error\":{\"message\":\"Slow\"}}");

      assertThat(answered(asked)).startsWith(status + "\n").doesNotContain("Whole");
      awaitTokens(gateway, "prompt", 10);
      awaitTokens(gateway, "completion", 7);
    }
  }

  @ParameterizedTest
  @DisplayName("case 40: what breaks behind the first text breaks all of it, and is paid for")
  @ValueSource(strings = {"error", "cut", "unfinished", "malformed"})
  void whatBreaksLateBreaksAll(String way) throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", "");
        Socket socket = gateway.open()) {
      socket.getOutputStream().write(post(body("up/m", "hi", COUNTED)));
      Call a = up.next();
      Call b = up.next();
      a.begin(EVENTS);
      b.begin(EVENTS);
      a.say(start(10) + text(0, "Whole") + stop("end_turn", 7));
      b.say(start(10) + text(0, "Part"));
      StringBuilder read = new StringBuilder();
      readUntil(socket.getInputStream(), read, "Whole");
      readUntil(socket.getInputStream(), read, "Part");
      switch (way) {
        case "error" ->
            b.say(
                event("{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"x\"}}"));
        case "cut" -> b.cut();
        case "unfinished" -> b.end();
        default -> b.say(event("{\"type\":\"content_block_delta\",\"index\":"));
      }

      read.append(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      assertThat(read.toString())
          .contains("\"error\":{")
          .doesNotContain("[DONE]", "\"finish_reason\":\"stop\"");
      awaitTokens(gateway, "prompt", 20);
      awaitTokens(gateway, "completion", 7);
    }
  }

  @Test
  @DisplayName("case 40: a stream that ends too early does not wait for the others")
  void theOthersAreGivenUp() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", "")) {
      Future<String> asked = client.askText(gateway, TWO);
      Call a = up.next();
      Call b = up.next();
      a.begin(EVENTS);
      b.begin(EVENTS);
      a.say(start(10) + text(0, "Whole"));
      b.say(start(10) + text(0, "Part"));
      b.end();

      assertThat(answered(asked)).contains("\"error\":{").doesNotContain("[DONE]");
      a.awaitGivenUp();
    }
  }

  @ParameterizedTest
  @DisplayName("case 40: each stream has to go on in time, however lively the others are")
  @CsvSource({"first_byte, did not begin to answer in time", "idle, stopped in the middle"})
  void timeoutsHoldForEachStream(String timeout, String told) throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway =
            before(up, "anthropic", ", timeouts: { " + timeout + ": 300ms }")) {
      Future<String> asked = client.askText(gateway, TWO);
      Call a = up.next();
      Call b = up.next();
      a.begin(EVENTS);
      if (timeout.equals("idle")) {
        b.begin(EVENTS);
        b.say(start(10) + text(0, "Part"));
      }
      a.say(start(10) + text(0, "Lively"));
      await()
          .pollInterval(Duration.ofMillis(20))
          .until(() -> {
            try {
              a.say(text(1, "."));
              return asked.isDone();
            } catch (IOException _) {
              return true; // It has been given up with the other.
            }
          });

      assertThat(answered(asked)).contains(told).doesNotContain("[DONE]");
      b.awaitGivenUp();
    }
  }

  @Test
  @DisplayName("case 40: a client that leaves ends all streams, and what came is paid for")
  void aClientThatLeavesEndsAllStreams() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", "")) {
      Call a;
      Call b;
      try (Socket socket = gateway.open()) {
        socket.getOutputStream().write(post(body("up/m", "hi", TWO)));
        a = up.next();
        b = up.next();
        a.begin(EVENTS);
        b.begin(EVENTS);
        a.say(start(10) + text(0, "Early"));
        b.say(start(10) + text(0, "Later"));
        StringBuilder read = new StringBuilder();
        readUntil(socket.getInputStream(), read, "Early");
        readUntil(socket.getInputStream(), read, "Later");
      }

      a.awaitGivenUp();
      b.awaitGivenUp();
      await().until(() -> gateway.gateway().metrics().scrape().contains("outcome=\"abandoned\""));
      awaitTokens(gateway, "prompt", 20);
    }
  }

  @Test
  @DisplayName("cases 40 and 59: streams that are drained are so to the last one's end")
  void abandonedStreamsAreDrained() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", ", abandoned: drained")) {
      Call a;
      Call b;
      try (Socket socket = gateway.open()) {
        socket.getOutputStream().write(post(body("up/m", "hi", TWO)));
        a = up.next();
        b = up.next();
        a.begin(EVENTS);
        b.begin(EVENTS);
        a.say(start(10) + text(0, "Early"));
        readUntil(socket.getInputStream(), new StringBuilder(), "Early");
      }
      await().until(() -> gateway.gateway().metrics().scrape().contains("sluice_drains 1.0"));
      a.say(stop("end_turn", 7));
      a.end();
      b.say(start(10) + text(0, "Later") + stop("end_turn", 5));
      b.end();

      await().until(() -> gateway.gateway().metrics().scrape().contains("outcome=\"abandoned\""));
      awaitTokens(gateway, "prompt", 20);
      awaitTokens(gateway, "completion", 12);
    }
  }

  @Test
  @DisplayName("case 40: answers of which only some are streams are none")
  void someAreWhole() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", "")) {
      Future<String> asked = client.askText(gateway, TWO);
      Call a = up.next();
      Call b = up.next();
      a.begin(EVENTS);
      b.begin("application/json");

      assertThat(answered(asked)).startsWith("502\n").contains("streamed only some of the answers");
      a.awaitGivenUp();
      b.awaitGivenUp();
    }
  }
}
