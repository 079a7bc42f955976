package dev.sluice.dialect.assemblyai;

import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonText;
import dev.sluice.json.Scan;
import dev.sluice.json.Splice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model to ask when the one before it failed, and the members of the request that it overrides.
 * Refers to the request's bytes.
 *
 * @param model as the client names it
 * @param start where its object begins
 * @param end where its object ends
 */
record Fallback(String model, int start, int end) {

  private static final byte[] EMPTY_LIST = {'[', ']'};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  /** What a fallback cannot change: how the answer is delivered, and what is the gateway's. */
  private static final Set<String> FIXED =
      Set.of(
          "stream",
          "stream_options",
          "fallbacks",
          "fallback_config",
          "post_processing_steps",
          "transcript_id",
          "model_region");

  /** A value in the request's bytes. */
  private record Value(int start, int end) {}

  /** The first {@code most} fallbacks of a request. */
  static List<Fallback> list(Scan scan, int most) {
    if (!scan.hasValue(AssemblyAiFields.FALLBACKS)) {
      return List.of();
    }
    List<Fallback> fallbacks = new ArrayList<>(most);
    int end = scan.valueEnd(AssemblyAiFields.FALLBACKS);
    JsonCursor cursor =
        new JsonCursor(
            scan.bytes(), scan.valueStart(AssemblyAiFields.FALLBACKS), end, JsonCursor.DEPTH_MAX);
    cursor.peek();
    boolean more = cursor.enter(']');
    while (more && fallbacks.size() < most) {
      cursor.peek();
      int start = cursor.at();
      Value model = members(scan.bytes(), start, end).get("model");
      if (model == null) {
        throw new IllegalStateException("a fallback without a model was let in");
      }
      cursor.skipValue(1);
      fallbacks.add(
          new Fallback(
              JsonText.unquote(scan.bytes(), model.start(), model.end()), start, cursor.at()));
      more = cursor.next(']');
    }
    return fallbacks;
  }

  /** The request's text with this fallback's members in place of the request's own. */
  byte[] applied(Scan scan, int to) {
    byte[] bytes = scan.bytes();
    Map<String, Value> overriding = members(bytes, start, end);
    overriding.keySet().removeAll(FIXED);
    // Either is the whole question, so one takes the place of the other.
    boolean newMessages = overriding.containsKey("messages");
    boolean newPrompt = isGiven(bytes, overriding.get("prompt"));
    Splice splice = new Splice(bytes, scan.from(), to);
    members(bytes, scan.open(), scan.close() + 1)
        .forEach((name, value) -> {
          Value own = overriding.remove(name);
          if (own != null) {
            splice.replace(value.start(), value.end(), copy(bytes, own));
          } else if (newPrompt && !newMessages && name.equals("messages")) {
            splice.replace(value.start(), value.end(), EMPTY_LIST);
          } else if (newMessages && !newPrompt && name.equals("prompt")) {
            splice.replace(value.start(), value.end(), NULL);
          }
        });
    ByteArrayOutputStream added = new ByteArrayOutputStream();
    overriding.forEach((name, value) -> {
      added.writeBytes(JsonText.quote(name).getBytes(StandardCharsets.UTF_8));
      added.write(':');
      added.write(bytes, value.start(), value.end() - value.start());
      added.write(',');
    });
    // The request has members of its own in any case: its model, to begin with.
    splice.replace(scan.open() + 1, scan.open() + 1, added.toByteArray());
    byte[] text = new byte[splice.length()];
    ByteBuf out = Unpooled.wrappedBuffer(text).clear();
    splice.writeTo(out);
    return text;
  }

  private static boolean isGiven(byte[] bytes, @Nullable Value value) {
    return value != null && bytes[value.start()] != 'n';
  }

  private static byte[] copy(byte[] bytes, Value value) {
    byte[] text = new byte[value.end() - value.start()];
    System.arraycopy(bytes, value.start(), text, 0, text.length);
    return text;
  }

  /** The members of the object that begins at {@code from}, in their order. */
  private static Map<String, Value> members(byte[] bytes, int from, int to) {
    Map<String, Value> members = new LinkedHashMap<>();
    JsonCursor cursor = new JsonCursor(bytes, from, to, JsonCursor.DEPTH_MAX);
    cursor.peek();
    boolean more = cursor.enter('}');
    while (more) {
      cursor.readName();
      String name = cursor.name();
      cursor.peek();
      int start = cursor.at();
      cursor.skipValue(1);
      members.put(name, new Value(start, cursor.at()));
      more = cursor.next('}');
    }
    return members;
  }
}
