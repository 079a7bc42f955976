package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectMemoryTest {

  @ParameterizedTest
  @CsvSource({"0, 60000", "75, 60000", "76, 9366", "80, 6833", "89, 1133", "90, 500", "120, 500"})
  void theMoreIsTakenTheLessTimeClientsHave(long taken, long millis) {
    DirectMemory memory = new DirectMemory(() -> taken, () -> 0, 100);

    long nanos = memory.stallNanos(Duration.ofSeconds(60).toNanos());

    assertThat(Duration.ofNanos(nanos).toMillis()).isEqualTo(millis);
  }

  @Test
  void nobodyGetsMoreTimeThanTheSettingsGive() {
    DirectMemory memory = new DirectMemory(() -> 76, () -> 0, 100);

    assertThat(memory.stallNanos(7)).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "90, false", "91, true"})
  void itIsShortWhereHardlyAnyIsLeft(long taken, boolean isShort) {
    assertThat(new DirectMemory(() -> taken, () -> 0, 100).isShort()).isEqualTo(isShort);
  }

  @Test
  void whatThePoolHoldsInStoreIsNotTakenButNotCountedOnEither() {
    DirectMemory memory = new DirectMemory(() -> 95, () -> 60, 100);

    assertThat(memory.bytes()).isEqualTo(35);
    assertThat(memory.isShort()).isFalse();
    assertThat(memory.stallNanos(7_000_000_000L)).isEqualTo(7_000_000_000L);
    assertThat(memory.isScarce()).isTrue();
  }

  @Test
  void littleIsReadAtOnceWhereItIsScarce() {
    AtomicLong taken = new AtomicLong(75);
    RecvByteBufAllocator.ExtendedHandle reads =
        new ThriftyReads(new DirectMemory(taken::get, () -> 0, 100)).newHandle();
    assertThat(reads.guess()).isEqualTo(2048);

    taken.set(76);

    assertThat(reads.guess()).isEqualTo(1024);
    ByteBuf buffer = reads.allocate(UnpooledByteBufAllocator.DEFAULT);
    assertThat(buffer.writableBytes()).isEqualTo(1024);
    buffer.release();
  }

  @Test
  void otherwiseSocketsAreReadAsNettyReadsThem() {
    RecvByteBufAllocator ours = new ThriftyReads(new DirectMemory(() -> 0, () -> 0, 100));
    Channel channel = new NioSocketChannel();
    try {
      assertThat(readsInTurn(ours, channel))
          .isEqualTo(readsInTurn(channel.config().getRecvByteBufAllocator(), channel))
          .isGreaterThan(1);
    } finally {
      channel.unsafe().closeForcibly();
    }
  }

  /** How often a socket is read that always fills its buffer. */
  private static int readsInTurn(RecvByteBufAllocator allocator, Channel channel) {
    RecvByteBufAllocator.ExtendedHandle reads =
        (RecvByteBufAllocator.ExtendedHandle) allocator.newHandle();
    reads.reset(channel.config());
    int count = 0;
    do {
      ByteBuf buffer = reads.allocate(UnpooledByteBufAllocator.DEFAULT);
      reads.attemptedBytesRead(buffer.writableBytes());
      reads.lastBytesRead(buffer.writableBytes());
      buffer.release();
      reads.incMessagesRead(1);
      count++;
    } while (reads.continueReading());
    return count;
  }

  @Test
  void whatIsNotCountedIsNeverShort() {
    DirectMemory memory = new DirectMemory(() -> Long.MAX_VALUE, () -> 0, 0);

    assertThat(memory.isShort()).isFalse();
    assertThat(memory.stallNanos(7)).isEqualTo(7);
  }
}
