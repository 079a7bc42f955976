package dev.sluice.http;

import dev.sluice.dialect.Dialect;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A request's id: the client's own where it is harmless, else a new one. */
final class RequestIds {

  private static final int LENGTH_MAX = 128;
  private static final long VERSION_4 = 0x4000L;
  private static final long VARIANT_2 = 0x8000000000000000L;

  private RequestIds() {}

  static String choose(@Nullable String given) {
    return given != null && isHarmless(given) ? given : fresh();
  }

  static String choose(@Nullable String given, Dialect dialect) {
    return given != null && isHarmless(given) && dialect.takesRequestId(given) ? given : fresh();
  }

  /** A random UUID. It need not be hard to guess, so it is made without the system's entropy. */
  private static String fresh() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xf000L) | VERSION_4;
    long low = (random.nextLong() >>> 2) | VARIANT_2;
    return new UUID(high, low).toString();
  }

  private static boolean isHarmless(String id) {
    if (id.isEmpty() || id.length() > LENGTH_MAX) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }
}
