package dev.sluice.engine;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Usage;
import dev.sluice.dialect.ReplyWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.net.ServerExchange;
import dev.sluice.protocol.openai.ChunkReader;
import dev.sluice.protocol.openai.ContentParts;
import dev.sluice.protocol.openai.ErrorReader;
import dev.sluice.protocol.sse.Frame;
import dev.sluice.protocol.sse.FrameScanner;
import dev.sluice.protocol.sse.FrameSink;
import dev.sluice.protocol.sse.FrameTooLarge;
import dev.sluice.provider.KnownProvider;
import dev.sluice.provider.translation.ProviderFaults;
import dev.sluice.provider.translation.StreamReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer: frames are handed on as they come; only those that carry usage, a finish
 * reason, an error or the end are looked into. Whole frames only reach the client, so that whatever
 * the gateway has to say stands between two of them.
 */
final class StreamedAnswer implements Attempt.Answer, FrameSink {

  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final int LEADING_BYTES_MAX = 16 * 1024;

  private final Attempt attempt;
  private final ServerExchange client;
  private final ChunkReader reader = new ChunkReader();
  private final FrameScanner scanner;
  private final @Nullable Interpreter interpreter;
  private final boolean flattens;
  private final @Nullable AskedName naming;

  private @Nullable ReplyWriter writer;
  private @Nullable Fault failure;
  private @Nullable ByteBuf leading;
  private int found;
  private int chunks;
  private long previousNanos;
  private long nowNanos;
  private boolean everyFrame;
  private boolean shown;
  private boolean over;
  private boolean closed;
  private boolean ending;

  StreamedAnswer(Attempt attempt, @Nullable Interpreter interpreter) {
    this.attempt = attempt;
    this.interpreter = interpreter;
    this.naming = attempt.naming();
    this.flattens = attempt.target().provider().rewriting() != null;
    Exchange exchange = attempt.exchange();
    this.client = exchange.client();
    this.scanner =
        new FrameScanner(
            exchange.serving().limits().frameBytesMax(),
            client.alloc(),
            this,
            exchange.house().loop().scratch());
    if (interpreter != null) {
      interpreter.begin(
          new StreamReader.Means(
              exchange.serving().limits().frameBytesMax(),
              client.alloc(),
              exchange.house().loop().scratch()));
    }
    this.previousNanos = exchange.completeNanos();
    exchange.house().openStreams().increment();
  }

  @Override
  public void data(ByteBuf data, long now) {
    nowNanos = now;
    try {
      Interpreter reading = interpreter;
      if (reading == null) {
        scanner.feed(data);
      } else {
        interpreted(reading, reading.feed(data));
      }
    } catch (FrameTooLarge _) {
      failure = new Fault.UpstreamUnreachable("the provider sent a frame that is too large");
    }
    previousNanos = now;
    Fault failed = failure;
    if (failed != null && !over) {
      over = true;
      attempt.fail(failed);
      return;
    }
    if (!client.isWritable()) {
      attempt.pause();
    }
  }

  /**
   * Takes what the provider said as OpenAI's protocol says it, and what broke it off behind that.
   */
  private void interpreted(Interpreter reading, ByteBuf frames) {
    if (!frames.isReadable()) {
      frames.release();
    } else if (shown && !everyFrame && naming == null && reading.hasOnlyPieces()) {
      chunks += reading.chunks();
      pass(frames);
    } else {
      scanner.feed(frames);
    }
    if (failure == null) {
      failure = reading.failure();
    }
  }

  @Override
  public Verdict look(byte[] bytes, int dataFrom, int dataTo) {
    found = reader.look(bytes, dataFrom, dataTo);
    if ((found & ChunkReader.PARTS) != 0 && !flattens) {
      found &= ~ChunkReader.PARTS;
    }
    if (naming == null) {
      found &= ~ChunkReader.MODELS;
    }
    if (ending) {
      return Verdict.TAKE;
    }
    if (found == ChunkReader.DULL) {
      chunks++;
      return chunks == 1 || everyFrame || naming != null ? Verdict.TAKE : Verdict.PASS;
    }
    return found == ChunkReader.EMPTY && shown ? Verdict.PASS : Verdict.TAKE;
  }

  @Override
  public void pass(ByteBuf frames) {
    if (over || failure != null || attempt.isDrained()) {
      frames.release();
      return;
    }
    client.write(frames);
    attempt.told(nowNanos);
  }

  @Override
  public void take(Frame frame) {
    boolean unfinished = ending && (found & ChunkReader.DONE) == 0;
    if (over || failure != null || unfinished || isUntold()) {
      frame.buffer().release();
    } else if (found == ChunkReader.EMPTY) {
      hold(frame.buffer());
    } else if ((found & ChunkReader.DONE) != 0) {
      complete(frame.buffer());
    } else if ((found & ChunkReader.MALFORMED) != 0) {
      frame.buffer().release();
      failure = new Fault.UpstreamUnreachable("the provider sent a frame that is not JSON");
    } else if ((found & ChunkReader.ERROR) != 0) {
      frame.buffer().release();
      failure =
          ProviderFaults.within(ErrorReader.read(frame.bytes(), frame.dataFrom(), frame.dataTo()));
    } else {
      chunk(frame);
    }
  }

  /** Whether the frame at hand is of no use, as nobody is told and no end or error stands in it. */
  private boolean isUntold() {
    int matters = ChunkReader.DONE | ChunkReader.MALFORMED | ChunkReader.ERROR;
    return (found & matters) == 0 && attempt.isDrained();
  }

