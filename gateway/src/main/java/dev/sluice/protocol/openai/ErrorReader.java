package dev.sluice.protocol.openai;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what a provider's error says, in any of the shapes that servers of OpenAI's protocol use.
 * Not for the hot path.
 */
public final class ErrorReader {

  private static final List<String> STATUS_NAMES = List.of("status", "status_code", "code");

  private ErrorReader() {}

  /** Made on first use, since most starts see no error. */
  private static final class Holder {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Holder() {}
  }

  /**
   * What was said; everything may be missing.
   *
   * @param message scrubbed and bounded
   * @param type the provider's word for the kind of error
   * @param code the provider's code
   * @param param the field that the provider names
   * @param status the HTTP status that the error names of itself, as one within an answer of status
   *     200 may; 0 where it names none
   */
  public record ProviderError(
      @Nullable String message,
      @Nullable String type,
      @Nullable String code,
      @Nullable String param,
      int status) {

    /** Nothing was said that could be read. */
    public static final ProviderError SILENT = new ProviderError(null, null, null, null);

    /** An error that names no status. */
    public ProviderError(
        @Nullable String message,
        @Nullable String type,
        @Nullable String code,
        @Nullable String param) {
      this(message, type, code, param, 0);
    }
  }

  /** Reads {@code bytes[from, to)}; a text that is not JSON says nothing. */
  public static ProviderError read(byte[] bytes, int from, int to) {
    if (from == to) {
      return ProviderError.SILENT;
    }
    JsonNode root;
    try {
      root = Holder.MAPPER.readTree(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    } catch (JacksonException _) {
      return ProviderError.SILENT;
    }
    if (root.isArray() && !root.isEmpty()) {
      root = root.get(0);
    }
    if (!root.isObject()) {
      return ProviderError.SILENT;
    }
    JsonNode error = root.get("error");
    if (error == null || error.isNull()) {
      return fields(root);
    }
    if (error.isObject()) {
      return fields(error);
    }
    ProviderError around = fields(root);
    return new ProviderError(
        error.isString() ? Scrub.text(error.stringValue()) : around.message(),
        around.type(),
        around.code(),
        around.param(),
        around.status());
  }

  private static ProviderError fields(JsonNode node) {
    String message = text(node.get("message"));
    if (message == null) {
      message = text(node.get("detail"));
    }
    return new ProviderError(
        message == null ? null : Scrub.text(message),
        bounded(text(node.get("type"))),
        bounded(text(node.get("code"))),
        bounded(text(node.get("param"))),
        status(node));
  }

  /**
   * Azure calls it {@code status}, Groq {@code status_code}, and OpenRouter puts it where others
   * have a code.
   */
  private static int status(JsonNode node) {
    for (String name : STATUS_NAMES) {
      int status = node.path(name).asInt(0);
      if (status >= 400 && status <= 599) {
        return status;
      }
    }
    return 0;
  }

  private static @Nullable String bounded(@Nullable String text) {
    return text == null ? null : Scrub.text(text.length() <= 200 ? text : text.substring(0, 200));
  }

  private static @Nullable String text(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    return node.isString() ? node.stringValue() : node.isValueNode() ? node.asString() : null;
  }
}
