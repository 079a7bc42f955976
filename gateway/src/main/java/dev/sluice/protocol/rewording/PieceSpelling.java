package dev.sluice.protocol.rewording;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How a provider spells an event that is one more piece of text, up to the text: all such events of
 * a block are alike in that. Immutable.
 */
public final class PieceSpelling {

  /** Stands for no block, and for one whose number is no digit. */
  public static final int NO_BLOCK = -1;

  /** What {@link #textIn} returns for an event that is spelled in another way. */
  public static final int OTHER = -1;

  private static final int DIGIT_MAX = 9;

  private final byte[] before;
  private final byte[] behind;

  /**
   * A spelling.
   *
   * @param before what stands before the block's number, in ASCII
   * @param behind what stands between the number and the text, its opening quote included
   */
  public PieceSpelling(String before, String behind) {
    this.before = before.getBytes(StandardCharsets.US_ASCII);
    this.behind = behind.getBytes(StandardCharsets.US_ASCII);
  }

  /** The block of that number, as {@link #textIn} wants it. */
  public static int block(long number) {
    return number >= 0 && number <= DIGIT_MAX ? (int) number : NO_BLOCK;
  }

  /**
   * Where the text of the event in {@code bytes[from, to)} begins, if it is spelled so and of that
   * block; else {@link #OTHER}.
   */
  public int textIn(byte[] bytes, int from, int to, int block) {
    int number = from + before.length;
    int text = number + 1 + behind.length;
    return block != NO_BLOCK
            && text < to
            && bytes[number] == '0' + block
            && Arrays.equals(bytes, from, number, before, 0, before.length)
            && Arrays.equals(bytes, number + 1, text, behind, 0, behind.length)
        ? text
        : OTHER;
  }
}
