package dev.sluice.protocol.anthropic;

import dev.sluice.chat.CallIds;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.protocol.rewording.Allowance;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.PieceSpelling;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the events of one stream of Anthropic's protocol into the model's. One for each stream,
 * owned by its thread. Only the data of events is looked at: it repeats the event's name.
 *
 * <p>Calls are counted from 0, whatever blocks stand between them. Reports of usage are cumulative;
 * the first one's output means nothing and is not told. A stream that does not say why it ended,
 * and then that it has, was cut. What comes behind the end or an error is not looked at.
 *
 * <p>Nearly all events are a piece of text of the block that the last piece belonged to, in
 * Anthropic's own spelling. Such an event is known by its bytes, and its text is handed on as it
 * is: cold, as everything is of one stream among hundreds, what that does not touch counts more
 * than what it does not do.
 */
public final class AnthropicEventDecoder {

  private static final int CHOICE = 0;

  /** An answer with more blocks under way at once, or with more calls, is refused. */
  private static final int BLOCKS_MAX = 4096;

  private static final PieceSpelling PIECE =
      new PieceSpelling(
          "{\"type\":\"content_block_delta\",\"index\":",
          ",\"delta\":{\"type\":\"text_delta\",\"text\":\"",
          AnthropicEventDecoder::closes);

  private final Disguise disguise;
  private final UsageFigures usage = new UsageFigures();
  private final Allowance allowance = new Allowance();
  private final Map<Long, StreamedBlock> open = new LinkedHashMap<>();
  private boolean started;
  private boolean finished;
  private boolean ended;
  private String seed = "";
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
  public AnthropicEventDecoder(Disguise disguise) {
    this.disguise = disguise;
  }

  /** Whether the answer has ended, well or badly. */
  public boolean hasEnded() {
    return ended;
  }

  /** What an event says; members of every kind of event. */
  private static final class Fields {
    private String type = "";
    private long index;
    private @Nullable JsonReader message;
    private @Nullable JsonReader block;
    private @Nullable JsonReader delta;
    private @Nullable JsonReader usage;
    private final RestBuilder rest = new RestBuilder(Anthropic.PROTOCOL);
  }

