package dev.sluice.recorded;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** One recorded exchange. Immutable. */
public final class Recorded {

  private static final String EVENTS = "text/event-stream";
  private static final String BINARY_EVENTS = "application/vnd.amazon.eventstream";

  private final String name;
  private final JsonNode root;
  private final byte[] body;
  private final List<String> frames;

  private Recorded(String name, JsonNode root, byte[] body) {
    this.name = name;
    this.root = root;
    this.body = body;
    this.frames = framesOf(root, body, body.length);
  }

  static Recorded of(String name, JsonNode root) {
    JsonNode response = root.path("response");
    String binary = response.path("body_base64").asString("");
    byte[] body =
        binary.isEmpty()
            ? response.path("body").asString("").getBytes(StandardCharsets.UTF_8)
            : Base64.getDecoder().decode(binary);
    return new Recorded(name, root, body);
  }

  /** The provider and the file, such as {@code groq/some--0.json}. */
  public String name() {
    return name;
  }

  /** The provider's name. */
  public String provider() {
    return root.path("provider").asString();
  }

  /** What is in it, in the words of the recordings' index. */
  public String scenario() {
    List<String> words = new ArrayList<>();
    root.path("scenario").forEach(word -> words.add(word.asString()));
    return String.join(" + ", words);
  }

  /** The method and the path with its query. */
  public String endpoint() {
    return root.path("endpoint").asString();
  }

  /** What was asked; missing where it was no JSON. */
  public JsonNode request() {
    return root.path("request_body");
  }

  /** The answer's status. */
  public int status() {
    return root.path("response").path("status").asInt(0);
  }

  /** The answer's headers that were kept. */
  public JsonNode headers() {
    JsonNode headers = root.path("response").path("headers");
    return headers.isObject() ? headers : MissingNode.getInstance();
  }

  /** The answer's media type; where it was not kept or is not what the body is, what it must be. */
  public String contentType() {
    if (isBinary()) {
      return BINARY_EVENTS;
    }
    String kept = root.path("response").path("content_type").asString("");
    if (isStream()) {
      return kept.startsWith(EVENTS) ? kept : EVENTS;
    }
    return kept.isEmpty() || kept.startsWith(EVENTS) ? "application/json" : kept;
  }

  /** What it speaks. */
  public Protocol protocol() {
    return Protocol.of(provider(), endpoint(), request().has("messages"));
  }

  /** The answer's bytes; a copy. */
  public byte[] body() {
    return body.clone();
  }

  /** The answer's text; meaningless for a binary stream. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Whether the answer is a stream, as its body shows. */
  public boolean isStream() {
    return !frames.isEmpty();
  }

  /** Whether the answer is a stream in AWS's binary framing. */
  public boolean isBinary() {
    return isBinary(root);
  }

  /**
   * The data of a stream's events, none for a whole answer. What AWS frames is a JSON object whose
   * only member is called after the event, but for InvokeModel's, which hold events of their own.
   */
  public List<String> frames() {
    return frames;
  }

  /** The data of the events that are complete within the first {@code length} bytes. */
  public List<String> framesWithin(int length) {
    return framesOf(root, body, length);
  }

  /** Where the events end in the body, in bytes; none for a whole answer. */
  public List<Integer> frameEnds() {
    List<Integer> ends = new ArrayList<>();
    if (isBinary()) {
      EventStreamFrames.read(body).forEach(frame -> ends.add(frame.end()));
    } else if (isStream()) {
      for (int i = 1; i < body.length; i++) {
        boolean lines = body[i] == '\n' && body[i - 1] == '\n';
        boolean crlf = i > 2 && body[i] == '\n' && body[i - 1] == '\r' && body[i - 2] == '\n';
        if (lines || crlf) {
          ends.add(i + 1);
        }
      }
    }
    return ends;
  }

  private static boolean isBinary(JsonNode root) {
    return root.path("response").has("body_base64");
  }

  private static List<String> framesOf(JsonNode root, byte[] body, int length) {
    if (isBinary(root)) {
      return binaryFrames(Arrays.copyOf(body, length));
    }
    String text = new String(body, 0, length, StandardCharsets.UTF_8);
    String start = text.stripLeading();
    List<String> data = new ArrayList<>();
    if (!start.startsWith("data:") && !start.startsWith("event:") && !start.startsWith(":")) {
      return data;
    }
    boolean all = length == body.length;
    String[] events = text.replace("\r\n", "\n").split("\n\n", -1);
    // Without its blank line an event is none, unless the recorder lost that at the very end.
    int complete = all ? events.length : events.length - 1;
    for (int i = 0; i < complete; i++) {
      for (String line : events[i].split("\n", -1)) {
        if (line.startsWith("data:")) {
          data.add(line.substring("data:".length()).strip());
        }
      }
    }
    return data;
  }

  private static List<String> binaryFrames(byte[] stream) {
    List<String> data = new ArrayList<>();
    for (EventStreamFrames.Frame frame : EventStreamFrames.read(stream)) {
      if (frame.type().equals("chunk")) {
        String inner = Exact.MAPPER.readTree(frame.payload()).path("bytes").asString();
        data.add(new String(Base64.getDecoder().decode(inner), StandardCharsets.UTF_8));
      } else {
        data.add("{\"" + frame.type() + "\":" + frame.payload() + "}");
      }
    }
    return data;
  }

  @Override
  public String toString() {
    return name;
  }
}
