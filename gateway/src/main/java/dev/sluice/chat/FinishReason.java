package dev.sluice.chat;

/** Why an answer ended, in the field's words. */
public enum FinishReason {
  STOP,
  LENGTH,
  TOOL_CALLS,
  CONTENT_FILTER,
  FUNCTION_CALL,
  /** A word that is not one of OpenAI's; the wire keeps it. */
  OTHER
}
