package dev.sluice.protocol.converse;

import dev.sluice.chat.Json;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.NameTable;
import dev.sluice.protocol.rewording.Leftovers;
import dev.sluice.protocol.rewording.LooseJson;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all parts of this codec share. */
final class Converse {

  /** The protocol's name. */
  static final String PROTOCOL = "converse";

  /** The member that holds what only some models take. */
  static final String MODEL_FIELDS = "additionalModelRequestFields";

  /** Names that come often enough to be worth knowing beforehand. */
  static final NameTable NAMES =
      NameTable.of(
          MODEL_FIELDS,
          "additionalModelResponseFields",
          "bytes",
          "cacheDetails",
          "cachePoint",
          "cacheReadInputTokens",
          "cacheWriteInputTokens",
          "citation",
          "citations",
          "citationsContent",
          "content",
          "contentBlockIndex",
          "delta",
          "description",
          "document",
          "format",
          "image",
          "inferenceConfig",
          "input",
          "inputSchema",
          "inputTokens",
          "json",
          "location",
          "maxTokens",
          "message",
          "messages",
          "metrics",
          "name",
          "output",
          "outputConfig",
          "outputTokens",
          "p",
          "reasoningContent",
          "reasoningText",
          "redactedContent",
          "role",
          "s3Location",
          "serviceTier",
          "signature",
          "source",
          "sourceContent",
          "start",
          "status",
          "stopReason",
          "stopSequences",
          "strict",
          "system",
          "temperature",
          "text",
          "textFormat",
          "title",
          "tool",
          "toolChoice",
          "toolConfig",
          "toolResult",
          "toolSpec",
          "toolUse",
          "toolUseId",
          "tools",
          "topP",
          "totalTokens",
          "trace",
          "ttl",
          "type",
          "uri",
          "usage");

  private Converse() {}

  /** Reads what should be a string, from a provider; empty where something else stands. */
  static String text(JsonReader in) {
    String text = LooseJson.text(in);
    return text == null ? "" : text;
  }

  /** Steps over the value at hand; a reader for it, if it is an object. */
  static @Nullable JsonReader object(JsonReader in) {
    boolean object = in.peek() == JsonReader.Kind.OBJECT;
    int mark = in.mark();
    in.skip();
    return object ? in.later(mark) : null;
  }

  /** Reads an object that is only carried. */
  static Json json(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      throw in.misshapen("an object");
    }
    return new Json(in.raw());
  }

  /** Writes the members of {@code rest}, if they are this protocol's. */
  static void rest(JsonWriter out, Rest rest) {
    Leftovers.write(out, PROTOCOL, rest, Set.of());
  }

  /** Writes the members of {@code rest} but those {@code merged}, if they are this protocol's. */
  static void rest(JsonWriter out, Rest rest, Set<String> merged) {
    Leftovers.write(out, PROTOCOL, rest, merged);
  }

  /** Whether something was left over of the object of that name. */
  static boolean hasInner(Rest rest, String object) {
    return Leftovers.hasInner(PROTOCOL, rest, object);
  }

  /** Writes what was left over of a known object, within it. */
  static void inner(JsonWriter out, Rest rest, String object) {
    Leftovers.inner(out, PROTOCOL, rest, object);
  }
}
