package dev.sluice.engine;

import dev.sluice.access.Caller;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Settlement;
import dev.sluice.chat.Usage;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.FaultContext;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.Rendered;
import dev.sluice.dialect.ReplyWriter;
import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.Served;
import dev.sluice.net.LoopTicker;
import dev.sluice.net.ServerExchange;
import dev.sluice.protocol.sse.SseText;
import dev.sluice.provider.Credential;
import dev.sluice.provider.Provider;
import dev.sluice.routing.Plan;
import dev.sluice.routing.Router;
import dev.sluice.routing.Target;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request's life, from its complete body to the settlement of its answer. Owned by its event
 * loop: nothing here is called from elsewhere, and nothing here blocks.
 *
 * <h2>How it works</h2>
 *
 * <p>The dialect reads an inquiry, the router makes a plan, and the plan's targets are called one
 * after another until one of them answers. What a target sends back goes to an {@link Attempt},
 * which keeps a whole answer together or relays a stream; the exchange itself only decides what
 * happens next. As long as no content has reached the client, a failed target is replaced by the
 * next one unseen. After that, a failure ends the stream with the dialect's error event.
 *
 * <p>End, failure, timeout and a client that leaves may race within one turn of the loop; {@link
 * #ended} picks the first, so that every exchange is settled once.
 */
public final class Exchange implements LoopTicker.Ticked {

  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  private final ServerExchange client;
  private final Dialect dialect;
  private final RequestHead head;
  private final Caller caller;
  private final House house;
  private final long startedNanos;
  private final long completeNanos;
  private final Runnable whenEnded;
  private final RequestBytes body;

  /** What was asked, as long as its bytes are there. */
  private @Nullable Inquiry inquiry;

  private @Nullable Gist gist;
  private @Nullable Course course;
  private @Nullable ScheduledFuture<?> waiting;
  private final CredentialWait credentials = new CredentialWait();
  private @Nullable Fault firstFault;
  private @Nullable Attempt attempt;
  private long totalDeadlineNanos = Long.MAX_VALUE;
  private long firstByteNanos = -1;
  private long ownNanos = -1;
  private int statusSent;
  private LoopTicker.@Nullable Ticket ticket;
  private boolean draining;
  private boolean ended;

  Exchange(Engine.Visitor visitor, ByteBuf body, House house, Runnable whenEnded) {
    this.client = visitor.client();
    this.dialect = visitor.dialect();
    this.head = visitor.head();
    this.caller = visitor.caller();
    this.startedNanos = visitor.startedNanos();
    this.body = new RequestBytes(body);
    this.completeNanos = System.nanoTime();
    this.house = house;
    this.whenEnded = whenEnded;
  }

  /** Reads the request and calls the first target. */
  void begin() {
    ByteBuf bytes = body();
    if (bytes.readableBytes() > Aside.BYTES_MIN) {
      house
          .aside()
          .run(
              client.eventLoop(),
              bytes,
              () -> dialect.read(head, bytes),
              this::take,
              this::notBegun);
      return;
    }
    try {
      take(dialect.read(head, bytes));
    } catch (RuntimeException e) {
      notBegun(e);
    } catch (OutOfMemoryError e) {
      notBegun(Aside.starved(e));
    }
  }

  /** Goes on with what the request says, unless its client has left meanwhile; never throws. */
  private void take(Inquiry read) {
    if (ended) {
      return;
    }
    inquiry = read;
    gist = Gist.of(read);
    try {
      if (!house.serving().router().isStrange(read.model())
          || !house.loop().strangers().await(house.listing(), client.eventLoop(), this::proceed)) {
        proceed();
      }
    } catch (RuntimeException e) {
      notBegun(e);
    } catch (OutOfMemoryError e) {
      notBegun(Aside.starved(e));
    }
  }

  private void notBegun(RuntimeException e) {
    if (ended) {
      return;
    }
    if (e instanceof GatewayException refused) {
      refuse(refused.fault());
    } else {
      bug(e);
    }
  }

  /** Calls the first target, now that all names are known. */
  private void proceed() {
    if (ended) {
      return;
    }
    try {
      course =
          new Course(Admission.plan(house.serving(), caller, inquiry(), house.loop().random()));
      dialect.admitted(inquiry(), caller.name());
    } catch (RuntimeException e) {
      notBegun(e);
      return;
    }
    ticket = house.loop().ticker().add(this);
    callNext();
  }

  /** The client left before its answer had ended. */
  public void clientGone() {
    Attempt current = attempt;
    if (ended || draining) {
      return;
    }
    if (current != null && waiting == null && house.drains().begin(this, current)) {
      draining = true;
      letGo();
      current.drain();
    } else {
      abandoned();
    }
  }

  /**
   * The answer is not waited for any longer: one that is kept goes out, and otherwise the client is
   * told {@code fault}.
   */
  public void breakOff(Fault fault) {
    Attempt current = attempt;
    if (ended) {
      return;
    }
    if (current == null || waiting != null) {
      refuse(fault);
      return;
    }
    course().giveUp();
    // Whatever other targets have failed for is not why the client has no answer.
    firstFault = fault;
    current.fail(fault);
  }

  /** Nobody is told of the answer, and nothing more is waited for. */
  void abandoned() {
    settle(Settlement.Outcome.ABANDONED);
  }

  /** The client takes more, or no more. */
  public void writabilityChanged() {
    Attempt current = attempt;
    if (current == null || ended) {
      return;
    }
    if (client.isWritable()) {
      current.resume();
    } else {
      current.pause();
    }
  }

  /** Looks after deadlines. */
  @Override
  public void tick(long nowNanos) {
    Attempt current = attempt;
    if (ended || current == null || waiting != null) {
      return;
    }
    if (nowNanos - totalDeadlineNanos >= 0) {
      // The whole request is out of time, so another target would be, too.
      course().giveUp();
      current.timedOut(Fault.Timeout.TOTAL);
      return;
    }
    current.tick(nowNanos);
  }

  // What attempts tell.

  ServerExchange client() {
    return client;
  }

  Serving serving() {
    return house.serving();
  }

  Inquiry inquiry() {
    Inquiry read = inquiry;
    if (read == null) {
      throw new IllegalStateException("nothing was read, or it was let go of");
    }
    return read;
  }

  /** What is known of the request to the end. */
  Gist gist() {
    Gist known = gist;
    if (known == null) {
      throw new IllegalStateException("nothing was read");
    }
    return known;
  }

  long completeNanos() {
    return completeNanos;
  }

  /** The request's bytes, which stay the exchange's; there until the answer is certain. */
  ByteBuf body() {
    return body.get();
  }

  /** What this shares with the other exchanges of its loop. */
  House house() {
    return house;
  }

  /** Who writes the answer, now that {@code served} has begun one. */
  ReplyWriter reply(Served served) {
    return dialect.reply(head, inquiry(), served);
  }

  FaultContext faultContext() {
    Attempt current = attempt;
    Gist known = gist;
    // A name that is refused for its length is not sent back.
    boolean unnamed = known == null || known.model().length() > Router.NAME_CHARS_MAX;
    String model = unnamed ? null : gist().model();
    return new FaultContext(head, model, current == null ? null : current.served());
  }

  /** Notes that the answer's first byte has come from the provider. */
  void firstByte(long nowNanos) {
    if (firstByteNanos < 0) {
      firstByteNanos = nowNanos - completeNanos;
    }
  }

  /** Adds to the gateway's own part of the request's time. */
  void ownTime(long nanos) {
    ownNanos = Math.max(ownNanos, 0) + nanos;
  }

  /** Sends a comment to a client whose answer is silent, after the headers if need be. */
  void heartbeat() {
    if (ended || !client.isWritable()) {
      return;
    }
    Attempt current = attempt;
    if (!client.started() && current != null) {
      startStream(reply(current.served()));
    }
    client.write(SseText.heartbeat());
    client.flush();
  }

  /** Starts the streamed response, unless a comment has done so. */
  void startStream(ReplyWriter writer) {
    if (client.started()) {
      return;
    }
    HttpHeaders headers = Headers.answer(head.requestId(), attempt);
    writer.streamHeaders(headers);
    statusSent = HttpResponseStatus.OK.code();
    client.start(HttpResponseStatus.OK, headers);
  }

  /** Sends the whole answer. */
  void sendWhole(ReplyWriter writer, ByteBuf answer) {
    HttpHeaders headers = Headers.answer(head.requestId(), attempt);
    writer.wholeHeaders(headers);
    statusSent = HttpResponseStatus.OK.code();
    client.send(HttpResponseStatus.OK, headers, answer);
  }

  /**
   * The request is not needed again, as when an answer is certain: lets go of its bytes, and of all
   * that was made of them. Idempotent.
   */
  void letGo() {
    body.release();
    inquiry = null;
    Attempt current = attempt;
    if (current != null) {
      current.letGo();
    }
  }

  /** From here on the answer is that of {@code current}. */
  void follow(Attempt current) {
    attempt = current;
  }

  /** The current target failed; nothing of it has reached the client. */
  void attemptFailed(Fault fault) {
    if (ended) {
      return;
    }
    if (log.isDebugEnabled()) {
      log.debug("{}: {}: {}", head.requestId(), fault.getClass().getSimpleName(), fault.message());
    }
    if (!body.areHeld() || !renewsCredential(fault)) {
      goOn(fault);
    }
  }

  /** Whether the same target is asked again with a new credential, when that has come. */
  private boolean renewsCredential(Fault fault) {
    Runnable then =
        () -> {
          waiting = null;
          if (credentials.hasNew()) {
            retried(fault);
            callNext();
          } else {
            goOn(fault);
          }
        };
    waiting = credentials.forNew(fault, client.eventLoop(), then);
    return waiting != null;
  }

  /** Tries again, or another target, or gives up. */
  private void goOn(Fault fault) {
    // Only now: what a new credential has mended is nobody's fault.
    Fault first = firstFault == null ? fault : firstFault;
    firstFault = first;
    if (!body.areHeld()) {
      refuse(first);
    } else if (course().repeats(fault, inquiry().retryRule())) {
      retried(fault);
      long delayMillis = inquiry().retryRule().delay().toMillis();
      waiting = client.eventLoop().schedule(this::callNext, delayMillis, TimeUnit.MILLISECONDS);
    } else if (course().skipTo(fault)) {
      retried(fault);
      callNext();
    } else {
      refuse(first);
    }
  }

  private void retried(Fault fault) {
    Attempt failed = attempt;
    if (failed != null) {
      house.metrics().retried(failed.served().provider(), Rescue.reason(fault));
    }
  }

  /** The answer has been written to its end. */
  void completed() {
    settle(Settlement.Outcome.COMPLETED);
  }

  /** The answer broke off after content had reached the client, who is told so. */
  void brokenOff(Fault fault) {
    if (ended) {
      return;
    }
    if (log.isDebugEnabled()) {
      log.debug("{}: broken off: {}", head.requestId(), fault.message());
    }
    client.write(dialect.broken(fault, faultContext(), client.alloc()));
    client.end();
    settle(Settlement.Outcome.BROKEN);
  }

  /** Something that must not happen did: the answer ends, the gateway goes on. */
  void bug(RuntimeException e) {
    log.error("{}: internal error", head.requestId(), e);
    if (ended) {
      return;
    }
    if (client.started()) {
      // First, as a client whose answer is cut off is told of as one that has left.
      settle(Settlement.Outcome.BROKEN);
      client.abort();
      return;
    }
    refuse(new Fault.Internal("internal error; the request id is " + head.requestId()));
  }

  /** There is no memory for the answer, which ends with as little as can be. */
  void starved(OutOfMemoryError e) {
    if (ended) {
      return;
    }
    if (client.started()) {
      breakOffUntold();
    } else {
      refuse(Aside.starved(e).fault());
    }
  }

  /** Ends the exchange with no word, as there is no memory for any. */
  private void breakOffUntold() {
    settle(Settlement.Outcome.BROKEN);
    client.abort();
  }

  private void callNext() {
    waiting = null;
    Attempt before = attempt;
    if (before != null) {
      before.replaced();
    }
    Plan.Step step = course().step();
    Target target = step.target();
    int earlier = course().attempt();
    if (earlier == 0) {
      totalDeadlineNanos = startedNanos + target.timeouts().total().toNanos();
    }
    Provider provider = target.provider();
    Served served = new Served(provider.name(), target.model(), earlier);
    Attempt next = new Attempt(this, target, served);
    attempt = next;
    Credential credential = provider.credential(house.loop().random());
    Asking how = new Asking(this, next, step, credential, head);
    waiting =
        credentials.forFirst(
            credential, client.eventLoop(), target.timeouts().connect(), () -> ask(next, how));
    if (waiting == null) {
      ask(next, how);
    }
    if (earlier == 0) {
      ownTime(System.nanoTime() - completeNanos);
    }
  }

  private void ask(Attempt next, Asking how) {
    waiting = null;
    try {
      credentials.signing(how.credential());
      next.ask(how);
    } catch (GatewayException e) {
      // Another target may be asked next; what was set aside for this one goes back now.
      next.close();
      attemptFailed(e.fault());
    } catch (RuntimeException e) {
      bug(e);
    } catch (OutOfMemoryError e) {
      next.close();
      attemptFailed(Aside.starved(e).fault());
    }
  }

  Course course() {
    Course made = course;
    if (made == null) {
      throw new IllegalStateException("no plan was made");
    }
    return made;
  }

  /** Ends the exchange with an error, whatever memory there is for saying so. */
  private void refuse(Fault fault) {
    try {
      tell(fault);
    } catch (OutOfMemoryError _) {
      breakOffUntold();
    }
  }

  /** Tells of an error: as an answer, or as an event where a stream was begun. */
  private void tell(Fault fault) {
    FaultContext context = faultContext();
    if (client.started()) {
      // Only comments have gone out so far, but the status with them.
      client.write(dialect.broken(fault, context, client.alloc()));
      client.end();
      settle(Settlement.Outcome.BROKEN);
      return;
    }
    Rendered rendered = dialect.fault(fault, context);
    rendered.headers().set(Headers.REQUEST_ID, head.requestId());
    statusSent = rendered.status().code();
    client.send(
        rendered.status(),
        rendered.headers(),
        client.alloc().buffer(Math.max(1, rendered.body().length)).writeBytes(rendered.body()));
    settle(Settlement.Outcome.REFUSED);
  }

  private void settle(Settlement.Outcome outcome) {
    if (ended) {
      return;
    }
    ended = true;
    if (draining) {
      house.drains().end(this);
    }
    if (waiting != null) {
      waiting.cancel(false);
    }
    if (ticket != null) {
      ticket.remove();
    }
    body.release();
    Attempt last = attempt;
    Usage usage = Usage.NONE;
    Served served = null;
    if (last != null) {
      last.close();
      usage = last.usage();
      served = last.served();
    }
    Settlement.Shape shape =
        gist != null && gist.stream() ? Settlement.Shape.STREAM : Settlement.Shape.WHOLE;
    house
        .metrics()
        .settled(
            new Settlement(
                head.requestId(),
                dialect.name(),
                served == null ? null : served.provider(),
                served == null ? null : served.model(),
                draining ? Settlement.Outcome.ABANDONED : outcome,
                statusSent,
                shape,
                course == null ? 0 : course.attempts(),
                usage,
                new Settlement.Nanos(System.nanoTime() - startedNanos, firstByteNanos, ownNanos)));
    whenEnded.run();
  }
}
