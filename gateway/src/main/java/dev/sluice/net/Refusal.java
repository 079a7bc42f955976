package dev.sluice.net;

/** Why HTTP itself refuses a request, before anyone looks at what it asks for. */
public enum Refusal {
  /** Not HTTP, or HTTP that must not be trusted: bad syntax, ambiguous length, folded headers. */
  MALFORMED,
  /** The request line is longer than the configured limit. */
  URI_TOO_LONG,
  /** The headers are larger than the configured limit. */
  HEADERS_TOO_LARGE,
  /** The head or the body did not arrive in time. */
  TOO_SLOW,
  /** An {@code Expect} header that asks for something else than {@code 100-continue}. */
  EXPECTATION_FAILED,
  /** The server stops, and it was not answered by then. */
  STOPPING,
  /** There was no memory for it. */
  OUT_OF_MEMORY,
  /** An HTTP version that is not spoken here. */
  VERSION_UNSUPPORTED
}
