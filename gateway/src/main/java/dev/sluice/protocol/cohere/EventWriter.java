package dev.sluice.protocol.cohere;

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
import dev.sluice.protocol.rewording.AnswerPieces;
import dev.sluice.protocol.rewording.Disguise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream's pieces as Cohere's events. Content blocks follow each other, as do calls; each
 * kind has numbers of its own. One for each stream, owned by its thread.
 */
final class EventWriter implements AnswerPieces<CohereFrameSink> {

  /** What seals are called where they are lost. */
  private static final String SEALS = "message.reasoning_details";

  /** What the content block under way is. */
  private enum Open {
    NOTHING,
    TEXT,
    THINKING
  }

  private final CohereAnswerOptions options;
  private final Losses losses;
  private final JsonWriter out = new JsonWriter();
  private ChatEvent.@Nullable Start start;
  private Usage usage = Usage.NONE;
  private Rest usageRest = Rest.NONE;
  private final RestBuilder extra = new RestBuilder(Cohere.PROTOCOL);
  private boolean begun;

  // The content block under way, and for thoughts the run that it holds.
  private Open open = Open.NOTHING;
  private int blocks;
  private int run;
  private long textLength;
  private long blockOffset;

  // The calls, by their number: whether their arguments are free text.
  private final List<Boolean> freeText = new ArrayList<>();
  private boolean callOpen;
  private int citations;

  /**
   * An encoder of a stream.
   *
   * @param losses gets the fields that can't be carried
   */
  EventWriter(CohereAnswerOptions options, Losses losses) {
    this.options = options;
    this.losses = losses;
  }

  @Override
  public void start(ChatEvent.Start first) {
    start = first;
    losses.addUnlessOf(Cohere.PROTOCOL, "", first.rest());
  }

  @Override
  public void refusal(String text, CohereFrameSink sink) {
    text(text, sink);
  }

  @Override
  public void seal(ChatEvent.ReasoningSignature seal, CohereFrameSink sink) {
    losses.add(SEALS);
  }

