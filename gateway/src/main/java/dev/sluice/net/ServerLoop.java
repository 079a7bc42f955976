package dev.sluice.net;

import io.netty.channel.EventLoop;
import java.time.Clock;

/**
 * What the server's connections on one event loop share.
 *
 * @param ticker looks after their deadlines
 * @param date the time in headers
 */
record ServerLoop(LoopTicker ticker, HttpDate date) {

  ServerLoop(EventLoop loop, Clock clock) {
    this(new LoopTicker(loop), new HttpDate(clock));
  }
}
