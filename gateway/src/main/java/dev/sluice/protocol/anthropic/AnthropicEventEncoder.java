package dev.sluice.protocol.anthropic;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonText;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.Seals;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the events of one stream into those of Anthropic's protocol. One for each stream, owned by
 * its thread.
 *
 * <p>There is no event before there is something to say, so that a stream which fails early has not
 * begun. Blocks follow each other: one ends where the next begins. Why the answer ended is said at
 * the very end, since the usage belongs to the same event and comes later elsewhere. The protocol
 * has one choice; others are left out. After a failure comes nothing: how to tell of it is the
 * dialect's business.
 */
public final class AnthropicEventEncoder {

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

  private final AnthropicAnswerOptions options;
  private final Losses losses;
  private final JsonWriter out = new JsonWriter();
  private ChatEvent.@Nullable Start start;
  private Usage usage = Usage.NONE;
  private Rest usageRest = Rest.NONE;
  private final RestBuilder extra = new RestBuilder(Anthropic.PROTOCOL);
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
  public AnthropicEventEncoder(AnthropicAnswerOptions options, Losses losses) {
    this.options = options;
    this.losses = losses;
  }

  /** Takes the next event, and writes what it calls for, which may be nothing. */
  public void encode(ChatEvent event, EventFrameSink sink) {
    if (ended) {
      return;
    }
    switch (event) {
      case ChatEvent.Start first -> {
        start = first;
        losses.addUnlessOf(Anthropic.PROTOCOL, "", first.rest());
      }
      case ChatEvent.TextDelta delta -> {
        if (isFirst(delta.choice())) {
          text(delta.text(), sink);
        }
      }
      case ChatEvent.RefusalDelta delta -> {
        if (isFirst(delta.choice())) {
          refused = true;
          text(delta.text(), sink);
        }
      }
      case ChatEvent.ReasoningDelta delta -> {
        if (isFirst(delta.choice())) {
          thinking(delta.block(), sink);
          piece("thinking_delta", "thinking", delta.text(), sink);
        }
      }
      case ChatEvent.ReasoningSignature seal -> {
        if (isFirst(seal.choice())) {
          thinking(seal.block(), sink);
          piece("signature_delta", "signature", Seals.write(seal.signature()), sink);
        }
      }
      case ChatEvent.SealedReasoning seal -> {
        if (isFirst(seal.choice())) {
          begin("redacted_thinking", sink).name("data").text(Seals.write(seal.sealed()));
          opened(Open.NOTHING, sink);
          stopped(sink);
        }
      }
      case ChatEvent.ToolCallStart call -> {
        if (isFirst(call.choice())) {
          call(call, sink);
        }
      }
      case ChatEvent.ToolCallDelta delta -> {
        if (isFirst(delta.choice())) {
          arguments(delta, sink);
        }
      }
      case ChatEvent.CitationFound found -> {
        if (isFirst(found.choice())) {
          cite(found, sink);
        }
      }
      case ChatEvent.ForeignPart foreign -> {
        if (isFirst(foreign.choice())) {
          foreign(foreign.part(), sink);
        }
      }
      case ChatEvent.AudioDelta _ -> losses.add("audio");
      case ChatEvent.LogprobsDelta _ -> losses.add("logprobs");
      case ChatEvent.Extra more -> extra(more);
      case ChatEvent.Finished last -> {
        if (isFirst(last.choice())) {
          finish = last.finish();
        }
      }
      case ChatEvent.UsageReport report -> {
        usage = report.usage();
        usageRest = report.rest();
      }
      case ChatEvent.End _ -> end(sink);
      case ChatEvent.Failure _ -> ended = true;
    }
  }

  private boolean isFirst(int choice) {
    if (choice == 0) {
      return true;
    }
    losses.add("choices");
    return false;
  }

  private JsonWriter event(String type) {
    out.reset();
    return out.beginObject().name("type").text(type);
  }

  private void send(String type, EventFrameSink sink) {
    out.endObject();
    sink.frame(type, out);
  }

  private void begun(EventFrameSink sink) {
    if (begun) {
      return;
    }
    begun = true;
    ChatEvent.Start first = start;
    String id = first == null ? null : first.id();
    String model = options.model();
    if (model == null && first != null) {
      model = first.model();
    }
    event("message_start").name("message").beginObject();
    out.name("id").text(id == null ? options.id() : id);
    out.name("type").text("message").name("role").text("assistant");
    out.name("model").text(Anthropic.orEmpty(model)).name("content").beginArray().endArray();
    out.name("stop_reason").nothing().name("stop_sequence").nothing().name("usage");
    Usage prompt = usage;
    if (prompt.promptTokens() == Usage.UNKNOWN) {
      prompt = Usage.builder().prompt(options.promptTokens()).build();
    }
    UsageFigures.write(out, prompt, first == null ? null : first.tier(), usageRest);
    if (first != null) {
      Anthropic.rest(out, first.rest());
    }
    out.endObject();
    send("message_start", sink);
  }

  /** Ends the block under way, and writes the beginning of the next one. */
  private JsonWriter begin(String type, EventFrameSink sink) {
    begun(sink);
    stop(sink);
    index++;
    event("content_block_start").name("index").number(index);
    return out.name("content_block").beginObject().name("type").text(type);
  }

