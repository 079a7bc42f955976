package dev.sluice.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The names that a reader expects, for turning their bytes into strings without making new ones.
 * Immutable.
 */
public final class NameTable {

  private final byte[][] keys;
  private final String[] names;
  private final int mask;

  private NameTable(String[] expected) {
    int size = Integer.highestOneBit(Math.max(8, expected.length * 4) * 2 - 1);
    mask = size - 1;
    keys = new byte[size][];
    names = new String[size];
    for (String name : expected) {
      byte[] key = name.getBytes(StandardCharsets.UTF_8);
      int slot = hash(key, 0, key.length) & mask;
      while (keys[slot] != null && !Arrays.equals(keys[slot], key)) {
        slot = (slot + 1) & mask;
      }
      keys[slot] = key;
      names[slot] = name;
    }
  }

  /** A table of these names. */
  public static NameTable of(String... names) {
    return new NameTable(names);
  }

  /** The name that these bytes spell; the table's own string where it has it. */
  String find(byte[] bytes, int from, int to) {
    int slot = hash(bytes, from, to) & mask;
    while (keys[slot] != null) {
      byte[] key = keys[slot];
      if (key.length == to - from && Arrays.equals(key, 0, key.length, bytes, from, to)) {
        return names[slot];
      }
      slot = (slot + 1) & mask;
    }
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static int hash(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length == 0) {
      return 0;
    }
    return length * 31 + bytes[from] * 7 + bytes[to - 1] * 17 + bytes[from + (length >> 1)] * 13;
  }
}
