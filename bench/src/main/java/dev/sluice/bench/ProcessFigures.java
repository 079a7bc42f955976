package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the operating system counted for processes, from Linux's {@code /proc}. */
final class ProcessFigures {

  /** The unit of times in {@code /proc/PID/stat}: Linux shows hundredths on every machine. */
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Where user time stands among what follows the program's name; kernel time is next. */
  private static final int USER_TIME_INDEX = 11;

  private ProcessFigures() {}

  /** Memory in bytes: all that is resident, and what of it is no file's. */
  record Memory(long residentBytes, long anonymousBytes) {}

  /**
   * User and kernel time that all threads took, in nanoseconds, exact to 10 ms a process. The
   * process's own sum is read and not its threads' one by one, since that forgets threads that have
   * ended, as compilers and the kernel's io workers do. The kernel scales it to what its scheduler
   * measured.
   *
   * @throws IOException where a process is gone
   */
  static long cpuNanos(List<Long> pids) throws IOException {
    long ticks = 0;
    for (long pid : pids) {
      String text = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // A program's name may hold spaces; the last bracket ends it.
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
      ticks +=
          Long.parseLong(fields[USER_TIME_INDEX]) + Long.parseLong(fields[USER_TIME_INDEX + 1]);
    }
    return ticks * TICK_NANOS;
  }

  /**
   * Memory of all of them together.
   *
   * @throws IOException where a process is gone
   */
  static Memory memory(List<Long> pids) throws IOException {
    long resident = 0;
    long anonymous = 0;
    for (long pid : pids) {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
        if (line.startsWith("VmRSS:")) {
          resident += kilobytes(line) * 1024;
        } else if (line.startsWith("RssAnon:")) {
          anonymous += kilobytes(line) * 1024;
        }
      }
    }
    return new Memory(resident, anonymous);
  }

  private static long kilobytes(String line) {
    return Long.parseLong(line.substring(line.indexOf(':') + 1, line.lastIndexOf(' ')).strip());
  }
}
