package dev.sluice.dialect.assemblyai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.assemblyai.RateWindows.Standing;
import dev.sluice.dialect.assemblyai.RateWindows.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateWindowsTest {

  private final AtomicLong clock = new AtomicLong(-5_000_000_000L);
  private final RateWindows windows = new RateWindows(2, Duration.ofSeconds(60), clock::get);

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  @Test
  void aWindowTakesItsRequestsAndNoMore() {
    assertThat(windows.take("a", "m")).isEqualTo(new Standing(Verdict.ADMITTED, 2, 1, 60));
    pass(Duration.ofMillis(59_500));
    assertThat(windows.take("a", "m")).isEqualTo(new Standing(Verdict.ADMITTED, 2, 0, 1));
    assertThat(windows.take("a", "m")).isEqualTo(new Standing(Verdict.REFUSED, 2, 0, 1));
    pass(Duration.ofMillis(500));
    assertThat(windows.take("a", "m")).isEqualTo(new Standing(Verdict.ADMITTED, 2, 1, 60));
  }

  @Test
  void pairsAreCountedApart() {
    windows.take("a", "m");
    windows.take("a", "m");

    assertThat(windows.take("a", "n").verdict()).isEqualTo(Verdict.ADMITTED);
    assertThat(windows.take("b", "m").verdict()).isEqualTo(Verdict.ADMITTED);
    assertThat(windows.take("a", "m").verdict()).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void beyondTheBoundNewPairsShareAWindowUntilOldOnesAreLetGo() {
    for (int i = 0; i < RateWindows.PAIRS_MAX; i++) {
      windows.take("a", "m" + i);
    }

    windows.take("a", "new1");
    windows.take("a", "new2");
    assertThat(windows.take("a", "new3").verdict()).isEqualTo(Verdict.REFUSED);
    pass(Duration.ofSeconds(60));
    windows.take("a", "new1");
    windows.take("a", "new2");
    assertThat(windows.take("a", "new3").verdict()).isEqualTo(Verdict.ADMITTED);
  }

  @Test
  void manyThreadsTogetherGetWhatOneWould() throws InterruptedException {
    RateWindows shared = new RateWindows(1000, Duration.ofDays(1), clock::get);
    AtomicInteger admitted = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 500; i++) {
                  if (shared.take("a", "m").verdict() == Verdict.ADMITTED) {
                    admitted.incrementAndGet();
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(admitted.get()).isEqualTo(1000);
  }
}
