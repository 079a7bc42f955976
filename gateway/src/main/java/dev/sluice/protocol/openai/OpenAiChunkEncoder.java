package dev.sluice.protocol.openai;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonWriter;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the events of one stream into the chunks of OpenAI's protocol. One for each stream, owned
 * by its thread.
 *
 * <p>Every chunk carries the same id, time and model. A choice's first one carries the role; there
 * is none before there is something to say, so that a stream which fails early has not begun. The
 * usage comes in a chunk of its own at the end, if it was asked for. After a failure comes nothing:
 * how to tell of it is the dialect's business.
 */
public final class OpenAiChunkEncoder {

  private static final Set<String> DELTA = Set.of("delta");
  private static final List<Rest.Member> NOBODY = List.of();
  private static final ChunkSink NOWHERE =
      new ChunkSink() {
        @Override
        public void chunk(JsonWriter chunk) {}

        @Override
        public void done() {}
      };

  private final OpenAiAnswerOptions options;
  private final Losses losses;
  private final JsonWriter out = new JsonWriter();
  private final BitSet begun = new BitSet();
  private final BitSet finished = new BitSet();

  // Calls whose arguments are free text, as choice and number in one.
  private final Set<Long> custom = new HashSet<>();

  private String head = "";

  /** The beginning of a chunk of the first choice, up to within its delta. */
  private byte[] opening = new byte[0];

  /** What {@link #around} made; {@code null} where it was not asked. */
  private byte @Nullable [] around;

  private int textAt;

  private Rest constant = Rest.NONE;

  // Unknown fields that wait for a chunk of their choice, and those of the chunk at hand.
  private final Map<Integer, Rest> waiting = new HashMap<>();
  private Rest fitting = Rest.NONE;
  private ChatEvent.@Nullable UsageReport usage;
  private boolean ended;

  /**
   * An encoder of a stream.
   *
   * @param losses gets the fields that can't be carried
   */
  public OpenAiChunkEncoder(OpenAiAnswerOptions options, Losses losses) {
    this.options = options;
    this.losses = losses;
    head(new ChatEvent.Start(null, ChatResponse.UNKNOWN, null, null, Rest.NONE));
  }

  /** Takes the next event, and writes what it calls for: nothing, a chunk, or at the end two. */
  public void encode(ChatEvent event, ChunkSink sink) {
    if (ended) {
      return;
    }
    switch (event) {
      case ChatEvent.Start start -> head(start);
      case ChatEvent.TextDelta delta -> {
        open(delta.choice()).name("content").text(delta.text());
        close(sink);
      }
      case ChatEvent.ReasoningDelta delta -> reasoning(delta, sink);
      case ChatEvent.ReasoningSignature seal -> signature(seal, sink);
      case ChatEvent.SealedReasoning seal -> sealed(seal, sink);
      case ChatEvent.RefusalDelta delta -> {
        openBare(delta.choice()).name("refusal").text(delta.text());
        close(sink);
      }
      case ChatEvent.ToolCallStart start -> callStart(start, sink);
      case ChatEvent.ToolCallDelta delta -> callDelta(delta, sink);
      case ChatEvent.CitationFound found -> {
        openBare(found.choice());
        Citations.write(out, List.of(found.citation()), losses);
        close(sink);
      }
      case ChatEvent.AudioDelta delta -> {
        openBare(delta.choice()).name("audio").raw(delta.audio().text());
        close(sink);
      }
      case ChatEvent.LogprobsDelta delta -> {
        openBare(delta.choice()).endObject();
        out.name("logprobs").raw(delta.logprobs().text()).name("finish_reason").nothing();
        closeChoice(sink);
      }
      case ChatEvent.ForeignPart foreign -> losses.add("message.content." + foreign.part().type());
      case ChatEvent.Extra extra -> extra(extra, sink);
      case ChatEvent.Finished finish -> finish(finish, sink);
      case ChatEvent.UsageReport report -> usage = report;
      case ChatEvent.End _ -> end(sink);
      case ChatEvent.Failure _ -> ended = true;
    }
  }

