package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.config.ConfigException;
import dev.sluice.config.SettingsLoader;
import dev.sluice.config.SettingsWatcher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A file that changes under a running gateway, with its watcher as {@code serve} runs it. */
class ReloadTest {

  private static final String PORTS = "server: { port: 0 }\nadmin: { port: 0 }\n";
  private static final String EVENT =
      "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},"
          + "\"finish_reason\":null}]}\n\n";
  private static final String END =
      "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
          + "data: [DONE]\n\n";
  private static final SettingsLoader LOADER =
      new SettingsLoader(
          Map.of("KEY", "sk-very-secret", "PROXY", "http://me:sk-very secret@p")::get,
          Gateway.DIALECTS);

  @TempDir private Path folder;

  private Path write(String yaml) throws IOException {
    Path next = Files.writeString(folder.resolve("next.yaml"), yaml);
    return Files.move(next, folder.resolve("sluice.yaml"), ATOMIC_MOVE);
  }

  private static String provider(String name, int port) {
    return "  "
        + name
        + ": { kind: openai, base_url: \"http://127.0.0.1:"
        + port
        + "/v1\", api_key: none }\n";
  }

  private static RunningGateway open(Path file) throws IOException, ConfigException {
    SettingsLoader.Loaded loaded = LOADER.load(file);
    return RunningGateway.of(Gateway.open(loaded, name -> null), loaded.settings());
  }

  private static SettingsWatcher watch(Path file, RunningGateway gateway) {
    SettingsWatcher watcher = new SettingsWatcher(file);
    watcher.start(new Reloader(LOADER, file, null, gateway.gateway())::reload);
    return watcher;
  }

  private static void chunk(OutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** Streams one event, waits, and streams the rest. */
  private static ScriptedUpstream.Script streaming(CountDownLatch goOn) {
    return (number, request, out, socket) -> {
      out.write(
          ("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                  + "transfer-encoding: chunked\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      chunk(out, EVENT.formatted("first"));
      waitFor(goOn);
      chunk(out, EVENT.formatted("second"));
      chunk(out, END);
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return true;
    };
  }

  private static void waitFor(CountDownLatch latch) throws IOException {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** A client that keeps one connection and asks over and over. */
  private static final class KeepAliveClient implements AutoCloseable {

    private static final int REQUESTS_MAX = 1_000_000;

    private final AtomicInteger answers = new AtomicInteger();
    private final CompletableFuture<Integer> done = new CompletableFuture<>();
    private volatile boolean stopped;

    KeepAliveClient(RunningGateway gateway, String model) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket socket = gateway.open()) {
              BufferedReader in = reader(socket);
              for (int i = 0; i < REQUESTS_MAX && !stopped; i++) {
                post(socket, body(model, "hi", ""));
                readAnswer(in);
                answers.incrementAndGet();
              }
              done.complete(answers.get());
            } catch (IOException | RuntimeException | AssertionError e) {
              done.completeExceptionally(e);
            }
          });
    }

    private static void readAnswer(BufferedReader in) throws IOException {
      String status = in.readLine();
      assertThat(status).isEqualTo("HTTP/1.1 200 OK");
      int length = -1;
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        if (line.startsWith("content-length: ")) {
          length = Integer.parseInt(line.substring(16));
        }
        assertThat(line).isNotEqualToIgnoringCase("connection: close");
      }
      for (int i = 0; i < length; i++) {
        assertThat(in.read()).isNotNegative();
      }
    }

    /** Waits for more answers than there are now. */
    void goesOn() {
      int now = answers.get();
      await().until(() -> done.isCompletedExceptionally() || answers.get() > now + 10);
    }

