package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.RequestFields.Case;
import dev.sluice.app.RequestFields.Kind;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each documented field at each of the five doors, by one table. */
class RequestFieldsTest {

  private static final String ID = "11111111-1111-4111-8111-111111111111";
  private static final String WHOLE =
      "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{"
          + "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":"
          + "\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";
  private static final String STREAM =
      "HTTP/1.1 200 OK\r\n"
          + "content-type: text/event-stream\r\n"
          + "connection: close\r\n\r\n"
          + "data:"
          + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n"
          + "data: [DONE]\n\n";

  /** How the table of what happens to fields says that a door looks at one. */
  private static final Pattern CHECKED =
      Pattern.compile("required|text|number|integer|boolean|array|object|`");

  private static ScriptedUpstream up;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws IOException {
    // A provider that takes everything, so that it is the door which refuses.
    up =
        new ScriptedUpstream((number, request, out, socket) -> {
          boolean streamed = request.contains("\"stream\":true");
          out.write(
              streamed
                  ? STREAM.getBytes(StandardCharsets.UTF_8)
                  : ScriptedUpstream.answer(200, "", WHOLE));
          return !streamed;
        });
    gateway =
        RunningGateway.before(
            up.port(),
            "models:\n  fixed: { targets: [ up/m ], id: "
                + ID
                + " }\ndialects: { yomo: { default_model: up/m } }\n");
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    up.close();
  }

  static List<Case> absent() {
    return RequestFields.of(Kind.ABSENT);
  }

  static List<Case> nulls() {
    return RequestFields.of(Kind.NULL);
  }

  static List<Case> right() {
    return RequestFields.of(Kind.RIGHT);
  }

  static List<Case> wrongType() {
    return RequestFields.of(Kind.WRONG_TYPE);
  }

  static List<Case> outOfRange() {
    return RequestFields.of(Kind.OUT_OF_RANGE);
  }

  static List<Case> unknownWord() {
    return RequestFields.of(Kind.UNKNOWN_WORD);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("cross page: each field of each page, absent")
  @MethodSource("absent")
  void whatIsRequiredMustBeThere(Case one) throws Exception {
    assertOutcome(one);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("cross trap 29: each field of each page, null")
  @MethodSource("nulls")
  void nullIsTakenWhereAFieldIsOptional(Case one) throws Exception {
    assertOutcome(one);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("cross page: each field of each page, right")
  @MethodSource("right")
  void whatIsRightReachesTheProvider(Case one) throws Exception {
    assertOutcome(one);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("cross page: each field of each page, of a wrong type, is named and goes nowhere")
  @MethodSource("wrongType")
  void aWrongTypeIsNamed(Case one) throws Exception {
    assertOutcome(one);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("cross trap 4: each field of each page, out of its range, is named and goes nowhere")
  @MethodSource("outOfRange")
  void whatIsOutOfRangeIsNamed(Case one) throws Exception {
    assertOutcome(one);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("cross trap 28: a word that is not the page's is refused only where the page closes")
  @MethodSource("unknownWord")
  void anUnknownWordIsRefusedWhereThePageClosesThem(Case one) throws Exception {
    assertOutcome(one);
  }

  private static void assertOutcome(Case one) throws InterruptedException {
    HttpResponse<String> answer =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri(one.path()))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(one.body())));

    boolean taken = one.status() == 200;
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(one.status());
    assertThat(up.requestsWaiting()).isEqualTo(taken ? 1 : 0);
    if (taken) {
      up.request();
    } else {
      assertThat(answer.headers().firstValue("content-type")).contains(one.type());
      assertThat(answer.body()).startsWith(one.begins()).contains(one.words());
    }
  }

  @Test
  void everyFieldThatADoorChecksIsInTheTable() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("..", "docs", "dialects", "fields.md"));
    List<String> rows = lines.stream().filter(line -> line.startsWith("| ")).toList();
    String[] doors = rows.getFirst().split(" *\\| *");
    Set<String> tabled =
        RequestFields.all().stream()
            .map(one -> one.door() + " " + one.field())
            .collect(Collectors.toSet());

    for (String row : rows.subList(1, rows.size())) {
      String[] cells = row.split(" *\\| *");
      for (int i = 2; i < cells.length; i++) {
        if (CHECKED.matcher(cells[i]).lookingAt()) {
          assertThat(tabled).contains(doors[i] + " " + cells[1].replace("`", ""));
        }
      }
    }
  }
}
