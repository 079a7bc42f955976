package dev.sluice.protocol.gemini;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recorded exchanges of Gemini's protocol. */
final class Recordings {

  static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** A recorded exchange; {@code frames} are the data of a stream's frames, empty for a whole. */
  record Recorded(String name, JsonNode request, int status, String body, List<String> frames) {

    byte[] requestBytes() {
      return request.toString().getBytes(StandardCharsets.UTF_8);
    }

    byte[] bodyBytes() {
      return body.getBytes(StandardCharsets.UTF_8);
    }
  }

  private Recordings() {}

  /** All that ask for content, in the order of their names. */
  static List<Recorded> load() throws IOException {
    List<Recorded> all = new ArrayList<>();
    for (String provider : List.of("gemini", "vertex")) {
      Path folder = Path.of(System.getenv("SLUICE_RECORDINGS")).toRealPath().resolve(provider);
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
          JsonNode root = MAPPER.readTree(Files.readString(file, StandardCharsets.UTF_8));
          if (root.path("endpoint").asString("").contains("enerateContent")) {
            all.add(recorded(provider + "/" + file.getFileName(), root));
          }
        }
      }
    }
    return all;
  }

  private static Recorded recorded(String name, JsonNode root) {
    JsonNode response = root.path("response");
    String body = response.path("body").asString("");
    List<String> frames = new ArrayList<>();
    if (body.strip().startsWith("data:")) {
      for (String line : body.lines().toList()) {
        if (line.startsWith("data:")) {
          frames.add(line.substring(5).strip());
        }
      }
    }
    return new Recorded(
        name, root.path("request_body"), response.path("status").asInt(0), body, frames);
  }
}