  private void opened(Open block, EventFrameSink sink) {
    out.endObject();
    send("content_block_start", sink);
    open = block;
  }

  private void stop(EventFrameSink sink) {
    switch (open) {
      case NOTHING -> {
        return;
      }
      case FREE_TEXT_CALL -> piece("input_json_delta", "partial_json", "\"}", sink);
      case TEXT, CITED_TEXT, THINKING, CALL -> {
        // Nothing is missing.
      }
    }
    stopped(sink);
  }

  private void stopped(EventFrameSink sink) {
    open = Open.NOTHING;
    event("content_block_stop").name("index").number(index);
    send("content_block_stop", sink);
  }

  private void piece(String form, String name, String text, EventFrameSink sink) {
    piece(index, form, name, text, sink);
  }

  private void piece(int block, String form, String name, String text, EventFrameSink sink) {
    event("content_block_delta").name("index").number(block);
    out.name("delta").beginObject().name("type").text(form).name(name).text(text).endObject();
    send("content_block_delta", sink);
  }

  private void text(String text, EventFrameSink sink) {
    if (open != Open.TEXT) {
      begin("text", sink).name("text").text("");
      opened(Open.TEXT, sink);
    }
    piece("text_delta", "text", text, sink);
  }

  private void cite(ChatEvent.CitationFound found, EventFrameSink sink) {
    if (open != Open.TEXT && open != Open.CITED_TEXT) {
      begin("text", sink).name("text").text("");
      opened(Open.TEXT, sink);
    }
    open = Open.CITED_TEXT;
    event("content_block_delta").name("index").number(index);
    out.name("delta").beginObject().name("type").text("citations_delta").name("citation");
    Citations.write(out, found.citation());
    out.endObject();
    send("content_block_delta", sink);
  }

  private void thinking(int block, EventFrameSink sink) {
    if (open != Open.THINKING || run != block) {
      begin("thinking", sink).name("thinking").text("").name("signature").text("");
      opened(Open.THINKING, sink);
      run = block;
    }
  }

  private void call(ChatEvent.ToolCallStart call, EventFrameSink sink) {
    begin("tool_use", sink).name("id").text(call.id()).name("name").text(call.name());
    out.name("input").beginObject().endObject();
    if (call.signature() != null) {
      losses.add("content.signature");
    }
    callBlocks.add(index);
    switch (call.kind()) {
      case FUNCTION -> opened(Open.CALL, sink);
      case CUSTOM -> {
        opened(Open.FREE_TEXT_CALL, sink);
        String head = "{\"" + Disguise.FREE_TEXT + "\":\"";
        piece("input_json_delta", "partial_json", head, sink);
      }
    }
  }

  private void arguments(ChatEvent.ToolCallDelta delta, EventFrameSink sink) {
    String json = delta.arguments();
    if (open == Open.FREE_TEXT_CALL) {
      String quoted = JsonText.quote(json);
      json = quoted.substring(1, quoted.length() - 1);
    }
    // By its own number: a provider might go back to an earlier call.
    piece(callBlocks.get(delta.call()), "input_json_delta", "partial_json", json, sink);
  }

  private void foreign(Part.Foreign part, EventFrameSink sink) {
    if (!part.protocol().equals(Anthropic.PROTOCOL)) {
      losses.add("content." + part.type());
      return;
    }
    begun(sink);
    stop(sink);
    index++;
    event("content_block_start").name("index").number(index);
    out.name("content_block").raw(part.json().text());
    send("content_block_start", sink);
    stopped(sink);
  }

  /** Unknown fields of the whole answer wait for its end; a block's have no place any more. */
  private void extra(ChatEvent.Extra more) {
    Rest rest = more.rest();
    losses.addUnlessOf(Anthropic.PROTOCOL, "", rest);
    if (rest.isOf(Anthropic.PROTOCOL) && more.choice() == ChatEvent.WHOLE_ANSWER) {
      for (Rest.Member member : rest.members()) {
        Json value = member.value();
        extra.add(member.name(), value.text());
      }
    }
  }

  private void end(EventFrameSink sink) {
    ended = true;
    begun(sink);
    stop(sink);
    event("message_delta").name("delta").beginObject().name("stop_reason");
    Finish told = told();
    out.text(Finishes.word(told)).name("stop_sequence");
    if (told.stopSequence() == null) {
      out.nothing();
    } else {
      out.text(told.stopSequence());
    }
    Anthropic.rest(out, extra.build());
    out.endObject().name("usage");
    losses.addUnlessOf(Anthropic.PROTOCOL, "usage.", usageRest);
    UsageFigures.write(out, usage, null, usageRest);
    send("message_delta", sink);
    event("message_stop");
    send("message_stop", sink);
  }

  private Finish told() {
    Finish last = finish == null ? new Finish(FinishReason.STOP) : finish;
    if (refused) {
      return Finishes.refused(last);
    }
    // Some servers say "stop" where they call tools; clients here run tools by this word alone.
    return !callBlocks.isEmpty()
            && last.reason() == FinishReason.STOP
            && last.providerReason() == null
        ? new Finish(FinishReason.TOOL_CALLS)
        : last;
  }
}
