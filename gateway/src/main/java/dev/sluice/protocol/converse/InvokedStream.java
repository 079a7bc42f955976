package dev.sluice.protocol.converse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.EventSink;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import dev.sluice.protocol.eventstream.EventMessage;
import java.util.Base64;

/**
 * Unwraps the stream of Bedrock's InvokeModel: its {@code chunk} events hold, in base 64, the
 * events of the model's own protocol. One for each stream, owned by its thread.
 */
public final class InvokedStream {

  private static final byte[] MESSAGE_TYPE = ":message-type".getBytes(UTF_8);
  private static final byte[] EXCEPTION_TYPE = ":exception-type".getBytes(UTF_8);
  private static final byte[] ERROR_CODE = ":error-code".getBytes(UTF_8);
  private static final byte[] ERROR_MESSAGE = ":error-message".getBytes(UTF_8);
  private static final byte[] EVENT = "event".getBytes(UTF_8);

  /** Takes the model's own events, such as an {@code AnthropicEventDecoder} does. */
  @FunctionalInterface
  public interface Inner {

    /** Takes the data of an event, {@code bytes[from, to)}, and tells what it says. */
    void frame(byte[] bytes, int from, int to, EventSink sink);
  }

  private final Inner inner;
  private boolean failed;

  /** An unwrapper that hands what it finds to {@code inner}. */
  public InvokedStream(Inner inner) {
    this.inner = inner;
  }

  /** Whether the provider broke the answer off by an exception. */
  public boolean hasFailed() {
    return failed;
  }

  /**
   * Reads a message, and tells what it says. After an exception nothing is looked at.
   *
   * @throws dev.sluice.json.MalformedJson where the payload, or what it wraps, is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is no chunk, or wraps no event
   */
  public void message(EventMessage message, EventSink sink) {
    if (failed) {
      return;
    }
    byte[] bytes = message.bytes();
    int from = message.payloadFrom();
    int to = message.payloadTo();
    if (message.says(MESSAGE_TYPE, EVENT)) {
      chunk(new JsonReader(bytes, from, to, Converse.NAMES), sink);
      return;
    }
    failed = true;
    sink.accept(failure(message));
  }

  /** The failure that a message which is no event tells. */
  static ChatEvent failure(EventMessage message) {
    String exception = message.text(EXCEPTION_TYPE);
    if (!exception.isEmpty()) {
      return new ChatEvent.Failure(
          ConverseErrors.inStream(
              exception, message.bytes(), message.payloadFrom(), message.payloadTo()));
    }
    // What the service itself says, where the model had no part in it.
    String text = message.text(ERROR_MESSAGE);
    byte[] error = ("{\"message\":" + JsonText.quote(text) + "}").getBytes(UTF_8);
    return new ChatEvent.Failure(
        ConverseErrors.inStream(message.text(ERROR_CODE), error, 0, error.length));
  }

  private void chunk(JsonReader in, EventSink sink) {
    byte[] event = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      boolean wanted = in.name().equals("bytes");
      int mark = in.mark();
      if (!wanted) {
        in.skip();
        continue;
      }
      try {
        event = Base64.getDecoder().decode(in.text());
      } catch (IllegalArgumentException _) {
        throw in.misshapen("base 64", mark);
      }
    }
    in.end();
    if (event != null) {
      inner.frame(event, 0, event.length, sink);
    }
  }
}
