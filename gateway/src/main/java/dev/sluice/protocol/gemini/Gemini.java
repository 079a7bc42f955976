package dev.sluice.protocol.gemini;

import dev.sluice.chat.Json;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.NameTable;
import dev.sluice.protocol.rewording.Leftovers;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all parts of this codec share. */
final class Gemini {

  /** The protocol's name. */
  static final String PROTOCOL = "gemini";

  /** Names that come often enough to be worth knowing beforehand. */
  static final NameTable NAMES =
      NameTable.of(
          "args",
          "avgLogprobs",
          "cachedContentTokenCount",
          "candidates",
          "candidatesTokenCount",
          "candidatesTokensDetails",
          "content",
          "contents",
          "createTime",
          "data",
          "description",
          "fileData",
          "fileUri",
          "finishMessage",
          "finishReason",
          "functionCall",
          "functionCallingConfig",
          "functionDeclarations",
          "functionResponse",
          "generationConfig",
          "groundingMetadata",
          "id",
          "index",
          "inlineData",
          "maxOutputTokens",
          "mimeType",
          "modality",
          "mode",
          "modelVersion",
          "name",
          "parameters",
          "parametersJsonSchema",
          "parts",
          "promptFeedback",
          "promptTokenCount",
          "promptTokensDetails",
          "response",
          "responseId",
          "responseModalities",
          "role",
          "safetyRatings",
          "safetySettings",
          "serviceTier",
          "systemInstruction",
          "temperature",
          "text",
          "thinkingConfig",
          "thought",
          "thoughtSignature",
          "thoughtsTokenCount",
          "tokenCount",
          "toolConfig",
          "tools",
          "topK",
          "topP",
          "totalTokenCount",
          "trafficType",
          "usageMetadata");

  private Gemini() {}

  /** A reader of a whole text. */
  static JsonReader reader(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new JsonReader(bytes, 0, bytes.length, NAMES);
  }

  /**
   * The name as this protocol writes it: JSON made by protocol buffers takes {@code snake_case}.
   */
  static String camel(String name) {
    int underscore = name.indexOf('_', 1);
    if (underscore < 0) {
      return name;
    }
    StringBuilder camel = new StringBuilder(name.length()).append(name, 0, underscore);
    boolean up = false;
    for (int i = underscore; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_') {
        up = true;
      } else {
        camel.append(up ? Character.toUpperCase(c) : c);
        up = false;
      }
    }
    return camel.toString();
  }

  /** Reads a string; whatever else stands there counts as {@code null} or as its text. */
  static @Nullable String looseText(JsonReader in) {
    return switch (in.peek()) {
      case TEXT -> in.text();
      case NUMBER, BOOLEAN -> in.raw();
      case OBJECT, ARRAY, NULL, NONE -> {
        in.skip();
        yield null;
      }
    };
  }

  /** Reads a boolean; whatever else stands there counts as no. */
  static boolean looseBool(JsonReader in) {
    if (in.peek() == JsonReader.Kind.BOOLEAN) {
      return in.bool();
    }
    in.skip();
    return false;
  }

  /**
   * Reads a whole number that is not negative, written as a number or, as protocol buffers write
   * long ones, as a string.
   */
  static long count(JsonReader in, long otherwise) {
    return switch (in.peek()) {
      case NUMBER -> {
        int mark = in.mark();
        in.skip();
        yield natural(in.textSince(mark), otherwise);
      }
      case TEXT -> natural(in.text(), otherwise);
      case OBJECT, ARRAY, BOOLEAN, NULL, NONE -> {
        in.skip();
        yield otherwise;
      }
    };
  }

  private static long natural(String digits, long otherwise) {
    if (digits.isEmpty() || digits.length() > 18) {
      return otherwise;
    }
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return otherwise;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  /** The string; the empty one for {@code null}. */
  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** Writes the members of {@code rest}, if they are this protocol's. */
  static void rest(JsonWriter out, Rest rest) {
    rest(out, rest, Set.of());
  }

  /**
   * Writes the members of {@code rest}, if they are this protocol's.
   *
   * @param merged names of known objects that were written together with what was left over of them
   */
  static void rest(JsonWriter out, Rest rest, Set<String> merged) {
    Leftovers.write(out, PROTOCOL, rest, merged);
  }

  /** The member of that name, if it is this protocol's; {@code null} for none. */
  static @Nullable Json find(Rest rest, String name) {
    return rest.isEmpty() || !rest.isOf(PROTOCOL) ? null : rest.find(name);
  }

  /** Writes what was left over of a known object, within it. */
  static void inner(JsonWriter out, Rest rest, String object) {
    Leftovers.inner(out, PROTOCOL, rest, object);
  }
}
