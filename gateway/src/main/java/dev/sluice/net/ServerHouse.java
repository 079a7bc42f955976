package dev.sluice.net;

import dev.sluice.config.ServerSettings;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.time.Clock;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What all connections of a server share. Safe for all event loops. */
final class ServerHouse {

  final ServerHandler handler;
  final ServerSettings settings;
  final DirectMemory memory;
  final AtomicInteger connections = new AtomicInteger();
  final AtomicInteger exchanges = new AtomicInteger();
  final LongAdder refusedConnections = new LongAdder();

  private final IdentityHashMap<EventLoop, ServerLoop> loops = new IdentityHashMap<>();
  private volatile boolean draining;

  ServerHouse(
      ServerHandler handler, ServerSettings settings, DirectMemory memory, List<EventLoop> loops) {
    this.handler = handler;
    this.settings = settings;
    this.memory = memory;
    for (EventLoop loop : loops) {
      this.loops.put(loop, new ServerLoop(loop, Clock.systemUTC()));
    }
  }

  ServerLoop loop(EventLoop loop) {
    ServerLoop found = loops.get(loop);
    if (found == null) {
      throw new IllegalStateException("an event loop that was not told of");
    }
    return found;
  }

  /** How long a client may leave its answer unread now. */
  long stallNanos() {
    return memory.stallNanos(settings.timeouts().stall().toNanos());
  }

  boolean isDraining() {
    return draining;
  }

  void drain() {
    draining = true;
  }

  HttpDecoderConfig decoderConfig() {
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(settings.limits().url().intBytes())
        .setMaxHeaderSize(settings.limits().headers().intBytes())
        .setAllowDuplicateContentLengths(false)
        .setStrictLineParsing(true)
        .setValidateHeaders(true);
  }
}
