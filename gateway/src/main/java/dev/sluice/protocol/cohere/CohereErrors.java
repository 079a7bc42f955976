package dev.sluice.protocol.cohere;

import dev.sluice.chat.Fault;
import dev.sluice.json.JsonReader;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import dev.sluice.protocol.openai.Scrub;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the provider's error says: {@code {"id": …, "message": …}}, and nothing more. What
 * kind of error it is can be told by the message alone.
 */
public final class CohereErrors {

  private static final int BAD_GATEWAY = 502;
  private static final int GATEWAY_TIMEOUT = 504;

  private CohereErrors() {}

  /**
   * Reads {@code bytes[from, to)}; a text that is not JSON says nothing. Codes are those that
   * clients of OpenAI's protocol know, where there is one: {@code context_length_exceeded}, {@code
   * model_not_found}, {@code insufficient_quota}.
   */
  public static ProviderError read(byte[] bytes, int from, int to) {
    if (from == to) {
      return ProviderError.SILENT;
    }
    String message;
    try {
      message = message(new JsonReader(bytes, from, to, Cohere.NAMES));
    } catch (MalformedJson | MisshapenJson _) {
      return ProviderError.SILENT;
    }
    if (message == null) {
      return ProviderError.SILENT;
    }
    String code = code(message);
    String param = "model_not_found".equals(code) ? "model" : null;
    return new ProviderError(Scrub.text(message), null, code, param);
  }

  private static @Nullable String message(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      return null;
    }
    String message = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "message" -> message = Cohere.looseText(in);
        // Proxies before the provider say it so.
        case "error", "detail" -> {
          String text = in.peek() == JsonReader.Kind.OBJECT ? message(in) : Cohere.looseText(in);
          message = message == null ? text : message;
        }
        default -> in.skip();
      }
    }
    return message;
  }

  private static @Nullable String code(String text) {
    if (text.contains("too many tokens") || text.contains("context length")) {
      return "context_length_exceeded";
    }
    if (text.startsWith("model '") && text.contains("not found")) {
      return "model_not_found";
    }
    // A trial key's calls are counted by the minute, which passes, and by the month.
    boolean monthly = text.contains("/ month") || text.contains("per month");
    return monthly || text.contains("billing") ? "insufficient_quota" : null;
  }

  /** The fault of an error that came in the middle of a stream. */
  static Fault inStream(ProviderError error) {
    String message = Cohere.orEmpty(error.message());
    if (message.isBlank()) {
      message = "the provider broke its answer off with an error";
    }
    if ("context_length_exceeded".equals(error.code())) {
      return new Fault.ContextTooLong(message);
    }
    return new Fault.UpstreamFailed(
        message, BAD_GATEWAY, error.type(), error.code(), error.param(), null);
  }

  /**
   * The fault of a stream that ends with a word for failure.
   *
   * @param word the finish reason
   * @param said what the provider says of it; {@code null} for nothing
   */
  static Fault ofFinish(String word, @Nullable String said) {
    String message = said == null || said.isBlank() ? null : Scrub.text(said);
    if (message != null && "context_length_exceeded".equals(code(message))) {
      return new Fault.ContextTooLong(message);
    }
    boolean late = word.equals(Finishes.TIMEOUT);
    return new Fault.UpstreamFailed(
        message == null ? "the provider broke its answer off: " + Scrub.text(word) : message,
        late ? GATEWAY_TIMEOUT : BAD_GATEWAY,
        null,
        null,
        null,
        null);
  }
}
