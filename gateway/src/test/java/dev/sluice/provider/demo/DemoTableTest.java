package dev.sluice.provider.demo;

import static dev.sluice.provider.demo.DemoCalls.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.net.UpstreamFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The table of models in the document, held against the models. */
class DemoTableTest {

  private static final String STREAM = ",\"stream\":true";
  private static final String CODE = "`demo/([a-z0-9-]+)`";

  /** What a row says, word for word, and how it shows. */
  private static final Map<String, Check> ROWS =
      Map.ofEntries(
          Map.entry("says the last user message again", DemoTableTest::echoes),
          Map.entry(
              "100 tokens, or as many as the name says; with this pace between chunks; with this"
                  + " many tokens in a chunk",
              DemoTableTest::says),
          Map.entry("streams `reasoning_content` before its content", DemoTableTest::reasons),
          Map.entry("refuses, in `refusal`", DemoTableTest::refuses),
          Map.entry("256 KB of text, or as many KB as the name says", DemoTableTest::isBig),
          Map.entry("answers without reporting usage", DemoTableTest::hasNoUsage),
          Map.entry("waits 2 s, or as the name says, before its first byte", DemoTableTest::waits),
          Map.entry("never answers", DemoTableTest::hangs),
          Map.entry(
              "stops for ever after 3 chunks, or as many as the name says; whole: within the body",
              DemoTableTest::stalls),
          Map.entry(
              "breaks the connection after 3 chunks, or as many; whole: within the body",
              DemoTableTest::breaks),
          Map.entry(
              "ends the transfer properly after 3 chunks, but without finish reason and `[DONE]`;"
                  + " whole: within the body",
              DemoTableTest::endsEarly),
          Map.entry(
              "sends an error frame after 3 chunks; whole: answers 500",
              DemoTableTest::tellsAnError),
          Map.entry(
              "sends a frame that is not JSON after 3 chunks; whole: a body that is not JSON",
              DemoTableTest::talksGarbage),
          Map.entry(
              "answers with this status and OpenAI's error shape; 429 and 503 with `retry-after`",
              DemoTableTest::fails),
          Map.entry("answers with this status and a page of HTML", DemoTableTest::showsHtml),
          Map.entry(
              "fails every second, or as the name says (up to hundredth), request with 503",
              DemoTableTest::failsAtTimes));

  @SuppressWarnings("NullAway.Init")
  private static DemoCalls demo;

  /** How a model is checked, by the count in its name or the row's own. */
  private interface Check {
    void check(String name, int number);
  }

  @BeforeAll
  static void start() {
    demo = new DemoCalls();
  }

  @AfterAll
  static void stop() {
    demo.close();
  }

