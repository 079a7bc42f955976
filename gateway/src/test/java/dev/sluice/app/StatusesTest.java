package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.CauseAtDoor.Door;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each status of each page by a real cause, with its media type, its headers and its whole body.
 */
class StatusesTest {

  private static final String FILE = "/pages/statuses.txt";
  private static final String NONE = "-";

  private static ScriptedUpstream up;
  private static RunningGateway gateway;

  /** A line of the table. */
  record Row(
      String door,
      String source,
      int status,
      String cause,
      String type,
      List<String> headers,
      String body) {

    @Override
    public String toString() {
      return door + " " + status + ": " + cause;
    }
  }

  @BeforeAll
  static void start() throws IOException {
    up = CauseAtDoor.provider();
    gateway = CauseAtDoor.gateway(up);
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    up.close();
  }

  static List<Row> bifrost() throws IOException {
    return rows("bifrost");
  }

  static List<Row> yomo() throws IOException {
    return rows("yomo");
  }

  static List<Row> assemblyai() throws IOException {
    return rows("assemblyai");
  }

  static List<Row> poolside() throws IOException {
    return rows("poolside");
  }

  static List<Row> jylo() throws IOException {
    return rows("jylo");
  }

  private static List<Row> rows(String door) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (InputStream in = StatusesTest.class.getResourceAsStream(FILE)) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (line.startsWith(door + " |")) {
          String[] cells = line.concat(" ").split(" \\| ", 7);
          rows.add(
              new Row(
                  door,
                  cells[1],
                  Integer.parseInt(cells[2]),
                  cells[3],
                  cells[4],
                  cells[5].equals(NONE) ? List.of() : List.of(cells[5].split(" ; ")),
                  cells[6].strip().replace("\\n", "\n")));
        }
      }
    }
    return rows;
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("bifrost page: each status by a real cause, with type, headers and body")
  @MethodSource("bifrost")
  void bifrostsStatuses(Row row) {
    assertAnswer(row);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("yomo page: each status by a real cause, with type, headers and body")
  @MethodSource("yomo")
  void yomosStatuses(Row row) {
    assertAnswer(row);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("assemblyai page: each status by a real cause, with type, headers and body")
  @MethodSource("assemblyai")
  void assemblyAisStatuses(Row row) {
    assertAnswer(row);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("poolside page: each status by a real cause, with type, headers and body")
  @MethodSource("poolside")
  void poolsidesStatuses(Row row) {
    assertAnswer(row);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("jylo page: each status by a real cause, with type, headers and body")
  @MethodSource("jylo")
  void jylosStatuses(Row row) {
    assertAnswer(row);
  }

  private static void assertAnswer(Row row) {
    Door door = Door.valueOf(row.door().toUpperCase(Locale.ROOT));
    HttpResponse<String> answer = CauseAtDoor.asked(door, row.cause()).send(gateway, door);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(row.status());
    assertThat(answer.headers().firstValue("content-type").orElse(NONE)).matches(like(row.type()));
    for (String header : row.headers()) {
      int colon = header.indexOf(": ");
      assertThat(answer.headers().firstValue(header.substring(0, colon)).orElse(NONE))
          .matches(like(header.substring(colon + 2)));
    }
    assertThat(answer.body()).matches(like(row.body()));
  }

  /** A text in which {@code *} stands for anything. */
  private static Pattern like(String text) {
    String quoted = "\\Q" + text.replace("*", "\\E.*\\Q") + "\\E";
    return Pattern.compile(quoted, Pattern.DOTALL);
  }
}
