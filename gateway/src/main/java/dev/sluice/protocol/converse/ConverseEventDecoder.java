package dev.sluice.protocol.converse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.chat.CallIds;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.json.PlainString;
import dev.sluice.protocol.eventstream.EventMessage;
import dev.sluice.protocol.rewording.Allowance;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.LooseJson;
import dev.sluice.protocol.rewording.PieceSpelling;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the messages of one stream into the model's events. One for each stream, owned by its
 * thread.
 *
 * <p>Calls are counted from 0, whatever blocks stand between them. The answer's words are complete
 * with {@code messageStop}, and its usage comes behind them, with {@code metadata}: the stream ends
 * there. One that lacks either was cut: what nobody knows the cost of is no complete answer.
 * Modelled exceptions end it as failures. What comes behind the end is not looked at.
 *
 * <p>Nearly all events are a piece of text of the block that the last piece belonged to, in AWS's
 * own spelling. Such an event is known by its bytes, and its text is handed on as it is.
 */
public final class ConverseEventDecoder {

  private static final int CHOICE = 0;

  /** An answer with more blocks under way at once, or with more calls, is refused. */
  private static final int BLOCKS_MAX = 4096;

  private static final byte[] MESSAGE_TYPE = ":message-type".getBytes(UTF_8);
  private static final byte[] EVENT_TYPE = ":event-type".getBytes(UTF_8);
  private static final byte[] EVENT = "event".getBytes(UTF_8);
  private static final byte[] BLOCK_DELTA = "contentBlockDelta".getBytes(UTF_8);

  private static final PieceSpelling PIECE =
      new PieceSpelling(
          "{\"contentBlockIndex\":", ",\"delta\":{\"text\":\"", ConverseEventDecoder::closes);
  private static final byte[] PADDED = "},\"p\":\"".getBytes(UTF_8);

  // The headers of all pieces, which AWS sends in this order.
  private static final byte[] PIECE_HEADERS =
      ("\u000b:event-type\u0007\u0000\u0011contentBlockDelta"
              + "\r:content-type\u0007\u0000\u0010application/json"
              + "\r:message-type\u0007\u0000\u0005event")
          .getBytes(UTF_8);

  private final Disguise disguise;
  private final UsageFigures usage = new UsageFigures();
  private final Allowance allowance = new Allowance();
  private final Map<Long, StreamedBlock> open = new LinkedHashMap<>();
  private boolean started;
  private boolean finished;
  private boolean ended;
  private int blocks;
  private int calls;
  private long textLength;

  /** The block that the last piece belonged to, if it is open; see {@link PieceSpelling}. */
  private int pieced = PieceSpelling.NO_BLOCK;

  /**
   * A decoder of a stream.
   *
   * @param disguise what the request's encoder returned; {@link Disguise#NONE} where the client
   *     wrote the request
   */
  public ConverseEventDecoder(Disguise disguise) {
    this.disguise = disguise;
  }

  /** The headers that the messages are to be read with: those of a piece; never written to. */
  public static byte[] pieceHeaders() {
    return PIECE_HEADERS;
  }

  /** Whether the answer has ended, well or badly. */
  public boolean hasEnded() {
    return ended;
  }

  /** What an event says; members of every kind of event. */
  private static final class Fields {
    private long index;
    private @Nullable JsonReader start;
    private @Nullable JsonReader delta;
    private @Nullable JsonReader usage;
    private @Nullable String stopReason;
    private @Nullable String stopSequence;
    private final RestBuilder rest = new RestBuilder(Converse.PROTOCOL);
  }

  /**
   * Reads a message, and tells what it says.
   *
   * @throws dev.sluice.json.MalformedJson where the payload is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is no event; some of what it says may have been
   *     told
   */
  public void message(EventMessage message, EventSink sink) {
    if (ended) {
      return;
    }
    byte[] bytes = message.bytes();
    int from = message.payloadFrom();
    int to = message.payloadTo();
    if (message.hasUsualHeaders()
        || (message.says(MESSAGE_TYPE, EVENT) && message.says(EVENT_TYPE, BLOCK_DELTA))) {
      if (!isText(bytes, from, to, sink)) {
        event("contentBlockDelta", bytes, from, to, sink);
      }
      return;
    }
    if (message.says(MESSAGE_TYPE, EVENT)) {
      event(message.text(EVENT_TYPE), bytes, from, to, sink);
      return;
    }
    ended = true;
    sink.accept(InvokedStream.failure(message));
  }

  /** Whether the event is one more piece of text that the sink has taken as it is. */
  private boolean isText(byte[] bytes, int from, int to, EventSink sink) {
    int units = PIECE.pass(bytes, from, to, pieced, sink);
    textLength += units;
    return units > 0;
  }

  /** Whether the delta and the event end there, with padding between the two or without. */
  private static boolean closes(byte[] bytes, int from, int to) {
    int padding = from + PADDED.length;
    if (padding > to) {
      return from + 2 == to && bytes[from] == '}' && bytes[from + 1] == '}';
    }
    if (!Arrays.equals(bytes, from, padding, PADDED, 0, PADDED.length)) {
      return false;
    }
    int end = PlainString.end(PlainString.look(bytes, padding, to));
    return end >= 0 && end + 2 == to && bytes[end + 1] == '}';
  }

