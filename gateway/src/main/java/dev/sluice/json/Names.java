package dev.sluice.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The names of an object's known fields, for finding one by its bytes without making a string. */
final class Names {

  /** No field has this name. */
  static final int NONE = -1;

  private final byte[][] names;
  private final byte[] slots;
  private final int mask;

  Names(List<Shape.Field> fields) {
    names = new byte[fields.size()][];
    int size = Integer.highestOneBit(Math.max(8, fields.size() * 4) * 2 - 1);
    mask = size - 1;
    slots = new byte[size];
    Arrays.fill(slots, (byte) NONE);
    for (int i = 0; i < names.length; i++) {
      names[i] = fields.get(i).name().getBytes(StandardCharsets.UTF_8);
      int slot = hash(names[i], 0, names[i].length) & mask;
      while (slots[slot] != NONE) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = (byte) i;
    }
  }

  /** The field that is called like these bytes, or {@link #NONE}. */
  int find(byte[] bytes, int from, int to) {
    int slot = hash(bytes, from, to) & mask;
    while (slots[slot] != NONE) {
      byte[] name = names[slots[slot]];
      if (name.length == to - from && Arrays.equals(name, 0, name.length, bytes, from, to)) {
        return slots[slot];
      }
      slot = (slot + 1) & mask;
    }
    return NONE;
  }

  private static int hash(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length == 0) {
      return 0;
    }
    return length * 31 + bytes[from] * 7 + bytes[to - 1] * 17 + bytes[from + (length >> 1)] * 13;
  }
}
