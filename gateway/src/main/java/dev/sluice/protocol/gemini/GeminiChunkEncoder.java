package dev.sluice.protocol.gemini;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Finish;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns the events of one stream into the frames of Gemini's protocol. One for each stream, owned
 * by its thread.
 *
 * <p>Every frame carries the same id and model. A call goes out whole, so its arguments are kept
 * until the next one begins or the answer ends. The last frame tells all finish reasons, the usage
 * and what else was found on the way. After a failure comes nothing: how to tell of it is the
 * dialect's business.
 */
public final class GeminiChunkEncoder {

  /** A call's arguments may not be longer, in characters. */
  public static final int ARGUMENTS_MAX = 8 * 1024 * 1024;

  private final GeminiAnswerOptions options;
  private final Losses losses;
  private final JsonWriter out = new JsonWriter();
  private final PartWriter parts;
  private final Map<Integer, Candidate> candidates = new TreeMap<>();

  private String id;
  private String model;
  private String created = "";
  private @Nullable String tier;
  private final RestBuilder rest = new RestBuilder(Gemini.PROTOCOL);
  private Usage usage = Usage.NONE;
  private Rest usageRest = Rest.NONE;
  private boolean ended;

  /** What is kept of a candidate until the end. */
  private static final class Candidate {
    private ChatEvent.@Nullable ToolCallStart call;
    private final StringBuilder arguments = new StringBuilder();
    private @Nullable Finish finish;
    private final List<Citation> citations = new ArrayList<>();
    private final TextOffsets offsets = new TextOffsets();
    private final RestBuilder rest = new RestBuilder(Gemini.PROTOCOL);
  }

  /**
   * An encoder of a stream.
   *
   * @param losses gets the fields that can't be carried
   */
  public GeminiChunkEncoder(GeminiAnswerOptions options, Losses losses) {
    this.options = options;
    this.losses = losses;
    this.parts = PartWriter.ofAnswer(options.callIds(), out, losses);
    this.id = options.id();
    this.model = Gemini.orEmpty(options.model());
  }

  /**
   * Takes the next event, and writes what it calls for.
   *
   * @throws GatewayException where a call's arguments are too long
   */
  public void encode(ChatEvent event, GeminiChunkSink sink) {
    if (ended) {
      return;
    }
    switch (event) {
      case ChatEvent.Start start -> start(start);
      case ChatEvent.TextDelta delta -> {
        candidate(delta.choice(), sink).offsets.add(delta.text());
        part(delta.choice(), new Part.Text(delta.text()), sink);
      }
      case ChatEvent.ReasoningDelta delta ->
          said(
              delta.choice(), new Part.Thinking(delta.text(), delta.form(), null, Rest.NONE), sink);
      case ChatEvent.ReasoningSignature seal ->
          said(
              seal.choice(),
              new Part.Thinking("", Part.Thinking.Form.SUMMARY, seal.signature(), Rest.NONE),
              sink);
      case ChatEvent.SealedReasoning seal ->
          said(seal.choice(), new Part.SealedThinking(seal.sealed(), Rest.NONE), sink);
      case ChatEvent.RefusalDelta delta ->
          said(delta.choice(), new Part.Refusal(delta.text()), sink);
      case ChatEvent.ToolCallStart start -> candidate(start.choice(), sink).call = start;
      case ChatEvent.ToolCallDelta delta -> arguments(delta);
      case ChatEvent.CitationFound found -> {
        List<Citation> citations = candidate(found.choice()).citations;
        if (citations.size() < Citations.CITATIONS_MAX) {
          citations.add(found.citation());
        }
      }
      case ChatEvent.AudioDelta _ -> losses.add("message.audio");
      case ChatEvent.LogprobsDelta delta -> {
        flush(delta.choice(), sink);
        open(delta.choice()).endArray().name("role").text("model").endObject();
        Logprobs.write(out, delta.logprobs());
        close(sink);
      }
      case ChatEvent.ForeignPart foreign -> said(foreign.choice(), foreign.part(), sink);
      case ChatEvent.Extra extra -> extra(extra);
      case ChatEvent.Finished finish -> candidate(finish.choice(), sink).finish = finish.finish();
      case ChatEvent.UsageReport report -> {
        usage = report.usage();
        usageRest = report.rest();
      }
      case ChatEvent.End _ -> end(sink);
      case ChatEvent.Failure _ -> ended = true;
    }
  }

  private void start(ChatEvent.Start start) {
    id = start.id() == null ? id : start.id();
    model = options.model() == null ? Gemini.orEmpty(start.model()) : model;
    created =
        start.createdSeconds() == ChatResponse.UNKNOWN
            ? ""
            : AnswerFields.written(start.createdSeconds());
    tier = start.tier();
    losses.addUnlessOf(Gemini.PROTOCOL, "", start.rest());
    keep(start.rest(), rest);
  }

