package dev.sluice.protocol.jylo;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/**
 * Turns a stream's events into chunks: each is an answer whose message holds the text that is new.
 * The page has no streamed form, so this one is ours. One for each stream, owned by its thread.
 *
 * <p>The finish reason comes with the last chunk alone, and the usage with it; since providers
 * report usage behind the finish, that chunk is kept back until {@link #finish}.
 */
public final class JyloChunkEncoder implements EventSink {

  private final JyloAnswers.Defaults defaults;
  private final Sink sink;
  private final JsonWriter out = new JsonWriter();
  private String id;
  private String model;
  private Usage usage = Usage.NONE;
  private @Nullable String heldReason;
  private int heldChoice;
  private boolean held;
  private boolean refused;

  /** Takes chunks, in order. */
  @FunctionalInterface
  public interface Sink {

    /**
     * Takes a chunk.
     *
     * @param chunk one JSON object; valid until this method returns
     */
    void chunk(JsonWriter chunk);
  }

  /** An encoder that writes to {@code sink}. */
  public JyloChunkEncoder(JyloAnswers.Defaults defaults, Sink sink) {
    this.defaults = defaults;
    this.sink = sink;
    this.id = defaults.id();
    this.model = defaults.model();
  }

  @Override
  public void accept(ChatEvent event) {
    switch (event) {
      case ChatEvent.Start start -> {
        id = start.id() == null ? defaults.id() : start.id();
        model = start.model() == null ? defaults.model() : start.model();
        chunk(0, "", null, Usage.NONE);
      }
      case ChatEvent.TextDelta delta -> chunk(delta.choice(), delta.text(), null, Usage.NONE);
      case ChatEvent.RefusalDelta delta -> {
        refused = true;
        chunk(delta.choice(), delta.text(), null, Usage.NONE);
      }
      case ChatEvent.Finished finished -> {
        if (held) {
          chunk(heldChoice, "", heldReason, Usage.NONE);
        }
        held = true;
        heldChoice = finished.choice();
        heldReason = refused ? Words.REFUSED : Words.finishReason(finished.finish());
      }
      case ChatEvent.UsageReport report -> usage = report.usage();
      case ChatEvent.ReasoningDelta _,
          ChatEvent.ReasoningSignature _,
          ChatEvent.SealedReasoning _,
          ChatEvent.ToolCallStart _,
          ChatEvent.ToolCallDelta _,
          ChatEvent.CitationFound _,
          ChatEvent.AudioDelta _,
          ChatEvent.LogprobsDelta _,
          ChatEvent.ForeignPart _,
          ChatEvent.Extra _ -> {
        // The page has no field for them.
      }
      case ChatEvent.End _, ChatEvent.Failure _ -> {
        // The caller knows, and says so.
      }
    }
  }

  /** Writes the last chunk of a complete answer. */
  public void finish() {
    chunk(heldChoice, "", heldReason, usage);
  }

  private void chunk(int choice, String text, @Nullable String reason, Usage told) {
    out.reset();
    out.beginObject().name("id").text(id).name("model").text(model);
    out.name("choices").beginArray();
    JyloAnswers.choice(out, choice, text, reason);
    out.endArray();
    JyloAnswers.usage(out, told);
    out.endObject();
    sink.chunk(out);
  }
}