  /**
   * The chunk that one more piece of text of the first choice would call for, were it empty, so
   * that who has the text in JSON can write the chunk around it; {@code null} where the piece must
   * be told as an event, since its chunk would hold something else, or none is due. Never written
   * to, and the same array as long as nothing changes.
   */
  public byte @Nullable [] around() {
    if (ended || !begun.get(0) || !waiting.isEmpty()) {
      return null;
    }
    if (around == null) {
      out.resetWithin(opening).name("content");
      textAt = out.length() + 1;
      out.text("");
      close(NOWHERE);
      around = out.toBytes();
    }
    return around;
  }

  /** Where the text belongs into what {@link #around} returned. */
  public int textAt() {
    return textAt;
  }

  /** What all chunks begin with, written once. */
  private void head(ChatEvent.Start start) {
    JsonWriter first = new JsonWriter();
    first.name("id").text(start.id() == null ? options.id() : start.id());
    first.name("object").text("chat.completion.chunk");
    first
        .name("created")
        .number(
            start.createdSeconds() == ChatResponse.UNKNOWN
                ? options.createdSeconds()
                : start.createdSeconds());
    first
        .name("model")
        .text(OpenAi.orEmpty(options.model() == null ? start.model() : options.model()));
    first.member("service_tier", start.tier());
    head = first.toString();
    opening = delta(0).toBytes();
    around = null;
    constant = start.rest();
    losses.addUnlessOf(OpenAi.PROTOCOL, "", constant);
  }

  /** Begins a chunk, its choice and its delta, which will hold a content or end the choice. */
  private JsonWriter open(int choice) {
    if (choice == 0) {
      out.resetWithin(opening);
    } else {
      delta(choice);
    }
    if (!begun.get(choice)) {
      begun.set(choice);
      out.name("role").text("assistant");
    }
    Rest rest = waiting.isEmpty() ? null : waiting.remove(choice);
    if (rest != null) {
      fitting = rest;
      OpenAi.inner(out, rest, "delta");
    }
    return out;
  }

  private JsonWriter delta(int choice) {
    out.reset();
    out.beginObject().raw(head).name("choices").beginArray();
    return out.beginObject().name("index").number(choice).name("delta").beginObject();
  }

  /** Begins a chunk, its choice and its delta, which will hold no content. */
  private JsonWriter openBare(int choice) {
    boolean first = !begun.get(choice);
    open(choice);
    return first ? out.name("content").nothing() : out;
  }

  /** Ends a delta that does not finish its choice. */
  private void close(ChunkSink sink) {
    out.endObject().name("finish_reason").nothing();
    closeChoice(sink);
  }

  private void closeChoice(ChunkSink sink) {
    OpenAi.rest(out, fitting, DELTA);
    fitting = Rest.NONE;
    out.endObject().endArray();
    if (options.streamUsage() == OpenAiAnswerOptions.StreamUsage.REPORT) {
      out.name("usage").nothing();
    }
    closeChunk(sink);
  }

  private void closeChunk(ChunkSink sink) {
    Rest news = waiting.isEmpty() ? null : waiting.remove(ChatEvent.WHOLE_ANSWER);
    if (news == null) {
      OpenAi.rest(out, constant);
    } else {
      OpenAi.rest(out, news);
      for (Rest.Member member : constant.isOf(OpenAi.PROTOCOL) ? constant.members() : NOBODY) {
        if (news.find(member.name()) == null) {
          out.name(member.name()).raw(member.value().text());
        }
      }
    }
    out.endObject();
    sink.chunk(out);
  }

  private boolean withDetails() {
    return options.thoughts() == OpenAiAnswerOptions.Thoughts.DETAILS;
  }

  private void reasoning(ChatEvent.ReasoningDelta delta, ChunkSink sink) {
    openBare(delta.choice()).name("reasoning_content").text(delta.text());
    if (withDetails()) {
      out.name("reasoning_details").beginArray().beginObject();
      switch (delta.form()) {
        case FULL -> out.name("type").text("reasoning.text").name("text").text(delta.text());
        case SUMMARY ->
            out.name("type").text("reasoning.summary").name("summary").text(delta.text());
      }
      out.name("index").number(delta.block()).endObject().endArray();
    }
    close(sink);
  }

  private void signature(ChatEvent.ReasoningSignature seal, ChunkSink sink) {
    if (withDetails()) {
      openBare(seal.choice()).name("reasoning_details").beginArray();
      Part.Thinking piece =
          new Part.Thinking("", Part.Thinking.Form.FULL, seal.signature(), Rest.NONE);
      ReasoningDetails.write(out, piece, seal.block());
      out.endArray();
      close(sink);
    }
  }