  /**
   * Keeps a comment that comes before the answer: passed on at once it would commit the status, and
   * a target that then fails could no longer be replaced unseen.
   */
  private void hold(ByteBuf comment) {
    ByteBuf held = leading;
    if (held == null) {
      held = client.alloc().buffer(comment.readableBytes());
      leading = held;
    }
    if (held.readableBytes() + comment.readableBytes() <= LEADING_BYTES_MAX) {
      held.writeBytes(comment);
    }
    comment.release();
  }

  /** A frame that the dialect adds to, or that is the gateway's alone. */
  private void chunk(Frame frame) {
    if (found != ChunkReader.DULL) {
      chunks++;
    }
    Frame named = named(frame);
    if ((found & ChunkReader.PARTS) != 0) {
      flatten(named);
    } else {
      tell(named);
    }
  }

  /** A frame with the client's name for the model, where that is wanted. */
  private Frame named(Frame frame) {
    AskedName to = naming;
    if (to == null) {
      return frame;
    }
    return (found & ChunkReader.MODELS) == 0
        ? to.frame(frame, client.alloc())
        : to.frameOfSeveral(frame, client.alloc());
  }

  /** Says a frame in the words of OpenAI's clients, where the provider has others. */
  private void flatten(Frame frame) {
    byte[] flat;
    try {
      flat = ContentParts.flattened(frame.bytes(), frame.dataFrom(), frame.dataTo());
    } catch (MalformedJson | MisshapenJson _) {
      flat = null;
    }
    if (flat == null) {
      tell(frame);
      return;
    }
    frame.buffer().release();
    ByteBuf written = client.alloc().buffer(flat.length + DATA.length + 2);
    written.writeBytes(DATA).writeBytes(flat).writeByte('\n').writeByte('\n');
    tell(new Frame(written, flat, 0, flat.length, DATA.length));
  }

  private void tell(Frame frame) {
    boolean usage = (found & ChunkReader.USAGE) != 0;
    boolean wanted = attempt.exchange().gist().usageWanted();
    if (usage && (found & ChunkReader.NO_CHOICES) != 0 && !wanted) {
      // The provider was asked for it on the gateway's account; a client that was not would index
      // into choices that are empty.
      frame.buffer().release();
      return;
    }
    ReplyWriter to = begin();
    boolean edge = chunks == 1 || (found & (ChunkReader.FINISH | ChunkReader.USAGE)) != 0;
    if (!edge && !everyFrame) {
      write(frame.buffer());
      return;
    }
    boolean last = usage || ((found & ChunkReader.FINISH) != 0 && !wanted);
    long since = last || chunks == 1 ? attempt.exchange().completeNanos() : previousNanos;
    ReplyWriter.Edge told =
        new ReplyWriter.Edge(
            chunks - 1, last, TimeUnit.NANOSECONDS.toMillis(nowNanos - since), reader.usage());
    try {
      write(to.frame(frame, told, client.alloc()));
    } catch (GatewayException e) {
      failure = e.fault();
    }
  }

  /** Writes what a dialect made of a frame, unless it keeps the frame to itself. */
  private void write(ByteBuf written) {
    if (written.isReadable()) {
      attempt.told(nowNanos);
      client.write(written);
    } else {
      written.release();
    }
  }

  /** The writer, and with the first call the response's start: from here on the answer is shown. */
  private ReplyWriter begin() {
    ReplyWriter made = writer;
    if (made == null) {
      Exchange exchange = attempt.exchange();
      made = exchange.reply(attempt.told());
      writer = made;
      everyFrame = made.interest() == ReplyWriter.FrameInterest.EVERY;
      exchange.startStream(made);
      ByteBuf held = leading;
      if (held != null) {
        leading = null;
        client.write(held);
      }
      exchange.letGo();
      exchange.ownTime(System.nanoTime() - nowNanos);
      shown = true;
      attempt.told(nowNanos);
    }
    return made;
  }

  /** The provider has said that its answer is complete. */
  private void complete(ByteBuf mark) {
    over = true;
    if (attempt.isDrained()) {
      mark.release();
    } else {
      write(begin().rest(client.alloc()));
      client.write(mark);
      client.end();
    }
    attempt.trail();
    attempt.exchange().completed();
  }

  @Override
  public void readComplete() {
    if (shown && !over && !attempt.isDrained()) {
      client.flush();
    }
  }

  @Override
  public void end() {
    nowNanos = System.nanoTime();
    Interpreter reading = interpreter;
    if (reading != null) {
      interpreted(reading, reading.end());
    }
    // What nobody ended is no frame; only the mark of the end is taken without its blank line.
    ending = true;
    scanner.end();
    if (over) {
      return;
    }
    attempt.over();
    Fault failed = failure;
    if (failed == null
        && reader.finished()
        && attempt.target().provider().ending() == KnownProvider.StreamEnding.TRANSFER_END) {
      complete(attempt.isDrained() ? Unpooled.EMPTY_BUFFER : begin().done(client.alloc()));
      return;
    }
    over = true;
    attempt.fail(
        failed != null
            ? failed
            : new Fault.UpstreamUnreachable("the provider's stream ended before it was complete"));
  }

  @Override
  public void clientGone() {
    // What a dialect keeps of the answer goes with its writer.
    writer = null;
    everyFrame = false;
    releaseLeading();
  }

  @Override
  public Usage usage() {
    return reader.usage();
  }

  @Override
  public boolean shown() {
    return shown;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      over = true;
      scanner.close();
      releaseLeading();
      attempt.exchange().house().openStreams().decrement();
    }
  }

  private void releaseLeading() {
    ByteBuf held = leading;
    if (held != null) {
      leading = null;
      held.release();
    }
  }
}
