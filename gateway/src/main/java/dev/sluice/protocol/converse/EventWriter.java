package dev.sluice.protocol.converse;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonText;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.eventstream.MessageWriter;
import dev.sluice.protocol.rewording.AnswerPieces;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.Seals;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream's pieces as events of the Converse protocol. Blocks follow each other: one ends
 * where the next begins. One for each stream, owned by its thread.
 */
final class EventWriter implements AnswerPieces<ByteBuf> {

  private static final String MODEL_FIELDS = "additionalModelResponseFields";
  private static final Set<String> OF_THE_STOP = Set.of(MODEL_FIELDS);

  /** What the block under way is. */
  private enum Open {
    NOTHING,
    TEXT,
    /** Text that a citation speaks of: more text is another block. */
    CITED_TEXT,
    THINKING,
    CALL,
    FREE_TEXT_CALL
  }

  private final Losses losses;
  private final JsonWriter out = new JsonWriter();
  private @Nullable String tier;
  private Usage usage = Usage.NONE;
  private Rest usageRest = Rest.NONE;
  private final RestBuilder extra = new RestBuilder(Converse.PROTOCOL);
  private boolean begun;
  private boolean refused;

  // The block under way, and for thoughts the run that it holds.
  private Open open = Open.NOTHING;
  private int index = -1;
  private int run;

  // The index of each call's block.
  private final List<Integer> callBlocks = new ArrayList<>();

  /**
   * An encoder of a stream.
   *
   * @param losses gets the fields that can't be carried
   */
  EventWriter(Losses losses) {
    this.losses = losses;
  }

  @Override
  public void start(ChatEvent.Start first) {
    tier = first.tier();
    extra(first.rest());
  }

  @Override
  public void refusal(String text, ByteBuf to) {
    refused = true;
    text(text, to);
  }

  @Override
  public void thought(ChatEvent.ReasoningDelta delta, ByteBuf to) {
    thought(delta.block(), "text", delta.text(), to);
  }

  @Override
  public void seal(ChatEvent.ReasoningSignature seal, ByteBuf to) {
    thought(seal.block(), "signature", Seals.write(seal.signature()), to);
  }

  @Override
  public void sealed(ChatEvent.SealedReasoning sealed, ByteBuf to) {
    next(Open.THINKING, to);
    run = sealed.block();
    thoughtPiece("redactedContent", Redacted.write(sealed.sealed()), to);
  }

  @Override
  public void extra(ChatEvent.Extra more) {
    if (more.choice() == ChatEvent.WHOLE_ANSWER) {
      extra(more.rest());
    } else {
      // A block's own fields have no place any more.
      more.rest().members().forEach(member -> losses.add(member.name()));
    }
  }

  @Override
  public void usage(ChatEvent.UsageReport report) {
    usage = report.usage();
    usageRest = report.rest();
  }

  /** Ends the stream with an exception. */
  void fail(String type, String message, ByteBuf to) {
    out.reset();
    out.beginObject().name("message").text(message).endObject();
    MessageWriter.exception(to, type, out);
  }

  /** Unknown fields of the whole answer wait for its end. */
  private void extra(Rest rest) {
    losses.addUnlessOf(Converse.PROTOCOL, "", rest);
    if (rest.isOf(Converse.PROTOCOL)) {
      for (Rest.Member member : rest.members()) {
        extra.add(member.name(), member.value().text());
      }
    }
  }

  private JsonWriter event() {
    out.reset();
    return out.beginObject();
  }

  private void send(String type, ByteBuf to) {
    out.endObject();
    MessageWriter.event(to, type, out);
  }

  private void begun(ByteBuf to) {
    if (!begun) {
      begun = true;
      event().name("role").text("assistant");
      send("messageStart", to);
    }
  }

  /** Ends the block under way, and takes the place of the next one. */
  private void next(Open block, ByteBuf to) {
    begun(to);
    stop(to);
    index++;
    open = block;
  }

  private void stop(ByteBuf to) {
    switch (open) {
      case NOTHING -> {
        return;
      }
      case FREE_TEXT_CALL -> input(index, "\"}", to);
      case TEXT, CITED_TEXT, THINKING, CALL -> {
        // Nothing is missing.
      }
    }
    open = Open.NOTHING;
    event().name("contentBlockIndex").number(index);
    send("contentBlockStop", to);
  }

