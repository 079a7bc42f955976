package dev.sluice.protocol.openai;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Citation;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Json;
import dev.sluice.chat.Part;
import dev.sluice.chat.Part.Thinking.Form;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonReader;
import dev.sluice.protocol.openai.ToolReader.CallFields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the frames of a stream say of one choice. Owned by the stream's decoder.
 *
 * <p>Within a frame, thoughts are told before text, text before calls, and the finish last,
 * whatever their order on the wire.
 */
final class ChoiceDecoder {

  private static final int NOBODY = Integer.MIN_VALUE;

  private final int index;
  private final StreamedCalls calls;
  private boolean finished;
  private long textLength;

  // The run of thoughts that is under way: its wire index, its kind, and its number.
  private int runIndex = NOBODY;
  private @Nullable Form runForm;
  private int run = -1;

  ChoiceDecoder(int index, String seed) {
    this.index = index;
    this.calls = new StreamedCalls(index, seed);
  }

  int index() {
    return index;
  }

  boolean isFinished() {
    return finished;
  }

  boolean areCallsNamed() {
    return calls.areNamed();
  }

  /** The members of a choice's piece. */
  private static final class Piece {
    private @Nullable String word;
    private @Nullable String own;
    private @Nullable String stop;
    private @Nullable Json logprobs;
    private AnswerParser.@Nullable Reported usage;
    private final RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);

