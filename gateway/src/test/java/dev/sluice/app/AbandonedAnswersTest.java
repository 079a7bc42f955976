package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers that are read to their end although their clients have left. */
class AbandonedAnswersTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String PORTS = "server: { port: 0 }\nadmin: { port: 0 }\n";

  private static final String CHUNK =
      "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}]}\n\n";
  private static final String FINISH =
      "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
          + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  private static final String USAGE =
      "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
          + "\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":3,"
          + "\"total_tokens\":13}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private static final String EVENTS = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";

  /** What a provider sends, up to where the client leaves and from there on. */
  private enum Answer {
    STREAM("openai", EVENTS + CHUNK.formatted("a"), CHUNK.formatted("b") + FINISH + USAGE + DONE),
    UNMARKED_STREAM("openai, done_marker: false", EVENTS + CHUNK.formatted("a"), FINISH + USAGE),
    LATE_STREAM("openai", "", EVENTS + CHUNK.formatted("a") + FINISH + USAGE + DONE),
    WHOLE(
        "openai",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"id\":\"c\",\"object\":",
        "\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":"
            + "{\"role\":\"assistant\",\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"usage\":"
            + "{\"prompt_tokens\":10,\"completion_tokens\":3,\"total_tokens\":13}}"),
    TRANSLATED_STREAM(
        "anthropic",
        EVENTS
            + "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m1\","
            + "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":"
            + "{\"input_tokens\":10,\"output_tokens\":1}}}\n\n"
            + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
            + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
            + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
            + "\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n",
        "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
            + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
            + "\"end_turn\"},\"usage\":{\"output_tokens\":3}}\n\n"
            + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"),
    TRANSLATED_WHOLE(
        "anthropic",
        "",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"
            + "{\"id\":\"m1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
            + "\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],\"stop_reason\":\"end_turn\","
            + "\"usage\":{\"input_tokens\":10,\"output_tokens\":3}}");

    private final String kind;
    private final String begin;
    private final String rest;

    Answer(String kind, String begin, String rest) {
      this.kind = kind;
      this.begin = begin;
      this.rest = rest;
    }

    boolean streamed() {
      return this != WHOLE && this != TRANSLATED_WHOLE;
    }

    /** Whether a client hears something before it leaves. */
    boolean heard() {
      return streamed() && !begin.isEmpty();
    }

    String request() {
      return body("up/m", "hi", ",\"stream\":" + streamed());
    }
  }

  /** A provider that begins to answer, and goes on when it is told; each call on its own. */
  private static final class Slow implements ScriptedUpstream.Script {
    private final String begin;
    private final String rest;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    Slow(Answer answer) {
      this(answer.begin, answer.rest);
    }

    Slow(String begin, String rest) {
      this.begin = begin;
      this.rest = rest;
    }

    @Override
    public boolean answer(int number, String request, OutputStream out, Socket socket)
        throws IOException {
      out.write(begin.getBytes(StandardCharsets.UTF_8));
      out.flush();
      begun.countDown();
      try {
        told.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      out.write(rest.getBytes(StandardCharsets.UTF_8));
      out.flush();
      socket.shutdownOutput();
      ended.countDown();
      return false;
    }
  }

  /** A provider that begins to answer, says no more, and sees whether it is given up. */
  private static final class Silent implements ScriptedUpstream.Script {
    private final String begin;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch givenUp = new CountDownLatch(1);

    Silent(String begin) {
      this.begin = begin;
    }

    @Override
    public boolean answer(int number, String request, OutputStream out, Socket socket)
        throws IOException {
      out.write(begin.getBytes(StandardCharsets.UTF_8));
      out.flush();
      begun.countDown();
      try {
        if (socket.getInputStream().read() < 0) {
          givenUp.countDown();
        }
      } catch (IOException _) {
        givenUp.countDown(); // A reset.
      }
      return false;
    }
  }

  private static RunningGateway before(ScriptedUpstream up, String kind, String server) {
    return RunningGateway.with(
        "server: { port: 0"
            + server
            + " }\nadmin: { port: 0 }\nproviders:\n"
            + provider("up", up, kind, ""));
  }

  private static String provider(String name, ScriptedUpstream up, String kind, String more) {
    String version = kind.equals("anthropic") ? "" : "/v1";
    return "  "
        + name
        + ": { kind: "
        + kind
        + ", api_key: secret, base_url: \"http://127.0.0.1:"
        + up.port()
        + version
        + "\", abandoned: drained"
        + more
        + " }\n";
  }

  private static String scrape(RunningGateway gateway) {
    return gateway.gateway().metrics().scrape();
  }

  private static void awaitDrains(RunningGateway gateway, int count) {
    await().atMost(SOON).until(() -> scrape(gateway).contains("\nsluice_drains " + count + ".0\n"));
  }

  private static void awaitAbandoned(RunningGateway gateway, int count) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          int sum =
              scrape(gateway)
                  .lines()
                  .filter(line -> line.contains("outcome=\"abandoned\""))
                  .mapToInt(
                      line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                  .sum();
          assertThat(sum).isEqualTo(count);
        });
  }

  private static void assertCounted(RunningGateway gateway, int prompt, int completion) {
    assertThat(scrape(gateway))
        .contains(
            "sluice_tokens_total{kind=\"prompt\",model=\"m\",provider=\"up\"} " + prompt + ".0\n",
            "sluice_tokens_total{kind=\"completion\",model=\"m\",provider=\"up\"} "
                + completion
                + ".0\n")
        .doesNotContain("outcome=\"completed\"", "outcome=\"broken\"", "outcome=\"refused\"");
  }

  static Stream<Arguments> ways() {
    return Arrays.stream(Answer.values())
        .flatMap(answer ->
            Arrays.stream(LeavingClient.values()).map(client -> Arguments.of(answer, client)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  @DisplayName("case 59: an answer is read to its end without its client, and all of it is counted")
  void anAnswerIsReadToItsEnd(Answer answer, LeavingClient client) throws Exception {
    Slow slow = new Slow(answer);
    try (ScriptedUpstream up = new ScriptedUpstream(slow);
        RunningGateway gateway = before(up, answer.kind, "");
        Socket socket = gateway.open()) {
      client.ask(socket, answer.request());
      slow.begun.await();
      if (answer.heard()) {
        client.hear(socket);
      }
      client.leave(socket);
      awaitDrains(gateway, 1);
      assertThat(scrape(gateway)).contains("\nsluice_open_requests 0.0\n");

      slow.told.countDown();

      assertThat(slow.ended.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      awaitAbandoned(gateway, 1);
      assertCounted(gateway, 10, 3);
      assertThat(scrape(gateway))
          .contains(
              "\nsluice_drains 0.0\n",
              "\nsluice_drains_refused 0.0\n",
              "\nsluice_open_streams 0.0\n");
    }
  }

  @Test
  @DisplayName("case 59: beyond the limit an answer without its client is cancelled")
  void thereIsALimit() throws Exception {
    Slow slow = new Slow(Answer.STREAM);
    Silent silent = new Silent(Answer.STREAM.begin);
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) ->
                (request.contains("first") ? slow : silent).answer(number, request, out, socket));
        RunningGateway gateway = before(up, "openai", ", limits: { drains: 1 }");
        Socket first = gateway.open();
        Socket second = gateway.open()) {
      LeavingClient.HTTP_1.ask(first, body("up/m", "first", ",\"stream\":true"));
      LeavingClient.HTTP_1.hear(first);
      LeavingClient.HTTP_1.ask(second, body("up/m", "second", ",\"stream\":true"));
      LeavingClient.HTTP_1.hear(second);

      LeavingClient.HTTP_1.leave(first);
      awaitDrains(gateway, 1);
      LeavingClient.HTTP_1.leave(second);

      assertThat(silent.givenUp.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      awaitAbandoned(gateway, 1);
      assertThat(scrape(gateway))
          .contains("\nsluice_drains 1.0\n", "\nsluice_drains_refused 1.0\n");
      slow.told.countDown();
      awaitAbandoned(gateway, 2);
      assertCounted(gateway, 10, 3);
    }
  }

  @Test
  @DisplayName("case 59: the provider's timeouts hold for an answer without its client, too")
  void timeoutsHold() throws Exception {
    Silent late = new Silent("");
    Silent idle = new Silent(Answer.STREAM.begin);
    Silent slow = new Silent(Answer.STREAM.begin);
    try (ScriptedUpstream lateUp = new ScriptedUpstream(late);
        ScriptedUpstream idleUp = new ScriptedUpstream(idle);
        ScriptedUpstream slowUp = new ScriptedUpstream(slow);
        RunningGateway gateway =
            RunningGateway.with(
                PORTS
                    + "providers:\n"
                    + provider("late", lateUp, "openai", ", timeouts: { first_byte: 2s }")
                    + provider("idle", idleUp, "openai", ", timeouts: { idle: 2s }")
                    + provider("slow", slowUp, "openai", ", timeouts: { total: 2s }"));
        Socket first = gateway.open();
        Socket second = gateway.open();
        Socket third = gateway.open()) {
      LeavingClient.HTTP_1.ask(first, body("late/m", "hi", ",\"stream\":true"));
      LeavingClient.HTTP_1.ask(second, body("idle/m", "hi", ",\"stream\":true"));
      LeavingClient.HTTP_1.ask(third, body("slow/m", "hi", ",\"stream\":true"));
      late.begun.await();
      LeavingClient.HTTP_1.hear(second);
      LeavingClient.HTTP_1.hear(third);

      LeavingClient.HTTP_1.leave(first);
      LeavingClient.HTTP_1.leave(second);
      LeavingClient.HTTP_1.leave(third);

      awaitDrains(gateway, 3);
      for (Silent each : new Silent[] {late, idle, slow}) {
        assertThat(each.givenUp.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      }
      awaitAbandoned(gateway, 3);
      awaitDrains(gateway, 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STREAM", "WHOLE"})
  @DisplayName("case 59: nobody else is asked for an answer that nobody waits for")
  void aFailureIsTheEnd(Answer answer) throws Exception {
    Slow failing = new Slow("", "HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n");
    String request =
        body("up/m", "hi", ",\"fallbacks\":[\"up/other\"],\"stream\":" + answer.streamed());
    try (ScriptedUpstream up = new ScriptedUpstream(failing);
        RunningGateway gateway = before(up, "openai", "")) {
      try (Socket socket = gateway.open()) {
        LeavingClient.HTTP_1.ask(socket, request);
        failing.begun.await();
      }
      awaitDrains(gateway, 1);

      failing.told.countDown();

      awaitAbandoned(gateway, 1);
      awaitDrains(gateway, 0);
      up.request();
      assertThat(up.requestsWaiting()).isZero();
    }
  }

  @Test
  @DisplayName("case 59: of an answer that breaks without its client, what came is counted")
  void whatABrokenAnswerReportedIsCounted() throws Exception {
    Slow broken = new Slow(Answer.TRANSLATED_STREAM.begin, "");
    try (ScriptedUpstream up = new ScriptedUpstream(broken);
        RunningGateway gateway = before(up, "anthropic", "")) {
      try (Socket socket = gateway.open()) {
        LeavingClient.HTTP_1.ask(socket, Answer.TRANSLATED_STREAM.request());
        LeavingClient.HTTP_1.hear(socket);
      }
      awaitDrains(gateway, 1);

      broken.told.countDown();

      awaitAbandoned(gateway, 1);
      assertThat(scrape(gateway))
          .contains("sluice_tokens_total{kind=\"prompt\",model=\"m\",provider=\"up\"} 10.0\n");
    }
  }

  @Test
  @DisplayName("case 59: an answer that waited for its client goes on without it")
  void anAnswerThatWaitedGoesOn() throws Exception {
    String chunk = CHUNK.formatted("x".repeat(1000));
    int chunks = 24_000; // More than all sockets between take.
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              out.write(EVENTS.getBytes(StandardCharsets.US_ASCII));
              byte[] bytes = chunk.getBytes(StandardCharsets.US_ASCII);
              for (int i = 0; i < chunks; i++) {
                out.write(bytes);
              }
              out.write((FINISH + USAGE + DONE).getBytes(StandardCharsets.US_ASCII));
              return false;
            });
        RunningGateway gateway = before(up, "openai", ", timeouts: { stall: 500ms }");
        Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(gateway.gateway().address());
      LeavingClient.HTTP_1.ask(socket, Answer.STREAM.request());

      awaitAbandoned(gateway, 1); // The gateway cuts it off, as it reads nothing.

      assertCounted(gateway, 10, 3);
    }
  }

  @Test
  @DisplayName("case 59: a gateway that stops waits for answers without their clients")
  void stoppingWaits() throws Exception {
    Slow slow = new Slow(Answer.STREAM);
    try (ScriptedUpstream up = new ScriptedUpstream(slow);
        RunningGateway gateway = before(up, "openai", "")) {
      try (Socket socket = gateway.open()) {
        LeavingClient.HTTP_1.ask(socket, Answer.STREAM.request());
        LeavingClient.HTTP_1.hear(socket);
      }
      awaitDrains(gateway, 1);

      CompletableFuture<Boolean> all =
          CompletableFuture.supplyAsync(() -> gateway.gateway().drain());
      await().atMost(SOON).until(() -> !accepts(gateway));
      slow.told.countDown();

      assertThat(all.get(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      awaitAbandoned(gateway, 1);
      assertCounted(gateway, 10, 3);
    }
  }

  @Test
  @DisplayName("case 59: a gateway that stops does not wait longer than for all others")
  void stoppingHasALimit() throws Exception {
    Silent silent = new Silent(Answer.STREAM.begin);
    try (ScriptedUpstream up = new ScriptedUpstream(silent);
        RunningGateway gateway = before(up, "openai", ", drain_timeout: 300ms")) {
      try (Socket socket = gateway.open()) {
        LeavingClient.HTTP_1.ask(socket, Answer.STREAM.request());
        LeavingClient.HTTP_1.hear(socket);
      }
      awaitDrains(gateway, 1);

      boolean all = gateway.gateway().drain();

      assertThat(all).isFalse();
      assertThat(silent.givenUp.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      awaitAbandoned(gateway, 1);
    }
  }

  private static boolean accepts(RunningGateway gateway) {
    try (Socket socket = gateway.open()) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }
}
