package dev.sluice.chat;

/** Takes the events of one stream, in order, on the thread that makes them. */
@FunctionalInterface
public interface EventSink {

  /** Takes the next event. */
  void accept(ChatEvent event);

  /**
   * Takes a {@link ChatEvent.TextDelta} of the first choice as its bytes, if that is all the same
   * to the sink: nearly all events are of that kind, and most are handed on as they are.
   *
   * @param json holds in {@code [from, to)}, which is not empty, the text as it stands between the
   *     quotes of a JSON string, with no other escapes than our own writer uses; valid until this
   *     method returns
   * @return whether the text was taken; if not, nothing was, and the event must be told
   */
  default boolean takesText(byte[] json, int from, int to) {
    return false;
  }
}
