package dev.sluice.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ends this process, and those it was told of, when the harness is gone, even when that was killed:
 * the harness holds the other end of this process's standard input. Lines are {@code +PID}, {@code
 * -PID}, and the path of a folder that is to be removed at last.
 */
final class Leash {

  private static final long ENDING_SECONDS_MAX = 10;

  private final Map<Long, ProcessHandle> held = new HashMap<>();
  private @Nullable Path folder;

  private Leash() {}

  /** Watches standard input from now on. */
  static void hold() {
    Thread.ofPlatform().daemon().name("leash").start(new Leash()::watch);
  }

  private void watch() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      String line;
      while ((line = in.readLine()) != null) {
        take(line);
      }
    } catch (IOException _) {
      // As good as the end of it.
    }
    held.values().forEach(Leash::end);
    if (folder != null) {
      remove(folder);
    }
    Runtime.getRuntime().halt(0);
  }

  private void take(String line) {
    if (line.startsWith("/")) {
      folder = Path.of(line);
      return;
    }
    long pid = Long.parseLong(line, 1, line.length(), 10);
    if (line.startsWith("+")) {
      // A handle knows when its process began, so that a number used again is not mistaken.
      ProcessHandle.of(pid).ifPresent(process -> held.put(pid, process));
    } else {
      held.remove(pid);
    }
  }

  /** Asks a process to end and, if it does not for a while, makes it. */
  static void end(ProcessHandle process) {
    process.destroy();
    try {
      process.onExit().get(ENDING_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException _) {
      process.destroyForcibly();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  /** Removes a folder with all that is in it, as far as it lets itself be removed. */
  static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("not removed: " + folder + " (" + e + ")");
    }
  }
}
