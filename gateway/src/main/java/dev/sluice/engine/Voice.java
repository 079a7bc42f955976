package dev.sluice.engine;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.EventSink;

/**
 * Says what a stream of one choice says as what is said of another one. What speaks of the whole
 * answer is handed on as it is; what speaks of choices that nobody asked for is left out.
 */
final class Voice implements EventSink {

  private final int choice;
  private final EventSink to;

  /**
   * A voice.
   *
   * @param choice the index that the stream's first choice gets
   */
  Voice(int choice, EventSink to) {
    this.choice = choice;
    this.to = to;
  }

  @Override
  public void accept(ChatEvent event) {
    switch (event) {
      case ChatEvent.Start start -> to.accept(start);
      case ChatEvent.UsageReport report -> to.accept(report);
      case ChatEvent.End end -> to.accept(end);
      case ChatEvent.Failure failure -> to.accept(failure);
      case ChatEvent.Extra more when more.choice() == ChatEvent.WHOLE_ANSWER -> to.accept(more);
      case ChatEvent.Extra(int of, var rest) -> tell(of, new ChatEvent.Extra(choice, rest));
      case ChatEvent.TextDelta(int of, var text) -> tell(of, new ChatEvent.TextDelta(choice, text));
      case ChatEvent.ReasoningDelta(int of, int block, var form, var text) ->
          tell(of, new ChatEvent.ReasoningDelta(choice, block, form, text));
      case ChatEvent.ReasoningSignature(int of, int block, var signature) ->
          tell(of, new ChatEvent.ReasoningSignature(choice, block, signature));
      case ChatEvent.SealedReasoning(int of, int block, var sealed) ->
          tell(of, new ChatEvent.SealedReasoning(choice, block, sealed));
      case ChatEvent.RefusalDelta(int of, var text) ->
          tell(of, new ChatEvent.RefusalDelta(choice, text));
      case ChatEvent.ToolCallStart(int of, int call, var id, var name, var kind, var signature) ->
          tell(of, new ChatEvent.ToolCallStart(choice, call, id, name, kind, signature));
      case ChatEvent.ToolCallDelta(int of, int call, var arguments) ->
          tell(of, new ChatEvent.ToolCallDelta(choice, call, arguments));
      case ChatEvent.CitationFound(int of, var citation) ->
          tell(of, new ChatEvent.CitationFound(choice, citation));
      case ChatEvent.AudioDelta(int of, var audio) ->
          tell(of, new ChatEvent.AudioDelta(choice, audio));
      case ChatEvent.LogprobsDelta(int of, var logprobs) ->
          tell(of, new ChatEvent.LogprobsDelta(choice, logprobs));
      case ChatEvent.ForeignPart(int of, var part) ->
          tell(of, new ChatEvent.ForeignPart(choice, part));
      case ChatEvent.Finished(int of, var finish) ->
          tell(of, new ChatEvent.Finished(choice, finish));
    }
  }

  private void tell(int of, ChatEvent moved) {
    if (of == 0) {
      to.accept(moved);
    }
  }
}
