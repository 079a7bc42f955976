package dev.sluice.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The names that a reader expects, for turning their bytes into strings without making new ones.
 * Immutable.
 *
 * <p>A name is looked for by its length and its first eight bytes, which are all of most names, and
 * are taken and compared as one number.
 */
public final class NameTable {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Spreads what differs in any byte over the number's upper half. */
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private final byte[][] keys;
  private final long[] beginnings;
  private final String[] names;
  private final int mask;

  private NameTable(String[] expected) {
    int size = Integer.highestOneBit(Math.max(8, expected.length * 4) * 2 - 1);
    mask = size - 1;
    keys = new byte[size][];
    beginnings = new long[size];
    names = new String[size];
    for (String name : expected) {
      byte[] key = name.getBytes(StandardCharsets.UTF_8);
      long beginning = beginning(key, 0, key.length);
      int slot = hash(beginning, key.length) & mask;
      while (keys[slot] != null && !Arrays.equals(keys[slot], key)) {
        slot = (slot + 1) & mask;
      }
      keys[slot] = key;
      beginnings[slot] = beginning;
      names[slot] = name;
    }
  }

  /**
   * A table of these names.
   *
   * @param names none with a character that JSON escapes
   */
  public static NameTable of(String... names) {
    for (String name : names) {
      if (name.indexOf('\\') >= 0) {
        throw new IllegalArgumentException("a name is written with escapes: " + name);
      }
    }
    return new NameTable(names);
  }

  /** The table's own string of the name that these bytes spell; {@code null} where it has none. */
  @Nullable String find(byte[] bytes, int from, int to) {
    int length = to - from;
    long beginning = beginning(bytes, from, length);
    int slot = hash(beginning, length) & mask;
    while (keys[slot] != null) {
      byte[] key = keys[slot];
      if (beginnings[slot] == beginning
          && key.length == length
          && (length <= Long.BYTES
              || Arrays.equals(key, Long.BYTES, length, bytes, from + Long.BYTES, to))) {
        return names[slot];
      }
      slot = (slot + 1) & mask;
    }
    return null;
  }

  /** The first eight bytes; those behind the name count as none. */
  private static long beginning(byte[] bytes, int from, int length) {
    if (from + Long.BYTES <= bytes.length) {
      long word = (long) LONGS.get(bytes, from);
      // A shift by 64 would be none.
      return length >= Long.BYTES ? word : word & ~(-1L << (length << 3));
    }
    long word = 0;
    for (int i = Math.min(length, Long.BYTES) - 1; i >= 0; i--) {
      word = word << Byte.SIZE | (bytes[from + i] & 0xff);
    }
    return word;
  }

  private static int hash(long beginning, int length) {
    return (int) (((beginning + length) * SPREAD) >>> Integer.SIZE);
  }
}