  private static List<String[]> rows() {
    Path near = Path.of("docs/demo.md");
    try (Stream<String> lines =
        Files.lines(Files.exists(near) ? near : Path.of("../docs/demo.md"))) {
      return lines
          .filter(line -> line.startsWith("| `demo/"))
          .map(line -> line.substring(1, line.length() - 1).split("\\|", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Arguments> models() {
    List<Arguments> models = new ArrayList<>();
    for (String[] row : rows()) {
      Matcher names = Pattern.compile(CODE).matcher(row[0]);
      while (names.find()) {
        models.add(Arguments.of(names.group(1), row[1].strip()));
      }
    }
    return models;
  }

  @ParameterizedTest
  @MethodSource("models")
  void aModelDoesWhatItsRowSays(String name, String row) {
    Check check = ROWS.get(row);
    assertThat(check).as("a check for the row: %s", row).isNotNull();
    Matcher count = Pattern.compile("-(\\d+)(?!\\d*m?s)").matcher(name);
    Matcher usual = Pattern.compile("\\b(\\d+) (KB|tokens|chunks)").matcher(row);
    int number = count.find() ? Integer.parseInt(count.group(1)) : -1;
    if (number < 0 && usual.find()) {
      number = Integer.parseInt(usual.group(1));
    }

    check.check(name, number);
  }

  @Test
  void everyRowIsThereAndEveryModelHasOne() {
    assertThat(rows().stream().map(row -> row[1].strip()))
        .containsExactlyInAnyOrderElementsOf(ROWS.keySet());
    Set<DemoModel.Kind> kinds =
        models().stream()
            .map(model -> DemoModel.named((String) model.get()[0]))
            .map(model -> model == null ? null : model.kind())
            .collect(Collectors.toSet());
    assertThat(kinds).isEqualTo(EnumSet.allOf(DemoModel.Kind.class));
  }

  private static JsonNode message(JsonNode answer) {
    return answer.path("choices").get(0).path("message");
  }

  private static void echoes(String name, int number) {
    assertThat(message(demo.whole(body(name, "Hi, you!", ""))).path("content").asString())
        .isEqualTo("Hi, you!");
  }

  private static void says(String name, int tokens) {
    List<JsonNode> chunks = demo.post(body(name, "go", STREAM)).chunks();
    String text = Joined.choice(chunks, 0).path("message").path("content").asString();
    int chunk = name.matches(".*-\\d+-\\d+ms-\\d+") ? Integer.parseInt(name.split("-")[3]) : 1;

    assertThat(text.split(" ")).hasSize(tokens);
    assertThat(chunks).hasSize(2 + (tokens + chunk - 1) / chunk);
    DemoModel model = DemoModel.named(name);
    assertThat(model).isNotNull();
    assertThat(model.paceMillis()).isEqualTo(name.contains("-20ms") ? 20 : 0);
  }

  private static void reasons(String name, int number) {
    List<JsonNode> chunks = demo.post(body(name, "think", STREAM)).chunks();
    String all = chunks.toString();
    JsonNode whole = demo.whole(body(name, "think", ""));

    assertThat(all.lastIndexOf("\"reasoning_content\""))
        .isPositive()
        .isLessThan(all.indexOf("\"content\":\"think\""));
    int reasoning =
        whole.path("usage").path("completion_tokens_details").path("reasoning_tokens").asInt();
    assertThat(reasoning)
        .isEqualTo(Tokens.count(message(whole).path("reasoning_content").asString()));
    assertThat(whole.path("usage").path("completion_tokens").asInt()).isEqualTo(reasoning + 1);
  }

  private static void refuses(String name, int number) {
    JsonNode message = message(demo.whole(body(name, "x", "")));
    List<JsonNode> chunks = demo.post(body(name, "x", STREAM)).chunks();

    assertThat(message.path("content").isNull()).isTrue();
    assertThat(message.path("refusal").asString()).isNotEmpty();
    assertThat(chunks.getFirst().path("choices").get(0).path("delta").toString())
        .isEqualTo("{\"role\":\"assistant\",\"content\":null,\"refusal\":\"\"}");
    assertThat(Joined.choice(chunks, 0).path("message").path("refusal"))
        .isEqualTo(message.path("refusal"));
  }

  private static void isBig(String name, int kilobytes) {
    JsonNode whole = demo.whole(body(name, "x", ""));

    assertThat(message(whole).path("content").asString()).hasSize(kilobytes * 1024);
  }

  private static void hasNoUsage(String name, int number) {
    List<JsonNode> chunks =
        demo.post(body(name, "x", STREAM + ",\"stream_options\":{\"include_usage\":true}"))
            .chunks();

    assertThat(demo.whole(body(name, "x", "")).has("usage")).isFalse();
    assertThat(chunks).allMatch(chunk -> chunk.path("usage").isNull());
  }

  private static void waits(String name, int number) {
    DemoModel model = DemoModel.named(name);
    assertThat(model).isNotNull();
    assertThat(model.delayMillis()).isEqualTo(name.endsWith("-500ms") ? 500 : 2000);

    DemoCalls.Answer answer = demo.post(body(name, "x", STREAM));
    demo.post(body("lorem-3-10ms", "x", STREAM)).ended();

    assertThat(answer.events.toString()).as("connected, and silent so far").isEqualTo("c");
    assertThat(answer.chunks()).isNotEmpty();
  }

  private static void hangs(String name, int number) {
    DemoCalls.Answer answer = demo.post(body(name, "x", STREAM));
    demo.post(body("lorem-3-10ms", "x", STREAM)).ended();

    assertThat(answer.events.toString()).isEqualTo("c");
    demo.on(answer.call()::cancel);
  }

  private static void stalls(String name, int chunks) {
    DemoCalls.Answer stream = demo.post(body(name, "x", STREAM)).pieces(chunks);
    DemoCalls.Answer whole = demo.post(body(name, "x", "")).pieces(1);
    demo.post(body("lorem-3-10ms", "x", STREAM)).ended();

    assertThat(stream.isOver()).isFalse();
    assertThat(stream.frames()).hasSize(chunks);
    unfinished(stream);
    assertThat(whole.isOver()).isFalse();
    demo.on(stream.call()::cancel);
    demo.on(whole.call()::cancel);
  }

  private static void breaks(String name, int chunks) {
    DemoCalls.Answer stream = demo.post(body(name, "x", STREAM)).broken();
    DemoCalls.Answer whole = demo.post(body(name, "x", "")).broken();
    DemoCalls.Answer brief = demo.post(body(name, "x", STREAM + ",\"max_tokens\":1")).broken();

    assertThat(stream.frames()).hasSize(chunks);
    unfinished(stream);
    unfinished(brief);
    UpstreamFailure failure = whole.failure;
    assertThat(failure).isNotNull();
    assertThat(failure.kind()).isEqualTo(UpstreamFailure.Kind.CLOSED_WITHIN_ANSWER);
    assertThat(whole.text()).startsWith("{\"id\":");
  }

  private static void endsEarly(String name, int chunks) {
    DemoCalls.Answer stream = demo.post(body(name, "x", STREAM)).ended();

    assertThat(stream.frames()).hasSize(chunks);
    unfinished(stream);
    isNoJson(demo.post(body(name, "x", "")).ended().text());
  }

  private static void tellsAnError(String name, int chunks) {
    DemoCalls.Answer stream = demo.post(body(name, "x", STREAM)).ended();

    assertThat(stream.frames()).hasSize(chunks + 1);
    assertThat(DemoCalls.JSON.readTree(stream.frames().getLast()).path("error").propertyNames())
        .containsExactly("message", "type", "param", "code");
    unfinished(stream);
    demo.refused(body(name, "x", ""), 500);
  }

  private static void talksGarbage(String name, int chunks) {
    DemoCalls.Answer stream = demo.post(body(name, "x", STREAM)).ended();

    assertThat(stream.frames()).hasSize(chunks + 1);
    isNoJson(stream.frames().getLast());
    unfinished(stream);
    isNoJson(demo.post(body(name, "x", "")).ended().text());
  }

  private static void unfinished(DemoCalls.Answer answer) {
    assertThat(answer.status).isEqualTo(200);
    assertThat(answer.text()).doesNotContain("[DONE]").doesNotContain("finish_reason\":\"");
  }

  private static void isNoJson(String text) {
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> DemoCalls.JSON.readTree(text)))
        .as(text)
        .isNotNull();
  }

  private static void fails(String name, int status) {
    for (String more : List.of("", STREAM)) {
      DemoCalls.Answer answer = demo.post(body(name, "x", more)).ended();

      assertThat(answer.status).isEqualTo(status);
      assertThat(answer.json().path("error").path("message").asString()).contains("" + status);
      assertThat(answer.header("retry-after"))
          .isEqualTo(status == 429 || status == 503 ? "1" : "null");
    }
    assertThat(demo.post(body("fail-429", "x", "")).ended().header("retry-after")).isEqualTo("1");
    assertThat(demo.post(body("fail-503", "x", "")).ended().header("retry-after")).isEqualTo("1");
  }

  private static void showsHtml(String name, int status) {
    DemoCalls.Answer answer = demo.post(body(name, "x", STREAM)).ended();

    assertThat(answer.status).isEqualTo(status);
    assertThat(answer.header("content-type")).startsWith("text/html");
    assertThat(answer.text()).startsWith("<html>");
  }

  private static void failsAtTimes(String name, int number) {
    int every = number < 0 ? 2 : number;
    for (int i = 1; i <= 2 * every; i++) {
      demo.post(body("flaky-7", "others do not count", "")).ended();
      assertThat(demo.post(body(name, "x", "")).ended().status)
          .as("request %d", i)
          .isEqualTo(i % every == 0 ? 503 : 200);
    }
  }
}
