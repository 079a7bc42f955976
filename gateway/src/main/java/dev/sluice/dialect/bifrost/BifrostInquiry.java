package dev.sluice.dialect.bifrost;

import dev.sluice.dialect.Inquiry;
import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonText;
import dev.sluice.json.Scan;
import dev.sluice.json.Splice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request of the Bifrost dialect: its own bytes, and where in them the gateway's fields stand.
 */
final class BifrostInquiry implements Inquiry {

  private static final byte[] INCLUDE_USAGE =
      "{\"include_usage\":true}".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STREAM_OPTIONS =
      "\"stream_options\":{\"include_usage\":true}".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] INCLUDE_USAGE_MEMBER =
      "\"include_usage\":true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] INCLUDE_USAGE_NAME =
      "include_usage".getBytes(StandardCharsets.US_ASCII);
  private static final int DEPTH_MAX = 1000;

  private final Scan scan;
  private final int from;
  private final int to;
  private final String model;
  private final List<String> fallbacks;
  private final boolean stream;
  private final Options options;

  /** What {@code stream_options} says of usage, and where. */
  private record Options(boolean wanted, int valueStart, int valueEnd, boolean members) {
    static final Options NONE = new Options(false, -1, -1, false);
  }

  BifrostInquiry(Scan scan, int from, int to) {
    this.scan = scan;
    this.from = from;
    this.to = to;
    this.model = scan.text(BifrostFields.MODEL);
    this.fallbacks = scan.texts(BifrostFields.FALLBACKS);
    this.stream = scan.isTrue(BifrostFields.STREAM);
    this.options =
        stream && scan.hasValue(BifrostFields.STREAM_OPTIONS) ? options(scan) : Options.NONE;
  }

  Scan scan() {
    return scan;
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public List<String> fallbacks() {
    return fallbacks;
  }

  @Override
  public boolean stream() {
    return stream;
  }

  @Override
  public boolean usageWanted() {
    return options.wanted();
  }

  @Override
  public ByteBuf openAiBody(String target, ByteBufAllocator alloc) {
    Splice splice = new Splice(scan.bytes(), from, to);
    splice.replace(
        scan.valueStart(BifrostFields.MODEL),
        scan.valueEnd(BifrostFields.MODEL),
        JsonText.quote(target).getBytes(StandardCharsets.UTF_8));
    if (scan.has(BifrostFields.FALLBACKS)) {
      splice.remove(scan, BifrostFields.FALLBACKS);
    }
    if (stream && !options.wanted()) {
      askForUsage(splice);
    }
    return splice.toBuf(alloc);
  }

  /** Usage is asked for in any case: an answer without it could not be accounted. */
  private void askForUsage(Splice splice) {
    if (options.valueStart() >= 0) {
      splice.replace(options.valueStart(), options.valueEnd(), TRUE);
    } else if (scan.hasValue(BifrostFields.STREAM_OPTIONS)) {
      int open = scan.valueStart(BifrostFields.STREAM_OPTIONS) + 1;
      splice.replace(open, open, options.members() ? withComma() : INCLUDE_USAGE_MEMBER);
    } else if (scan.has(BifrostFields.STREAM_OPTIONS)) {
      splice.replace(
          scan.valueStart(BifrostFields.STREAM_OPTIONS),
          scan.valueEnd(BifrostFields.STREAM_OPTIONS),
          INCLUDE_USAGE);
    } else {
      splice.insertFirst(scan, STREAM_OPTIONS);
    }
  }

  private static byte[] withComma() {
    byte[] text = java.util.Arrays.copyOf(INCLUDE_USAGE_MEMBER, INCLUDE_USAGE_MEMBER.length + 1);
    text[text.length - 1] = ',';
    return text;
  }

  private static Options options(Scan scan) {
    JsonCursor cursor =
        new JsonCursor(
            scan.bytes(),
            scan.valueStart(BifrostFields.STREAM_OPTIONS),
            scan.valueEnd(BifrostFields.STREAM_OPTIONS),
            DEPTH_MAX);
    boolean more = cursor.enter('}');
    boolean members = more;
    boolean wanted = false;
    int start = -1;
    int end = -1;
    while (more) {
      cursor.readName();
      int value = cursor.peek();
      int at = cursor.at();
      boolean found = cursor.nameIs(INCLUDE_USAGE_NAME);
      cursor.skipValue(1);
      if (found) {
        wanted = value == 't';
        start = at;
        end = cursor.at();
      }
      more = cursor.next('}');
    }
    return new Options(wanted, start, end, members);
  }
}