  private JsonWriter delta(int block) {
    event().name("contentBlockIndex").number(block);
    return out.name("delta").beginObject();
  }

  private void sendDelta(ByteBuf to) {
    out.endObject();
    send("contentBlockDelta", to);
  }

  @Override
  public void text(String text, ByteBuf to) {
    if (open != Open.TEXT) {
      next(Open.TEXT, to);
    }
    delta(index).name("text").text(text);
    sendDelta(to);
  }

  @Override
  public void citation(ChatEvent.CitationFound found, ByteBuf to) {
    if (open != Open.TEXT && open != Open.CITED_TEXT) {
      next(Open.CITED_TEXT, to);
    }
    open = Open.CITED_TEXT;
    delta(index).name("citation");
    Citations.write(out, found.citation());
    sendDelta(to);
  }

  private void thought(int block, String form, String text, ByteBuf to) {
    if (open != Open.THINKING || run != block) {
      next(Open.THINKING, to);
      run = block;
    }
    thoughtPiece(form, text, to);
  }

  private void thoughtPiece(String form, String text, ByteBuf to) {
    delta(index).name("reasoningContent").beginObject().name(form).text(text).endObject();
    sendDelta(to);
  }

  @Override
  public void call(ChatEvent.ToolCallStart call, ByteBuf to) {
    Open kind =
        switch (call.kind()) {
          case FUNCTION -> Open.CALL;
          case CUSTOM -> Open.FREE_TEXT_CALL;
        };
    next(kind, to);
    event().name("contentBlockIndex").number(index);
    out.name("start").beginObject().name("toolUse").beginObject();
    out.name("toolUseId").text(call.id()).name("name").text(call.name());
    out.endObject().endObject();
    send("contentBlockStart", to);
    if (call.signature() != null) {
      losses.add("content.signature");
    }
    callBlocks.add(index);
    if (kind == Open.FREE_TEXT_CALL) {
      input(index, "{\"" + Disguise.FREE_TEXT + "\":\"", to);
    }
  }

  @Override
  public void arguments(ChatEvent.ToolCallDelta delta, ByteBuf to) {
    String json = delta.arguments();
    if (open == Open.FREE_TEXT_CALL) {
      String quoted = JsonText.quote(json);
      json = quoted.substring(1, quoted.length() - 1);
    }
    // By its own number: a provider might go back to an earlier call.
    input(callBlocks.get(delta.call()), json, to);
  }

  private void input(int block, String json, ByteBuf to) {
    delta(block).name("toolUse").beginObject().name("input").text(json).endObject();
    sendDelta(to);
  }

  @Override
  public void foreign(Part.Foreign part, ByteBuf to) {
    ForeignBlock block = ForeignBlock.of(part);
    if (block == null) {
      losses.add("content." + part.type());
      return;
    }
    next(Open.CALL, to);
    event().name("contentBlockIndex").number(index);
    out.name("start").beginObject().name(block.kind()).raw(block.start()).endObject();
    send("contentBlockStart", to);
    delta(index).name(block.kind()).raw(block.delta());
    sendDelta(to);
    stop(to);
  }

  @Override
  public void end(@Nullable Finish finish, ByteBuf to) {
    begun(to);
    stop(to);
    Finish last = finish == null ? new Finish(FinishReason.STOP) : finish;
    Finish told = AnswerWriter.told(last, !callBlocks.isEmpty(), refused);
    Rest rest = extra.build();
    event().name("stopReason").text(Finishes.word(told));
    if (Converse.hasInner(rest, MODEL_FIELDS)) {
      out.name(MODEL_FIELDS).beginObject();
      Converse.inner(out, rest, MODEL_FIELDS);
      out.endObject();
    } else if (told.stopSequence() != null) {
      out.name(MODEL_FIELDS).beginObject();
      out.name("stop_sequence").text(told.stopSequence()).endObject();
    }
    send("messageStop", to);
    event();
    if (!usage.equals(Usage.NONE) || !usageRest.isEmpty()) {
      losses.addUnlessOf(Converse.PROTOCOL, "usage.", usageRest);
      out.name("usage");
      UsageFigures.write(out, usage, usageRest);
    }
    if (!Converse.hasInner(rest, Tiers.NAME)) {
      Tiers.write(out, tier);
    }
    Converse.rest(out, rest, OF_THE_STOP);
    send("metadata", to);
  }
}
