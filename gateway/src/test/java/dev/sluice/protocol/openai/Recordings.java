package dev.sluice.protocol.openai;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recorded exchanges of OpenAI's protocol. */
final class Recordings {

  static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** A recorded exchange; {@code frames} are the data of a stream's frames, empty for a whole. */
  record Recorded(String name, JsonNode request, int status, String body, List<String> frames) {}

  private Recordings() {}

  /** All of them, in the order of their names. */
  static List<Recorded> load() throws IOException {
    try (Stream<Path> files =
        Files.walk(Path.of(System.getenv("SLUICE_RECORDINGS")).toRealPath())) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(Recordings::read)
          .filter(recorded -> recorded.request().has("messages"))
          .toList();
    }
  }

  private static Recorded read(Path file) {
    JsonNode root;
    try {
      root = MAPPER.readTree(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException | JacksonException _) {
      root = MAPPER.createObjectNode();
    }
    boolean chat = root.path("endpoint").asString("").contains("/chat/completions");
    JsonNode response = root.path("response");
    String body = response.path("body").asString("");
    List<String> frames = new ArrayList<>();
    String start = body.strip();
    if (start.startsWith("data:") || start.startsWith(":")) {
      for (String line : body.lines().toList()) {
        if (line.startsWith("data:")) {
          frames.add(line.substring(5).strip());
        }
      }
    }
    return new Recorded(
        file.getParent().getFileName() + "/" + file.getFileName(),
        chat ? root.path("request_body") : MAPPER.createObjectNode(),
        response.path("status").asInt(0),
        body,
        frames);
  }
}
