package dev.sluice.provider.translation;

import dev.sluice.chat.Fault;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Turns what providers say of errors into faults that a client may see. */
public final class ProviderFaults {

  private static final long RETRY_AFTER_SECONDS_MAX = 86_400;
  private static final int BAD_GATEWAY = 502;

  private static final int SERVER_ERROR = 500;

  private ProviderFaults() {}

  /**
   * The fault of an answer that tells of an error.
   *
   * @param status the answer's, not of the 200s
   * @param headers the answer's
   */
  public static Fault of(ProviderError error, int status, HttpHeaders headers) {
    String message =
        error.message() == null || error.message().isBlank()
            ? "the provider answered with status " + status
            : error.message();
    Duration retryAfter = retryAfter(headers);
    if ("context_length_exceeded".equals(error.code())) {
      return new Fault.ContextTooLong(message);
    }
    if (status >= SERVER_ERROR && "content_filter".equals(error.code())) {
      // A refusal within an answer or a stream that began well: to ask again is of no use.
      return new Fault.ContentFiltered(message);
    }
    if (status == 401 || status == 403) {
      // It is our credential that was refused; the client's own is not at stake.
      message = "the provider refused the gateway's credential";
    }
    return new Fault.UpstreamFailed(
        message, status, error.type(), error.code(), error.param(), retryAfter);
  }

  /**
   * The fault of an error that came within an answer of status 200: it names its status itself, or
   * is the provider's failure.
   */
  public static Fault within(ProviderError error) {
    int status = error.status() == 0 ? BAD_GATEWAY : error.status();
    return of(error, status, EmptyHttpHeaders.INSTANCE);
  }

  /** What {@code retry-after} says in seconds; a date is not looked at. */
  public static @Nullable Duration retryAfter(HttpHeaders headers) {
    String value = headers.get(HttpHeaderNames.RETRY_AFTER);
    if (value == null) {
      return null;
    }
    try {
      double seconds = Double.parseDouble(value.strip());
      return seconds >= 0 && seconds <= RETRY_AFTER_SECONDS_MAX
          ? Duration.ofMillis((long) (seconds * 1000))
          : null;
    } catch (NumberFormatException _) {
      return null;
    }
  }
}