  /**
   * Reads the data of an event, {@code bytes[from, to)}, and tells what it says.
   *
   * @throws dev.sluice.json.MalformedJson where the data is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is no event; some of what it says may have been
   *     told
   */
  public void frame(byte[] bytes, int from, int to, EventSink sink) {
    if (ended || from == to || isText(bytes, from, to, sink)) {
      return;
    }
    JsonReader in = new JsonReader(bytes, from, to, Anthropic.NAMES);
    Fields fields = new Fields();
    int mark = in.mark();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (name) {
        case "type" -> fields.type = Anthropic.orEmpty(Anthropic.looseText(in));
        case "index" -> fields.index = Anthropic.looseCount(in, 0);
        case "message" -> fields.message = object(in);
        case "content_block" -> fields.block = object(in);
        case "delta" -> fields.delta = object(in);
        case "usage" -> fields.usage = object(in);
        default -> {
          if (!in.skipNull()) {
            fields.rest.add(name, in.raw());
          }
        }
      }
    }
    in.end();
    switch (fields.type) {
      case "message_start" -> start(fields, sink);
      case "content_block_start" -> begin(fields, in, mark, sink);
      case "content_block_delta" -> delta(fields, in, mark, sink);
      case "content_block_stop" -> {
        pieced = PieceSpelling.NO_BLOCK;
        stop(open.remove(fields.index), sink);
      }
      case "message_delta" -> messageDelta(fields, sink);
      case "message_stop" -> end(sink);
      case "error" -> {
        ended = true;
        sink.accept(
            new ChatEvent.Failure(AnthropicErrors.inStream(AnthropicErrors.read(bytes, from, to))));
      }
      default -> {
        // A ping, or an event that came up later: the protocol says to pass over what is unknown.
      }
    }
  }

  /** Whether the event is one more piece of text that the sink has taken as it is. */
  private boolean isText(byte[] bytes, int from, int to, EventSink sink) {
    int units = PIECE.pass(bytes, from, to, pieced, sink);
    textLength += units;
    return units > 0;
  }

  /** Whether the delta and the event end there; Anthropic sets spaces between the two. */
  private static boolean closes(byte[] bytes, int from, int to) {
    int brackets = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '}') {
        brackets++;
      } else if (bytes[i] != ' ') {
        return false;
      }
    }
    return brackets == 2;
  }

  /** Steps over the value at hand; a reader for it, if it is an object. */
  private static @Nullable JsonReader object(JsonReader in) {
    boolean object = in.peek() == JsonReader.Kind.OBJECT;
    int mark = in.mark();
    in.skip();
    return object ? in.later(mark) : null;
  }

  /** Tells that the provider sends no more. Before the end that is a break. */
  public void close(EventSink sink) {
    if (!ended) {
      ended = true;
      sink.accept(broken("the provider's answer broke off"));
    }
  }

  private static ChatEvent broken(String message) {
    return new ChatEvent.Failure(new Fault.UpstreamUnreachable(message));
  }

  private void start(Fields fields, EventSink sink) {
    JsonReader in = fields.message;
    if (started || in == null) {
      return;
    }
    String id = null;
    String model = null;
    boolean reported = false;
    RestBuilder rest = new RestBuilder(Anthropic.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (name) {
        case "id" -> id = Anthropic.looseText(in);
        case "model" -> model = Anthropic.looseText(in);
        case "type", "role", "content", "stop_reason", "stop_sequence" -> in.skip();
        case "usage" -> {
          usage.read(in);
          reported = true;
        }
        default -> rest.add(name, in.raw());
      }
    }
    begun(id, model, rest.build(), sink);
    if (reported) {
      usage.forgetOutput();
      sink.accept(new ChatEvent.UsageReport(usage.usage(), usage.rest()));
    }
  }

  private void begun(@Nullable String id, @Nullable String model, Rest rest, EventSink sink) {
    started = true;
    seed = Anthropic.orEmpty(id);
    sink.accept(new ChatEvent.Start(id, ChatResponse.UNKNOWN, model, usage.tier(), rest));
  }

  /** Sees to it that the stream has begun, also where its first event was left out. */
  private void ensureBegun(EventSink sink) {
    if (!started) {
      begun(null, null, Rest.NONE, sink);
    }
  }

  private void begin(Fields fields, JsonReader in, int mark, EventSink sink) {
    if (fields.block == null) {
      throw in.missing("content_block", mark);
    }
    if (open.size() == BLOCKS_MAX || calls == BLOCKS_MAX) {
      throw in.misshapen("absent: there are more than " + BLOCKS_MAX + " blocks", mark);
    }
    ensureBegun(sink);
    // A block that was not ended ends where the next one takes its place.
    stop(open.remove(fields.index), sink);
    StreamedBlock.Opening opening = StreamedBlock.Opening.read(fields.block, allowance);
    if (opening.type.equals("tool_use") && opening.name.isEmpty()) {
      throw in.misshapen("a call of a tool with a name", mark);
    }
    String id = opening.id.isEmpty() ? CallIds.make(seed, CHOICE, calls) : opening.id;
    StreamedBlock block =
        StreamedBlock.begin(opening, blocks++, calls, id, textLength, disguise, allowance, sink);
    if (opening.type.equals("text")) {
      textLength += opening.text.length();
    }
    if (block.isCall()) {
      calls++;
    }
    open.put(fields.index, block);
  }

  private void delta(Fields fields, JsonReader in, int mark, EventSink sink) {
    StreamedBlock block = open.get(fields.index);
    if (block == null) {
      throw in.misshapen("a piece of a block that has begun", mark);
    }
    if (fields.delta == null) {
      throw in.missing("delta", mark);
    }
    pieced = PieceSpelling.block(fields.index);
    textLength += block.delta(fields.delta, sink);
  }

  private void stop(@Nullable StreamedBlock block, EventSink sink) {
    if (block != null) {
      textLength += block.end(textLength, sink);
    }
  }

  private void messageDelta(Fields fields, EventSink sink) {
    ensureBegun(sink);
    String reason = null;
    String stopSequence = null;
    RestBuilder rest = fields.rest;
    JsonReader in = fields.delta;
    if (in != null) {
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        String name = in.name();
        if (in.skipNull()) {
          continue;
        }
        switch (name) {
          case "stop_reason" -> reason = Anthropic.looseText(in);
          case "stop_sequence" -> stopSequence = Anthropic.looseText(in);
          default -> rest.add(name, in.raw());
        }
      }
    }
    Rest told = rest.build();
    if (!told.isEmpty()) {
      sink.accept(new ChatEvent.Extra(ChatEvent.WHOLE_ANSWER, told));
    }
    if (reason != null && !finished) {
      finished = true;
      for (StreamedBlock block : open.values()) {
        stop(block, sink);
      }
      open.clear();
      pieced = PieceSpelling.NO_BLOCK;
      sink.accept(new ChatEvent.Finished(CHOICE, Finishes.of(reason, stopSequence, disguise)));
    }
    if (fields.usage != null) {
      usage.read(fields.usage);
      sink.accept(new ChatEvent.UsageReport(usage.usage(), usage.rest()));
    }
  }

  private void end(EventSink sink) {
    ended = true;
    sink.accept(
        finished
            ? new ChatEvent.End()
            : broken("the provider's answer ended without a reason to end"));
  }
}
