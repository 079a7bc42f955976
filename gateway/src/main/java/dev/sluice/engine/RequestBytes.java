package dev.sluice.engine;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A request's own bytes, until no target can need them any more. Owned by the exchange's event
 * loop.
 */
final class RequestBytes {

  private @Nullable ByteBuf held;

  /** Takes {@code bytes} over, which are in an array. */
  RequestBytes(ByteBuf bytes) {
    this.held = bytes;
  }

  /** Whether they are still there. */
  boolean areHeld() {
    return held != null;
  }

  /** The bytes, which stay this object's. */
  ByteBuf get() {
    ByteBuf bytes = held;
    if (bytes == null) {
      throw new IllegalStateException("the request's bytes are gone");
    }
    return bytes;
  }

  /** Lets go of them. Idempotent. */
  void release() {
    ByteBuf bytes = held;
    if (bytes != null) {
      held = null;
      bytes.release();
    }
  }
}
