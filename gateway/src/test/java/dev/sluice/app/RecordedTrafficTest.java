package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real providers' answers of OpenAI's protocol, replayed byte for byte through a gateway. */
@EnabledIfEnvironmentVariable(
    named = "SLUICE_RECORDINGS",
    matches = ".+",
    disabledReason = "SLUICE_RECORDINGS names no folder of recorded traffic")
class RecordedTrafficTest {

  private static final String EXTRA = ",\"extra_fields\":{\"provider\":\"up\"";

  /** A recorded answer. */
  record Recorded(String name, boolean stream, String body) {}

  @Test
  void everyAnswerOfTheProtocolPassesUnchangedButForTheAdditions() throws Exception {
    AtomicReference<Recorded> next = new AtomicReference<>();
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              String type = next.get().stream() ? "text/event-stream" : "application/json";
              out.write(
                  ScriptedUpstream.answer(
                      200, "content-type: " + type + "\r\n", next.get().body()));
              return true;
            });
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      int wholes = 0;
      int streams = 0;
      for (Recorded recorded : recordings()) {
        next.set(recorded);
        String more =
            recorded.stream() ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "";

        String answer = gateway.chat(body("up/m", "hi", more)).body();

        if (recorded.body().contains("\"error\":{")) {
          assertThat(answer).as(recorded.name()).contains("\"is_bifrost_error\":");
          assertThat(answer).doesNotContain("[DONE]");
        } else if (recorded.stream()) {
          streams++;
          sameFrames(recorded, answer);
        } else {
          wholes++;
          sameButForAdditions(recorded.name(), recorded.body(), answer);
        }
      }
      assertThat(wholes).as("whole answers").isGreaterThan(50);
      assertThat(streams).as("streams").isGreaterThan(10);
    }
  }

  private static void sameFrames(Recorded recorded, String answer) {
    String[] sent = recorded.body().replace("\r\n", "\n").strip().split("\n\n", -1);
    String[] received = answer.replace("\r\n", "\n").strip().split("\n\n", -1);
    assertThat(received).as(recorded.name()).hasSameSizeAs(sent);
    for (int i = 0; i < sent.length; i++) {
      sameButForAdditions(recorded.name() + " frame " + i, sent[i], received[i]);
    }
  }

  /** Whether what was received is what was sent with the dialect's member added at one place. */
  private static void sameButForAdditions(String name, String sent, String received) {
    int at = received.lastIndexOf(EXTRA);
    if (at < 0) {
      assertThat(received).as(name).isEqualTo(sent);
      return;
    }
    assertThat(sent).as(name).startsWith(received.substring(0, at));
    assertThat(received).as(name).endsWith(sent.substring(at));
  }

  /** All recorded answers of the protocol. */
  static List<Recorded> recordings() throws IOException {
    try (Stream<Path> files =
        Files.walk(Path.of(System.getenv("SLUICE_RECORDINGS")).toRealPath())) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(RecordedTrafficTest::read)
          .filter(recorded -> !recorded.body().isEmpty())
          .toList();
    }
  }

  /** The recording in {@code file}; one without a body where it is not of this protocol. */
  private static Recorded read(Path file) {
    String name = String.valueOf(file.getFileName());
    Recorded none = new Recorded(name, false, "");
    JsonNode root;
    try {
      root = JsonMapper.builder().build().readTree(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException | JacksonException _) {
      return none;
    }
    JsonNode response = root.path("response");
    String body = response.path("body").asString("");
    boolean stream = body.strip().startsWith("data:") || body.strip().startsWith(":");
    boolean chat =
        root.path("endpoint").asString("").endsWith("/chat/completions")
            && response.path("status").asInt(0) == 200;
    boolean complete =
        stream ? body.strip().endsWith("data: [DONE]") : body.strip().startsWith("{\"");
    return chat && complete ? new Recorded(name, stream, body) : none;
  }
}
