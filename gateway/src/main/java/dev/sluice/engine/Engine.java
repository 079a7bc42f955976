package dev.sluice.engine;

import dev.sluice.access.Caller;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.RequestHead;
import dev.sluice.net.LoopTicker;
import dev.sluice.net.ServerExchange;
import dev.sluice.observe.Metrics;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * The corridor's entrance: takes requests from the front door and starts their exchanges. Safe to
 * call from every event loop; an exchange stays on its own.
 */
public final class Engine {

  private final IdentityHashMap<EventLoop, EngineLoop> loops = new IdentityHashMap<>();
  private final AtomicReference<Serving> serving;
  private final Metrics metrics;
  private final Holdings holdings;
  private final Aside aside = new Aside();
  private final Aside checks = new Aside();
  private final Drains drains;
  private final LongAdder openStreams = new LongAdder();
  private final ModelListing listing = new ModelListing(this);

  /**
   * An engine.
   *
   * @param loops all event loops that requests come from
   * @param serving what is served at first
   * @param holdings counts what large answers hold
   * @param drains counts exchanges that go on without their clients
   */
  public Engine(
      List<EventLoop> loops, Serving serving, Metrics metrics, Holdings holdings, Drains drains) {
    for (EventLoop loop : loops) {
      this.loops.put(loop, new EngineLoop(new LoopTicker(loop)));
    }
    this.serving = new AtomicReference<>(serving);
    this.metrics = metrics;
    this.holdings = holdings;
    this.drains = drains;
  }

  /** What new exchanges are served from. */
  public Serving serving() {
    return serving.get();
  }

  /** Lists what is served. */
  public ModelListing listing() {
    return listing;
  }

  /** Serves new exchanges from {@code next}; those under way keep what they have. */
  public void serve(Serving next) {
    serving.set(next);
  }

  /** What large bodies and answers hold. */
  public Holdings holdings() {
    return holdings;
  }

  /** Exchanges that go on without their clients. */
  public Drains drains() {
    return drains;
  }

  /** Streamed answers under way. */
  public long openStreams() {
    return openStreams.sum();
  }

  /**
   * A request whose head has been let in.
   *
   * @param client where the answer goes
   * @param dialect the front door that reads the request and writes the answer
   * @param startedNanos when the request's head arrived, by {@link System#nanoTime}
   */
  public record Visitor(
      ServerExchange client, Dialect dialect, RequestHead head, Caller caller, long startedNanos) {}

  /**
   * Starts an exchange whose request is complete.
   *
   * @param body array-backed; owned by the exchange from here on
   * @param whenEnded told once, on the client's event loop, perhaps before this method returns
   */
  public Exchange start(Visitor visitor, ByteBuf body, Runnable whenEnded) {
    EngineLoop loop = loop(visitor.client().eventLoop());
    House house =
        new House(
            serving.get(), loop, metrics, holdings, aside, checks, openStreams, listing, drains);
    Exchange exchange = new Exchange(visitor, body, house, whenEnded);
    exchange.begin();
    return exchange;
  }

  private EngineLoop loop(EventLoop loop) {
    EngineLoop found = loops.get(loop);
    if (found == null) {
      throw new IllegalStateException("an event loop that was not told of");
    }
    return found;
  }
}
