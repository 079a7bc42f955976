package dev.sluice.chat;

import java.nio.charset.StandardCharsets;

/**
 * Makes up ids for tool calls that came without one. Nine letters and digits, which every provider
 * takes (Mistral takes nothing else), and the same again for the same call, so that a replayed
 * answer keeps its ids.
 */
public final class CallIds {

  /** How long an id is. */
  public static final int LENGTH = 9;

  private static final char[] LETTERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private CallIds() {}

  /**
   * An id.
   *
   * @param seed tells the answer from all others of the conversation, such as the provider's id for
   *     it; by right not empty
   * @param choice the call's choice
   * @param call which call of the choice
   */
  public static String make(String seed, int choice, int call) {
    long hash = FNV_OFFSET;
    for (byte b : seed.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    hash = (hash ^ choice) * FNV_PRIME;
    hash = (hash ^ call) * FNV_PRIME;
    // FNV's high bits move little on the last bytes; the finish of MurmurHash3 spreads them.
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    hash ^= hash >>> 33;
    char[] id = new char[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      id[i] = LETTERS[(int) Long.remainderUnsigned(hash, LETTERS.length)];
      hash = Long.divideUnsigned(hash, LETTERS.length);
    }
    return new String(id);
  }
}
