package dev.sluice.protocol.cohere;

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
final class Cohere {

  /** The protocol's name. */
  static final String PROTOCOL = "cohere";

  private static final int COUNT_LENGTH_MAX = 40;
  private static final double COUNT_MAX = 1e15;

  /** Names that come often enough to be worth knowing beforehand. */
  static final NameTable NAMES =
      NameTable.of(
          "arguments",
          "billed_units",
          "cached_tokens",
          "citation_options",
          "citations",
          "content",
          "content_index",
          "data",
          "delta",
          "description",
          "detail",
          "document",
          "documents",
          "end",
          "error",
          "finish_reason",
          "frequency_penalty",
          "function",
          "id",
          "image_url",
          "index",
          "input_tokens",
          "json_schema",
          "k",
          "logprobs",
          "max_tokens",
          "message",
          "messages",
          "model",
          "name",
          "output_tokens",
          "p",
          "parameters",
          "presence_penalty",
          "response_format",
          "role",
          "safety_mode",
          "seed",
          "snippet",
          "sources",
          "start",
          "stop_sequences",
          "stream",
          "strict_tools",
          "temperature",
          "text",
          "thinking",
          "title",
          "token_budget",
          "tokens",
          "tool_call_id",
          "tool_calls",
          "tool_choice",
          "tool_output",
          "tool_plan",
          "tools",
          "type",
          "url",
          "usage");

  private Cohere() {}

  /** A reader of a text that was kept, known to be well-formed. */
  static JsonReader reader(Json json) {
    return reader(json.text());
  }

  /** A reader of a text. */
  static JsonReader reader(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new JsonReader(bytes, 0, bytes.length, NAMES);
  }

  /**
   * Reads what should be a string, from a provider; {@code null} where something else stands, so
   * that a new form of a field breaks no answer.
   */
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

  /** Reads what should be a count; {@code otherwise} where something else stands. */
  static long looseCount(JsonReader in, long otherwise) {
    if (in.peek() != JsonReader.Kind.NUMBER) {
      in.skip();
      return otherwise;
    }
    int mark = in.mark();
    long count = in.cursor().readInteger(Long.MIN_VALUE);
    if (count != Long.MIN_VALUE) {
      return count;
    }
    // The published types are floating-point numbers, so that 12.0 may come for 12.
    String text = in.textSince(mark);
    if (text.length() > COUNT_LENGTH_MAX) {
      return otherwise;
    }
    double number = Double.parseDouble(text);
    return number >= 0 && number < COUNT_MAX ? (long) number : otherwise;
  }

  /** Reads an object that is only carried. */
  static Json object(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      throw in.misshapen("an object");
    }
    return new Json(in.raw());
  }

  /** Steps over the value at hand; a reader for it, if it is an object. */
  static @Nullable JsonReader laterObject(JsonReader in) {
    boolean object = in.peek() == JsonReader.Kind.OBJECT;
    int mark = in.mark();
    in.skip();
    return object ? in.later(mark) : null;
  }

  /** The string; the empty one for {@code null}. */
  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** How many characters the provider counts in {@code text}: those of Unicode. */
  static long length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Writes the members of {@code rest}, if they are this protocol's. */
  static void rest(JsonWriter out, Rest rest) {
    rest(out, rest, Set.of());
  }

  /**
   * Writes the members of {@code rest}, if they are this protocol's.
   *
   * @param merged names of members that are written elsewhere
   */
  static void rest(JsonWriter out, Rest rest, Set<String> merged) {
    Leftovers.write(out, PROTOCOL, rest, merged);
  }

  /** The member of that name, if it is this protocol's. */
  static @Nullable Json own(Rest rest, String name) {
    return rest.isOf(PROTOCOL) ? rest.find(name) : null;
  }

  /** Writes what was left over of a known object, within it. */
  static void inner(JsonWriter out, Rest rest, String object) {
    Leftovers.inner(out, PROTOCOL, rest, object);
  }
}
