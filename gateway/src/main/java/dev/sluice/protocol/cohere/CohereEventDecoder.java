package dev.sluice.protocol.cohere;

import dev.sluice.chat.CallIds;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Citation;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Json;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.protocol.rewording.Disguise;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the events of one stream of Cohere's protocol into the model's. One for each stream, owned
 * by its thread. Only the data of events is looked at: it repeats the event's name.
 *
 * <p>The plan of tool calls is told as thoughts, in a run of its own. Calls are counted from 0. A
 * stream that does not say why it ended was cut; one that says {@code ERROR} or {@code TIMEOUT}
 * failed. What comes behind the end is not looked at. The mark {@code [DONE]} is waited for, but an
 * answer that has told its end before the transfer ends is complete without it.
 */
public final class CohereEventDecoder {

  private static final int CHOICE = 0;
  private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

  /** An answer with more content blocks or more calls is refused. */
  static final int BLOCKS_MAX = 4096;

  private final Disguise disguise;
  private final UsageFigures usage = new UsageFigures();

  // Of each content block: its run of thoughts, and how much text stands before it.
  private final Map<Long, Block> blocks = new HashMap<>();
  private final Map<Long, StreamedCall> calls = new LinkedHashMap<>();
  private int runs;
  private int planRun = -1;
  private long textLength;
  private boolean started;
  private boolean finished;
  private boolean ended;
  private String seed = "";

  private record Block(int run, long offset) {}

  /**
   * A decoder of a stream.
   *
   * @param disguise what the request's encoder returned; {@link Disguise#NONE} where the client
   *     wrote the request
   */
  public CohereEventDecoder(Disguise disguise) {
    this.disguise = disguise;
  }

  /** Whether the answer has ended, well or badly. */
  public boolean hasEnded() {
    return ended;
  }

  /** What an event says; members of every kind of event. */
  private static final class Fields {
    private @Nullable String type;
    private @Nullable String id;
    private long index;
    private @Nullable JsonReader delta;
    private boolean said;
    private final RestBuilder rest = new RestBuilder(Cohere.PROTOCOL);
  }

