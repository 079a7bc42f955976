package dev.sluice.protocol.gemini;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the frames of one stream of Gemini's protocol into events. One for each stream, owned by
 * its thread.
 *
 * <p>The protocol has no mark for the end, and frames with more to say may follow the one that
 * tells a finish reason. So choices are finished, and the answer ended, when the stream is closed;
 * one of which a choice has no finish reason was cut. Reports of usage are cumulative, and each is
 * told as it comes.
 */
public final class GeminiChunkDecoder {

  private final GeminiReading reading;
  private final UsageFigures usage = new UsageFigures();
  private final List<CandidateDecoder> choices = new ArrayList<>();
  private boolean started;
  private boolean ended;
  private Rest constant = Rest.NONE;
  private @Nullable String id;
  private long created = ChatResponse.UNKNOWN;
  private @Nullable String tier;
  private @Nullable String blockReason;
  private ChatEvent.@Nullable UsageReport reported;

  /** A decoder of a stream. */
  public GeminiChunkDecoder(GeminiReading reading) {
    this.reading = reading;
  }

  /** Whether the answer has ended, well or badly. */
  public boolean hasEnded() {
    return ended;
  }

  /**
   * Reads the data of a frame, {@code bytes[from, to)}, and tells what it says.
   *
   * @throws dev.sluice.json.MalformedJson where the data is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is no piece of an answer; some of its events may
   *     have been told
   */
  public void frame(byte[] bytes, int from, int to, EventSink sink) {
    if (ended || from == to || isDone(bytes, from, to)) {
      return;
    }
    JsonReader in = new JsonReader(bytes, from, to, Gemini.NAMES);
    int mark = in.mark();
    boolean list = in.peek() == JsonReader.Kind.ARRAY;
    if (list) {
      // An error may come wrapped in a list.
      in.skip();
      in.end();
      fail(bytes, from, to, sink);
      return;
    }
    AnswerFields fields = AnswerFields.read(in, usage);
    if (fields.error) {
      fail(bytes, from, to, sink);
      return;
    }
    if (!fields.known) {
      throw in.missing("candidates", mark);
    }
    begin(fields, sink);
    candidates(fields.candidates, sink);
    report(sink);
  }

  /** Some servers of this protocol end a stream as OpenAI does. */
  private static boolean isDone(byte[] bytes, int from, int to) {
    return to - from >= 6 && bytes[from] == '[' && bytes[from + 1] == 'D' && bytes[from + 5] == ']';
  }

  private void fail(byte[] bytes, int from, int to, EventSink sink) {
    ended = true;
    sink.accept(new ChatEvent.Failure(GeminiErrors.read(bytes, from, to).inStream()));
  }

  private void begin(AnswerFields fields, EventSink sink) {
    Rest rest = fields.rest.build();
    blockReason = fields.blockReason == null ? blockReason : fields.blockReason;
    String now = usage.tier();
    if (!started) {
      started = true;
      id = fields.id;
      created = fields.created;
      tier = now;
      constant = rest;
      sink.accept(new ChatEvent.Start(id, created, fields.model, tier, rest));
      return;
    }
    RestBuilder news = new RestBuilder(Gemini.PROTOCOL);
    for (Rest.Member member : rest.members()) {
      if (!member.value().equals(constant.find(member.name()))) {
        news.add(member.name(), member.value().text());
      }
    }
    Rest told = news.build();
    if (!told.isEmpty()) {
      constant = rest;
      sink.accept(new ChatEvent.Extra(ChatEvent.WHOLE_ANSWER, told));
    }
  }

  private void candidates(@Nullable JsonReader candidates, EventSink sink) {
    if (candidates == null) {
      return;
    }
    int place = 0;
    for (boolean more = candidates.enterArray(); more; more = candidates.nextItem()) {
      CandidateReader candidate = CandidateReader.read(candidates, place);
      place++;
      decoder(candidate.index).take(candidate, usage, sink);
    }
  }

  private CandidateDecoder decoder(int index) {
    for (CandidateDecoder choice : choices) {
      if (choice.index() == index) {
        return choice;
      }
    }
    String seed = Gemini.orEmpty(id) + '/' + created;
    CandidateDecoder choice = new CandidateDecoder(index, reading.names(), seed);
    choices.add(choice);
    return choice;
  }

  private void report(EventSink sink) {
    if (!usage.isTold()) {
      return;
    }
    Usage told = usage.usage(reading.toolTokens());
    ChatEvent.UsageReport report = new ChatEvent.UsageReport(told, usage.rest());
    if (told.isReported() && !report.equals(reported)) {
      reported = report;
      sink.accept(report);
    }
  }

  /** Tells that the provider sends no more. */
  public void close(EventSink sink) {
    if (ended) {
      return;
    }
    ended = true;
    if (choices.isEmpty() && blockReason != null) {
      sink.accept(new ChatEvent.Finished(0, Finishes.blocked(blockReason)));
      sink.accept(new ChatEvent.End());
      return;
    }
    boolean complete = !choices.isEmpty();
    for (CandidateDecoder choice : choices) {
      complete &= choice.finish(sink);
    }
    sink.accept(
        complete
            ? new ChatEvent.End()
            : new ChatEvent.Failure(
                new Fault.UpstreamUnreachable("the provider's answer broke off")));
  }
}
