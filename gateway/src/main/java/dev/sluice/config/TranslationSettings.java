package dev.sluice.config;

import java.util.List;

/**
 * What is done where more than one answer can be defended, when a request is written in a protocol
 * that is not the client's.
 *
 * @param lateInstructions what becomes of instructions within a conversation
 * @param unansweredCalls what becomes of calls without a result
 * @param thinkingBeyondLimit what gives way where thinking would not leave room for an answer
 * @param endUser what the provider gets to see of the end user's id
 * @param thoughts when an answer is to show thoughts
 * @param blockedPrompt what becomes of an answer that the provider's filter left empty
 * @param betas Anthropic's betas that a client may ask for
 * @param unfitAnswer what becomes of an answer that has not the form that was asked for
 * @param severalChoices what becomes of a request for several choices of who gives one
 */
public record TranslationSettings(
    @Doc(
            value =
                "Instructions within a conversation. in_place: in the system's role where the model"
                    + " takes that, else as tagged text of the user's; tagged: always so; at_the_top:"
                    + " they go to the front, which costs the provider's cache.",
            byDefault = "in_place")
        LateInstructions lateInstructions,
    @Doc(
            value =
                "Calls without a result. failed: they get one that says so; refused: the request is"
                    + " refused.",
            byDefault = "failed")
        UnansweredCalls unansweredCalls,
    @Doc(
            value =
                "Where thinking would leave no room for an answer. less_thinking: its budget is cut;"
                    + " more_tokens: the answer's limit is raised as far as the model allows.",
            byDefault = "less_thinking")
        ThinkingBeyondLimit thinkingBeyondLimit,
    @Doc(value = "The end user's id for Anthropic: hashed, or as_given.", byDefault = "hashed")
        EndUser endUser,
    @Doc(
            value =
                "When Gemini is asked for its thoughts: where_it_thinks, or where_asked by the"
                    + " client.",
            byDefault = "where_it_thinks")
        Thoughts thoughts,
    @Doc(
            value =
                "An answer that the provider's filter left empty. answer: it is an empty one with"
                    + " finish_reason content_filter; error: it is an error.",
            byDefault = "answer")
        BlockedPrompt blockedPrompt,
    @Doc(
            "Anthropic's betas that clients may ask for with anthropic-beta; * for all, none for"
                + " none, and where it is empty those known to change nothing that is not"
                + " understood.")
        List<String> betas,
    @Doc(
            value =
                "A whole answer that is not JSON, or does not fit the schema, which response_format"
                    + " asks for; also of providers that speak OpenAI's protocol. passed: the client"
                    + " gets it; repaired: the same model is told what is wrong and asked once more,"
                    + " and the usage of both calls is added up. Streamed answers are never checked.",
            byDefault = "passed")
        UnfitAnswer unfitAnswer,
    @Doc(
            value =
                "A request for several choices (n) of a model that gives one. unsupported: n is"
                    + " dropped or refused, as on_unsupported says; fan_out: the model is called n"
                    + " times at once, at most 16 times, and each call bills the prompt.",
            byDefault = "unsupported")
        SeveralChoices severalChoices) {
  public TranslationSettings {
    betas = List.copyOf(betas);
  }

  /** What is so by default. */
  public static TranslationSettings usual() {
    return new TranslationSettings(
        LateInstructions.IN_PLACE,
        UnansweredCalls.FAILED,
        ThinkingBeyondLimit.LESS_THINKING,
        EndUser.HASHED,
        Thoughts.WHERE_IT_THINKS,
        BlockedPrompt.ANSWER,
        List.of(),
        UnfitAnswer.PASSED,
        SeveralChoices.UNSUPPORTED);
  }

  /** What becomes of instructions within a conversation. */
  public enum LateInstructions {
    IN_PLACE,
    TAGGED,
    AT_THE_TOP
  }

  /** What becomes of calls without a result. */
  public enum UnansweredCalls {
    FAILED,
    REFUSED
  }

  /** What gives way where thinking would not leave room for an answer. */
  public enum ThinkingBeyondLimit {
    LESS_THINKING,
    MORE_TOKENS
  }

  /** What the provider gets to see of the end user's id. */
  public enum EndUser {
    HASHED,
    AS_GIVEN
  }

  /** When an answer is to show thoughts. */
  public enum Thoughts {
    WHERE_IT_THINKS,
    WHERE_ASKED
  }

  /** What becomes of an answer that the provider's filter left empty. */
  public enum BlockedPrompt {
    ANSWER,
    ERROR
  }

  /** What becomes of a whole answer that has not the form that was asked for. */
  public enum UnfitAnswer {
    PASSED,
    REPAIRED
  }

  /** What becomes of a request for several choices of who gives one. */
  public enum SeveralChoices {
    UNSUPPORTED,
    FAN_OUT
  }
}
