package dev.sluice.app;

import dev.sluice.app.Replay.Playable;
import dev.sluice.recorded.Recorded;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;

/** The ways in which a recorded answer is played by a provider. */
final class Playbacks {

  /** Up to this size a stream is sent byte by byte. */
  private static final int SMALL_BYTES = 3 * 1024;

  private static final int EVEN_CUTS = 40;
  private static final int SPECIAL_CUTS_MAX = 40;

  private Playbacks() {}

  /** As one body of known length. */
  static Playable whole(Recorded recorded) {
    byte[] body = recorded.body();
    return new Playable(joined(head(recorded, "content-length: " + body.length), body), true);
  }

  /**
   * In pieces: each is a chunk of HTTP of its own, which the gateway takes by itself however many
   * of them a read brings.
   */
  static Playable inPieces(Recorded recorded) {
    byte[] body = recorded.body();
    return new Playable(
        joined(
            head(recorded, "transfer-encoding: chunked"), chunks(body, cuts(recorded, body), true)),
        true);
  }

  /** Up to {@code length} bytes, and there the transfer ends as if that were all. */
  static Playable endedAt(Recorded recorded, int length) {
    byte[] body = Arrays.copyOf(recorded.body(), length);
    return new Playable(
        joined(head(recorded, "transfer-encoding: chunked"), chunks(body, new BitSet(), true)),
        true);
  }

  /** Up to {@code length} bytes, and there the connection is closed. */
  static Playable brokenAt(Recorded recorded, int length) {
    byte[] body = Arrays.copyOf(recorded.body(), length);
    return new Playable(
        joined(head(recorded, "transfer-encoding: chunked"), chunks(body, new BitSet(), false)),
        false);
  }

  private static byte[] head(Recorded recorded, String length) {
    StringBuilder head = new StringBuilder("HTTP/1.1 ");
    head.append(recorded.status()).append(" Status\r\n").append(length).append("\r\n");
    head.append("content-type: ").append(recorded.contentType()).append("\r\n");
    recorded
        .headers()
        .properties()
        .forEach(header -> {
          String name = header.getKey().toLowerCase(Locale.ROOT);
          head.append(name).append(": ").append(header.getValue().asString()).append("\r\n");
        });
    return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Where to cut: everywhere, or evenly and at the places where a reader may stumble. */
  private static BitSet cuts(Recorded recorded, byte[] body) {
    BitSet cuts = new BitSet(body.length);
    if (recorded.isStream() && body.length <= SMALL_BYTES) {
      cuts.set(1, Math.max(1, body.length));
      return cuts;
    }
    for (int i = 1; i <= EVEN_CUTS; i++) {
      cuts.set((int) ((long) body.length * i / (EVEN_CUTS + 1)));
    }
    int inside = 0;
    int seams = 0;
    for (int i = 1; i < body.length; i++) {
      if ((body[i] & 0xC0) == 0x80 && inside < SPECIAL_CUTS_MAX) {
        inside++;
        cuts.set(i);
      } else if (body[i] == '\n' && seams < SPECIAL_CUTS_MAX) {
        seams++;
        cuts.set(i);
      }
    }
    if (body.length > 1) {
      cuts.set(body.length - 1);
    }
    return cuts;
  }

  private static byte[] chunks(byte[] body, BitSet cuts, boolean ended) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length * 2);
    int from = 0;
    while (from < body.length) {
      int next = cuts.nextSetBit(from + 1);
      int to = next < 0 ? body.length : next;
      out.writeBytes((Integer.toHexString(to - from) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(body, from, to - from);
      out.writeBytes(new byte[] {'\r', '\n'});
      from = to;
    }
    if (ended) {
      out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    return out.toByteArray();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
