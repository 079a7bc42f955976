package dev.sluice.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What one client's HTTP/1 connection brought before its turn: requests that came while an earlier
 * one was answered. With something in here reading stops, and few requests are decoded ahead. Owned
 * by the connection's event loop, and owns what waits in it.
 */
final class Pipelined {

  /** How many requests are decoded before their turn. */
  private static final int AHEAD_MAX = 16;

  private final StrictRequestDecoder decoder;
  private final ArrayDeque<Object> waiting = new ArrayDeque<>();

  Pipelined(StrictRequestDecoder decoder) {
    this.decoder = decoder;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Takes {@code message} over until it is its turn. */
  void add(Channel channel, Object message) {
    waiting.add(message);
    channel.config().setAutoRead(false);
    // A request and its end, or rather more with a body.
    if (waiting.size() >= 2 * AHEAD_MAX) {
      decoder.hold();
    }
  }

  /** What comes next and is the caller's then; {@code null} for nothing. */
  @Nullable Object next() {
    return waiting.poll();
  }

  /**
   * What comes next, where that belongs to the request that has begun; {@code null} for nothing.
   */
  @Nullable Object nextOfSameRequest() {
    return waiting.peek() instanceof HttpRequest ? null : waiting.poll();
  }

  /** Reads on, once nothing waits any more. */
  void resume(Channel channel) {
    channel.config().setAutoRead(true);
    ChannelHandlerContext ctx = channel.pipeline().context(decoder);
    if (ctx != null) {
      decoder.resume(ctx);
    }
  }

  /** Gives back what waits: its turn never comes. */
  void release() {
    Object message;
    while ((message = waiting.poll()) != null) {
      ReferenceCountUtil.release(message);
    }
  }
}