  /**
   * Reads the payload of an event, {@code bytes[from, to)}, and tells what it says. Throws as
   * {@link #message} does.
   *
   * @param type the event's name
   */
  public void event(String type, byte[] bytes, int from, int to, EventSink sink) {
    if (ended || from == to) {
      return;
    }
    JsonReader in = new JsonReader(bytes, from, to, Converse.NAMES);
    int mark = in.mark();
    Fields fields = fields(in);
    in.end();
    switch (type) {
      case "messageStart" -> ensureBegun(sink);
      case "contentBlockStart" -> begin(fields, in, mark, sink);
      case "contentBlockDelta" -> delta(fields, in, mark, sink);
      case "contentBlockStop" -> {
        pieced = PieceSpelling.NO_BLOCK;
        stop(open.remove(fields.index), sink);
      }
      case "messageStop" -> messageStop(fields, sink);
      case "metadata" -> metadata(fields, sink);
      default -> {
        // An event that came up later.
      }
    }
  }

  private static Fields fields(JsonReader in) {
    Fields fields = new Fields();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (name) {
        case "contentBlockIndex" -> fields.index = LooseJson.count(in, 0);
        case "delta" -> fields.delta = Converse.object(in);
        // Padding, which hides how long a piece is from who only sees its ciphertext.
        case "p", "role" -> in.skip();
        case "start" -> fields.start = Converse.object(in);
        case "usage" -> fields.usage = Converse.object(in);
        case "stopReason" -> fields.stopReason = Converse.text(in);
        case "additionalModelResponseFields" -> {
          int mark = in.mark();
          fields.stopSequence = AnswerReader.stopSequence(in);
          fields.rest.add(name, in.textSince(mark));
        }
        default -> {
          if (!in.skipNull()) {
            fields.rest.add(name, in.raw());
          }
        }
      }
    }
    return fields;
  }

  /**
   * Tells that the provider sends no more. Where it has not said why the answer ended and what it
   * cost, that is a break.
   */
  public void transferEnded(EventSink sink) {
    if (!ended) {
      fail(new Fault.UpstreamUnreachable("the provider's answer broke off"), sink);
    }
  }

  private void fail(Fault fault, EventSink sink) {
    ended = true;
    sink.accept(new ChatEvent.Failure(fault));
  }

  /** Sees to it that the stream has begun, also where its first event was left out. */
  private void ensureBegun(EventSink sink) {
    if (!started) {
      started = true;
      sink.accept(new ChatEvent.Start(null, ChatResponse.UNKNOWN, null, null, Rest.NONE));
    }
  }

  private void begin(Fields fields, JsonReader in, int mark, EventSink sink) {
    if (fields.start == null) {
      throw in.missing("start", mark);
    }
    ensureBegun(sink);
    // A block that was not ended ends where the next one takes its place.
    stop(open.remove(fields.index), sink);
    StreamedBlock.Opening opening = StreamedBlock.Opening.read(fields.start);
    if (opening.isCall() && opening.name.isEmpty()) {
      throw in.misshapen("a call of a tool with a name", mark);
    }
    String id = opening.id.isEmpty() ? CallIds.make("", CHOICE, calls) : opening.id;
    StreamedBlock block = block(in, mark);
    block.begin(opening, calls, id, sink);
    if (block.isCall()) {
      calls++;
    }
    open.put(fields.index, block);
  }

  private StreamedBlock block(JsonReader in, int mark) {
    if (open.size() == BLOCKS_MAX || calls == BLOCKS_MAX) {
      throw in.misshapen("absent: there are more than " + BLOCKS_MAX + " blocks", mark);
    }
    return new StreamedBlock(blocks++, textLength, disguise, allowance);
  }

  private void delta(Fields fields, JsonReader in, int mark, EventSink sink) {
    if (fields.delta == null) {
      throw in.missing("delta", mark);
    }
    ensureBegun(sink);
    StreamedBlock block = open.get(fields.index);
    if (block == null) {
      // Text and thoughts begin without a word.
      block = block(in, mark);
      open.put(fields.index, block);
    }
    pieced = PieceSpelling.block(fields.index);
    textLength += block.delta(fields.delta, sink);
  }

  private void stop(@Nullable StreamedBlock block, EventSink sink) {
    if (block != null) {
      textLength += block.end(textLength, sink);
    }
  }

  private void messageStop(Fields fields, EventSink sink) {
    if (finished) {
      return;
    }
    ensureBegun(sink);
    finished = true;
    for (StreamedBlock block : open.values()) {
      stop(block, sink);
    }
    open.clear();
    pieced = PieceSpelling.NO_BLOCK;
    extra(fields, sink);
    String reason = fields.stopReason == null ? "" : fields.stopReason;
    sink.accept(
        new ChatEvent.Finished(CHOICE, Finishes.of(reason, fields.stopSequence, calls, disguise)));
  }

  private void metadata(Fields fields, EventSink sink) {
    ensureBegun(sink);
    extra(fields, sink);
    if (fields.usage != null) {
      usage.read(fields.usage);
      sink.accept(new ChatEvent.UsageReport(usage.usage(), usage.rest()));
    }
    if (finished) {
      ended = true;
      sink.accept(new ChatEvent.End());
    }
  }

  private static void extra(Fields fields, EventSink sink) {
    Rest told = fields.rest.build();
    if (!told.isEmpty()) {
      sink.accept(new ChatEvent.Extra(ChatEvent.WHOLE_ANSWER, told));
    }
  }
}
