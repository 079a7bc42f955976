package dev.sluice.protocol.converse;

import dev.sluice.chat.Fault;
import dev.sluice.json.JsonReader;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import dev.sluice.protocol.openai.Scrub;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Bedrock's errors say: their kind in a header, a message in the body. Errors come with
 * a status, or as exceptions in the middle of a stream, where they have none.
 */
public final class ConverseErrors {

  /** The header that names an error's kind. */
  public static final String TYPE_HEADER = "x-amzn-errortype";

  private static final int BOUND = 200;
  private static final int BAD_GATEWAY = 502;
  private static final String CONTEXT = "context_length_exceeded";

  /** What messages say, in lower case, where prompt and answer are more than the model can hold. */
  private static final List<String> TOO_LONG =
      List.of(
          "input is too long",
          "prompt is too long",
          "input tokens exceeded",
          "exceed context limit",
          "input length and `max_tokens` exceed",
          "maximum context length",
          "context window",
          "too many input tokens",
          "number of input tokens exceeds",
          "exceeds the maximum number of input tokens");

  private ConverseErrors() {}

  /**
   * Reads {@code bytes[from, to)}; a text that is not JSON says nothing but its kind. Codes are
   * those that clients of OpenAI's protocol know, where there is one: {@code
   * context_length_exceeded}, {@code model_not_found}, {@code insufficient_quota}.
   *
   * @param type the header {@link #TYPE_HEADER}, or an exception's name; {@code null} for none
   */
  public static ProviderError read(@Nullable String type, byte[] bytes, int from, int to) {
    Fields fields = new Fields();
    if (from < to) {
      try {
        fields.read(new JsonReader(bytes, from, to, Converse.NAMES));
      } catch (MalformedJson | MisshapenJson _) {
        fields = new Fields();
      }
    }
    String kind = kind(type == null || type.isBlank() ? fields.type : type);
    String message = fields.message;
    if (message == null) {
      return kind == null ? ProviderError.SILENT : new ProviderError(null, kind, null, null);
    }
    String code = code(kind == null ? "" : kind, message.toLowerCase(Locale.ROOT));
    String param = "model_not_found".equals(code) ? "model" : null;
    return new ProviderError(Scrub.text(message), kind, code, param);
  }

  private static final class Fields {
    private @Nullable String message;
    private @Nullable String type;

    private void read(JsonReader in) {
      if (in.peek() != JsonReader.Kind.OBJECT) {
        return;
      }
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        switch (in.name()) {
          case "message", "Message", "errorMessage" -> {
            if (in.peek() == JsonReader.Kind.TEXT) {
              message = in.text();
            } else {
              in.skip();
            }
          }
          // What the model's own host said tells more than that there was an error.
          case "originalMessage" -> {
            String original = Converse.text(in);
            message = message == null || message.isBlank() ? original : message;
          }
          case "__type", "type", "code" -> type = type == null ? Converse.text(in) : skip(in);
          default -> in.skip();
        }
      }
    }

    private @Nullable String skip(JsonReader in) {
      in.skip();
      return type;
    }
  }

  /** The bare name of an error: it may come with a namespace in front, or an address behind. */
  private static @Nullable String kind(@Nullable String type) {
    if (type == null) {
      return null;
    }
    int from = type.indexOf('#') + 1;
    int colon = type.indexOf(':', from);
    String bare = type.substring(from, colon < 0 ? type.length() : colon).strip();
    if (bare.isEmpty()) {
      return null;
    }
    bare = bare.length() <= BOUND ? bare : bare.substring(0, BOUND);
    // In a stream they begin with a small letter.
    return Scrub.text(Character.toUpperCase(bare.charAt(0)) + bare.substring(1));
  }

  private static @Nullable String code(String kind, String message) {
    if (kind.isEmpty() || kind.equals("ValidationException")) {
      for (String sign : TOO_LONG) {
        if (message.contains(sign)) {
          return CONTEXT;
        }
      }
      if (message.contains("model identifier is invalid")) {
        return "model_not_found";
      }
    }
    return switch (kind) {
      case "ResourceNotFoundException" -> "model_not_found";
      case "ServiceQuotaExceededException" -> "insufficient_quota";
      // A day's quota does not come back by waiting a little.
      case "ThrottlingException" -> message.contains("per day") ? "insufficient_quota" : null;
      default -> null;
    };
  }

  /**
   * The fault of an exception that came in the middle of a stream.
   *
   * @param type its name
   */
  public static Fault inStream(String type, byte[] bytes, int from, int to) {
    return inStream(read(type, bytes, from, to));
  }

  static Fault inStream(ProviderError error) {
    String message = error.message() == null ? "" : error.message();
    if (message.isBlank()) {
      message = "the provider broke its answer off with an error";
    }
    if (CONTEXT.equals(error.code())) {
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

  /** The status that goes with a kind of error; that of a bad gateway where it is unknown. */
  public static int status(@Nullable String type) {
    return switch (type == null ? "" : type) {
      case "ValidationException", "ServiceQuotaExceededException" -> 400;
      case "UnrecognizedClientException",
          "InvalidSignatureException",
          "IncompleteSignatureException",
          "ExpiredTokenException",
          "MissingAuthenticationTokenException" ->
          401;
      case "AccessDeniedException" -> 403;
      case "ResourceNotFoundException" -> 404;
      case "ModelTimeoutException" -> 408;
      case "ThrottlingException", "ModelNotReadyException" -> 429;
      case "InternalServerException" -> 500;
      case "ServiceUnavailableException" -> 503;
      default -> BAD_GATEWAY;
    };
  }
}