    @Override
    public void close() {
      stopped = true;
      assertThat(done.orTimeout(10, TimeUnit.SECONDS).join()).isPositive();
    }
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
  }

  private static void post(Socket socket, String body) throws IOException {
    socket
        .getOutputStream()
        .write(
            ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                    + "content-length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.US_ASCII));
  }

  private static String readUntil(BufferedReader in, String wanted) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(wanted) < 0) {
      int c = in.read();
      assertThat(c).as("the end of: %s", text).isNotNegative();
      text.append((char) c);
    }
    return text.toString();
  }

  @Test
  void aRewrittenFileIsServedAndNothingUnderWayIsCut() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    String answer = "{\"choices\":[]}";
    try (ScriptedUpstream leaving = new ScriptedUpstream(streaming(goOn));
        ScriptedUpstream kept = ScriptedUpstream.whole(200, "", answer);
        ScriptedUpstream coming = ScriptedUpstream.whole(200, "", answer)) {
      Path file =
          write(
              PORTS
                  + "providers:\n"
                  + provider("leaving", leaving.port())
                  + provider("kept", kept.port())
                  + "models: { old: leaving/m }\n");
      try (RunningGateway gateway = open(file);
          SettingsWatcher _ = watch(file, gateway);
          KeepAliveClient busy = new KeepAliveClient(gateway, "kept/m");
          Socket stream = gateway.open()) {
        BufferedReader in = reader(stream);
        post(stream, body("old", "hi", ",\"stream\":true"));
        readUntil(in, "first");
        busy.goesOn();

        write(
            PORTS
                + "providers:\n"
                + provider("coming", coming.port())
                + provider("kept", kept.port())
                + "models: { new: coming/m }\n");

        await().until(() -> gateway.chat(body("new", "hi", "")).statusCode() == 200);
        assertThat(gateway.chat(body("old", "hi", "")).body()).contains("unknown model `old`");
        assertThat(gateway.chat(body("leaving/m", "hi", "")).body())
            .contains("there is no provider `leaving`");
        assertThat(gateway.get("/v1/models").body()).contains("new").doesNotContain("leaving");
        busy.goesOn();
        goOn.countDown();
        assertThat(readUntil(in, "[DONE]")).contains("second").doesNotContain("\"error\"");
        // The stream's connection takes another request.
        readUntil(in, "0\r\n\r\n");
        post(stream, body("new", "hi", ""));
        assertThat(readUntil(in, "choices")).startsWith("HTTP/1.1 200");
        await()
            .until(
                () -> !gateway.gateway().metrics().scrape().contains("provider=\"leaving\",state"));
      }
    }
  }

  @Test
  void aProviderThatHasNotChangedKeepsItsConnection() throws Exception {
    try (ScriptedUpstream kept = ScriptedUpstream.whole(200, "", "{\"choices\":[]}")) {
      String providers =
          "server: { port: 0, threads: 1 }\nproviders:\n" + provider("kept", kept.port());
      Path file = write(providers);
      try (RunningGateway gateway = open(file)) {
        gateway.chat(body("kept/m", "hi", ""));
        await()
            .until(() ->
                gateway
                    .gateway()
                    .metrics()
                    .scrape()
                    .contains("sluice_upstream_connections{provider=\"kept\",state=\"idle\"} 1.0"));

        write(providers + "models: { new: kept/m }\n");
        new Reloader(LOADER, file, null, gateway.gateway()).reload();

        assertThat(gateway.chat(body("new", "hi", "")).statusCode()).isEqualTo(200);
        assertThat(kept.connections()).isEqualTo(1);
      }
    }
  }

  @Test
  void aBadFileChangesNothingAndIsLoggedWithoutSecretsAndCounted() throws Exception {
    Path file = write(PORTS + "models: { mine: demo/echo }\n");
    Logger logger = (Logger) LoggerFactory.getLogger(Reloader.class);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    try (RunningGateway gateway = open(file)) {
      Reloader reloader = new Reloader(LOADER, file, null, gateway.gateway());
      List<String> bad =
          List.of(
              "server: [",
              PORTS + "log: { level: ${KEY} }\n",
              PORTS + "models: { mine: ${KEY} }\n",
              PORTS + "models: { mine: \"${KEY}/m\" }\n",
              PORTS + "providers: { a: { kind: ${KEY}, api_key: none } }\n",
              PORTS + "providers: { openai: { base_url: ${KEY}, api_key: none } }\n",
              PORTS + "providers: { openai: { proxy: ${PROXY}, api_key: none } }\n",
              PORTS + "providers: { openai: { tls: { ca: ${KEY} }, api_key: none } }\n");

      for (int i = 0; i < bad.size(); i++) {
        write(bad.get(i));
        reloader.reload();

        assertThat(gateway.gateway().metrics().scrape())
            .contains("sluice_config_reloads_total{result=\"refused\"} " + (i + 1) + ".0")
            .contains("sluice_config_current 0.0");
        assertThat(gateway.chat(body("mine", "hi", "")).statusCode()).isEqualTo(200);
      }

      assertThat(logged.list).hasSize(bad.size());
      assertThat(logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList())
          .allMatch(text -> text.contains(file + " is refused, the earlier configuration stays:\n"))
          .noneMatch(text -> text.contains("sk-very"));
      assertThat(logged.list.stream().skip(1).map(ILoggingEvent::getFormattedMessage))
          .allMatch(text -> text.contains(file + ":3: "));

      write(PORTS + "models: { other: demo/echo }\n");
      reloader.reload();

      assertThat(gateway.gateway().metrics().scrape())
          .contains("sluice_config_reloads_total{result=\"applied\"} 1.0")
          .contains("sluice_config_current 1.0");
      assertThat(gateway.chat(body("other", "hi", "")).statusCode()).isEqualTo(200);
    } finally {
      logger.detachAppender(logged);
    }
  }

  @Test
  void aHangUpReadsAgainWhatReferencesStandFor() throws Exception {
    Path key = Files.writeString(folder.resolve("key"), "sk-earlier");
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", "{\"choices\":[]}")) {
      Path file =
          write(
              PORTS
                  + "providers:\n"
                  + provider("up", up.port()).replace("none", "\"${file:key}\""));
      try (RunningGateway gateway = open(file);
          SettingsWatcher watcher = watch(file, gateway)) {
        gateway.chat(body("up/m", "hi", ""));
        assertThat(up.request()).contains("Bearer sk-earlier\r\n");
        Files.writeString(key, "sk-later");
        Signals.onHangUp(watcher::reloadNow);

        Process kill =
            new ProcessBuilder("kill", "-HUP", Long.toString(ProcessHandle.current().pid()))
                .start();

        assertThat(kill.waitFor()).isZero();
        await()
            .until(() -> {
              gateway.chat(body("up/m", "hi", ""));
              return up.request().contains("Bearer sk-later\r\n");
            });
      }
    }
  }

  @Test
  void callsThatWaitForAConnectionAreStillMadeWhenTheirProviderChanges() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    byte[] answer = ScriptedUpstream.answer(200, "connection: close\r\n", "{\"choices\":[]}");
    ScriptedUpstream.Script closing =
        (number, request, out, socket) -> {
          waitFor(goOn);
          out.write(answer);
          return false;
        };
    try (ScriptedUpstream up = new ScriptedUpstream(closing);
        ScriptedUpstream other = ScriptedUpstream.whole(200, "", "{\"choices\":[]}")) {
      String one = "providers: { up: { kind: openai, api_key: none, pool: { connections: 1 }, ";
      Path file =
          write(
              "server: { port: 0, threads: 1 }\n"
                  + one
                  + "base_url: \"http://127.0.0.1:"
                  + up.port()
                  + "\" } }\n");
      try (RunningGateway gateway = open(file)) {
        List<CompletableFuture<Integer>> calls =
            java.util.stream.Stream.generate(() ->
                    CompletableFuture.supplyAsync(
                        () -> gateway.chat(body("up/m", "hi", "")).statusCode()))
                .limit(2)
                .collect(Collectors.toList());
        await()
            .until(() ->
                gateway
                    .gateway()
                    .metrics()
                    .scrape()
                    .contains("sluice_upstream_waiting{provider=\"up\"} 1.0"));

        write(
            "server: { port: 0, threads: 1 }\n"
                + one
                + "base_url: \"http://127.0.0.1:"
                + other.port()
                + "\" } }\n");
        new Reloader(LOADER, file, null, gateway.gateway()).reload();
        assertThat(gateway.chat(body("up/m", "hi", "")).statusCode()).isEqualTo(200);
        goOn.countDown();

        assertThat(calls).extracting(CompletableFuture::join).containsExactly(200, 200);
        assertThat(up.connections()).isEqualTo(2);
      }
    }
  }
}
