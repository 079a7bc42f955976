package dev.sluice.protocol.converse;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonText;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.eventstream.MessageWriter;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.Seals;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the events of one stream into messages of the Converse protocol. One for each stream, owned
 * by its thread.
 *
 * <p>There is no message before there is something to say, so that a stream which fails early has
 * not begun. Blocks follow each other: one ends where the next begins. Why the answer ended is said
 * at the very end, just before its usage. The protocol has one choice; others are left out. After a
 * failure comes nothing of its own accord: the dialect says what it is called, see {@link #fail}.
 */
public final class ConverseEventEncoder {

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
  private @Nullable Finish finish;
  private boolean begun;
  private boolean ended;
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
  public ConverseEventEncoder(Losses losses) {
    this.losses = losses;
  }

  /** Takes the next event, and appends what it calls for, which may be nothing. */
  public void encode(ChatEvent event, ByteBuf to) {
    if (ended) {
      return;
    }
    switch (event) {
      case ChatEvent.Start first -> {
        tier = first.tier();
        extra(first.rest());
      }
      case ChatEvent.TextDelta delta -> {
        if (isFirst(delta.choice())) {
          text(delta.text(), to);
        }
      }
      case ChatEvent.RefusalDelta delta -> {
        if (isFirst(delta.choice())) {
          refused = true;
          text(delta.text(), to);
        }
      }
      case ChatEvent.ReasoningDelta delta -> {
        if (isFirst(delta.choice())) {
          thought(delta.block(), "text", delta.text(), to);
        }
      }
      case ChatEvent.ReasoningSignature seal -> {
        if (isFirst(seal.choice())) {
          thought(seal.block(), "signature", Seals.write(seal.signature()), to);
        }
      }
      case ChatEvent.SealedReasoning seal -> {
        if (isFirst(seal.choice())) {
          next(Open.THINKING, to);
          run = seal.block();
          thoughtPiece("redactedContent", Redacted.write(seal.sealed()), to);
        }
      }
      case ChatEvent.ToolCallStart call -> {
        if (isFirst(call.choice())) {
          call(call, to);
        }
      }
      case ChatEvent.ToolCallDelta delta -> {
        if (isFirst(delta.choice())) {
          arguments(delta, to);
        }
      }
      case ChatEvent.CitationFound found -> {
        if (isFirst(found.choice())) {
          cite(found, to);
        }
      }
      case ChatEvent.ForeignPart foreign -> {
        if (isFirst(foreign.choice())) {
          foreign(foreign, to);
        }
      }
      case ChatEvent.AudioDelta _ -> losses.add("audio");
      case ChatEvent.LogprobsDelta _ -> losses.add("logprobs");
      case ChatEvent.Extra more -> {
        if (more.choice() == ChatEvent.WHOLE_ANSWER) {
          extra(more.rest());
        } else {
          // A block's own fields have no place any more.
          more.rest().members().forEach(member -> losses.add(member.name()));
        }
      }
      case ChatEvent.Finished last -> {
        if (isFirst(last.choice())) {
          finish = last.finish();
        }
      }
      case ChatEvent.UsageReport report -> {
        usage = report.usage();
        usageRest = report.rest();
      }
      case ChatEvent.End _ -> end(to);
      case ChatEvent.Failure _ -> ended = true;
    }
  }

  /**
   * Ends the stream with an exception, whatever has come of it.
   *
   * @param type one that the protocol knows, such as {@code modelStreamErrorException}
   * @param message without secrets
   */
  public void fail(String type, String message, ByteBuf to) {
    ended = true;
    out.reset();
    out.beginObject().name("message").text(message).endObject();
    MessageWriter.exception(to, type, out);
  }

  private boolean isFirst(int choice) {
    if (choice == 0) {
      return true;
    }
    losses.add("choices");
    return false;
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

  private void text(String text, ByteBuf to) {
    if (open != Open.TEXT) {
      next(Open.TEXT, to);
    }
    delta(index).name("text").text(text);
    sendDelta(to);
  }

  private void cite(ChatEvent.CitationFound found, ByteBuf to) {
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

  private void call(ChatEvent.ToolCallStart call, ByteBuf to) {
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

  private void arguments(ChatEvent.ToolCallDelta delta, ByteBuf to) {
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

  private void foreign(ChatEvent.ForeignPart foreign, ByteBuf to) {
    ForeignBlock block = ForeignBlock.of(foreign.part());
    if (block == null) {
      losses.add("content." + foreign.part().type());
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

  private void end(ByteBuf to) {
    ended = true;
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
