package dev.sluice.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Notices that a file has changed. It looks at the content once a second instead of waiting for the
 * system's notices: those miss files that are replaced by a rename, behind a symbolic link or on a
 * network's drive, which is how configurations are mostly delivered.
 */
public final class SettingsWatcher implements AutoCloseable {

  private static final long LOOK_MILLIS = 1000;

  private final Path file;
  private final Runnable changed;
  private final LinkedBlockingQueue<Nudge> nudges = new LinkedBlockingQueue<>();
  private final Thread thread;
  private byte[] seen;

  private enum Nudge {
    RELOAD,
    CLOSE
  }

  /**
   * A watcher that does not look yet.
   *
   * @param changed run on the watcher's own thread, one at a time
   */
  public SettingsWatcher(Path file, Runnable changed) {
    this.file = file;
    this.changed = changed;
    this.seen = content();
    this.thread = Thread.ofVirtual().name("settings-watcher").unstarted(this::watch);
  }

  /** Looks from here on. */
  public void start() {
    thread.start();
  }

  /** Tells of a change at once, whether there is one or not. */
  public void reloadNow() {
    nudges.add(Nudge.RELOAD);
  }

  @Override
  public void close() {
    nudges.add(Nudge.CLOSE);
  }

  private void watch() {
    try {
      while (true) {
        Nudge nudge = nudges.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (nudge == Nudge.CLOSE) {
          return;
        }
        byte[] now = content();
        // An empty file is one that is just being written.
        boolean differs = now.length > 0 && !Arrays.equals(now, seen);
        if (nudge == Nudge.RELOAD || differs) {
          seen = now;
          changed.run();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] content() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException _) {
      // A file that is being replaced is there again at the next look.
      return new byte[0];
    }
  }
}
