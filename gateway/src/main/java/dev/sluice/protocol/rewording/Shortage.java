package dev.sluice.protocol.rewording;

/** What gives way where thinking would not leave room for an answer. */
public enum Shortage {
  /** The budget of thinking; there is none where too little is left for it. */
  LESS_THINKING,
  /** The limit on the answer, which is raised by the budget as far as the model allows. */
  MORE_TOKENS
}
