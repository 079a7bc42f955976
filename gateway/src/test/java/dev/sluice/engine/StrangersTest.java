package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StrangersTest {

  @Test
  void aListingThatCannotBeginKeepsNobodyWaiting() {
    // Nothing is served, so that there is nothing to be listed.
    ModelListing listing = new ModelListing(new Engine(List.of(), null, null, null, null));
    EventLoop loop = new DefaultEventLoop();
    Strangers strangers = new Strangers();
    AtomicInteger told = new AtomicInteger();

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> strangers.await(listing, loop, told::incrementAndGet))
          .isInstanceOf(RuntimeException.class);
    }
    assertThat(told).hasValue(0);
    loop.shutdownGracefully();
  }
}