  @Override
  public void sealed(ChatEvent.SealedReasoning sealed, CohereFrameSink sink) {
    losses.add(SEALS);
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

  /** Begins an event of the message's, as far as the object that the caller then fills. */
  private JsonWriter piece(String type, int index, String member) {
    event(type).name("index").number(index);
    return out.name("delta").beginObject().name("message").beginObject().name(member).beginObject();
  }

  private void sendPiece(String type, CohereFrameSink sink) {
    out.endObject().endObject().endObject();
    send(type, sink);
  }

  private void send(String type, CohereFrameSink sink) {
    out.endObject();
    sink.frame(type, out);
  }

  private void begun(CohereFrameSink sink) {
    if (begun) {
      return;
    }
    begun = true;
    ChatEvent.Start first = start;
    String id = first == null ? null : first.id();
    event("message-start").name("id").text(id == null ? options.id() : id);
    out.name("delta").beginObject().name("message").beginObject().name("role").text("assistant");
    out.name("content").beginArray().endArray().name("tool_plan").text("");
    out.name("tool_calls").beginArray().endArray().name("citations").beginArray().endArray();
    out.endObject().endObject();
    send("message-start", sink);
  }

  private void startBlock(Open block, String type, CohereFrameSink sink) {
    begun(sink);
    endBlock(sink);
    endCall(sink);
    piece("content-start", blocks, "content").name("type").text(type).name(type).text("");
    sendPiece("content-start", sink);
    blocks++;
    blockOffset = textLength;
    open = block;
  }

  private void endBlock(CohereFrameSink sink) {
    if (open != Open.NOTHING) {
      open = Open.NOTHING;
      event("content-end").name("index").number(blocks - 1);
      send("content-end", sink);
    }
  }

  private void endCall(CohereFrameSink sink) {
    if (!callOpen) {
      return;
    }
    callOpen = false;
    int last = freeText.size() - 1;
    if (freeText.get(last)) {
      argumentsPiece(last, "\"}", sink);
    }
    event("tool-call-end").name("index").number(last);
    send("tool-call-end", sink);
  }

  @Override
  public void text(String text, CohereFrameSink sink) {
    if (open != Open.TEXT) {
      startBlock(Open.TEXT, "text", sink);
    }
    textLength += Cohere.length(text);
    piece("content-delta", blocks - 1, "content").name("text").text(text);
    sendPiece("content-delta", sink);
  }

  @Override
  public void thought(ChatEvent.ReasoningDelta delta, CohereFrameSink sink) {
    if (open != Open.THINKING || run != delta.block()) {
      startBlock(Open.THINKING, "thinking", sink);
      run = delta.block();
    }
    piece("content-delta", blocks - 1, "content").name("thinking").text(delta.text());
    sendPiece("content-delta", sink);
  }

  @Override
  public void call(ChatEvent.ToolCallStart call, CohereFrameSink sink) {
    begun(sink);
    endBlock(sink);
    endCall(sink);
    if (call.signature() != null) {
      losses.add(SEALS);
    }
    boolean free = call.kind() == Part.ToolCall.Kind.CUSTOM;
    freeText.add(free);
    callOpen = true;
    int index = freeText.size() - 1;
    piece("tool-call-start", index, "tool_calls").name("id").text(call.id());
    out.name("type").text("function").name("function").beginObject();
    out.name("name").text(call.name()).name("arguments").text("").endObject();
    sendPiece("tool-call-start", sink);
    if (free) {
      argumentsPiece(index, "{\"" + Disguise.FREE_TEXT + "\":\"", sink);
    }
  }

  @Override
  public void arguments(ChatEvent.ToolCallDelta delta, CohereFrameSink sink) {
    String json = delta.arguments();
    if (freeText.get(delta.call())) {
      String quoted = JsonText.quote(json);
      json = quoted.substring(1, quoted.length() - 1);
    }
    // By its own number: a provider might go back to an earlier call.
    argumentsPiece(delta.call(), json, sink);
  }

  private void argumentsPiece(int index, String json, CohereFrameSink sink) {
    piece("tool-call-delta", index, "tool_calls").name("function").beginObject();
    out.name("arguments").text(json).endObject();
    sendPiece("tool-call-delta", sink);
  }

  @Override
  public void citation(ChatEvent.CitationFound found, CohereFrameSink sink) {
    begun(sink);
    losses.addUnlessOf(Cohere.PROTOCOL, "citations.", found.citation().rest());
    event("citation-start").name("index").number(citations);
    out.name("delta").beginObject().name("message").beginObject().name("citations");
    // Of the block that came last, unless it speaks of what stands before that.
    boolean before = found.citation().from() < blockOffset;
    Citations.write(out, found.citation(), before ? 0 : blockOffset, before ? 0 : blocks - 1);
    out.endObject().endObject();
    send("citation-start", sink);
    event("citation-end").name("index").number(citations);
    send("citation-end", sink);
    citations++;
  }

  @Override
  public void foreign(Part.Foreign part, CohereFrameSink sink) {
    if (!part.protocol().equals(Cohere.PROTOCOL)) {
      losses.add("content." + part.type());
      return;
    }
    begun(sink);
    endBlock(sink);
    endCall(sink);
    event("content-start").name("index").number(blocks);
    out.name("delta").beginObject().name("message").beginObject();
    out.name("content").raw(part.json().text()).endObject().endObject();
    send("content-start", sink);
    event("content-end").name("index").number(blocks);
    send("content-end", sink);
    blocks++;
  }

  /** Those of the whole answer wait for its end; a piece's have no place any more. */
  @Override
  public void extra(ChatEvent.Extra more) {
    Rest rest = more.rest();
    losses.addUnlessOf(Cohere.PROTOCOL, "", rest);
    if (rest.isOf(Cohere.PROTOCOL) && more.choice() == ChatEvent.WHOLE_ANSWER) {
      for (Rest.Member member : rest.members()) {
        extra.add(member.name(), member.value().text());
      }
    }
  }

  @Override
  public void end(@Nullable Finish finish, CohereFrameSink sink) {
    begun(sink);
    endBlock(sink);
    endCall(sink);
    event("message-end").name("delta").beginObject();
    Finish last = finish == null ? new Finish(FinishReason.STOP) : finish;
    out.name("finish_reason");
    out.text(Finishes.word(AnswerWriter.told(last, !freeText.isEmpty())));
    losses.addUnlessOf(Cohere.PROTOCOL, "usage.", usageRest);
    if (!UsageFigures.isSilent(usage, usageRest)) {
      out.name("usage");
      UsageFigures.write(out, usage, usageRest);
    }
    Cohere.rest(out, extra.build());
    out.endObject();
    send("message-end", sink);
  }
}
