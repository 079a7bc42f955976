package dev.sluice.protocol.gemini;

import dev.sluice.chat.Fault;
import dev.sluice.json.JsonReader;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.openai.Scrub;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a server of Gemini's protocol says of an error: {@code google.rpc.Status} as JSON,
 * whose details tell the reason, the field, the quota and when to come again. Not for the hot path.
 */
public final class GeminiErrors {

  private static final int WORD_MAX = 200;
  private static final long RETRY_SECONDS_MAX = 86_400;
  private static final int BAD_GATEWAY = 502;
  private static final int UNAUTHORIZED = 401;
  private static final int PAYMENT_REQUIRED = 402;
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY_REQUESTS = 429;

  /** The code under which clients know that waiting is no help. */
  private static final String QUOTA_SPENT = "insufficient_quota";

  private GeminiErrors() {}

  /**
   * What was said; everything may be missing.
   *
   * @param message scrubbed and bounded
   * @param status the code within the body; 0 where there is none
   * @param type the provider's word for the kind of error, such as {@code INVALID_ARGUMENT}
   * @param code its reason, such as {@code API_KEY_INVALID}; {@code insufficient_quota} where a
   *     quota is spent that does not come back in a minute
   * @param param the field that the provider names
   * @param retryAfter when to come again
   */
  public record ProviderError(
      @Nullable String message,
      int status,
      @Nullable String type,
      @Nullable String code,
      @Nullable String param,
      @Nullable Duration retryAfter) {

    /** Nothing was said that could be read. */
    public static final ProviderError SILENT = new ProviderError(null, 0, null, null, null, null);

    /**
     * The fault of an answer with that status.
     *
     * @param httpStatus the answer's
     * @param header what its {@code retry-after} asked for; {@code null} for nothing. The longer
     *     wait counts
     */
    public Fault fault(int httpStatus, @Nullable Duration header) {
      String words =
          message == null || message.isBlank()
              ? "the provider answered with status " + httpStatus
              : message;
      if (isContextTooLong()) {
        return new Fault.ContextTooLong(words);
      }
      if (isOurs(httpStatus)) {
        // It is our credential or place that was refused; the client's own is not at stake. A
        // wrong key is told with 400 here.
        int refused = httpStatus == UNAUTHORIZED || isKeyInvalid() ? UNAUTHORIZED : FORBIDDEN;
        return new Fault.UpstreamFailed(
            "the provider refused the gateway's credential", refused, type, code, null, null);
      }
      return new Fault.UpstreamFailed(words, httpStatus, type, code, param, wait(header));
    }

    /** The fault of an error within a stream whose answer began well. */
    public Fault inStream() {
      return status == 0 && message == null
          ? new Fault.UpstreamFailed(
              "the provider broke its answer off with an error",
              BAD_GATEWAY,
              type,
              code,
              param,
              retryAfter)
          : fault(status < 400 ? BAD_GATEWAY : status, null);
    }

    private @Nullable Duration wait(@Nullable Duration header) {
      if (QUOTA_SPENT.equals(code)) {
        return null;
      }
      if (header == null || retryAfter == null) {
        return header == null ? retryAfter : header;
      }
      return header.compareTo(retryAfter) > 0 ? header : retryAfter;
    }

    private boolean isKeyInvalid() {
      return code != null && code.startsWith("API_KEY");
    }

    private boolean isOurs(int httpStatus) {
      return httpStatus == UNAUTHORIZED
          || httpStatus == FORBIDDEN
          || isKeyInvalid()
          || (message != null && message.startsWith("User location is not supported"));
    }

    private boolean isContextTooLong() {
      return message != null
          && message.contains("token count")
          && (message.contains("exceeds the maximum") || message.contains("only supports up to"));
    }
  }

  /** Reads {@code bytes[from, to)}; a text that is not JSON says nothing. */
  public static ProviderError read(byte[] bytes, int from, int to) {
    try {
      JsonReader in = new JsonReader(bytes, from, to, Gemini.NAMES);
      if (in.peek() == JsonReader.Kind.ARRAY) {
        // Streams that are not event streams wrap everything in a list.
        return in.enterArray() ? new Reading().root(in) : ProviderError.SILENT;
      }
      return new Reading().root(in);
    } catch (MalformedJson | MisshapenJson _) {
      return ProviderError.SILENT;
    }
  }

