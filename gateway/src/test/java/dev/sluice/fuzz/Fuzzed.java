package dev.sluice.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A fuzzer's input: bytes, and behind them two positions at which they are cut.
 *
 * @param bytes what is read
 * @param first where it is cut, from 0 to its length
 * @param second where it is cut again, from {@code first}
 */
public record Fuzzed(byte[] bytes, int first, int second) {

  /** Two positions of two bytes. */
  private static final int CUTS_BYTES = 4;

  /** Longer texts are not read byte by byte as well, since that says little more and takes long. */
  private static final int CRUMBLED_BYTES_MAX = 2048;

  /** The input {@code all}. */
  public static Fuzzed of(byte[] all) {
    int length = Math.max(0, all.length - CUTS_BYTES);
    byte[] bytes = Arrays.copyOf(all, length);
    int one = position(all, length, length + 1);
    int other = position(all, length + 2, length + 1);
    return new Fuzzed(bytes, Math.min(one, other), Math.max(one, other));
  }

  private static int position(byte[] all, int at, int below) {
    return at + 1 < all.length ? ((all[at] & 0xff) << 8 | all[at + 1] & 0xff) % below : 0;
  }

  /** The same for bytes that were made of these: the cuts stay within. */
  public Fuzzed as(byte[] made) {
    int below = made.length + 1;
    int one = first % below;
    int other = second % below;
    return new Fuzzed(made, Math.min(one, other), Math.max(one, other));
  }

  /** The bytes in one piece, in three, and each by itself. */
  public List<List<byte[]>> splits() {
    List<List<byte[]>> splits = new ArrayList<>();
    splits.add(List.of(bytes));
    splits.add(
        List.of(
            Arrays.copyOfRange(bytes, 0, first),
            Arrays.copyOfRange(bytes, first, second),
            Arrays.copyOfRange(bytes, second, bytes.length)));
    if (bytes.length <= CRUMBLED_BYTES_MAX) {
      List<byte[]> crumbs = new ArrayList<>();
      for (byte b : bytes) {
        crumbs.add(new byte[] {b});
      }
      splits.add(crumbs);
    }
    return splits;
  }
}
