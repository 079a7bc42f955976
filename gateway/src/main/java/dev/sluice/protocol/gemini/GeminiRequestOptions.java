package dev.sluice.protocol.gemini;

/**
 * How a request is to be written.
 *
 * @param abilities what the model takes
 * @param callIds whether tool calls and results carry their ids
 * @param urls which addresses of files the server fetches itself
 * @param thoughts whether thoughts are asked for that nobody spoke of
 * @param lateInstructions what becomes of system messages within the conversation
 * @param missingResults what becomes of tool calls that nobody answered
 * @param tier whether the body may name a service tier
 * @param fileNames whether files may have names
 */
public record GeminiRequestOptions(
    GeminiAbilities abilities,
    CallIdField callIds,
    Urls urls,
    ThoughtsWanted thoughts,
    LateInstructions lateInstructions,
    MissingResults missingResults,
    TierField tier,
    FileNames fileNames) {

  /** AI Studio's server: it refuses files' names. */
  public static GeminiRequestOptions studio(GeminiAbilities abilities) {
    return new GeminiRequestOptions(
        abilities,
        CallIdField.WRITE,
        Urls.ANY,
        ThoughtsWanted.WHERE_IT_THINKS,
        LateInstructions.AS_USER,
        MissingResults.FAILED,
        TierField.WRITE,
        FileNames.OMIT);
  }

  /** Vertex' server: it refuses ids, and takes tiers in a header only. */
  public static GeminiRequestOptions vertex(GeminiAbilities abilities) {
    return new GeminiRequestOptions(
        abilities,
        CallIdField.OMIT,
        Urls.ANY,
        ThoughtsWanted.WHERE_IT_THINKS,
        LateInstructions.AS_USER,
        MissingResults.FAILED,
        TierField.OMIT,
        FileNames.WRITE);
  }

  /** Whether tool calls and results carry their ids. */
  public enum CallIdField {
    WRITE,
    OMIT
  }

  /** Which addresses the server fetches itself. */
  public enum Urls {
    /** Any that can be reached in public. */
    ANY,
    /** Google's own: its storage, its files, YouTube. Others are refused. */
    OWN
  }

  /** When the answer is to show thoughts. */
  public enum ThoughtsWanted {
    /** Only where the client said so. */
    WHERE_ASKED,
    /** Also where the client asked the model to think and said nothing of showing it. */
    WHERE_IT_THINKS
  }

  /** What becomes of system messages behind the first other one. */
  public enum LateInstructions {
    /** They keep their place, as tagged text of the user's. */
    AS_USER,
    /** They go to the front, which changes what the model reads when. */
    TO_FRONT,
    /** The request is refused. */
    REFUSE
  }

  /** What becomes of tool calls that nobody answered though the conversation went on. */
  public enum MissingResults {
    /** They are answered with a failure. */
    FAILED,
    /** The request is refused. */
    REFUSE
  }

  /** Whether files may have names, which the model is not shown. */
  public enum FileNames {
    WRITE,
    OMIT
  }

  /** Whether the body may name a service tier. */
  public enum TierField {
    WRITE,
    OMIT
  }
}
