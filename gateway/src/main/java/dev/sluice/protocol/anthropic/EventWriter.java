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
import dev.sluice.protocol.rewording.AnswerPieces;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.Seals;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream's pieces as Anthropic's events. Blocks follow each other: one ends where the next
 * begins. One for each stream, owned by its thread.
 */
final class EventWriter implements AnswerPieces<EventFrameSink> {

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
  EventWriter(AnthropicAnswerOptions options, Losses losses) {
    this.options = options;
    this.losses = losses;
  }

  @Override
  public void start(ChatEvent.Start first) {
    start = first;
    losses.addUnlessOf(Anthropic.PROTOCOL, "", first.rest());
  }

  @Override
  public void refusal(String text, EventFrameSink sink) {
    refused = true;
    text(text, sink);
  }

  @Override
  public void thought(ChatEvent.ReasoningDelta delta, EventFrameSink sink) {
    thinking(delta.block(), sink);
    piece("thinking_delta", "thinking", delta.text(), sink);
  }

  @Override
  public void seal(ChatEvent.ReasoningSignature seal, EventFrameSink sink) {
    thinking(seal.block(), sink);
    piece("signature_delta", "signature", Seals.write(seal.signature()), sink);
  }

  @Override
  public void sealed(ChatEvent.SealedReasoning sealed, EventFrameSink sink) {
    begin("redacted_thinking", sink).name("data").text(Seals.write(sealed.sealed()));
    opened(Open.NOTHING, sink);
    stopped(sink);
  }

  @Override
  public void usage(ChatEvent.UsageReport report) {
    usage = report.usage();
    usageRest = report.rest();
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

  @Override
  public void text(String text, EventFrameSink sink) {
    if (open != Open.TEXT) {
      begin("text", sink).name("text").text("");
      opened(Open.TEXT, sink);
    }
    piece("text_delta", "text", text, sink);
  }

  @Override
  public void citation(ChatEvent.CitationFound found, EventFrameSink sink) {
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

  @Override
  public void call(ChatEvent.ToolCallStart call, EventFrameSink sink) {
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

  @Override
  public void arguments(ChatEvent.ToolCallDelta delta, EventFrameSink sink) {
    String json = delta.arguments();
    if (open == Open.FREE_TEXT_CALL) {
      String quoted = JsonText.quote(json);
      json = quoted.substring(1, quoted.length() - 1);
    }
    // By its own number: a provider might go back to an earlier call.
    piece(callBlocks.get(delta.call()), "input_json_delta", "partial_json", json, sink);
  }

  @Override
  public void foreign(Part.Foreign part, EventFrameSink sink) {
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

  /** Those of the whole answer wait for its end; a block's have no place any more. */
  @Override
  public void extra(ChatEvent.Extra more) {
    Rest rest = more.rest();
    losses.addUnlessOf(Anthropic.PROTOCOL, "", rest);
    if (rest.isOf(Anthropic.PROTOCOL) && more.choice() == ChatEvent.WHOLE_ANSWER) {
      for (Rest.Member member : rest.members()) {
        Json value = member.value();
        extra.add(member.name(), value.text());
      }
    }
  }

  @Override
  public void end(@Nullable Finish finish, EventFrameSink sink) {
    begun(sink);
    stop(sink);
    event("message_delta").name("delta").beginObject().name("stop_reason");
    Finish told = told(finish);
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

  private Finish told(@Nullable Finish finish) {
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
