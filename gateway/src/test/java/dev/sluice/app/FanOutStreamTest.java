package dev.sluice.app;

import static dev.sluice.app.AskingClient.answered;
import static dev.sluice.app.FannedStreams.COUNTED;
import static dev.sluice.app.FannedStreams.DONE;
import static dev.sluice.app.FannedStreams.EVENTS;
import static dev.sluice.app.FannedStreams.TWO;
import static dev.sluice.app.FannedStreams.arguments;
import static dev.sluice.app.FannedStreams.awaitTokens;
import static dev.sluice.app.FannedStreams.before;
import static dev.sluice.app.FannedStreams.call;
import static dev.sluice.app.FannedStreams.chunks;
import static dev.sluice.app.FannedStreams.event;
import static dev.sluice.app.FannedStreams.joined;
import static dev.sluice.app.FannedStreams.post;
import static dev.sluice.app.FannedStreams.readUntil;
import static dev.sluice.app.FannedStreams.start;
import static dev.sluice.app.FannedStreams.stop;
import static dev.sluice.app.FannedStreams.text;
import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.app.CalledUpstream.Call;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.eventstream.MessageWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Several choices, streamed, of a provider that gives one: a call for each. */
@Timeout(60)
class FanOutStreamTest {

  private static final String MESSAGES = "application/vnd.amazon.eventstream";
  private static final int SECONDS_MAX = 10;

  @RegisterExtension final AskingClient client = new AskingClient();

  @Test
  @DisplayName("case 40: the streams become one, in which each choice has its own calls")
  void theStreamsBecomeOne() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", "")) {
      Future<String> asked = client.askText(gateway, COUNTED);
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
      Future<String> asked = client.askText(gateway, COUNTED);
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
  @DisplayName("cases 40 and 71: every choice can carry the name that was asked for")
  void theNameThatWasAskedFor() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "anthropic", ", model_name: asked")) {
      Future<String> asked = client.askText(gateway, TWO);
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