    // Of its delta.
    private List<Part> content = List.of();
    private String reasoning = "";
    private List<ReasoningDetails.Detail> details = List.of();
    private @Nullable String refusal;
    private final List<CallFields> calls = new ArrayList<>();
    private List<Citation> citations = List.of();
    private @Nullable Json audio;
    private final RestBuilder deltaRest = new RestBuilder(OpenAi.PROTOCOL);
  }

  void read(JsonReader in, EventSink sink) {
    Piece piece = new Piece();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (name) {
        case "index" -> in.skip();
        // Some servers send a whole message in a stream's only frame.
        case "delta", "message" -> {
          if (in.peek() == JsonReader.Kind.OBJECT) {
            delta(in, piece);
          } else {
            in.skip();
          }
        }
        case "finish_reason" -> piece.word = Finishes.read(in);
        case "native_finish_reason" -> piece.own = OpenAi.looseText(in);
        case "stop_reason" -> {
          if (!in.skipNull()) {
            piece.stop = AnswerParser.stopReason(in, piece.rest);
          }
        }
        case "logprobs" -> piece.logprobs = OpenAiChunkDecoder.carried(in);
        case "usage" -> {
          if (in.peek() == JsonReader.Kind.OBJECT) {
            piece.usage = AnswerParser.Reported.read(in);
          } else {
            in.skip();
          }
        }
        default -> {
          if (!in.skipNull()) {
            piece.rest.add(name, in.raw());
          }
        }
      }
    }
    piece.rest.addInner("delta", piece.deltaRest.build());
    tell(piece, in, sink);
  }

  private static void delta(JsonReader in, Piece piece) {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (name) {
        case "role" -> in.skip();
        case "content" -> piece.content = PartReader.content(in);
        case "reasoning_content", "reasoning" -> {
          if (in.peek() == JsonReader.Kind.TEXT) {
            String thoughts = in.text();
            piece.reasoning = thoughts.isEmpty() ? piece.reasoning : thoughts;
          } else {
            piece.deltaRest.add(name, in.raw());
          }
        }
        case "reasoning_details", "thinking_blocks" -> {
          List<ReasoningDetails.Detail> read = ReasoningDetails.read(in);
          piece.details = read.isEmpty() ? piece.details : read;
        }
        case "refusal" -> piece.refusal = OpenAi.looseText(in);
        case "tool_calls" -> {
          for (boolean next = in.enterArray(); next; next = in.nextItem()) {
            piece.calls.add(CallFields.read(in));
          }
        }
        case "function_call" -> {
          CallFields call = new CallFields();
          call.function(in);
          piece.calls.add(call);
        }
        case "annotations" -> piece.citations = Citations.read(in);
        case "audio" -> piece.audio = new Json(in.raw());
        default -> piece.deltaRest.add(name, in.raw());
      }
    }
  }

  private void tell(Piece piece, JsonReader in, EventSink sink) {
    Rest rest = piece.rest.build();
    if (!rest.isEmpty()) {
      sink.accept(new ChatEvent.Extra(index, rest));
    }
    if (!piece.reasoning.isEmpty() && !ReasoningDetails.haveText(piece.details)) {
      thought(ReasoningDetails.NOWHERE, Form.FULL, piece.reasoning, sink);
    }
    for (ReasoningDetails.Detail detail : piece.details) {
      detail(detail, sink);
    }
    for (Part part : piece.content) {
      part(part, sink);
    }
    for (Citation citation : piece.citations) {
      sink.accept(new ChatEvent.CitationFound(index, citation));
    }
    if (piece.refusal != null && !piece.refusal.isEmpty()) {
      sink.accept(new ChatEvent.RefusalDelta(index, piece.refusal));
    }
    if (piece.audio != null) {
      sink.accept(new ChatEvent.AudioDelta(index, piece.audio));
    }
    for (CallFields call : piece.calls) {
      endRun();
      calls.piece(call, in, sink);
    }
    if (piece.logprobs != null) {
      sink.accept(new ChatEvent.LogprobsDelta(index, piece.logprobs));
    }
    if (piece.word != null && !finished) {
      finished = true;
      sink.accept(new ChatEvent.Finished(index, Finishes.of(piece.word, piece.own, piece.stop)));
    }
    if (piece.usage != null) {
      sink.accept(new ChatEvent.UsageReport(piece.usage.usage(), piece.usage.rest()));
    }
  }

  private void part(Part part, EventSink sink) {
    switch (part) {
      case Part.Text text -> {
        if (!text.text().isEmpty()) {
          endRun();
          textLength += text.text().length();
          sink.accept(new ChatEvent.TextDelta(index, text.text()));
        }
      }
      case Part.Refusal refusal -> {
        if (!refusal.text().isEmpty()) {
          sink.accept(new ChatEvent.RefusalDelta(index, refusal.text()));
        }
      }
      case Part.Thinking thinking -> {
        if (!thinking.text().isEmpty()) {
          thought(ReasoningDetails.NOWHERE, thinking.form(), thinking.text(), sink);
        }
      }
      case Part.Foreign foreign -> {
        if (References.isOne(foreign)) {
          sink.accept(new ChatEvent.CitationFound(index, References.citation(foreign, textLength)));
        } else {
          sink.accept(new ChatEvent.ForeignPart(index, foreign));
        }
      }
      case Part.Image _,
          Part.Audio _,
          Part.Video _,
          Part.File _,
          Part.SealedThinking _,
          Part.ToolCall _ -> {
        // No server of this protocol streams these in its content.
      }
    }
  }

  private void detail(ReasoningDetails.Detail detail, EventSink sink) {
    switch (detail.part()) {
      case Part.Thinking thinking -> {
        if (!thinking.text().isEmpty()) {
          thought(detail.index(), thinking.form(), thinking.text(), sink);
        }
        Signature signature = thinking.signature();
        if (signature != null) {
          enterRun(detail.index(), thinking.form());
          sink.accept(new ChatEvent.ReasoningSignature(index, run, signature));
        }
      }
      case Part.SealedThinking thinking -> {
        run++;
        sink.accept(new ChatEvent.SealedReasoning(index, run, thinking.sealed()));
        endRun();
      }
      case Part.Text _,
          Part.Image _,
          Part.Audio _,
          Part.Video _,
          Part.File _,
          Part.Refusal _,
          Part.ToolCall _,
          Part.Foreign _ ->
          throw new IllegalStateException("no thought: " + detail.part().getClass());
    }
  }

  private void thought(int wireIndex, Form form, String text, EventSink sink) {
    enterRun(wireIndex, form);
    sink.accept(new ChatEvent.ReasoningDelta(index, run, form, text));
  }

  /** Goes on with the run that is under way, or begins another one. */
  private void enterRun(int wireIndex, Form form) {
    if (runForm != form || runIndex != wireIndex) {
      run++;
      runForm = form;
      runIndex = wireIndex;
    }
  }

  private void endRun() {
    runIndex = NOBODY;
    runForm = null;
  }
}