  private void sealed(ChatEvent.SealedReasoning seal, ChunkSink sink) {
    if (withDetails()) {
      openBare(seal.choice()).name("reasoning_details").beginArray();
      ReasoningDetails.write(out, new Part.SealedThinking(seal.sealed(), Rest.NONE), seal.block());
      out.endArray();
      close(sink);
    }
  }

  private void callStart(ChatEvent.ToolCallStart start, ChunkSink sink) {
    if (options.style() == ToolSettings.Style.FUNCTIONS) {
      if (start.call() > 0) {
        losses.add("message.tool_calls");
        return;
      }
      openBare(start.choice()).name("function_call").beginObject();
      out.name("name").text(start.name()).name("arguments").text("").endObject();
      close(sink);
      return;
    }
    openBare(start.choice()).name("tool_calls").beginArray().beginObject();
    out.name("index").number(start.call()).name("id").text(start.id());
    switch (start.kind()) {
      case FUNCTION -> {
        out.name("type").text("function").name("function").beginObject();
        out.name("name").text(start.name()).name("arguments").text("").endObject();
      }
      case CUSTOM -> {
        out.name("type").text("custom").name("custom").beginObject();
        out.name("name").text(start.name()).name("input").text("").endObject();
      }
    }
    Signature signature = start.signature();
    if (signature != null && signature.issuer().equals(Signature.GEMINI)) {
      out.name("extra_content").raw(ThoughtSignatures.write(signature));
    }
    if (start.kind() == Part.ToolCall.Kind.CUSTOM) {
      custom.add(key(start.choice(), start.call()));
    }
    out.endObject().endArray();
    close(sink);
  }

  private void callDelta(ChatEvent.ToolCallDelta delta, ChunkSink sink) {
    if (options.style() == ToolSettings.Style.FUNCTIONS) {
      if (delta.call() == 0) {
        openBare(delta.choice()).name("function_call").beginObject();
        out.name("arguments").text(delta.arguments()).endObject();
        close(sink);
      }
      return;
    }
    openBare(delta.choice()).name("tool_calls").beginArray().beginObject();
    out.name("index").number(delta.call());
    if (!custom.isEmpty() && custom.contains(key(delta.choice(), delta.call()))) {
      out.name("custom").beginObject().name("input");
    } else {
      out.name("function").beginObject().name("arguments");
    }
    out.text(delta.arguments()).endObject().endObject().endArray();
    close(sink);
  }

  private static long key(int choice, int call) {
    return (long) choice << Integer.SIZE | call;
  }

  /**
   * Unknown fields wait for the next chunk that they fit into, so as to cause none of their own.
   */
  private void extra(ChatEvent.Extra extra, ChunkSink sink) {
    Rest rest = extra.rest();
    losses.addUnlessOf(OpenAi.PROTOCOL, "", rest);
    if (!rest.isEmpty() && rest.isOf(OpenAi.PROTOCOL)) {
      flush(extra.choice(), sink);
      waiting.put(extra.choice(), rest);
    }
  }

  private void flush(int choice, ChunkSink sink) {
    if (!waiting.containsKey(choice)) {
      return;
    }
    if (choice == ChatEvent.WHOLE_ANSWER) {
      out.reset();
      out.beginObject().raw(head).name("choices").beginArray().endArray();
      closeChunk(sink);
    } else {
      openBare(choice);
      close(sink);
    }
  }

  private void finish(ChatEvent.Finished finish, ChunkSink sink) {
    if (finished.get(finish.choice())) {
      return;
    }
    finished.set(finish.choice());
    open(finish.choice()).endObject();
    AnswerWriter.finish(out, finish.finish(), options.style());
    closeChoice(sink);
  }

  private void end(ChunkSink sink) {
    ended = true;
    for (int choice : List.copyOf(waiting.keySet())) {
      flush(choice, sink);
    }
    ChatEvent.UsageReport report = usage;
    if (report != null && options.streamUsage() == OpenAiAnswerOptions.StreamUsage.REPORT) {
      losses.addUnlessOf(OpenAi.PROTOCOL, "usage.", report.rest());
      out.reset();
      out.beginObject().raw(head).name("choices").beginArray().endArray().name("usage");
      UsageWriter.write(out, report.usage(), report.rest());
      closeChunk(sink);
    }
    sink.done();
  }
}
