package dev.sluice.chat;

/** Why an answer ended, in the field's words. */
public enum FinishReason {
  STOP,
  LENGTH,
  TOOL_CALLS,
  CONTENT_FILTER,
  /** The old word for {@link #TOOL_CALLS}, of clients that speak of functions. */
  FUNCTION_CALL,
  /** The model or its provider failed; what came is not the answer. */
  ERROR,
  /** A word that is not one of OpenAI's; the wire keeps it. */
  OTHER
}
