package dev.sluice.chat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can go wrong with a request. Each dialect renders every fault in its own shape
 * and status by an exhaustive {@code switch}. Messages name the field, what was expected and what
 * came; they never hold a key, a prompt or a stack trace.
 */
public sealed interface Fault {

  /** A sentence for the client, without secrets. */
  String message();

  /** When to come again; {@code null} where there is nothing to wait for, or it is not known. */
  default @Nullable Duration retryAfter() {
    return null;
  }

  /**
   * The body is not JSON.
   *
   * @param message what was found and expected
   * @param offset where, in bytes from the body's start
   */
  record MalformedBody(String message, int offset) implements Fault {}

  /**
   * The body is JSON that breaks the dialect's rules.
   *
   * @param violations at least one, in the body's order
   */
  record InvalidRequest(List<Violation> violations) implements Fault {
    public InvalidRequest {
      violations = List.copyOf(violations);
      if (violations.isEmpty()) {
        throw new IllegalArgumentException("an invalid request needs a violation");
      }
    }

    /** A single violation. */
    public static InvalidRequest of(String path, String message) {
      return new InvalidRequest(List.of(new Violation(path, message, -1, null)));
    }

    @Override
    public String message() {
      return violations.getFirst().message();
    }
  }

  /**
   * One broken rule.
   *
   * @param path the field, such as {@code messages[1].role}; empty for the whole body
   * @param message what was expected and what came
   * @param offset where the value stands, in bytes from the body's start; -1 where it is not known
   * @param value the offending value in its own spelling, where a dialect repeats it; else {@code
   *     null}
   */
  record Violation(String path, String message, int offset, @Nullable String value) {}

  /** HTTP that cannot be understood or trusted. */
  record BadHttp(String message) implements Fault {}

  /** No such path. */
  record UnknownPath(String message) implements Fault {}

  /**
   * The path exists, with other methods.
   *
   * @param allowed for the {@code allow} header
   */
  record MethodNotAllowed(String message, List<String> allowed) implements Fault {}

  /** The body's media type is not accepted. */
  record UnsupportedMediaType(String message) implements Fault {}

  /**
   * The body is larger than allowed.
   *
   * @param bytesMax the limit
   */
  record BodyTooLarge(String message, long bytesMax) implements Fault {}

  /** The request line is too long. */
  record UriTooLong(String message) implements Fault {}

  /** The headers are too large. */
  record HeadersTooLarge(String message) implements Fault {}

  /** The request did not arrive in time. */
  record RequestTooSlow(String message) implements Fault {}

  /** {@code Expect} asked for something unknown. */
  record ExpectationFailed(String message) implements Fault {}

  /**
   * No credentials, or wrong ones.
   *
   * @param reason what is wrong with them
   */
  record Unauthenticated(String message, Reason reason) implements Fault {

    /** What is wrong with credentials. */
    public enum Reason {
      /** There are none. */
      MISSING,
      /** They are not in the form that is asked for. */
      MALFORMED,
      /** Nobody is known by them. */
      UNKNOWN
    }
  }

  /** The caller may not do this. */
  record Forbidden(String message) implements Fault {}

  /**
   * No rule covers the model's name.
   *
   * @param model the name as asked for
   * @param nearest names that exist and look alike, best first; may be empty
   */
  record UnknownModel(String message, String model, List<String> nearest) implements Fault {
    public UnknownModel {
      nearest = List.copyOf(nearest);
    }
  }

  /** The caller's credit does not cover the call. */
  record InsufficientCredits(String message) implements Fault {}

  /** A budget is spent. */
  record BudgetSpent(String message) implements Fault {}

  /**
   * Too many requests or tokens.
   *
   * @param retryAfter when to come again; {@code null} where it is not known
   */
  record RateLimited(String message, @Nullable Duration retryAfter) implements Fault {}

  /** Prompt and answer do not fit into the model's context. */
  record ContextTooLong(String message) implements Fault {}

  /** The provider refused the content. */
  record ContentFiltered(String message) implements Fault {}

  /**
   * The provider answered with an error.
   *
   * @param status the provider's HTTP status
   * @param type the provider's error type; {@code null} where it gave none
   * @param code the provider's error code; {@code null} where it gave none
   * @param param the field that the provider named; {@code null} where it named none
   * @param retryAfter what the provider asked for; {@code null} where it asked for nothing
   */
  record UpstreamFailed(
      String message,
      int status,
      @Nullable String type,
      @Nullable String code,
      @Nullable String param,
      @Nullable Duration retryAfter)
      implements Fault {}

  /** The provider could not be reached, or its answer broke off or made no sense. */
  record UpstreamUnreachable(String message) implements Fault {}

  /**
   * The provider was too slow.
   *
   * @param timeout which of the timeouts ran out
   */
  record TimedOut(String message, Timeout timeout) implements Fault {}

  /** The timeouts of a call to a provider. */
  enum Timeout {
    CONNECT,
    FIRST_BYTE,
    IDLE,
    TOTAL
  }

  /**
   * The gateway has more to do than it may take on.
   *
   * @param retryAfter when to come again
   */
  record Overloaded(String message, Duration retryAfter) implements Fault {}

  /** A bug of ours; the cause is in the log, never in the message. */
  record Internal(String message) implements Fault {}
}
