package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 clients that take their time, and a server that is shut down meanwhile. */
@ParameterizedClass
@ValueSource(strings = {"nio", "auto"})
class SlowClientsTest {

  @Parameter private String transport;

  private RunningServer server;

  private RunningServer open(String settings) {
    server = RunningServer.with("transport: " + transport + settings);
    return server;
  }

  @AfterEach
  void everyExchangeAndConnectionEnds() {
    server.closeOnceAllHasEnded();
  }

  @Test
  void aHeadThatIsNotFinishedInTimeIsRefused() throws Exception {
    open(", timeouts: { header: 200ms }");
    for (String part : new String[] {"G", "GET / HTTP/1.1\r\nhost: x\r\n", "PRI"}) {
      try (Http1Client client = server.http1()) {
        client.send("GET /a HTTP/1.1\r\nhost: x\r\n\r\n").read();

        Http1Client.Answer answer = client.send(part).read();

        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.closes()).isTrue();
        assertThat(client.isEnded()).isTrue();
      }
    }
  }

  @Test
  void aHeadThatTricklesIsRefusedInTime() throws Exception {
    open(", timeouts: { header: 300ms }");
    try (Http1Client client = server.http1()) {
      client.send("GET / HTTP/1.1\r\nhost: x\r\n");
      long started = System.nanoTime();
      CompletableFuture<Http1Client.Answer> answer =
          CompletableFuture.supplyAsync(() -> {
            try {
              return client.read();
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });

      await()
          .pollInterval(Duration.ofMillis(20))
          .until(() -> {
            if (!answer.isDone()) {
              client.send("x: y\r\n");
            }
            return answer.isDone();
          });

      assertThat(answer.get().status()).isEqualTo(408);
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void aConnectionThatNeverSaysAnythingIsClosed() throws Exception {
    open(", timeouts: { header: 200ms }");
    try (Http1Client client = server.http1()) {
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void aConnectionThatIsIdleIsClosed() throws Exception {
    open(", timeouts: { keep_alive: 200ms }");
    try (Http1Client client = server.http1()) {
      assertThat(client.get("/a").read().closes()).isFalse();

      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void aBodyThatStallsIsRefused() throws Exception {
    open(", timeouts: { body: 200ms }");
    try (Http1Client client = server.http1()) {
      client.send("POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc");

      Http1Client.Answer answer = client.read();

      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.closes()).isTrue();
      assertThat(client.isEnded()).isTrue();
      assertThat(server.answers().nextEvent()).isEqualTo("body TOO_SLOW");
    }
  }

  @Test
  void aBodyThatComesSlowlyIsTaken() throws Exception {
    open(", timeouts: { body: 500ms }");
    try (Http1Client client = server.http1()) {
      client.send("POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n");
      for (char c : "abcd".toCharArray()) {
        await().during(Duration.ofMillis(200)).until(() -> server.server().exchanges() == 1);
        client.send(String.valueOf(c));
      }

      assertThat(client.read().body()).isEqualTo("POST /a abcd");
    }
  }

  @Test
  void theRestOfAnAnsweredBodyIsNotWaitedForLong() throws Exception {
    open(", timeouts: { body: 200ms }");
    try (Http1Client client = server.http1()) {
      client.send("POST /early HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc");

      assertThat(client.read().body()).isEqualTo("early");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void aClientThatDoesNotReadIsCut() throws Exception {
    open(", timeouts: { stall: 200ms }");
    for (String path : new String[] {"/endless", "/big-30000000"}) {
      try (Http1Client client = new Http1Client(server.socketWithSmallBuffer())) {
        client.get(path);

        await().until(() -> server.answers().requests.get() == 1);
        await().until(() -> server.server().connections() == 0);
      }
      server.answers().requests.set(0);
    }
    assertThat(server.answers().events).containsExactly("gone /endless");
  }

  @Test
  void aClientThatNeitherReadsNorFinishesIsCut() throws Exception {
    open(", timeouts: { stall: 200ms, body: 60s }");
    try (Http1Client client = new Http1Client(server.socketWithSmallBuffer())) {
      client.send("POST /early-big HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n");

      await().until(() -> server.answers().requests.get() == 1);
      await().until(() -> server.server().connections() == 0);
    }
  }

  @Test
  void aDrainEndsIdleConnectionsAtOnceAndOthersAfterTheirAnswers() throws Exception {
    open("");
    try (Http1Client idle = server.http1();
        Socket silent = server.socket();
        Http1Client waiting = server.http1();
        Http1Client streaming = server.http1();
        Http1Client sending = server.http1()) {
      idle.get("/a").read();
      waiting.get("/held");
      ServerExchange held = server.answers().nextHeld();
      streaming.get("/open-2");
      ServerExchange open = server.answers().nextHeld();
      sending.send("POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nab");
      await().until(() -> server.server().exchanges() == 3);

      CompletableFuture<Boolean> drain =
          CompletableFuture.supplyAsync(() -> server.server().drain(Duration.ofSeconds(10)));

      assertThat(idle.isEnded()).isTrue();
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      Answers.release(held);
      Http1Client.Answer answer = waiting.read();
      assertThat(answer.body()).isEqualTo("released /held");
      assertThat(answer.closes()).isTrue();
      assertThat(waiting.isEnded()).isTrue();
      open.eventLoop().execute(open::end);
      assertThat(streaming.read().body()).isEqualTo("line 0\nline 1\n");
      assertThat(drain).isNotDone();
      assertThat(sending.send("cd").read().body()).isEqualTo("POST /a abcd");
      assertThat(drain.get()).isTrue();
    }
  }

  @Test
  void aDrainDoesNotWaitLongerThanItMay() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.get("/held");
      server.answers().nextHeld();

      assertThat(server.server().drain(Duration.ofMillis(200))).isFalse();

      assertThat(client.read().body()).isEqualTo("STOPPING");
      assertThat(client.isEnded()).isTrue();
      assertThat(server.answers().nextEvent()).isEqualTo("stopped /held");
    }
  }

  @Test
  void whatADrainDoesNotWaitForEndsWithWhatItsReceiverSays() throws Exception {
    open("");
    try (Http1Client one = server.http1();
        Http2Client two = server.http2();
        Http1Client endless = server.http1();
        Http1Client sending = server.http1()) {
      one.get("/open-1");
      two.get(1, "/open-1").get(3, "/held");
      for (int i = 0; i < 3; i++) {
        server.answers().nextHeld();
      }
      endless.get("/endless");
      sending.send("POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nab");
      await().until(() -> server.server().exchanges() == 5);

      assertThat(server.server().drain(Duration.ofMillis(200))).isFalse();
      assertThat(server.server().exchanges()).isZero();

      assertThat(one.read().body()).isEqualTo("line 0\nstopped\n");
      assertThat(two.answer(1).body()).isEqualTo("line 0\nstopped\n");
      assertThat(two.answer(3).status()).isEqualTo("503");
      assertThat(sending.read().body()).isEqualTo("STOPPING");
    }
  }

  @Test
  void streamsThatNobodyReadsDoNotKeepAServerOpen() throws Exception {
    open("");
    try (Http2Client client = server.http2()) {
      client.get(1, "/endless");
      await().until(() -> server.answers().writtenBytes.get() > 0);

      long since = System.nanoTime();
      server.server().close();

      assertThat(System.nanoTime() - since).isLessThan(TimeUnit.SECONDS.toNanos(5));
      assertThat(server.server().connections()).isZero();
    }
  }
}
