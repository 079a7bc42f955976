package dev.sluice.net;

import static org.awaitility.Awaitility.await;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTickerTest {

  private final EventLoop loop = new DefaultEventLoop();
  private final LoopTicker ticker = new LoopTicker(loop);

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
  }

  private AtomicInteger counted() throws Exception {
    AtomicInteger ticks = new AtomicInteger();
    loop.submit(() -> ticker.add(_ -> ticks.incrementAndGet())).sync();
    return ticks;
  }

  @Test
  void whatBreaksInOneIsNotTheOthersAffair() throws Exception {
    AtomicInteger before = counted();
    AtomicInteger broken = new AtomicInteger();
    loop.submit(() ->
            ticker.add(_ -> {
              broken.incrementAndGet();
              throw new OutOfMemoryError("none left, says the test");
            }))
        .sync();
    AtomicInteger behind = counted();

    await().until(() -> before.get() > 1 && broken.get() > 1 && behind.get() > 1);
    AtomicInteger later = counted();
    await().until(() -> later.get() > 1);
  }
}
