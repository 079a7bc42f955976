package dev.sluice.protocol.openai;

import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server of this protocol wants otherwise than OpenAI does, as data: each component is an
 * adjustment that is made to a request before it is written, or is none.
 *
 * @param callIds what ids of tool calls may look like
 * @param afterResults who may speak after tools' results
 * @param prefill how an answer that is to be continued is marked
 * @param choice the words for which tool is to be called
 * @param seed the name of the seed
 * @param formats what a request for some JSON object needs
 * @param media how documents and sound are given
 * @param names whose messages may have a name
 * @param efforts which efforts are known
 * @param streamUsage whether a stream's usage must be asked for
 * @param temperatureMax the highest temperature; {@code null} where OpenAI's is
 * @param schemas whether a function must have a schema
 * @param refused fields of a request, by their names on the wire, that make the server refuse it;
 *     those of a message behind {@code messages.}; a refusal's words then are text
 */
public record OpenAiDeviations(
    CallIds callIds,
    AfterResults afterResults,
    Prefill prefill,
    Choice choice,
    Seed seed,
    Formats formats,
    Media media,
    Names names,
    Efforts efforts,
    StreamUsage streamUsage,
    @Nullable BigDecimal temperatureMax,
    Schemas schemas,
    Set<String> refused) {

  /** As OpenAI has it. */
  public static final OpenAiDeviations NONE =
      new OpenAiDeviations(
          CallIds.ANY,
          AfterResults.ANYBODY,
          Prefill.UNMARKED,
          Choice.OPENAI,
          Seed.SEED,
          Formats.FREE,
          Media.OPENAI,
          Names.ANY,
          Efforts.ALL,
          StreamUsage.ASKED_FOR,
          null,
          Schemas.OPTIONAL,
          Set.of());

  /** As Mistral has it, which refuses every field that it does not know. */
  public static final OpenAiDeviations MISTRAL =
      new OpenAiDeviations(
          CallIds.NINE_ALPHANUMERICS,
          AfterResults.ASSISTANT,
          Prefill.MARKED,
          Choice.ANY_OF_OFFERED,
          Seed.RANDOM_SEED,
          Formats.JSON_NAMED,
          Media.URLS,
          Names.OF_TOOLS,
          Efforts.NONE_OR_HIGH,
          StreamUsage.ALWAYS,
          new BigDecimal("1.5"),
          Schemas.REQUIRED,
          Set.of(
              "audio",
              "logit_bias",
              "logprobs",
              "messages.annotations",
              "messages.audio",
              "messages.refusal",
              "min_p",
              "modalities",
              "prompt_cache_retention",
              "repetition_penalty",
              "safety_identifier",
              "service_tier",
              "store",
              "top_k",
              "top_logprobs",
              "user",
              "verbosity"));

  public OpenAiDeviations {
    refused = Set.copyOf(refused);
  }

  /** Whether a request needs no adjustment at all. */
  boolean areNone() {
    return equals(NONE);
  }

  /**
   * Whether the request {@code bytes[from, to)}, sent as it is, would be refused or taken for
   * something else. Reads without building anything; a text that is no request needs nothing, since
   * nobody can help it.
   */
  public boolean needsAdjusting(byte[] bytes, int from, int to) {
    return !areNone() && new DeviationScan(this).needs(bytes, from, to);
  }

  /** What ids of tool calls may look like. */
  public enum CallIds {
    ANY,
    /** Others get such an id in their place, the same one in the call and in its result. */
    NINE_ALPHANUMERICS
  }

  /** Who may speak after tools' results. */
  public enum AfterResults {
    ANYBODY,
    /** The assistant, who gets a word where somebody else does. */
    ASSISTANT
  }

  /** How an answer that is to be continued is marked. */
  public enum Prefill {
    UNMARKED,
    /** By {@code prefix: true}. */
    MARKED
  }

  /** The words for which tool is to be called. */
  public enum Choice {
    OPENAI,
    /** {@code any} for a must; a choice among the tools leaves out all others. */
    ANY_OF_OFFERED
  }

  /** The name of the seed. */
  public enum Seed {
    SEED,
    RANDOM_SEED
  }

  /** What a request for some JSON object needs. */
  public enum Formats {
    FREE,
    /** The word JSON in a message: the model must be told, too. */
    JSON_NAMED
  }

  /** How documents and sound are given. */
  public enum Media {
    /** As {@code file} and {@code input_audio} objects. */
    OPENAI,
    /** As {@code document_url} and {@code input_audio} strings. */
    URLS
  }

  /** Whose messages may have a name. */
  public enum Names {
    ANY,
    OF_TOOLS
  }

  /** Which words {@code reasoning_effort} may be. */
  public enum Efforts {
    ALL,
    NONE_OR_HIGH
  }

  /** Whether a function must have a schema. */
  public enum Schemas {
    OPTIONAL,
    /** One without gets that of an object without members. */
    REQUIRED
  }

  /** Whether a stream's usage must be asked for. */
  public enum StreamUsage {
    ASKED_FOR,
    /** It is always told, and {@code stream_options} is refused. */
    ALWAYS
  }
}
