package dev.sluice.protocol.anthropic;

import dev.sluice.chat.Fault;
import dev.sluice.json.JsonReader;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import dev.sluice.protocol.openai.Scrub;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a provider's error says: Anthropic's own shape, Vertex' list of one, Bedrock's bare
 * message. Errors come with a status, or in the middle of a stream, where they have none.
 */
public final class AnthropicErrors {

  private static final int BOUND = 200;
  private static final int BAD_GATEWAY = 502;

  /** The members of a request that a message may begin with when it complains of one. */
  private static final Set<String> FIELDS =
      Set.of(
          "max_tokens",
          "messages",
          "metadata",
          "model",
          "output_config",
          "stop_sequences",
          "system",
          "temperature",
          "thinking",
          "tool_choice",
          "tools",
          "top_k",
          "top_p");

  private AnthropicErrors() {}

  /**
   * Reads {@code bytes[from, to)}; a text that is not JSON says nothing. Codes are those that
   * clients of OpenAI's protocol know, where there is one: {@code context_length_exceeded}, {@code
   * model_not_found}, {@code insufficient_quota}; else the provider's own.
   */
  public static ProviderError read(byte[] bytes, int from, int to) {
    if (from == to) {
      return ProviderError.SILENT;
    }
    Fields fields = new Fields();
    JsonReader in = new JsonReader(bytes, from, to, Anthropic.NAMES);
    try {
      if (in.peek() == JsonReader.Kind.ARRAY) {
        if (in.enterArray()) {
          fields.root(in);
        }
      } else {
        fields.root(in);
      }
    } catch (MalformedJson | MisshapenJson _) {
      return ProviderError.SILENT;
    }
    return fields.error();
  }

  /** The members of an error, wherever they stand. */
  private static final class Fields {
    private @Nullable String message;
    private @Nullable String type;
    private @Nullable String code;

    private void root(JsonReader in) {
      if (in.peek() != JsonReader.Kind.OBJECT) {
        return;
      }
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        switch (in.name()) {
          case "error" -> {
            if (in.peek() == JsonReader.Kind.OBJECT) {
              inner(in);
            } else {
              message = Anthropic.looseText(in);
            }
          }
          case "message", "Message" -> {
            String text = Anthropic.looseText(in);
            message = message == null ? text : message;
          }
          default -> in.skip();
        }
      }
    }

    private void inner(JsonReader in) {
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        switch (in.name()) {
          case "message" -> message = Anthropic.looseText(in);
          // Google says its kind of error by this name.
          case "type", "status" -> type = Anthropic.looseText(in);
          case "details" -> details(in);
          default -> in.skip();
        }
      }
    }

    private void details(JsonReader in) {
      if (in.peek() != JsonReader.Kind.OBJECT) {
        in.skip();
        return;
      }
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        if (in.name().equals("error_code")) {
          code = Anthropic.looseText(in);
        } else {
          in.skip();
        }
      }
    }

    private ProviderError error() {
      String text = Anthropic.orEmpty(message);
      String known = code == null ? knownCode(text) : code;
      String param = "model_not_found".equals(known) ? "model" : field(text);
      return new ProviderError(
          message == null ? null : Scrub.text(message), bounded(type), bounded(known), param);
    }

    private @Nullable String knownCode(String text) {
      if (isTooLong(text)) {
        return "context_length_exceeded";
      }
      if ("not_found_error".equals(type) && text.startsWith("model")) {
        return "model_not_found";
      }
      boolean billing = "billing_error".equals(type) || text.contains("credit balance is too low");
      return billing ? "insufficient_quota" : null;
    }

    /** Whether prompt, or prompt and answer, are more than the model can hold. */
    private static boolean isTooLong(String text) {
      return text.contains("prompt is too long")
          || text.contains("exceed context limit")
          || text.contains("Input is too long")
          || text.contains("input length and `max_tokens` exceed");
    }
  }

  /** The field that a message begins with, such as {@code messages.0.content}. */
  private static @Nullable String field(String text) {
    int end = 0;
    while (end < text.length() && end < BOUND && isOfPath(text.charAt(end))) {
      end++;
    }
    if (end == 0 || end == text.length() || text.charAt(end) != ':') {
      return null;
    }
    String path = text.substring(0, end);
    int dot = path.indexOf('.');
    return FIELDS.contains(dot < 0 ? path : path.substring(0, dot)) ? path : null;
  }

  private static boolean isOfPath(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  }

  private static @Nullable String bounded(@Nullable String text) {
    return text == null
        ? null
        : Scrub.text(text.length() <= BOUND ? text : text.substring(0, BOUND));
  }

  /** The fault of an error that came in the middle of a stream. */
  static Fault inStream(ProviderError error) {
    String message = Anthropic.orEmpty(error.message());
    if (message.isBlank()) {
      message = "the provider broke its answer off with an error";
    }
    if ("context_length_exceeded".equals(error.code())) {
      return new Fault.ContextTooLong(message);
    }
    int status = status(error.type());
    if (status == 401 || status == 403) {
      // It is our credential that was refused; the client's own is not at stake.
      message = "the provider refused the gateway's credential";
    }
    return new Fault.UpstreamFailed(
        message, status, error.type(), error.code(), error.param(), null);
  }

  /** The status that goes with a type of error. */
  private static int status(@Nullable String type) {
    return switch (Anthropic.orEmpty(type)) {
      case "invalid_request_error" -> 400;
      case "authentication_error" -> 401;
      case "billing_error" -> 402;
      case "permission_error" -> 403;
      case "not_found_error" -> 404;
      case "request_too_large" -> 413;
      case "rate_limit_error" -> 429;
      case "api_error" -> 500;
      case "timeout_error" -> 504;
      case "overloaded_error" -> 529;
      default -> BAD_GATEWAY;
    };
  }
}
