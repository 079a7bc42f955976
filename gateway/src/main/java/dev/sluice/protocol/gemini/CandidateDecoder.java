package dev.sluice.protocol.gemini;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Citation;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Signature;
import dev.sluice.protocol.gemini.PartReader.Piece;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells what the frames of a stream say of one candidate. Owned by the stream's decoder. */
final class CandidateDecoder {

  private final int index;
  private final GeminiToolNames names;
  private final String seed;
  private final TextOffsets offsets = new TextOffsets();
  private final Set<Citation> cited = new HashSet<>();
  private int calls;
  private @Nullable String finish;
  private Rest told = Rest.NONE;

  // The piece that is under way, or was last, and its place among all of them: thoughts are told
  // with their place, so that they find it again in a history.
  private Run run = Run.NONE;
  private int place = -1;

  private enum Run {
    NONE,
    TEXT,
    THOUGHT
  }

  CandidateDecoder(int index, GeminiToolNames names, String seed) {
    this.index = index;
    this.names = names;
    this.seed = seed;
  }

  int index() {
    return index;
  }

  void take(CandidateReader candidate, UsageFigures usage, EventSink sink) {
    for (Piece piece : candidate.pieces) {
      switch (piece) {
        case Piece.Said said -> said(said.part(), sink);
        case Piece.Call call -> call(candidate.call(call, names, seed, calls), sink);
        case Piece.Result _ -> {
          // Nothing that a model says.
        }
      }
    }
    if (candidate.logprobs != null) {
      sink.accept(new ChatEvent.LogprobsDelta(index, candidate.logprobs));
    }
    citations(candidate, usage, sink);
    extra(candidate, sink);
    finish = candidate.finish == null ? finish : candidate.finish;
  }

  private void said(Part part, EventSink sink) {
    switch (part) {
      case Part.Text text -> {
        if (!text.text().isEmpty()) {
          enter(Run.TEXT);
          offsets.add(text.text());
          sink.accept(new ChatEvent.TextDelta(index, text.text()));
        }
        if (text.signature() != null) {
          // The seal on a text has no event of its own: it is a thought that nobody can read.
          run = Run.NONE;
          place++;
          sink.accept(new ChatEvent.SealedReasoning(index, place, text.signature()));
        }
      }
      case Part.Thinking thought -> {
        enter(Run.THOUGHT);
        if (!thought.text().isEmpty()) {
          sink.accept(new ChatEvent.ReasoningDelta(index, place, thought.form(), thought.text()));
        }
        Signature signature = thought.signature();
        if (signature != null) {
          sink.accept(new ChatEvent.ReasoningSignature(index, place, signature));
          run = Run.NONE;
        }
      }
      case Part.Foreign foreign -> foreign(foreign, sink);
      // What is shown rather than said has no event of its own.
      case Part.Image image -> foreign(PartWriter.asForeign(image), sink);
      case Part.Audio audio -> foreign(PartWriter.asForeign(audio), sink);
      case Part.Video video -> foreign(PartWriter.asForeign(video), sink);
      case Part.File file -> foreign(PartWriter.asForeign(file), sink);
      case Part.Refusal _, Part.SealedThinking _, Part.ToolCall _ ->
          throw new IllegalStateException("no part of this protocol's: " + part.getClass());
    }
  }

  private void enter(Run now) {
    if (run != now) {
      run = now;
      place++;
    }
  }

  private void foreign(Part.Foreign part, EventSink sink) {
    run = Run.NONE;
    sink.accept(new ChatEvent.ForeignPart(index, part));
  }

  private void call(Part.ToolCall call, EventSink sink) {
    run = Run.NONE;
    place++;
    sink.accept(
        new ChatEvent.ToolCallStart(
            index, calls, call.id(), call.name(), call.kind(), call.signature()));
    if (!call.arguments().isEmpty()) {
      sink.accept(new ChatEvent.ToolCallDelta(index, calls, call.arguments()));
    }
    calls++;
  }

  /** Metadata may come again with each frame, and then grows. */
  private void citations(CandidateReader candidate, UsageFigures usage, EventSink sink) {
    if (candidate.grounding == null && candidate.citation == null) {
      return;
    }
    Citations citations = new Citations(offsets);
    if (candidate.grounding != null) {
      citations.grounding(candidate.grounding);
    }
    if (candidate.citation != null && !citations.citation(candidate.citation)) {
      candidate.rest.add(Citations.CITATION, candidate.citation);
    }
    if (citations.queries() > 0) {
      usage.searched(citations.queries());
    }
    for (Citation citation : citations.found()) {
      if (cited.size() < Citations.CITATIONS_MAX && cited.add(citation)) {
        sink.accept(new ChatEvent.CitationFound(index, citation));
      }
    }
  }

  /** Tells unknown fields that are new. */
  private void extra(CandidateReader candidate, EventSink sink) {
    Rest rest = candidate.rest.build();
    if (rest.isEmpty() || rest.equals(told)) {
      return;
    }
    RestBuilder news = new RestBuilder(Gemini.PROTOCOL);
    for (Rest.Member member : rest.members()) {
      if (!member.value().equals(told.find(member.name()))) {
        news.add(member.name(), member.value().text());
      }
    }
    told = rest;
    Rest unheard = news.build();
    if (!unheard.isEmpty()) {
      sink.accept(new ChatEvent.Extra(index, unheard));
    }
  }

  /** Tells the end, if the provider did; whether it did. */
  boolean finish(EventSink sink) {
    if (finish == null) {
      return false;
    }
    sink.accept(new ChatEvent.Finished(index, Finishes.of(finish, calls)));
    return true;
  }
}
