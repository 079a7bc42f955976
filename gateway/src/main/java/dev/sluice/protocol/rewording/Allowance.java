package dev.sluice.protocol.rewording;

import dev.sluice.json.JsonReader;

/**
 * How much a stream may make its decoder keep until a block is whole. What was taken is not given
 * back, so that no number of blocks gets around it. Owned by one stream.
 */
public final class Allowance {

  /** In characters; more than the longest answer of any model. */
  public static final int KEPT_MAX = 16 << 20;

  private int left = KEPT_MAX;

  /**
   * Takes some.
   *
   * @param in what complains if there is not enough
   */
  public void take(int characters, JsonReader in) {
    if (characters > left) {
      throw in.misshapen("shorter: no more than " + KEPT_MAX + " characters are kept", in.mark());
    }
    left -= characters;
  }
}
