package dev.sluice.recorded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** All recorded exchanges. */
public final class Recordings {

  /** The environment variable with the folder of recordings. */
  public static final String FOLDER = "SLUICE_RECORDINGS";

  /** Why a test that needs recordings is skipped. */
  public static final String ABSENT = "SLUICE_RECORDINGS names no folder of recorded traffic";

  /** Reads and writes trees. */
  public static final JsonMapper MAPPER = Exact.MAPPER;

  private Recordings() {}

  /** All of them, in the order of their names; at least one. */
  public static List<Recorded> all() {
    return Loaded.ALL;
  }

  /** All that speak {@code protocol}. */
  public static List<Recorded> of(Protocol protocol) {
    return Loaded.ALL.stream().filter(recorded -> recorded.protocol() == protocol).toList();
  }

  /** All of Anthropic's protocol: of Anthropic itself and of Bedrock's InvokeModel. */
  public static List<Recorded> ofClaude() {
    return Loaded.ALL.stream()
        .filter(recorded ->
            recorded.protocol() == Protocol.ANTHROPIC
                || recorded.protocol() == Protocol.ANTHROPIC_INVOKED)
        .filter(recorded -> recorded.request().has("messages"))
        .toList();
  }

  /** All of OpenAI's protocol whose request was kept. */
  public static List<Recorded> ofOpenAi() {
    return of(Protocol.OPENAI).stream()
        .filter(recorded -> recorded.request().has("messages"))
        .toList();
  }

  /** All answers of OpenAI's protocol that are complete and no errors of HTTP. */
  public static List<Recorded> openAiAnswers() {
    return of(Protocol.OPENAI).stream()
        .filter(recorded -> recorded.status() == 200)
        .filter(recorded ->
            recorded.isStream()
                ? recorded.text().strip().endsWith("data: [DONE]")
                : recorded.text().strip().startsWith("{\""))
        .toList();
  }

  /** Read once, by whoever is first to ask. */
  private static final class Loaded {
    static final List<Recorded> ALL = load();

    private static List<Recorded> load() {
      try (Stream<Path> files = Files.walk(Path.of(System.getenv(FOLDER)).toRealPath())) {
        List<Recorded> all =
            files
                .filter(file -> file.toString().endsWith(".json"))
                .sorted()
                .map(Loaded::read)
                .toList();
        if (all.isEmpty()) {
          throw new IllegalStateException("no recordings in the folder of " + FOLDER);
        }
        return all;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Recorded read(Path file) {
      String name = file.getParent().getFileName() + "/" + file.getFileName();
      try {
        return Recorded.of(
            name, Exact.MAPPER.readTree(Files.readString(file, StandardCharsets.UTF_8)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
