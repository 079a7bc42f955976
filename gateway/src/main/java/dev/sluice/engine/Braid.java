package dev.sluice.engine;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Usage;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.sse.FrameTooLarge;
import dev.sluice.provider.translation.StreamReader;
import dev.sluice.provider.translation.Translation;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads several answers, its strands, as one with a choice for each: the choice's index is the
 * strand's, the usage is the sum of all, and the end is the last one's. Owned by one attempt and
 * its event loop.
 *
 * <p>Streams come in pieces, and {@link #turnTo} says whose the next piece is. Whole answers come
 * one behind the other, and {@link #holds} says how long each is.
 */
final class Braid implements Translation {

  private final List<Translation> strands;
  private final Usage[] usages;
  private final int[] lengths;
  private int turn;
  private boolean ending;
  private int ended;

  /**
   * A braid.
   *
   * @param strands a reader of each answer; the same one may stand for several
   */
  Braid(List<Translation> strands) {
    this.strands = List.copyOf(strands);
    this.usages = new Usage[strands.size()];
    this.lengths = new int[strands.size()];
    Arrays.fill(usages, Usage.NONE);
  }

  /** The next piece of the stream is the strand's. */
  void turnTo(int strand) {
    turn = strand;
    ending = false;
  }

  /** The next piece, which is empty, is the end of the strand's transfer. */
  void turnToEndOf(int strand) {
    turn = strand;
    ending = true;
  }

  /** How many bytes of the whole answer are the strand's. */
  void holds(int strand, int bytes) {
    lengths[strand] = bytes;
  }

  /** Whether each streamed answer has come to its end. */
  boolean isComplete() {
    return ended == strands.size();
  }

  /** What all of them have reported. */
  Usage usage() {
    Usage sum = Usage.NONE;
    for (Usage each : usages) {
      sum = sum.plus(each);
    }
    return sum;
  }

  /**
   * Takes only the usage from what has come of a streamed answer that nobody will read.
   *
   * @param data stays the caller's
   */
  void count(int strand, ByteBuf data, StreamReader.Means means) {
    StreamReader reader = strands.get(strand).stream(means);
    try {
      reader.feed(
          data.retain(),
          event -> {
            if (event instanceof ChatEvent.UsageReport report) {
              usages[strand] = report.usage();
            }
          });
    } catch (MalformedJson | MisshapenJson | FrameTooLarge _) {
      // It is given up for another reason already.
    } finally {
      reader.close();
    }
  }

  /** The same of a whole answer, in an array. */
  void count(int strand, ByteBuf answer) {
    int from = answer.arrayOffset() + answer.readerIndex();
    try {
      usages[strand] =
          strands.get(strand).whole(answer.array(), from, from + answer.readableBytes()).usage();
    } catch (MalformedJson | MisshapenJson _) {
      // It is given up for another reason already.
    }
  }

  @Override
  public String path() {
    return strands.getFirst().path();
  }

  @Override
  public void headers(HttpHeaders headers) {
    strands.getFirst().headers(headers);
  }

  /**
   * Reads all whole answers; those behind one that cannot be read are so for their usage.
   *
   * @return one with all choices, or with the failed one alone: then all of it has failed
   */
  @Override
  public ChatResponse whole(byte[] bytes, int from, int to) {
    List<Choice> choices = new ArrayList<>(strands.size());
    ChatResponse first = null;
    Choice failed = null;
    RuntimeException unreadable = null;
    int end = from;
    for (int i = 0; i < strands.size(); i++) {
      int at = end;
      end += lengths[i];
      ChatResponse read;
      try {
        read = strands.get(i).whole(bytes, at, end);
      } catch (MalformedJson | MisshapenJson e) {
        unreadable = unreadable == null ? e : unreadable;
        continue;
      }
      usages[i] = read.usage();
      first = first == null ? read : first;
      if (!read.choices().isEmpty()) {
        Choice choice = indexed(read.choices().getFirst(), i);
        choices.add(choice);
        failed = hasFailed(choice) ? choice : failed;
      }
    }
    if (unreadable != null) {
      throw unreadable;
    }
    if (first == null) {
      throw new IllegalStateException("a braid of nothing");
    }
    return new ChatResponse(
        first.id(),
        first.createdSeconds(),
        first.model(),
        first.tier(),
        failed == null ? choices : List.of(failed),
        usage(),
        first.usageRest(),
        first.rest());
  }

  private static Choice indexed(Choice choice, int index) {
    return new Choice(index, choice.message(), choice.finish(), choice.logprobs(), choice.rest());
  }

  private static boolean hasFailed(Choice choice) {
    Finish finish = choice.finish();
    return finish != null && finish.reason() == FinishReason.ERROR;
  }

  @Override
  public StreamReader stream(StreamReader.Means means) {
    List<StreamReader> readers = new ArrayList<>(strands.size());
    for (Translation strand : strands) {
      readers.add(strand.stream(means));
    }
    return new Reader(readers);
  }

  @Override
  public String streamType() {
    return strands.getFirst().streamType();
  }

  @Override
  public Fault error(int status, HttpHeaders headers, byte[] bytes, int from, int to) {
    return strands.getFirst().error(status, headers, bytes, from, to);
  }

  /** Reads each strand by its own reader, and tells of all of them as of one. */
  private final class Reader implements StreamReader, EventSink {
    private final List<StreamReader> readers;
    private final List<Voice> voices = new ArrayList<>();
    private final boolean[] over;
    private @Nullable EventSink told;
    private boolean begun;

    Reader(List<StreamReader> readers) {
      this.readers = readers;
      this.over = new boolean[readers.size()];
      for (int i = 0; i < readers.size(); i++) {
        voices.add(new Voice(i, this));
      }
    }

    @Override
    public void feed(ByteBuf data, EventSink sink) {
      told = sink;
      StreamReader reader = readers.get(turn);
      if (!ending) {
        reader.feed(data, voices.get(turn));
        return;
      }
      data.release();
      reader.end(voices.get(turn));
    }

    @Override
    public void accept(ChatEvent event) {
      EventSink to = told;
      if (to == null || over[turn]) {
        return;
      }
      switch (event) {
        case ChatEvent.Start start -> {
          // Of all beginnings the first one is the answer's.
          if (!begun) {
            begun = true;
            to.accept(start);
          }
        }
        case ChatEvent.UsageReport report -> {
          usages[turn] = report.usage();
          to.accept(new ChatEvent.UsageReport(usage(), report.rest()));
        }
        case ChatEvent.End end -> {
          over[turn] = true;
          ended++;
          if (isComplete()) {
            to.accept(end);
          }
        }
        case ChatEvent.Failure failure -> {
          over[turn] = true;
          to.accept(failure);
        }
        default -> to.accept(event);
      }
    }

    /** Nothing: each strand has had its own end. */
    @Override
    public void end(EventSink sink) {}

    @Override
    public void close() {
      readers.forEach(StreamReader::close);
    }
  }
}
