package dev.sluice.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Notices that a file has changed. It looks at the content once a second instead of waiting for the
 * system's notices: those miss files that are replaced by a rename, behind a symbolic link or on a
 * network's drive, which is how configurations are mostly delivered. What references in the file
 * stand for is not looked at; {@link #reloadNow} is for that.
 */
public final class SettingsWatcher implements AutoCloseable {

  private static final long LOOK_MILLIS = 1000;

  /** A change must stay this long before it counts, since it may be half written. */
  private static final long SETTLE_MILLIS = 100;

  /** More need not wait: each makes the file be read anew. */
  private static final int NUDGES_MAX = 4;

  private static final byte[] NOTHING = new byte[0];

  private final Path file;
  private final BlockingQueue<Nudge> nudges = new ArrayBlockingQueue<>(NUDGES_MAX);
  private volatile boolean closed;

  // Owned by whoever made the watcher until it starts, then by its thread.
  private byte[] told;
  private byte[] seen;

  private enum Nudge {
    RELOAD,
    CLOSE
  }

  /** A watcher of what {@code file} holds from now on; make it before the file is loaded. */
  public SettingsWatcher(Path file) {
    this.file = file;
    this.told = content();
    this.seen = told;
  }

  /**
   * Looks from here on, until it is closed. To be called once.
   *
   * @param changed run on the watcher's own thread, one at a time; must not throw
   */
  public void start(Runnable changed) {
    Thread.ofVirtual().name("settings-watcher").start(() -> watch(changed));
  }

  /** Tells of a change soon, whether there is one or not. */
  public void reloadNow() {
    nudges.offer(Nudge.RELOAD);
  }

  @Override
  public void close() {
    closed = true;
    nudges.offer(Nudge.CLOSE);
  }

  private void watch(Runnable changed) {
    try {
      while (!closed) {
        Nudge nudge =
            nudges.poll(isSettling() ? SETTLE_MILLIS : LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (closed) {
          return;
        }
        if (nudge == Nudge.RELOAD) {
          seen = content();
          told = seen;
          changed.run();
        } else if (look()) {
          changed.run();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once, and says whether to tell of a change: one that two looks have found alike. */
  boolean look() {
    byte[] now = content();
    boolean stays = Arrays.equals(now, seen);
    seen = now;
    // An empty file is one that is just being written.
    if (!stays || now.length == 0 || Arrays.equals(now, told)) {
      return false;
    }
    told = now;
    return true;
  }

  private boolean isSettling() {
    return seen.length > 0 && !Arrays.equals(seen, told);
  }

  private byte[] content() {
    try {
      return TextFile.bytes(file, SettingsLoader.FILE_BYTES_MAX + 1);
    } catch (IOException _) {
      // A file that is being replaced is there again at the next look.
      return NOTHING;
    }
  }
}
