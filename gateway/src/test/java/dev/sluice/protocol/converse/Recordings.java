package dev.sluice.protocol.converse;

import dev.sluice.protocol.eventstream.MessageReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recorded exchanges of Bedrock's, and requests of OpenAI's protocol. */
final class Recordings {

  static final JsonMapper MAPPER = JsonMapper.builder().build();

  static final int MESSAGE_BYTES_MAX = 1 << 20;

  /**
   * A recorded exchange.
   *
   * @param stream the bytes of a streamed answer; empty for a whole one
   */
  record Recorded(
      String name, String endpoint, JsonNode request, int status, String body, byte[] stream) {

    boolean isConverse() {
      return endpoint.endsWith("/converse") || endpoint.endsWith("/converse-stream");
    }

    boolean isInvokedStream() {
      return endpoint.endsWith("/invoke-with-response-stream");
    }

    /** The events' payloads with their names, found by the framing alone. */
    List<Event> events() {
      List<Event> events = new ArrayList<>();
      MessageReader reader =
          new MessageReader(
              MESSAGE_BYTES_MAX,
              message ->
                  events.add(
                      new Event(
                          message.text(":event-type".getBytes(StandardCharsets.UTF_8)),
                          MAPPER.readTree(
                              new String(
                                  message.bytes(),
                                  message.payloadFrom(),
                                  message.payloadTo() - message.payloadFrom(),
                                  StandardCharsets.UTF_8)))));
      reader.feed(stream, 0, stream.length);
      reader.end();
      return events;
    }
  }

  /** An event of a stream. */
  record Event(String type, JsonNode payload) {}

  private Recordings() {}

  /** All of Bedrock's, in the order of their names. */
  static List<Recorded> load() throws IOException {
    try (Stream<Path> files = Files.list(root().resolve("bedrock"))) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(Recordings::read)
          .toList();
    }
  }

  /** Every recorded request of OpenAI's protocol, whoever the provider. */
  static List<Recorded> openAiRequests() throws IOException {
    try (Stream<Path> files = Files.walk(root())) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(Recordings::read)
          .filter(recorded -> recorded.endpoint().contains("/chat/completions"))
          .filter(recorded -> recorded.request().path("messages").size() > 0)
          .toList();
    }
  }

  private static Path root() throws IOException {
    return Path.of(System.getenv("SLUICE_RECORDINGS")).toRealPath();
  }

  private static Recorded read(Path file) {
    JsonNode root;
    try {
      root = MAPPER.readTree(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException | JacksonException _) {
      root = MAPPER.createObjectNode();
    }
    JsonNode request = root.path("request_body");
    if (request.isString()) {
      // Some were recorded as text, and some of those are cut.
      try {
        request = MAPPER.readTree(request.asString());
      } catch (JacksonException _) {
        request = MAPPER.createObjectNode();
      }
    }
    JsonNode response = root.path("response");
    return new Recorded(
        file.getFileName().toString(),
        root.path("endpoint").asString(""),
        request,
        response.path("status").asInt(0),
        response.path("body").asString(""),
        Base64.getDecoder().decode(response.path("body_base64").asString("")));
  }
}
