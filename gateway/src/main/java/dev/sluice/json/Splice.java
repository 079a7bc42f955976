package dev.sluice.json;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/**
 * Edits of a text at a few places; everything else stays as it is, byte for byte. Edits may come in
 * any order, but must not overlap. Used by one thread, for one text.
 */
public final class Splice {

  private static final byte[] NOTHING = {};

  private final byte[] bytes;
  private final int from;
  private final int to;

  private int[] starts = new int[4];
  private int[] ends = new int[4];
  private byte[][] texts = new byte[4][];
  private int count;

  /** Edits of {@code bytes[from, to)}. All offsets are into the array. */
  public Splice(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  /** Puts {@code text} in place of {@code [start, end)}; an empty span inserts. */
  public Splice replace(int start, int end, byte[] text) {
    if (start < from || end < start || end > to) {
      throw new IllegalArgumentException("span out of the text: " + start + " to " + end);
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
      texts = Arrays.copyOf(texts, count * 2);
    }
    int i = count++;
    // Few edits: insertion keeps them in order, and those at one place in the order given. What is
    // put in comes before what is replaced or taken out at the same place.
    while (i > 0 && (starts[i - 1] > start || (start == end && isWithin(i - 1, start)))) {
      starts[i] = starts[i - 1];
      ends[i] = ends[i - 1];
      texts[i] = texts[i - 1];
      i--;
    }
    starts[i] = start;
    ends[i] = end;
    texts[i] = text;
    if ((i > 0 && ends[i - 1] > start) || (i + 1 < count && starts[i + 1] < end)) {
      throw new IllegalArgumentException("edits overlap at " + start);
    }
    return this;
  }

  /** Whether the edit begins at {@code start} and takes something away there. */
  private boolean isWithin(int edit, int start) {
    return starts[edit] == start && ends[edit] > start;
  }

  /**
   * Takes members out of the root, each with a comma that set it apart. All that are to go are
   * named in one call, since the commas between neighbours belong to both.
   *
   * @param fields positions in the scan's shape; those that are absent are passed over
   */
  public Splice remove(Scan scan, int... fields) {
    int[] present = inOrder(scan, fields);
    int i = 0;
    while (i < present.length) {
      int last = i;
      int end = scan.valueEnd(present[i]);
      int after = skipSpace(end);
      // Neighbours that go together make one span.
      while (bytes[after] == ','
          && last + 1 < present.length
          && skipSpace(after + 1) == scan.memberStart(present[last + 1])) {
        last++;
        end = scan.valueEnd(present[last]);
        after = skipSpace(end);
      }
      int start = scan.memberStart(present[i]);
      if (bytes[after] == ',') {
        replace(start, after + 1, NOTHING);
      } else {
        int before = start - 1;
        while (isSpace(bytes[before])) {
          before--;
        }
        replace(bytes[before] == ',' ? before : start, end, NOTHING);
      }
      i = last + 1;
    }
    return this;
  }

  private int skipSpace(int at) {
    int i = at;
    while (isSpace(bytes[i])) {
      i++;
    }
    return i;
  }

  /** The fields that are there, by where they stand. */
  private static int[] inOrder(Scan scan, int[] fields) {
    int[] present = new int[fields.length];
    int found = 0;
    for (int field : fields) {
      if (!scan.has(field)) {
        continue;
      }
      int i = found++;
      while (i > 0 && scan.memberStart(present[i - 1]) > scan.memberStart(field)) {
        present[i] = present[i - 1];
        i--;
      }
      present[i] = field;
    }
    return found == fields.length ? present : Arrays.copyOf(present, found);
  }

  /** Puts a member, without comma, in front of the root's first one. */
  public Splice insertFirst(Scan scan, byte[] member) {
    return replace(
        scan.open() + 1, scan.open() + 1, scan.hasMembers() ? followedByComma(member) : member);
  }

  /** How long the edited text is, in bytes. */
  public int length() {
    int length = to - from;
    for (int i = 0; i < count; i++) {
      length += texts[i].length - (ends[i] - starts[i]);
    }
    return length;
  }

  /** Writes the edited text. */
  public void writeTo(ByteBuf out) {
    writeTo(out, from, to);
  }

  /** Writes what became of {@code [start, end)}; no edit may cross its bounds. */
  public void writeTo(ByteBuf out, int start, int end) {
    int at = start;
    for (int i = 0; i < count && starts[i] <= end; i++) {
      if (starts[i] < start) {
        continue;
      }
      out.writeBytes(bytes, at, starts[i] - at);
      out.writeBytes(texts[i]);
      at = ends[i];
    }
    out.writeBytes(bytes, at, end - at);
  }

  /** The edited text in a buffer of its own, owned by the caller. */
  public ByteBuf toBuf(ByteBufAllocator alloc) {
    ByteBuf out = alloc.directBuffer(Math.max(1, length()));
    writeTo(out);
    return out;
  }

  private static byte[] followedByComma(byte[] member) {
    byte[] text = Arrays.copyOf(member, member.length + 1);
    text[member.length] = ',';
    return text;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
