package dev.sluice.protocol.cohere;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Recorded exchanges. */
final class Recordings {

  /**
   * A recorded exchange.
   *
   * @param frames the data of a stream's events, empty for a whole answer
   */
  record Recorded(
      String name,
      String endpoint,
      JsonNode request,
      int status,
      String body,
      List<String> frames) {}

  private Recordings() {}

  /** Those of this protocol, in the order of their names. */
  static List<Recorded> chats() throws IOException {
    return all("cohere").stream().filter(one -> one.endpoint().contains("/v2/chat")).toList();
  }

  /** The provider's errors, whatever was asked. */
  static List<Recorded> errors() throws IOException {
    return all("cohere").stream().filter(one -> one.status() >= 400).toList();
  }

  /** Every recorded request of OpenAI's protocol, whoever the provider. */
  static List<Recorded> openAiRequests() throws IOException {
    return all("").stream()
        .filter(one -> one.endpoint().contains("/chat/completions"))
        .filter(one -> one.request().path("messages").size() > 0)
        .toList();
  }

  private static List<Recorded> all(String folder) throws IOException {
    Path root = Path.of(System.getenv("SLUICE_RECORDINGS")).toRealPath();
    try (Stream<Path> files = Files.walk(root.resolve(folder))) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(Recordings::read)
          .toList();
    }
  }

  private static Recorded read(Path file) {
    JsonNode root;
    try {
      root = Codec.MAPPER.readTree(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException | JacksonException _) {
      root = Codec.MAPPER.createObjectNode();
    }
    JsonNode response = root.path("response");
    String body = response.path("body").asString("");
    List<String> frames = new ArrayList<>();
    if (response.path("content_type").asString("").startsWith("text/event-stream")) {
      body.lines()
          .filter(line -> line.startsWith("data:"))
          .forEach(line -> frames.add(line.substring(5).strip()));
    }
    return new Recorded(
        file.getParent().getFileName() + "/" + file.getFileName(),
        root.path("endpoint").asString(""),
        root.path("request_body"),
        response.path("status").asInt(0),
        body,
        frames);
  }
}
