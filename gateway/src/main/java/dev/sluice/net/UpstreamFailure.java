package dev.sluice.net;

/**
 * Why a call to an upstream failed.
 *
 * @param kind what went wrong
 * @param detail a short text for the log that holds no secret and no body, such as {@code
 *     "connection refused"}
 */
public record UpstreamFailure(Kind kind, String detail) {

  /** What went wrong, from the earliest moment to the latest. */
  public enum Kind {
    /** Too many calls already wait for a connection, or this one waited too long. */
    POOL_EXHAUSTED,
    /** The host's name has no address. */
    UNRESOLVED,
    /** None of the host's addresses may be connected to. */
    ADDRESS_REFUSED,
    /** The connection was refused or unreachable. */
    CONNECT_FAILED,
    /** The connection was not there within the connect timeout. */
    CONNECT_TIMEOUT,
    /** The TLS handshake failed. */
    TLS_FAILED,
    /** The connection broke before the answer's head. */
    CLOSED_BEFORE_ANSWER,
    /** The connection broke within the answer. */
    CLOSED_WITHIN_ANSWER,
    /** The upstream sent what is not HTTP, or more than the limits allow. */
    PROTOCOL_ERROR
  }
}
