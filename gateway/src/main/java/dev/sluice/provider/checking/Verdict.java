package dev.sluice.provider.checking;

/** What a check found. */
public sealed interface Verdict {

  /** The answer has the form that was asked for. */
  record Fits() implements Verdict {}

  /**
   * It has not.
   *
   * @param complaint what does not fit, for the model; bounded, with one line for each place
   */
  record Misfit(String complaint) implements Verdict {}

  /** It was not found out. */
  record Unchecked(Reason reason) implements Verdict {}

  /** Why something was not found out. */
  enum Reason {
    /** The answer or its schema is larger or deeper than what is checked. */
    TOO_LARGE,
    /** It would have taken too long. */
    OUT_OF_TIME,
    /** The schema is none, or refers to what is not in it. */
    BAD_SCHEMA
  }
}
