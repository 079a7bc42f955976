package dev.sluice.engine;

import dev.sluice.chat.Fault;
import dev.sluice.net.UpstreamFailure;
import java.time.Duration;

/** Turns what went wrong upstream into faults that a client may see. */
final class UpstreamFaults {

  private static final Duration POOL_RETRY = Duration.ofSeconds(1);

  private UpstreamFaults() {}

  static Fault of(UpstreamFailure failure) {
    return switch (failure.kind()) {
      case POOL_EXHAUSTED ->
          new Fault.Overloaded("no connection to the provider is free", POOL_RETRY);
      case UNRESOLVED -> new Fault.UpstreamUnreachable("the provider's host name has no address");
      case ADDRESS_REFUSED, CONNECT_FAILED ->
          new Fault.UpstreamUnreachable("the provider cannot be reached");
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
}
