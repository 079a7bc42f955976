package dev.sluice.engine;

import dev.sluice.chat.Fault;
import dev.sluice.net.UpstreamFailure;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Turns what went wrong upstream into faults that a client may see. */
final class UpstreamFaults {

  private static final Duration POOL_RETRY = Duration.ofSeconds(1);
  private static final long RETRY_AFTER_SECONDS_MAX = 86_400;

  private UpstreamFaults() {}

  static Fault of(UpstreamFailure failure) {
    return switch (failure.kind()) {
      case POOL_EXHAUSTED ->
          new Fault.Overloaded("no connection to the provider is free", POOL_RETRY);
      case UNRESOLVED -> new Fault.UpstreamUnreachable("the provider's host name has no address");
      case CONNECT_FAILED -> new Fault.UpstreamUnreachable("the provider cannot be reached");
      case CONNECT_TIMEOUT ->
          new Fault.TimedOut(
              "the provider could not be connected to in time", Fault.Timeout.CONNECT);
      case TLS_FAILED ->
          new Fault.UpstreamUnreachable("no secure connection to the provider can be made");
      case CLOSED_BEFORE_ANSWER ->
          new Fault.UpstreamUnreachable("the provider closed the connection without an answer");
      case CLOSED_WITHIN_ANSWER -> new Fault.UpstreamUnreachable("the provider's answer broke off");
      case PROTOCOL_ERROR ->
          new Fault.UpstreamUnreachable("the provider's answer is not valid HTTP");
    };
  }

  static Fault of(ProviderError error, int status, HttpHeaders headers) {
    String message =
        error.message() == null || error.message().isBlank()
            ? "the provider answered with status " + status
            : error.message();
    Duration retryAfter = retryAfter(headers);
    if ("context_length_exceeded".equals(error.code())) {
      return new Fault.ContextTooLong(message);
    }
    if (status == 401 || status == 403) {
      // It is our credential that was refused; the client's own is not at stake.
      message = "the provider refused the gateway's credential";
    }
    return new Fault.UpstreamFailed(
        message, status, error.type(), error.code(), error.param(), retryAfter);
  }

  /** What {@code retry-after} says in seconds; a date is not looked at. */
  private static @Nullable Duration retryAfter(HttpHeaders headers) {
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
