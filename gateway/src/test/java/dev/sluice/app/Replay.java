package dev.sluice.app;

import dev.sluice.provider.KnownProvider;
import dev.sluice.provider.KnownProviders;
import dev.sluice.recorded.Protocol;
import dev.sluice.recorded.Recorded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A gateway with every provider of the recordings behind it, all of them played by one scripted
 * upstream. Which answer is played says a header that the gateway passes on, so that many can be
 * played at the same time.
 */
final class Replay implements AutoCloseable {

  static final String KEY = "sk-secret-of-ours-1234";

  private static final String PLAY = "x-play";
  private static final int AT_ONCE = 6;

  private final ScriptedUpstream upstream;
  private final RunningGateway gateway;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, Playable> playables = new ConcurrentHashMap<>();
  private final Map<String, String> asked = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();

  /**
   * What the upstream sends.
   *
   * @param bytes the whole answer, head and body
   * @param goesOn whether the connection may be used again
   */
  record Playable(byte[] bytes, boolean goesOn) {}

  /**
   * What a client got.
   *
   * @param dropped the fields that could not be carried, as the answer names them
   * @param asked what the provider was asked, head and body; empty where it was not
   * @param broken whether the transfer broke off before its end
   */
  record Answer(int status, String dropped, String asked, String body, boolean broken) {

    /** The data of a stream's events. */
    List<String> frames() {
      List<String> data = new ArrayList<>();
      for (String event : body.replace("\r\n", "\n").split("\n\n", -1)) {
        for (String line : event.split("\n", -1)) {
          if (line.startsWith("data:")) {
            data.add(line.substring("data:".length()).strip());
          }
        }
      }
      return data;
    }
  }

  /**
   * A gateway.
   *
   * @param kinds of providers with what else they need, by their names in the configuration
   * @param more of the configuration
   */
  Replay(Map<String, String> kinds, String more) {
    try {
      upstream = new ScriptedUpstream(this::play);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StringBuilder yaml = new StringBuilder(RunningGateway.PORTS).append("providers:\n");
    kinds.forEach((provider, kind) -> {
      yaml.append("  ").append(provider).append(": { kind: ").append(kind);
      yaml.append(", base_url: \"http://127.0.0.1:").append(upstream.port()).append('"');
      yaml.append(", api_key: ").append(KEY);
      yaml.append(", forward_headers: [").append(PLAY).append("] }\n");
    });
    gateway = RunningGateway.with(yaml.append(more).toString());
  }

  /** The providers of recordings, by their names in the configuration. */
  static Map<String, String> kinds(List<Recorded> recordings) {
    Map<String, String> kinds = new TreeMap<>();
    recordings.forEach(recorded -> kinds.put(provider(recorded), kind(recorded)));
    return kinds;
  }

  /** Whether the gateway knows the provider's protocol. */
  static boolean isSpoken(Recorded recorded) {
    return switch (recorded.protocol()) {
      case OPENAI, ANTHROPIC, ANTHROPIC_INVOKED, GEMINI, CONVERSE, COHERE -> true;
      case OTHER -> false;
    };
  }

  /** The provider's name in the configuration. */
  static String provider(Recorded recorded) {
    if (recorded.protocol() == Protocol.ANTHROPIC_INVOKED) {
      return recorded.provider() + "-invoked";
    }
    boolean borrowed = recorded.protocol() == Protocol.OPENAI && !speaksOpenAi(recorded.provider());
    return borrowed && KnownProviders.named(recorded.provider()) != null
        ? recorded.provider() + "-compatible"
        : recorded.provider();
  }

  private static String kind(Recorded recorded) {
    return switch (recorded.protocol()) {
      case OPENAI -> speaksOpenAi(recorded.provider()) ? recorded.provider() : "openai";
      case ANTHROPIC -> "anthropic";
      case GEMINI ->
          recorded.provider().equals("vertex")
              ? "vertex, project: some-project, location: global"
              : "gemini";
      case CONVERSE -> "bedrock, region: us-east-1";
      case ANTHROPIC_INVOKED -> "bedrock, region: us-east-1, bedrock_api: invoke";
      case COHERE -> "cohere";
      case OTHER -> throw new IllegalArgumentException("not spoken: " + recorded);
    };
  }

  private static boolean speaksOpenAi(String name) {
    KnownProvider known = KnownProviders.named(name);
    return known != null && known.protocol() == KnownProvider.Protocol.OPENAI;
  }

  RunningGateway gateway() {
    return gateway;
  }

  /** Asks at the default door and has this answer played. */
  Answer ask(String body, Playable playable) {
    return ask("/v1/chat/completions", body, playable);
  }

  /** Asks at another door, by its path. */
  Answer ask(String path, String body, Playable playable) {
    String number = Integer.toString(numbers.incrementAndGet());
    playables.put(number, playable);
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri(path))
            .header("content-type", "application/json")
            .header(PLAY, number)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      return read(response, asked.getOrDefault(number, ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      playables.remove(number);
      asked.remove(number);
    }
  }

  private static Answer read(HttpResponse<InputStream> response, String asked) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    boolean broken = false;
    try (InputStream in = response.body()) {
      in.transferTo(body);
    } catch (IOException _) {
      broken = true;
    }
    return new Answer(
        response.statusCode(),
        response.headers().firstValue("x-sluice-dropped").orElse(""),
        asked,
        body.toString(StandardCharsets.UTF_8),
        broken);
  }

  private boolean play(int number, String request, OutputStream out, Socket socket)
      throws IOException {
    int at = request.indexOf("\r\n" + PLAY + ": ");
    int from = at + PLAY.length() + 4;
    String play = request.substring(from, request.indexOf("\r\n", from));
    asked.put(play, request);
    Playable playable = playables.get(play);
    if (at < 0 || playable == null) {
      throw new IllegalStateException("asked without saying what is to be played");
    }
    out.write(playable.bytes());
    out.flush();
    return playable.goesOn();
  }

  /** Does something with each recording, several at a time. */
  static void forEach(List<Recorded> recordings, Consumer<Recorded> action) {
    Semaphore free = new Semaphore(AT_ONCE);
    List<Thread> threads = new ArrayList<>();
    List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
    for (Recorded recorded : recordings) {
      free.acquireUninterruptibly();
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  action.accept(recorded);
                } catch (RuntimeException | Error e) {
                  thrown.add(new AssertionError(recorded.name(), e));
                } finally {
                  free.release();
                }
              }));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    if (!thrown.isEmpty()) {
      throw new AssertionError(thrown.size() + " failed", thrown.getFirst());
    }
  }

  @Override
  public void close() {
    client.close();
    gateway.close();
    try {
      upstream.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
