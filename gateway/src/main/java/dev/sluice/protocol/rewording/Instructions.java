package dev.sluice.protocol.rewording;

/** What becomes of instructions behind the first turn. */
public enum Instructions {
  /**
   * They stay where they are: in the system's role where the model and the place allow it, else as
   * text of the user's with a tag around it.
   */
  IN_PLACE,
  /** They stay where they are, always as text of the user's with a tag around it. */
  TAGGED,
  /** They go to the others at the top, which costs the prompt's cache. */
  AT_THE_TOP
}