  /**
   * Reads the data of an event, {@code bytes[from, to)}, and tells what it says.
   *
   * @throws dev.sluice.json.MalformedJson where the data is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is no event; some of what it says may have been
   *     told
   */
  public void frame(byte[] bytes, int from, int to, EventSink sink) {
    if (ended || from == to) {
      return;
    }
    if (isDone(bytes, from, to)) {
      end("the provider's answer ended without a reason to end", sink);
      return;
    }
    if (finished) {
      return;
    }
    JsonReader in = new JsonReader(bytes, from, to, Cohere.NAMES);
    Fields fields = new Fields();
    int mark = in.mark();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (name) {
        case "type" -> fields.type = Cohere.looseText(in);
        case "id" -> fields.id = Cohere.looseText(in);
        case "index" -> fields.index = Cohere.looseCount(in, 0);
        case "delta" -> fields.delta = Cohere.laterObject(in);
        case "message", "error" -> {
          fields.said = !in.skipNull();
          if (fields.said) {
            in.skip();
          }
        }
        default -> {
          if (!in.skipNull()) {
            fields.rest.add(name, in.raw());
          }
        }
      }
    }
    in.end();
    event(fields, bytes, from, to, in, mark, sink);
  }

  private void event(
      Fields fields, byte[] bytes, int from, int to, JsonReader in, int mark, EventSink sink) {
    switch (fields.type) {
      case null -> {
        if (fields.said) {
          fail(CohereErrors.inStream(CohereErrors.read(bytes, from, to)), sink);
        }
      }
      case "message-start" -> start(fields, sink);
      case "content-start" -> contentStart(fields, piece(fields, in, mark), in, mark, sink);
      case "content-delta" -> contentDelta(fields, piece(fields, in, mark), sink);
      case "tool-plan-delta" -> plan(piece(fields, in, mark), sink);
      case "tool-call-start" -> callStart(fields, piece(fields, in, mark), in, mark, sink);
      case "tool-call-delta" -> callDelta(fields, piece(fields, in, mark), in, mark, sink);
      case "tool-call-end" -> {
        StreamedCall call = calls.get(fields.index);
        if (call != null) {
          call.end(sink);
        }
      }
      case "citation-start" -> citation(piece(fields, in, mark), sink);
      case "message-end" -> messageEnd(fields, sink);
      case "error" -> fail(CohereErrors.inStream(CohereErrors.read(bytes, from, to)), sink);
      default -> {
        // The end of a block or of a citation, a debugging aid, or what came up later.
      }
    }
  }

  private static boolean isDone(byte[] bytes, int from, int to) {
    int end = to;
    while (end > from && bytes[end - 1] == ' ') {
      end--;
    }
    return Arrays.equals(bytes, from, end, DONE, 0, DONE.length);
  }

  /** Tells that the provider sends no more. Before the end that is a break. */
  public void close(EventSink sink) {
    if (!ended) {
      end("the provider's answer broke off", sink);
    }
  }

  private void end(String otherwise, EventSink sink) {
    if (finished) {
      ended = true;
      sink.accept(new ChatEvent.End());
    } else {
      fail(new Fault.UpstreamUnreachable(otherwise), sink);
    }
  }

  private void fail(Fault fault, EventSink sink) {
    ended = true;
    sink.accept(new ChatEvent.Failure(fault));
  }

  /** What the delta of an event says of the message. */
  private static final class Piece {
    private @Nullable JsonReader content;
    private @Nullable JsonReader call;
    private @Nullable JsonReader citation;
    private String plan = "";
    private final RestBuilder rest = new RestBuilder(Cohere.PROTOCOL);
  }

  private static Piece piece(Fields fields, JsonReader in, int mark) {
    JsonReader delta = fields.delta;
    if (delta == null) {
      throw in.missing("delta", mark);
    }
    Piece piece = new Piece();
    for (boolean more = delta.enterObject(); more; more = delta.nextMember()) {
      String name = delta.name();
      if (delta.skipNull()) {
        continue;
      }
      if (name.equals("message") && delta.peek() == JsonReader.Kind.OBJECT) {
        for (boolean next = delta.enterObject(); next; next = delta.nextMember()) {
          message(delta, piece);
        }
      } else {
        piece.rest.add(name, delta.raw());
      }
    }
    return piece;
  }

  private static void message(JsonReader in, Piece piece) {
    String name = in.name();
    if (in.skipNull()) {
      return;
    }
    switch (name) {
      case "role" -> in.skip();
      case "content" -> piece.content = single(in);
      case "tool_calls" -> piece.call = single(in);
      case "citations" -> piece.citation = single(in);
      case "tool_plan" -> piece.plan = Cohere.orEmpty(Cohere.looseText(in));
      default -> piece.rest.add(name, in.raw());
    }
  }

  /** The object at hand, or the first one of a list, which some servers send; else {@code null}. */
  private static @Nullable JsonReader single(JsonReader in) {
    if (in.peek() != JsonReader.Kind.ARRAY) {
      return Cohere.laterObject(in);
    }
    JsonReader first = null;
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      JsonReader item = Cohere.laterObject(in);
      first = first == null ? item : first;
    }
    return first;
  }

  private void start(Fields fields, EventSink sink) {
    if (started) {
      return;
    }
    RestBuilder rest = fields.rest;
    JsonReader delta = fields.delta;
    if (delta != null) {
      Piece piece = new Piece();
      for (boolean more = delta.enterObject(); more; more = delta.nextMember()) {
        if (delta.name().equals("message") && delta.peek() == JsonReader.Kind.OBJECT) {
          for (boolean next = delta.enterObject(); next; next = delta.nextMember()) {
            message(delta, piece);
          }
        } else {
          delta.skip();
        }
      }
      rest.addInner("message", piece.rest.build());
    }
    begun(fields.id, rest.build(), sink);
  }

  private void begun(@Nullable String id, Rest rest, EventSink sink) {
    started = true;
    seed = Cohere.orEmpty(id);
    sink.accept(new ChatEvent.Start(id, ChatResponse.UNKNOWN, null, null, rest));
  }

  /** Sees to it that the stream has begun, also where its first event was left out. */
  private void ensureBegun(EventSink sink) {
    if (!started) {
      begun(null, Rest.NONE, sink);
    }
  }

  private void contentStart(Fields fields, Piece piece, JsonReader in, int mark, EventSink sink) {
    if (blocks.size() == BLOCKS_MAX && !blocks.containsKey(fields.index)) {
      throw in.misshapen("absent: there are more than " + BLOCKS_MAX + " blocks", mark);
    }
    ensureBegun(sink);
    blocks.put(fields.index, new Block(runs++, textLength));
    content(fields, piece, sink);
  }

  private void contentDelta(Fields fields, Piece piece, EventSink sink) {
    ensureBegun(sink);
    content(fields, piece, sink);
  }

  private void content(Fields fields, Piece piece, EventSink sink) {
    JsonReader in = piece.content;
    Rest rest = piece.rest.build();
    if (!rest.isEmpty()) {
      // Log probabilities among them, in a form of the provider's own.
      sink.accept(new ChatEvent.Extra(CHOICE, rest));
    }
    if (in == null) {
      return;
    }
    int mark = in.mark();
    String type = "";
    String text = "";
    String thinking = "";
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "type" -> type = Cohere.orEmpty(Cohere.looseText(in));
        case "text" -> text = Cohere.orEmpty(Cohere.looseText(in));
        case "thinking" -> thinking = Cohere.orEmpty(Cohere.looseText(in));
        default -> in.skip();
      }
    }
    if (!thinking.isEmpty()) {
      Block block = blocks.get(fields.index);
      int run = block == null ? 0 : block.run();
      sink.accept(new ChatEvent.ReasoningDelta(CHOICE, run, Part.Thinking.Form.FULL, thinking));
    }
    if (!text.isEmpty()) {
      textLength += Cohere.length(text);
      sink.accept(new ChatEvent.TextDelta(CHOICE, text));
    }
    if (!type.isEmpty() && !type.equals("text") && !type.equals("thinking")) {
      Json json = new Json(in.textSince(mark));
      sink.accept(new ChatEvent.ForeignPart(CHOICE, new Part.Foreign(Cohere.PROTOCOL, type, json)));
    }
  }

  private void plan(Piece piece, EventSink sink) {
    ensureBegun(sink);
    if (piece.plan.isEmpty()) {
      return;
    }
    if (planRun < 0) {
      planRun = runs++;
    }
    sink.accept(new ChatEvent.ReasoningDelta(CHOICE, planRun, Part.Thinking.Form.FULL, piece.plan));
  }

  private void callStart(Fields fields, Piece piece, JsonReader in, int mark, EventSink sink) {
    ensureBegun(sink);
    if (calls.size() == BLOCKS_MAX) {
      throw in.misshapen("absent: there are more than " + BLOCKS_MAX + " calls", mark);
    }
    if (piece.call == null) {
      throw in.missing("delta.message.tool_calls", mark);
    }
    if (calls.containsKey(fields.index)) {
      throw in.misshapen("a call with a number of its own", mark);
    }
    CallFields call = CallFields.read(piece.call);
    if (call.name.isEmpty()) {
      throw in.misshapen("a call of a tool with a name", mark);
    }
    int number = calls.size();
    String id = call.id.isEmpty() ? CallIds.make(seed, CHOICE, number) : call.id;
    StreamedCall begun = StreamedCall.begin(CHOICE, number, id, call.name, disguise, sink);
    calls.put(fields.index, begun);
    begun.more(call.arguments, in, mark, sink);
  }

  private void callDelta(Fields fields, Piece piece, JsonReader in, int mark, EventSink sink) {
    StreamedCall call = calls.get(fields.index);
    if (call == null) {
      throw in.misshapen("a piece of a call that has begun", mark);
    }
    if (piece.call != null) {
      call.more(CallFields.read(piece.call).arguments, in, mark, sink);
    }
  }

  private void citation(Piece piece, EventSink sink) {
    ensureBegun(sink);
    if (piece.citation == null) {
      return;
    }
    for (Citations.Read read : Citations.list(piece.citation)) {
      Block block = blocks.get(read.block());
      Citation citation = read.placed(block == null ? 0 : block.offset());
      sink.accept(new ChatEvent.CitationFound(CHOICE, citation));
    }
  }

  private void messageEnd(Fields fields, EventSink sink) {
    ensureBegun(sink);
    String word = null;
    String error = null;
    boolean reported = false;
    RestBuilder rest = fields.rest;
    JsonReader in = fields.delta;
    if (in != null) {
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        String name = in.name();
        if (in.skipNull()) {
          continue;
        }
        switch (name) {
          case "finish_reason" -> word = Cohere.looseText(in);
          case "error" -> error = in.peek() == JsonReader.Kind.TEXT ? in.text() : in.raw();
          case "usage" -> {
            usage.read(in);
            reported = true;
          }
          default -> rest.add(name, in.raw());
        }
      }
    }
    Rest told = rest.build();
    if (!told.isEmpty()) {
      sink.accept(new ChatEvent.Extra(ChatEvent.WHOLE_ANSWER, told));
    }
    boolean failed = word != null && Finishes.isFailure(word);
    if (word != null && !failed) {
      for (StreamedCall call : calls.values()) {
        call.end(sink);
      }
      finished = true;
      sink.accept(new ChatEvent.Finished(CHOICE, Finishes.of(word)));
    }
    if (reported) {
      sink.accept(new ChatEvent.UsageReport(usage.usage(), usage.rest()));
    }
    if (word == null) {
      fail(
          error == null
              ? new Fault.UpstreamUnreachable("the provider's answer ended without a reason to end")
              : CohereErrors.ofFinish(Finishes.ERROR, error),
          sink);
    } else if (failed) {
      fail(CohereErrors.ofFinish(word, error), sink);
    }
  }
}
