package dev.sluice.protocol.rewording;

import dev.sluice.chat.EventSink;
import dev.sluice.json.PlainString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How a provider spells an event that is one more piece of text, up to the text: all such events of
 * a block are alike in that. Immutable.
 */
public final class PieceSpelling {

  /** Stands for no block, and for one whose number is no digit. */
  public static final int NO_BLOCK = -1;

  private static final int OTHER = -1;

  private static final int DIGIT_MAX = 9;

  private final byte[] before;
  private final byte[] behind;
  private final Ending ending;

  /** How the event ends behind its text's closing quote. */
  @FunctionalInterface
  public interface Ending {

    /** Whether {@code bytes[from, to)} is such an end. */
    boolean is(byte[] bytes, int from, int to);
  }

  /**
   * A spelling.
   *
   * @param before what stands before the block's number, in ASCII
   * @param behind what stands between the number and the text, its opening quote included
   */
  public PieceSpelling(String before, String behind, Ending ending) {
    this.before = before.getBytes(StandardCharsets.US_ASCII);
    this.behind = behind.getBytes(StandardCharsets.US_ASCII);
    this.ending = ending;
  }

  /** The block of that number, as {@link #pass} wants it. */
  public static int block(long number) {
    return number >= 0 && number <= DIGIT_MAX ? (int) number : NO_BLOCK;
  }

  /**
   * Passes the text of the event in {@code bytes[from, to)} on as it is, if it is spelled so and of
   * that block, and the sink takes it.
   *
   * @return how many UTF-16 units it has; 0 where nothing was passed on
   */
  public int pass(byte[] bytes, int from, int to, int block, EventSink sink) {
    int text = textIn(bytes, from, to, block);
    if (text == OTHER) {
      return 0;
    }
    long looked = PlainString.look(bytes, text, to);
    int end = PlainString.end(looked);
    return end > text && ending.is(bytes, end + 1, to) && sink.takesText(bytes, text, end)
        ? PlainString.chars(looked)
        : 0;
  }

  /** Where its text begins. */
  private int textIn(byte[] bytes, int from, int to, int block) {
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
