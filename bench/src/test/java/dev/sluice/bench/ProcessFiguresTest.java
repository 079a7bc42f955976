package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProcessFiguresTest {

  private static final long WORK_NANOS = 100_000_000;

  private final List<Long> self = List.of(ProcessHandle.current().pid());

  @BeforeEach
  void onlyLinuxTellsThem() {
    assumeTrue(Files.exists(Path.of("/proc/self/stat")));
  }

  /** Compilers and the kernel's io workers come and go; what they took must not go with them. */
  @Test
  void theTimeOfAThreadThatHasEndedIsCounted() throws Exception {
    long before = ProcessFigures.cpuNanos(self);

    Thread worker = Thread.ofPlatform().start(ProcessFiguresTest::work);
    worker.join();

    assertThat(ProcessFigures.cpuNanos(self) - before).isGreaterThanOrEqualTo(WORK_NANOS * 9 / 10);
  }

  /** By its own processor time, not by a clock: it may have to wait for its turn. */
  private static void work() {
    java.lang.management.ThreadMXBean threads =
        java.lang.management.ManagementFactory.getThreadMXBean();
    long x = 1;
    while (threads.getCurrentThreadCpuTime() < WORK_NANOS) {
      for (int i = 0; i < 10_000; i++) {
        x = x * 31 + i;
      }
    }
    if (x == 0) {
      throw new IllegalStateException("never, yet the compiler cannot know");
    }
  }

  @Test
  void memoryThatIsNoFilesIsPartOfWhatIsResident() throws Exception {
    ProcessFigures.Memory memory = ProcessFigures.memory(self);

    assertThat(memory.anonymousBytes()).isGreaterThan(10_000_000);
    assertThat(memory.residentBytes()).isGreaterThan(memory.anonymousBytes());
  }
}
