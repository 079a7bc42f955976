package dev.sluice.provider.translation;

import dev.sluice.chat.Fault;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Turns what providers say of errors into faults that a client may see. */
public final class ProviderFaults {

  private static final long RETRY_AFTER_SECONDS_MAX = 86_400;
  private static final int BAD_GATEWAY = 502;

  private static final int SERVER_ERROR = 500;
  private static final int PAYMENT_REQUIRED = 402;
  private static final String QUOTA_SPENT = "insufficient_quota";

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
    if (status == PAYMENT_REQUIRED || (status == 400 && QUOTA_SPENT.equals(error.code()))) {
      // So is it our bill.
      return new Fault.UpstreamFailed(
          "the provider refused the gateway's account",
          PAYMENT_REQUIRED,
          error.type(),
          error.code(),
          null,
          null);
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

  /** What {@code retry-after} says, in seconds or as a date; {@code null} where it says nothing. */
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
      return until(value.strip());
    }
  }

  private static @Nullable Duration until(String date) {
    try {
      Instant then = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
      Duration wait = Duration.between(Instant.now(), then);
      return wait.isNegative() || wait.toSeconds() > RETRY_AFTER_SECONDS_MAX ? null : wait;
    } catch (DateTimeException _) {
      return null;
    }
  }
}
