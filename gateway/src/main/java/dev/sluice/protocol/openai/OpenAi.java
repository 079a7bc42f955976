package dev.sluice.protocol.openai;

import dev.sluice.chat.Json;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.NameTable;
import dev.sluice.protocol.rewording.Leftovers;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all parts of this codec share. */
final class OpenAi {

  /** The protocol's name. */
  static final String PROTOCOL = "openai";

  /** Names that come often enough to be worth knowing beforehand. */
  static final NameTable NAMES =
      NameTable.of(
          "annotations",
          "arguments",
          "assistant",
          "audio",
          "cache_control",
          "choices",
          "content",
          "created",
          "data",
          "delta",
          "description",
          "detail",
          "developer",
          "effort",
          "error",
          "file",
          "file_data",
          "file_id",
          "filename",
          "finish_reason",
          "format",
          "frequency_penalty",
          "function",
          "function_call",
          "functions",
          "id",
          "image_url",
          "index",
          "input_audio",
          "json_schema",
          "logit_bias",
          "logprobs",
          "max_completion_tokens",
          "max_tokens",
          "message",
          "messages",
          "metadata",
          "min_p",
          "modalities",
          "model",
          "n",
          "name",
          "native_finish_reason",
          "obfuscation",
          "object",
          "parallel_tool_calls",
          "parameters",
          "prediction",
          "presence_penalty",
          "prompt_cache_key",
          "prompt_cache_retention",
          "reasoning",
          "reasoning_content",
          "reasoning_details",
          "reasoning_effort",
          "refusal",
          "repetition_penalty",
          "response_format",
          "role",
          "safety_identifier",
          "schema",
          "seed",
          "service_tier",
          "signature",
          "stop",
          "store",
          "stream",
          "stream_options",
          "strict",
          "system",
          "system_fingerprint",
          "temperature",
          "text",
          "thinking",
          "tool",
          "tool_call_id",
          "tool_calls",
          "tool_choice",
          "tools",
          "top_k",
          "top_logprobs",
          "top_p",
          "type",
          "url",
          "usage",
          "user",
          "verbosity");

  private OpenAi() {}

  /** Reads a string; {@code null} where {@code null} stands. */
  static @Nullable String textOrNull(JsonReader in) {
    return in.skipNull() ? null : in.text();
  }

  /**
   * Reads what should be a string, from a sender who may take numbers for strings; {@code null}
   * where something else stands.
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

  /** Writes what was left over of a known object, within it. */
  static void inner(JsonWriter out, Rest rest, String object) {
    Leftovers.inner(out, PROTOCOL, rest, object);
  }

  /** Writes a member as it is, unless it is {@code null}. */
  static void member(JsonWriter out, String name, @Nullable Json value) {
    if (value != null) {
      out.name(name).raw(value.text());
    }
  }
}