  private static void keep(Rest news, RestBuilder kept) {
    if (news.isOf(Gemini.PROTOCOL)) {
      for (Rest.Member member : news.members()) {
        kept.add(member.name(), member.value().text());
      }
    }
  }

  private void extra(ChatEvent.Extra extra) {
    losses.addUnlessOf(
        Gemini.PROTOCOL, extra.choice() == ChatEvent.WHOLE_ANSWER ? "" : "choices.", extra.rest());
    keep(
        extra.rest(),
        extra.choice() == ChatEvent.WHOLE_ANSWER ? rest : candidate(extra.choice()).rest);
  }

  private Candidate candidate(int choice) {
    return candidates.computeIfAbsent(choice, _ -> new Candidate());
  }

  /** The candidate, after the call that was under way is out. */
  private Candidate candidate(int choice, GeminiChunkSink sink) {
    flush(choice, sink);
    return candidate(choice);
  }

  private void arguments(ChatEvent.ToolCallDelta delta) {
    Candidate candidate = candidate(delta.choice());
    ChatEvent.ToolCallStart call = candidate.call;
    if (call == null || call.call() != delta.call()) {
      // A call that is out already can't grow.
      losses.add("message.tool_calls");
      return;
    }
    if (candidate.arguments.length() + delta.arguments().length() > ARGUMENTS_MAX) {
      ended = true;
      throw new GatewayException(
          new Fault.UpstreamUnreachable("the provider's tool call is longer than allowed"));
    }
    candidate.arguments.append(delta.arguments());
  }

  private void flush(int choice, GeminiChunkSink sink) {
    Candidate candidate = candidate(choice);
    ChatEvent.ToolCallStart call = candidate.call;
    if (call == null) {
      return;
    }
    candidate.call = null;
    String arguments = candidate.arguments.toString();
    candidate.arguments.setLength(0);
    candidate.arguments.trimToSize();
    open(choice);
    parts.call(
        new Part.ToolCall(
            call.id(), call.name(), call.kind(), arguments, call.signature(), null, Rest.NONE));
    closeContent(sink);
  }

  private void said(int choice, Part part, GeminiChunkSink sink) {
    if (parts.carriesForModel(part)) {
      flush(choice, sink);
      part(choice, part, sink);
    }
  }

  private void part(int choice, Part part, GeminiChunkSink sink) {
    open(choice);
    parts.said(part);
    closeContent(sink);
  }

  /** Begins a frame, its candidate, its content and the list of its parts. */
  private JsonWriter open(int choice) {
    candidate(choice);
    out.reset();
    out.beginObject().name("candidates").beginArray().beginObject();
    return out.name("index")
        .number(choice)
        .name("content")
        .beginObject()
        .name("parts")
        .beginArray();
  }

  private void closeContent(GeminiChunkSink sink) {
    out.endArray().name("role").text("model").endObject();
    close(sink);
  }

  private void close(GeminiChunkSink sink) {
    out.endObject().endArray();
    tail();
    out.endObject();
    sink.chunk(out);
  }

  private void tail() {
    out.name("modelVersion").text(model);
    if (!created.isEmpty() && rest.build().find("createTime") == null) {
      out.name("createTime").text(created);
    }
    out.name("responseId").text(id);
  }

  private void end(GeminiChunkSink sink) {
    for (int choice : List.copyOf(candidates.keySet())) {
      flush(choice, sink);
    }
    ended = true;
    out.reset();
    out.beginObject().name("candidates").beginArray();
    for (Map.Entry<Integer, Candidate> entry : candidates.entrySet()) {
      last(entry.getKey(), entry.getValue());
    }
    out.endArray();
    losses.addUnlessOf(Gemini.PROTOCOL, "usage.", usageRest);
    if (usage.cacheWriteTokens() > 0) {
      losses.add("usage.cache_write_tokens");
    }
    UsageFigures.write(out, usage, usageRest, tier);
    tail();
    Gemini.rest(out, rest.build());
    out.endObject();
    sink.chunk(out);
  }

  private void last(int choice, Candidate candidate) {
    out.beginObject().name("index").number(choice);
    Finish finish = candidate.finish;
    out.name("content").beginObject().name("parts").beginArray().endArray();
    out.name("role").text("model").endObject();
    if (finish != null) {
      out.name("finishReason").text(Finishes.word(finish));
    }
    Rest left = candidate.rest.build();
    AnswerWriter.citations(out, candidate.citations, left, candidate.offsets);
    Gemini.rest(out, left);
    out.endObject();
  }
}
