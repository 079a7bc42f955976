package dev.sluice.fuzz;

import dev.sluice.chat.GatewayException;
import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import java.util.Optional;
import java.util.function.Supplier;

/** What holds for every reader and writer, whatever came. */
public final class Checks {

  /** The most that one byte becomes: a small frame is said with an id, a model and a time. */
  private static final long GROWTH_MAX = 128;

  private static final long BYTES_BESIDES_MAX = 64 * 1024;
  private static final int DEPTH_MAX = 2000;

  private Checks() {}

  /** What {@code reading} returns; nothing where the text is refused. */
  public static <T> Optional<T> read(Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (MalformedJson | MisshapenJson _) {
      return Optional.empty();
    }
  }

  /** What {@code making} returns; nothing where it cannot be made of what was asked. */
  public static <T> Optional<T> made(Supplier<T> making) {
    try {
      return Optional.of(making.get());
    } catch (GatewayException _) {
      return Optional.empty();
    }
  }

  /** Fails where {@code written} is out of proportion to what was read. */
  public static void bounded(long written, int readBytes) {
    if (written > GROWTH_MAX * readBytes + BYTES_BESIDES_MAX) {
      throw new IllegalStateException(written + " bytes were made of " + readBytes);
    }
  }

  /** Fails where {@code written} is not JSON, or out of proportion to what was read. */
  public static void wellFormed(JsonWriter written, int readBytes) {
    byte[] bytes = written.toBytes();
    bounded(bytes.length, readBytes);
    wellFormed(bytes, 0, bytes.length);
  }

  /** Fails where {@code bytes[from, to)} is not one JSON value. */
  public static void wellFormed(byte[] bytes, int from, int to) {
    try {
      JsonCursor cursor = new JsonCursor(bytes, from, to, DEPTH_MAX);
      cursor.skipValue(0);
      if (cursor.peek() != -1) {
        throw new IllegalStateException("something stands behind the JSON that was written");
      }
    } catch (MalformedJson e) {
      throw new IllegalStateException("what was written is not JSON: " + e.getMessage(), e);
    }
  }
}
