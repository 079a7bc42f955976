package dev.sluice.protocol.openai;

import dev.sluice.chat.CallIds;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Part.ToolCall;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonReader;
import dev.sluice.protocol.openai.ToolReader.CallFields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of one choice's tool calls where they belong. OpenAI numbers the calls from 0 and
 * gives id and name first. Others leave the number or the id out, begin at 1, use one number for
 * all, repeat id and name with each piece, make up a new id for each, or give the name late; the
 * events always have numbers from 0 without gaps, an id and a name. Owned by one stream.
 */
final class StreamedCalls {

  /** More text of arguments is not kept while a call's name is awaited. */
  private static final int PENDING_MAX = 1 << 20;

  private final int choice;
  private final String seed;
  private final List<Call> calls = new ArrayList<>();

  private static final class Call {
    private final int number;
    private final int wireIndex;
    private @Nullable String id;
    private String name = "";
    private ToolCall.Kind kind = ToolCall.Kind.FUNCTION;
    private @Nullable Signature signature;
    private boolean started;
    private final StringBuilder pending = new StringBuilder();

    private Call(int number, int wireIndex) {
      this.number = number;
      this.wireIndex = wireIndex;
    }
  }

  /**
   * Calls of a choice.
   *
   * @param seed tells the answer from others, for ids that have to be made
   */
  StreamedCalls(int choice, String seed) {
    this.choice = choice;
    this.seed = seed;
  }

  /** Takes a piece of a call. */
  void piece(CallFields piece, JsonReader in, EventSink sink) {
    Call call = find(piece);
    if (call == null) {
      if (calls.size() == ToolReader.CALLS_MAX) {
        throw in.misshapen(
            "absent: there are more than " + ToolReader.CALLS_MAX + " tool calls", in.mark());
      }
      call = new Call(calls.size(), piece.index);
      calls.add(call);
    }
    if (call.id == null && piece.id != null && !piece.id.isEmpty()) {
      call.id = piece.id;
    }
    if (piece.name != null && call.name.isEmpty()) {
      call.name = piece.name;
      call.kind = piece.kind;
    }
    if (piece.signature != null) {
      call.signature = piece.signature;
    }
    String arguments = OpenAi.orEmpty(piece.arguments);
    if (call.name.isEmpty()) {
      if (call.pending.length() + arguments.length() > PENDING_MAX) {
        throw in.misshapen("preceded by the tool's name", in.mark());
      }
      call.pending.append(arguments);
      return;
    }
    start(call, sink);
    if (!arguments.isEmpty()) {
      sink.accept(new ChatEvent.ToolCallDelta(choice, call.number, arguments));
    }
  }

  /** Whether every call that was begun got its name. */
  boolean areNamed() {
    for (Call call : calls) {
      if (!call.started) {
        return false;
      }
    }
    return true;
  }

  private void start(Call call, EventSink sink) {
    if (call.started) {
      return;
    }
    call.started = true;
    String id = call.id;
    if (id == null) {
      id = CallIds.make(seed, choice, call.number);
      call.id = id;
    }
    sink.accept(
        new ChatEvent.ToolCallStart(choice, call.number, id, call.name, call.kind, call.signature));
    if (!call.pending.isEmpty()) {
      sink.accept(new ChatEvent.ToolCallDelta(choice, call.number, call.pending.toString()));
      call.pending.setLength(0);
    }
  }

  /** The call that the piece goes on with; {@code null} where it begins a new one. */
  private @Nullable Call find(CallFields piece) {
    Call candidate = candidate(piece);
    return candidate == null || isOther(candidate, piece) ? null : candidate;
  }

  private @Nullable Call candidate(CallFields piece) {
    String id = piece.id;
    if (id != null && !id.isEmpty()) {
      for (Call call : calls) {
        if (id.equals(call.id)) {
          return call;
        }
      }
    }
    // The last one with that number: where a number is used again, the earlier call is over.
    for (int i = calls.size() - 1; i >= 0; i--) {
      if (piece.index < 0 || calls.get(i).wireIndex == piece.index) {
        return calls.get(i);
      }
    }
    return null;
  }

  /** Whether the piece begins another call although its number says otherwise, or it has none. */
  private static boolean isOther(Call call, CallFields piece) {
    String name = OpenAi.orEmpty(piece.name);
    String id = OpenAi.orEmpty(piece.id);
    if (name.isEmpty() || call.name.isEmpty()) {
      // An id alone proves nothing: some servers make one up for each piece.
      return piece.index < 0 && name.isEmpty() && !id.isEmpty() && !id.equals(call.id);
    }
    if (!id.isEmpty() && id.equals(call.id)) {
      return false;
    }
    if (!id.isEmpty() || piece.index < 0) {
      return true;
    }
    return !name.equals(call.name);
  }
}
