package dev.sluice.protocol.openai;

import dev.sluice.chat.ToolSettings;
import org.jspecify.annotations.Nullable;

/**
 * How an answer is to be written for a client.
 *
 * @param id the answer's id where the provider gave none
 * @param createdSeconds its time in seconds since 1970 where the provider gave none
 * @param model what to call the model; {@code null} for what the provider calls it
 * @param style how the client speaks of tools
 * @param thoughts how thoughts are shown
 * @param streamUsage whether a stream ends with its usage; a whole answer always holds it
 */
public record OpenAiAnswerOptions(
    String id,
    long createdSeconds,
    @Nullable String model,
    ToolSettings.Style style,
    Thoughts thoughts,
    StreamUsage streamUsage) {

  /** How thoughts are shown. */
  public enum Thoughts {
    /** As {@code reasoning_content} alone. */
    TEXT,
    /**
     * As {@code reasoning_content}, and as {@code reasoning_details} for clients that give them
     * back: the way to choose where the provider signs its thoughts.
     */
    DETAILS
  }

  /** Whether the client asked for {@code stream_options.include_usage}. */
  public enum StreamUsage {
    REPORT,
    WITHHOLD
  }
}
