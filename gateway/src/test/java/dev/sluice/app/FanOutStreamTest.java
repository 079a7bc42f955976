package dev.sluice.app;

import static dev.sluice.app.RunningGateway.PORTS;
import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.app.CalledUpstream.Call;
import dev.sluice.json.JsonText;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.eventstream.MessageWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Several choices, streamed, of a provider that gives one: a call for each. */
@Timeout(60)
class FanOutStreamTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String EVENTS = "text/event-stream";
  private static final String MESSAGES = "application/vnd.amazon.eventstream";
  private static final int SECONDS_MAX = 10;
  private static final String TWO = ",\"n\":2,\"stream\":true";
  private static final String COUNTED = TWO + ",\"stream_options\":{\"include_usage\":true}";
  private static final String DONE = "data: [DONE]\n\n";

  private final ExecutorService client = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    client.shutdownNow();
  }

  private static RunningGateway before(CalledUpstream up, String kind, String more) {
    return RunningGateway.with(
        PORTS
            + "providers:\n  up: { kind: "
            + kind
            + ", api_key: secret, base_url: \"http://127.0.0.1:"
            + up.port()
            + "\", translation: { several_choices: fan_out }"
            + more
            + " }\n");
  }

  private Future<String> asking(RunningGateway gateway, String more) {
    return client.submit(() -> {
      HttpResponse<String> answer = gateway.chat(body("up/m", "hi", more));
      return answer.statusCode() + "\n" + answer.body();
    });
  }

  private static String answered(Future<String> asked) throws Exception {
    return asked.get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  private static byte[] post(String body) {
    return ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
            + "content-type: application/json\r\ncontent-length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads on until {@code text} has come. */
  private static void readUntil(InputStream in, StringBuilder read, String text)
      throws IOException {
    while (read.indexOf(text) < 0) {
      int b = in.read();
      assertThat(b).as("the next byte behind " + read).isNotNegative();
      read.append((char) b);
    }
  }

  private static String event(String data) {
    return "data: " + data + "\n\n";
  }

  private static String start(int input) {
    return event(
        "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":"
            + "\"assistant\",\"model\":\"claude-x\",\"content\":[],\"usage\":{\"input_tokens\":"
            + input
            + ",\"output_tokens\":1}}}");
  }

  private static String text(int block, String text) {
    return event(
            "{\"type\":\"content_block_start\",\"index\":"
                + block
                + ",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")
        + event(
            "{\"type\":\"content_block_delta\",\"index\":"
                + block
                + ",\"delta\":{\"type\":\"text_delta\",\"text\":\""
                + text
                + "\"}}");
  }

  private static String call(int block, String id, String name) {
    return event(
        "{\"type\":\"content_block_start\",\"index\":"
            + block
            + ",\"content_block\":{\"type\":\"tool_use\",\"id\":\""
            + id
            + "\",\"name\":\""
            + name
            + "\",\"input\":{}}}");
  }

  private static String arguments(int block, String piece) {
    return event(
        "{\"type\":\"content_block_delta\",\"index\":"
            + block
            + ",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":"
            + JsonText.quote(piece)
            + "}}");
  }

  private static String stop(String reason, int output) {
    return event(
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
                + reason
                + "\"},\"usage\":{\"output_tokens\":"
                + output
                + "}}")
        + event("{\"type\":\"message_stop\"}");
  }

  private static List<JsonNode> chunks(String answer) {
    List<JsonNode> chunks = new ArrayList<>();
    for (String line : answer.lines().toList()) {
      if (line.startsWith("data: {")) {
        chunks.add(MAPPER.readTree(line.substring(6)));
      }
    }
    return chunks;
  }

  /** All texts at {@code pointer} in the chunks of one choice. */
  private static String joined(List<JsonNode> chunks, int choice, String pointer) {
    StringBuilder text = new StringBuilder();
    for (JsonNode chunk : chunks) {
      if (chunk.at("/choices/0/index").asInt(-1) == choice) {
        text.append(chunk.at("/choices/0" + pointer).asString(""));
      }
    }
    return text.toString();
  }

  private static void awaitTokens(RunningGateway gateway, String kind, int tokens) {
    await()
        .untilAsserted(() ->
            assertThat(
                    gateway
                        .gateway()
                        .metrics()
                        .scrape()
                        .lines()
                        .filter(line -> line.startsWith("sluice_tokens_total"))
                        .filter(line -> line.contains("kind=\"" + kind + "\""))
                        .filter(line -> line.contains("provider=\"up\"")))
                .singleElement()
                .asString()
                .endsWith(" " + tokens + ".0"));
  }

  @Test
  @DisplayName("case 40: the streams become one, in which each choice has its own calls")
  void theStreamsBecomeOne() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", "")) {
      Future<String> asked = asking(gateway, COUNTED);
      Call a = up.next();
      Call b = up.next();
      a.begin(EVENTS);
      b.begin(EVENTS);
      a.say(start(10) + text(0, "A1") + call(1, "a1", "f"));
      b.say(start(10) + call(0, "b1", "g") + arguments(0, "{\"x\":"));
      a.say(arguments(1, "{\"y\":1}") + call(2, "a2", "h") + arguments(2, "{}"));
      a.say(stop("tool_use", 7));
      a.end();
      b.say(arguments(0, "2}") + stop("tool_use", 5));
      b.end();

      String answer = answered(asked);
      assertThat(answer).startsWith("200\n").endsWith(DONE);
      assertThat(answer.split("\\[DONE]", -1)).hasSize(2);
      List<JsonNode> chunks = chunks(answer);
      int ofA = joined(chunks, 0, "/delta/content").equals("A1") ? 0 : 1;
      int ofB = 1 - ofA;
      assertThat(joined(chunks, ofA, "/delta/content")).isEqualTo("A1");
      assertThat(calls(chunks, ofA)).containsExactly("0 a1 f {\"y\":1}", "1 a2 h {}");
      assertThat(calls(chunks, ofB)).containsExactly("0 b1 g {\"x\":2}");
      for (int choice : new int[] {0, 1}) {
        assertThat(joined(chunks, choice, "/delta/role")).isEqualTo("assistant");
        assertThat(joined(chunks, choice, "/finish_reason")).isEqualTo("tool_calls");
      }
      List<JsonNode> usages = chunks.stream().filter(c -> c.at("/usage").isObject()).toList();
      assertThat(usages).hasSize(1);
      assertThat(usages.getFirst().at("/choices").size()).isZero();
      assertThat(usages.getFirst().at("/usage/prompt_tokens").asInt()).isEqualTo(20);
      assertThat(usages.getFirst().at("/usage/completion_tokens").asInt()).isEqualTo(12);
      assertThat(chunks.stream().map(c -> c.at("/id").asString()).distinct()).hasSize(1);
      awaitTokens(gateway, "prompt", 20);
      awaitTokens(gateway, "completion", 12);
    }
  }

  /** The calls of a choice as their indexes tell them apart. */
  private static List<String> calls(List<JsonNode> chunks, int choice) {
    List<String> calls = new ArrayList<>();
    for (JsonNode chunk : chunks) {
      if (chunk.at("/choices/0/index").asInt(-1) != choice) {
        continue;
      }
      for (JsonNode call : chunk.at("/choices/0/delta/tool_calls")) {
        int index = call.at("/index").asInt();
        if (call.has("id")) {
          assertThat(index).isEqualTo(calls.size());
          calls.add(
              index
                  + " "
                  + call.at("/id").asString()
                  + " "
                  + call.at("/function/name").asString()
                  + " ");
        }
        calls.set(index, calls.get(index) + call.at("/function/arguments").asString(""));
      }
    }
    return calls;
  }

  @Test
  @DisplayName("case 40: what one choice says is shown before the others are complete")
  void whatOneSaysIsShownAtOnce() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", "");
        Socket socket = gateway.open()) {
      socket.getOutputStream().write(post(body("up/m", "hi", TWO)));
      Call a = up.next();
      Call b = up.next();
      a.begin(EVENTS);
      a.say(start(10) + text(0, "Early"));
      b.begin(EVENTS);
      StringBuilder read = new StringBuilder();

      readUntil(socket.getInputStream(), read, "Early");
      b.say(start(10) + text(0, "Later"));
      readUntil(socket.getInputStream(), read, "Later");
      a.say(stop("end_turn", 1));
      a.end();
      b.say(stop("end_turn", 1));
      b.end();
      readUntil(socket.getInputStream(), read, DONE);

      // Who did not ask for the usage gets none.
      assertThat(read.toString()).doesNotContain("prompt_tokens");
    }
  }

  @Test
  @DisplayName(
      "case 40: nothing is shown before all calls are accepted, so that one may be refused")
  void aRefusalThatComesLateIsStillUnseen() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", "")) {
      Future<String> asked = asking(gateway, TWO + ",\"fallbacks\":[\"demo/echo\"]");
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

  @Test
  @DisplayName("case 40: the prompt of an accepted call is paid for although another was refused")
  void whatWasAcceptedIsPaidFor() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", "")) {
      Future<String> asked = asking(gateway, TWO);
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

      assertThat(answered(asked)).startsWith("429\n").doesNotContain("Whole");
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
      Future<String> asked = asking(gateway, TWO);
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
      Future<String> asked = asking(gateway, TWO);
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
  @DisplayName("case 40: a client that reads slowly slows all streams, and is not their silence")
  void aSlowClientSlowsAllStreams() throws Exception {
    String piece = text(0, "x".repeat(60_000));
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", ", timeouts: { idle: 1s }");
        Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(gateway.gateway().address());
      socket.getOutputStream().write(post(body("up/m", "hi", TWO)));
      List<AtomicLong> said = new ArrayList<>();
      List<Future<?>> speakers = new ArrayList<>();
      for (Call call : List.of(up.next(), up.next())) {
        call.begin(EVENTS);
        call.say(start(10));
        AtomicLong pieces = new AtomicLong();
        said.add(pieces);
        speakers.add(
            client.submit(() -> {
              for (int i = 0; i < 400; i++) {
                call.say(piece);
                pieces.incrementAndGet();
              }
              call.say(stop("end_turn", 1));
              call.end();
              return null;
            }));
      }
      for (AtomicLong pieces : said) {
        await().until(() -> standsStill(pieces));
        assertThat(pieces.get()).isLessThan(400);
      }

      long length = 0;
      String last = "";
      byte[] buffer = new byte[1 << 16];
      for (int n = socket.getInputStream().read(buffer);
          n >= 0;
          n = socket.getInputStream().read(buffer)) {
        length += n;
        last = new String(buffer, 0, n, StandardCharsets.US_ASCII);
      }
      assertThat(last).contains("[DONE]");
      assertThat(length).isGreaterThan(2L * 400 * 60_000);
      for (Future<?> speaker : speakers) {
        speaker.get(SECONDS_MAX, TimeUnit.SECONDS);
      }
    }
  }

  /** Whether nothing has been written for a while, of a writer that never rests by itself. */
  private static boolean standsStill(AtomicLong pieces) {
    long before = pieces.get();
    long started = System.nanoTime();
    await().until(() -> pieces.get() != before || System.nanoTime() - started > 700_000_000L);
    return before > 0 && pieces.get() == before;
  }

  @Test
  @DisplayName("case 40: streams in AWS's framing become one, too")
  void converse() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "bedrock, region: us-east-1", "")) {
      Future<String> asked = asking(gateway, COUNTED);
      Call a = up.next();
      Call b = up.next();
      for (Call call : List.of(a, b)) {
        assertThat(call.request()).contains("/model/m/converse-stream");
        call.begin(MESSAGES);
        call.say(message("messageStart {\"role\":\"assistant\"}"));
      }
      a.say(message(delta("A1")));
      b.say(message(delta("B1")));
      b.say(message("messageStop {\"stopReason\":\"max_tokens\"}"));
      b.say(message(metadata(10, 2)));
      b.end();
      a.say(message(delta("A2")));
      a.say(message("messageStop {\"stopReason\":\"end_turn\"}"));
      a.say(message(metadata(10, 3)));
      a.end();

      String answer = answered(asked);
      List<JsonNode> chunks = chunks(answer);
      assertThat(answer).endsWith(DONE);
      int ofA = joined(chunks, 0, "/delta/content").equals("B1") ? 1 : 0;
      assertThat(joined(chunks, ofA, "/delta/content")).isEqualTo("A1A2");
      assertThat(joined(chunks, ofA, "/finish_reason")).isEqualTo("stop");
      assertThat(joined(chunks, 1 - ofA, "/delta/content")).isEqualTo("B1");
      assertThat(joined(chunks, 1 - ofA, "/finish_reason")).isEqualTo("length");
      assertThat(chunks.getLast().at("/usage/prompt_tokens").asInt()).isEqualTo(20);
      assertThat(chunks.getLast().at("/usage/total_tokens").asInt()).isEqualTo(25);
    }
  }

  private static String delta(String text) {
    return "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + text + "\"}}";
  }

  private static String metadata(int input, int output) {
    return "metadata {\"usage\":{\"inputTokens\":%d,\"outputTokens\":%d,\"totalTokens\":%d}}"
        .formatted(input, output, input + output);
  }

  private static byte[] message(String frame) {
    int space = frame.indexOf(' ');
    ByteBuf out = Unpooled.buffer();
    MessageWriter.event(
        out, frame.substring(0, space), new JsonWriter().raw(frame.substring(space + 1)));
    return ByteBufUtil.getBytes(out);
  }

  @Test
  @DisplayName("case 40: streams that end with their transfer become one, too")
  void gemini() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "gemini", "")) {
      Future<String> asked =
          client.submit(() ->
              gateway.chat(body("up/gemini-2.5-flash", "hi", ",\"n\":9,\"stream\":true")).body());
      List<Call> calls = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        Call call = up.next();
        call.begin(EVENTS);
        calls.add(call);
      }
      for (int i = 0; i < 9; i++) {
        calls
            .get(i)
            .say(
                event(
                    "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"t"
                        + i
                        + "\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":3}}"));
        calls.get(i).end();
      }

      List<JsonNode> chunks = chunks(answered(asked));
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        texts.add(joined(chunks, i, "/delta/content"));
        assertThat(joined(chunks, i, "/finish_reason")).isEqualTo("stop");
      }
      assertThat(Set.copyOf(texts)).hasSize(9).allMatch(text -> text.startsWith("t"));
      awaitTokens(gateway, "prompt", 27);
    }
  }

  @Test
  @DisplayName("case 40: answers of which only some are streams are none")
  void someAreWhole() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", "")) {
      Future<String> asked = asking(gateway, TWO);
      Call a = up.next();
      Call b = up.next();
      a.begin(EVENTS);
      b.begin("application/json");

      assertThat(answered(asked)).startsWith("502\n").contains("streamed only some of the answers");
      a.awaitGivenUp();
      b.awaitGivenUp();
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
  @DisplayName("cases 40 and 71: every choice can carry the name that was asked for")
  void theNameThatWasAskedFor() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", ", model_name: asked")) {
      Future<String> asked = asking(gateway, TWO);
      for (Call call : List.of(up.next(), up.next())) {
        call.begin(EVENTS);
        call.say(start(10) + text(0, "Hello") + stop("end_turn", 5));
        call.end();
      }

      List<JsonNode> chunks = chunks(answered(asked));
      assertThat(chunks).hasSizeGreaterThan(3);
      assertThat(chunks).allMatch(chunk -> chunk.at("/model").asString().equals("up/m"));
    }
  }

  @ParameterizedTest
  @DisplayName("case 40: every door hands on several choices of a stream")
  @ValueSource(strings = {"", "/yomo", "/assemblyai", "/openai"})
  void everyDoorHandsThemOn(String door) throws Exception {
    String events = start(10) + text(0, "Hello") + stop("end_turn", 2);
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", "")) {
      Future<HttpResponse<String>> asked =
          client.submit(() ->
              gateway.send(
                  HttpRequest.newBuilder(gateway.uri(door + "/v1/chat/completions"))
                      .header("content-type", "application/json")
                      .POST(HttpRequest.BodyPublishers.ofString(body("up/m", "hi", COUNTED)))));
      for (Call call : List.of(up.next(), up.next())) {
        call.answer(200, "content-type: text/event-stream\r\n", events);
      }

      String answer = asked.get(SECONDS_MAX, TimeUnit.SECONDS).body();
      List<JsonNode> chunks = chunks(answer);
      assertThat(answer).endsWith(DONE);
      for (int choice : new int[] {0, 1}) {
        assertThat(joined(chunks, choice, "/delta/content")).isEqualTo("Hello");
        assertThat(joined(chunks, choice, "/finish_reason")).isEqualTo("stop");
      }
      assertThat(chunks.getLast().at("/usage/total_tokens").asInt()).isEqualTo(24);
    }
  }
}
