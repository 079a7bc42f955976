package dev.sluice.protocol.anthropic;

import java.io.IOException;
import java.nio.ByteBuffer;
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

/** Recorded exchanges of Anthropic's protocol, of Anthropic itself and of Bedrock's InvokeModel. */
final class Recordings {

  static final JsonMapper MAPPER = JsonMapper.builder().build();

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
      List<String> frames) {

    boolean isCount() {
      return endpoint.contains("count_tokens");
    }
  }

  private Recordings() {}

  /** All of them, in the order of their names. */
  static List<Recorded> load() throws IOException {
    Path root = Path.of(System.getenv("SLUICE_RECORDINGS")).toRealPath();
    List<Recorded> all = new ArrayList<>();
    for (String folder : List.of("anthropic", "bedrock")) {
      try (Stream<Path> files = Files.list(root.resolve(folder))) {
        files
            .filter(file -> file.toString().endsWith(".json"))
            .sorted()
            .map(Recordings::read)
            .filter(recorded -> recorded.request().has("messages"))
            .forEach(all::add);
      }
    }
    return all;
  }

  /** Every recorded request of OpenAI's protocol, whoever the provider. */
  static List<Recorded> openAiRequests() throws IOException {
    Path root = Path.of(System.getenv("SLUICE_RECORDINGS")).toRealPath();
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(Recordings::raw)
          .filter(recorded -> recorded.endpoint().contains("/chat/completions"))
          .filter(recorded -> recorded.request().path("messages").size() > 0)
          .toList();
    }
  }

  private static Recorded read(Path file) {
    Recorded recorded = raw(file);
    String endpoint = recorded.endpoint();
    boolean ours =
        endpoint.contains("/v1/messages")
            || (endpoint.contains("anthropic") && endpoint.contains("/invoke"));
    return ours
        ? recorded
        : new Recorded(recorded.name(), endpoint, MAPPER.createObjectNode(), 0, "", List.of());
  }

  private static Recorded raw(Path file) {
    JsonNode root;
    try {
      root = MAPPER.readTree(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException | JacksonException _) {
      root = MAPPER.createObjectNode();
    }
    JsonNode response = root.path("response");
    String body = response.path("body").asString("");
    List<String> frames = new ArrayList<>();
    if (body.startsWith("event:")) {
      body.lines()
          .filter(line -> line.startsWith("data:"))
          .forEach(line -> frames.add(line.substring(5).strip()));
    } else if (response.path("content_type").asString("").contains("eventstream")) {
      binary(Base64.getDecoder().decode(response.path("body_base64").asString("")), frames);
    }
    return new Recorded(
        file.getParent().getFileName() + "/" + file.getFileName(),
        root.path("endpoint").asString(""),
        root.path("request_body"),
        response.path("status").asInt(0),
        body,
        frames);
  }

  /** The chunks in AWS's binary framing: total length, headers' length, a check, and so on. */
  private static void binary(byte[] stream, List<String> frames) {
    ByteBuffer in = ByteBuffer.wrap(stream);
    while (in.remaining() >= 16) {
      int start = in.position();
      int total = in.getInt();
      int headers = in.getInt();
      byte[] payload = new byte[total - headers - 16];
      in.position(start + 12 + headers).get(payload).position(start + total);
      JsonNode chunk = MAPPER.readTree(payload);
      if (chunk.has("bytes")) {
        byte[] data = Base64.getDecoder().decode(chunk.path("bytes").asString());
        frames.add(new String(data, StandardCharsets.UTF_8));
      }
    }
  }
}