  private static final class Reading {
    private @Nullable String message;
    private int status;
    private @Nullable String type;
    private @Nullable String reason;
    private @Nullable String param;
    private @Nullable Duration retryAfter;
    private boolean spent;

    private ProviderError root(JsonReader in) {
      if (in.peek() != JsonReader.Kind.OBJECT) {
        return ProviderError.SILENT;
      }
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        if (in.name().equals("error")) {
          error(in);
        } else {
          in.skip();
        }
      }
      if (status == PAYMENT_REQUIRED) {
        spent = true;
      }
      String code = spent ? QUOTA_SPENT : reason;
      if (code == null && status == TOO_MANY_REQUESTS) {
        code = "rate_limit_exceeded";
      }
      return new ProviderError(
          message == null ? null : Scrub.text(message),
          status,
          bounded(type),
          bounded(code),
          bounded(param),
          spent ? null : retryAfter);
    }

    private static @Nullable String bounded(@Nullable String word) {
      if (word == null || word.isEmpty()) {
        return null;
      }
      return Scrub.text(word.length() <= WORD_MAX ? word : word.substring(0, WORD_MAX));
    }

    private void error(JsonReader in) {
      if (in.peek() == JsonReader.Kind.TEXT) {
        message = in.text();
        return;
      }
      if (in.peek() != JsonReader.Kind.OBJECT) {
        in.skip();
        return;
      }
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        switch (in.name()) {
          case "message" -> message = Gemini.looseText(in);
          case "code" -> status = (int) Math.min(999, Gemini.count(in, 0));
          case "status" -> type = Gemini.looseText(in);
          case "details" -> details(in);
          default -> in.skip();
        }
      }
    }

    private void details(JsonReader in) {
      if (in.peek() != JsonReader.Kind.ARRAY) {
        in.skip();
        return;
      }
      for (boolean more = in.enterArray(); more; more = in.nextItem()) {
        if (in.peek() == JsonReader.Kind.OBJECT) {
          detail(in);
        } else {
          in.skip();
        }
      }
    }

    /** Members of details have names that tell what they are, whatever their type. */
    private void detail(JsonReader in) {
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        switch (in.name()) {
          case "reason" -> reason = Gemini.looseText(in);
          case "retryDelay" -> retryAfter = seconds(Gemini.looseText(in));
          case "violations", "fieldViolations" -> violations(in);
          default -> in.skip();
        }
      }
    }

    private void violations(JsonReader in) {
      if (in.peek() != JsonReader.Kind.ARRAY) {
        in.skip();
        return;
      }
      for (boolean more = in.enterArray(); more; more = in.nextItem()) {
        if (in.peek() != JsonReader.Kind.OBJECT) {
          in.skip();
          continue;
        }
        for (boolean next = in.enterObject(); next; next = in.nextMember()) {
          switch (in.name()) {
            case "field" -> param = param == null ? Gemini.looseText(in) : skipped(in, param);
            case "quotaId" -> spent |= Gemini.orEmpty(Gemini.looseText(in)).contains("PerDay");
            default -> in.skip();
          }
        }
      }
    }

    private static String skipped(JsonReader in, String first) {
      in.skip();
      return first;
    }

    /** A duration as protocol buffers write it, such as {@code 33.5s}. */
    private static @Nullable Duration seconds(@Nullable String text) {
      if (text == null || text.length() < 2 || text.length() > 24 || !text.endsWith("s")) {
        return null;
      }
      try {
        BigDecimal seconds = new BigDecimal(text.substring(0, text.length() - 1));
        boolean fits =
            seconds.signum() >= 0 && seconds.compareTo(BigDecimal.valueOf(RETRY_SECONDS_MAX)) <= 0;
        return fits ? Duration.ofMillis(seconds.movePointRight(3).longValue()) : null;
      } catch (NumberFormatException _) {
        return null;
      }
    }
  }
}
