package dev.sluice.protocol.converse;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.Json;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.rewording.CacheMarks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hangs a cache point, which stands apart on the wire, on what stands before it. */
final class Marked {

  private Marked() {}

  /** Hangs {@code hint} on the last of {@code parts}, or puts it behind as it is. */
  static void last(List<Part> parts, CacheHint hint) {
    Part marked = parts.isEmpty() ? null : of(parts.getLast(), hint);
    if (marked == null) {
      parts.add(foreign(hint));
    } else {
      parts.set(parts.size() - 1, marked);
    }
  }

  /** The hint as a part of its own. */
  static Part foreign(CacheHint hint) {
    JsonWriter out = new JsonWriter();
    CachePoint.write(out, hint);
    return new Part.Foreign(Converse.PROTOCOL, CachePoint.NAME, new Json(out.toString()));
  }

  /** The part with the hint; {@code null} where it can't hold it. */
  private static @Nullable Part of(Part part, CacheHint hint) {
    if (CacheMarks.of(part) != null) {
      return null;
    }
    return switch (part) {
      case Part.Text text -> new Part.Text(text.wording(), hint, text.signature(), text.rest());
      case Part.Image image -> new Part.Image(image.source(), image.detail(), hint, image.rest());
      case Part.Audio audio -> new Part.Audio(audio.source(), hint, audio.rest());
      case Part.Video video -> new Part.Video(video.source(), hint, video.rest());
      case Part.File file -> new Part.File(file.source(), file.name(), hint, file.rest());
      case Part.ToolCall call ->
          new Part.ToolCall(
              call.id(),
              call.name(),
              call.kind(),
              call.arguments(),
              call.signature(),
              hint,
              call.rest());
      case Part.Refusal _, Part.Thinking _, Part.SealedThinking _, Part.Foreign _ -> null;
    };
  }

  /** The result with the hint; {@code null} where it has one. */
  static Message.@Nullable ToolResult of(Message.ToolResult result, CacheHint hint) {
    if (result.cache() != null) {
      return null;
    }
    return new Message.ToolResult(
        result.callId(), result.name(), result.parts(), result.outcome(), hint, result.rest());
  }
}
