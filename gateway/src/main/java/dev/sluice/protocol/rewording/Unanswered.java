package dev.sluice.protocol.rewording;

/** What becomes of calls without a result, such as those that the user cancelled. */
public enum Unanswered {
  /** They get a result that says so. */
  FAILED,
  /** The request is refused. */
  REFUSED
}
