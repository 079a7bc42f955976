package dev.sluice.protocol.anthropic;

import dev.sluice.chat.Rest;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.NameTable;
import dev.sluice.protocol.rewording.Leftovers;
import dev.sluice.protocol.rewording.LooseJson;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all parts of this codec share. */
final class Anthropic {

  /** The protocol's name. */
  static final String PROTOCOL = "anthropic";

  /** Names that come often enough to be worth knowing beforehand. */
  static final NameTable NAMES =
      NameTable.of(
          "anthropic_version",
          "budget_tokens",
          "cache_control",
          "cache_creation",
          "cache_creation_input_tokens",
          "cache_read_input_tokens",
          "caller",
          "citations",
          "cited_text",
          "content",
          "content_block",
          "data",
          "delta",
          "description",
          "disable_parallel_tool_use",
          "display",
          "effort",
          "ephemeral_1h_input_tokens",
          "ephemeral_5m_input_tokens",
          "error",
          "file_id",
          "format",
          "id",
          "index",
          "input",
          "input_schema",
          "input_tokens",
          "is_error",
          "max_tokens",
          "media_type",
          "message",
          "messages",
          "metadata",
          "model",
          "name",
          "output_config",
          "output_format",
          "output_tokens",
          "output_tokens_details",
          "partial_json",
          "role",
          "schema",
          "server_tool_use",
          "service_tier",
          "signature",
          "source",
          "stop_details",
          "stop_reason",
          "stop_sequence",
          "stop_sequences",
          "stream",
          "strict",
          "system",
          "temperature",
          "text",
          "thinking",
          "thinking_tokens",
          "title",
          "tool_choice",
          "tool_use_id",
          "tools",
          "top_k",
          "top_p",
          "ttl",
          "type",
          "url",
          "usage",
          "user_id",
          "web_search_requests");

  private Anthropic() {}

  /**
   * Reads what should be a string, from a provider; {@code null} where something else stands, so
   * that a new form of a field breaks no answer.
   */
  static @Nullable String looseText(JsonReader in) {
    return LooseJson.text(in);
  }

  /** Reads what should be a count; {@code otherwise} where something else stands. */
  static long looseCount(JsonReader in, long otherwise) {
    return LooseJson.count(in, otherwise);
  }

  /** The string; the empty one for {@code null}. */
  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
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
