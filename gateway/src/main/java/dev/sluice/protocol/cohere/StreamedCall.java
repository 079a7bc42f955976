package dev.sluice.protocol.cohere;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Part;
import dev.sluice.json.JsonReader;
import dev.sluice.protocol.rewording.Arguments;
import dev.sluice.protocol.rewording.Disguise;

/** A tool call while it comes. Free text is kept until its end, since it comes wrapped in JSON. */
final class StreamedCall {

  /** Longer free text is refused. */
  private static final int FREE_TEXT_MAX = 4 * 1024 * 1024;

  private final int choice;
  private final int number;
  private final boolean freeText;
  private final StringBuilder kept = new StringBuilder();
  private boolean said;
  private boolean ended;

  private StreamedCall(int choice, int number, boolean freeText) {
    this.choice = choice;
    this.number = number;
    this.freeText = freeText;
  }

  /**
   * Begins a call, and tells of it.
   *
   * @param number which call of the choice
   * @param name the tool's, on the wire
   */
  static StreamedCall begin(
      int choice, int number, String id, String name, Disguise disguise, EventSink sink) {
    boolean freeText = disguise.isFreeText(name);
    Part.ToolCall.Kind kind = freeText ? Part.ToolCall.Kind.CUSTOM : Part.ToolCall.Kind.FUNCTION;
    sink.accept(
        new ChatEvent.ToolCallStart(choice, number, id, disguise.clientName(name), kind, null));
    return new StreamedCall(choice, number, freeText);
  }

  /** Takes more of the arguments, which may be nothing. */
  void more(String arguments, JsonReader in, int mark, EventSink sink) {
    if (arguments.isEmpty() || ended) {
      return;
    }
    said = true;
    if (!freeText) {
      sink.accept(new ChatEvent.ToolCallDelta(choice, number, arguments));
      return;
    }
    if (kept.length() + arguments.length() > FREE_TEXT_MAX) {
      throw in.misshapen("shorter: a call's arguments are too long", mark);
    }
    kept.append(arguments);
  }

  /** The call is complete. One without arguments has an empty object of them. */
  void end(EventSink sink) {
    if (ended) {
      return;
    }
    ended = true;
    String rest = freeText ? Arguments.freeText(kept.toString()) : "";
    if (!said) {
      rest = freeText ? "" : AnswerWriter.NO_ARGUMENTS;
    }
    if (!rest.isEmpty()) {
      sink.accept(new ChatEvent.ToolCallDelta(choice, number, rest));
    }
  }
}
