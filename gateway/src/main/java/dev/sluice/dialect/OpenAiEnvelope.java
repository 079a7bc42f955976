package dev.sluice.dialect;

import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonText;
import dev.sluice.json.Scan;
import dev.sluice.json.Splice;
import dev.sluice.protocol.openai.OpenAiDeviations.StreamUsage;
import java.nio.charset.StandardCharsets;

/**
 * A request in OpenAI's protocol as its client wrote it, and the edits that make it a provider's:
 * the model's name, what is the gateway's alone, and that usage is asked for. Everything else stays
 * as it is. Valid as long as the scanned bytes are.
 */
public final class OpenAiEnvelope {

  private static final byte[] INCLUDE_USAGE = ascii("{\"include_usage\":true}");
  private static final byte[] STREAM_OPTIONS = ascii("\"stream_options\":{\"include_usage\":true}");
  private static final byte[] INCLUDE_USAGE_MEMBER = ascii("\"include_usage\":true");
  private static final byte[] INCLUDE_USAGE_AND_MORE = ascii("\"include_usage\":true,");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] INCLUDE_USAGE_NAME = ascii("include_usage");

  private final Scan scan;
  private final int to;
  private final Fields fields;
  private final boolean stream;
  private final Options options;

  /**
   * Where a dialect's table has the fields that every gateway needs.
   *
   * @param model position of {@code model}
   * @param stream position of {@code stream}
   * @param streamOptions position of {@code stream_options}
   * @param gatewaysOwn positions of the members that no provider is sent
   */
  public record Fields(int model, int stream, int streamOptions, int... gatewaysOwn) {}

  /** What {@code stream_options} says of usage, and where. */
  private record Options(boolean wanted, int valueStart, int valueEnd, boolean members) {
    static final Options NONE = new Options(false, -1, -1, false);
  }

  /**
   * An envelope.
   *
   * @param scan without violations
   * @param to where the scanned text ends
   */
  public OpenAiEnvelope(Scan scan, int to, Fields fields) {
    this.scan = scan;
    this.to = to;
    this.fields = fields;
    this.stream = scan.isTrue(fields.stream());
    this.options = stream && scan.hasValue(fields.streamOptions()) ? options() : Options.NONE;
  }

  /** What was scanned. */
  public Scan scan() {
    return scan;
  }

  /** Whether the answer is to be streamed. */
  public boolean stream() {
    return stream;
  }

  /** Whether the client asked for a streamed answer's usage. */
  public boolean usageWanted() {
    return options.wanted();
  }

  /**
   * The edits for one target; a dialect may add its own.
   *
   * @param model as the target's provider calls it
   * @param usage whether a stream's usage must be asked for
   */
  public Splice edits(String model, StreamUsage usage) {
    Splice splice = new Splice(scan.bytes(), scan.from(), to);
    byte[] name = JsonText.quote(model).getBytes(StandardCharsets.UTF_8);
    if (scan.has(fields.model())) {
      splice.replace(scan.valueStart(fields.model()), scan.valueEnd(fields.model()), name);
    } else {
      splice.insertFirst(scan, member("\"model\":", name));
    }
    splice.remove(scan, fields.gatewaysOwn());
    switch (usage) {
      case ASKED_FOR -> {
        if (stream && !options.wanted()) {
          askForUsage(splice);
        }
      }
      // Who tells it in any case need not know the field.
      case ALWAYS -> splice.remove(scan, fields.streamOptions());
    }
    return splice;
  }

  /** Usage is asked for in any case: an answer without it could not be accounted. */
  private void askForUsage(Splice splice) {
    int field = fields.streamOptions();
    if (options.valueStart() >= 0) {
      splice.replace(options.valueStart(), options.valueEnd(), TRUE);
    } else if (scan.hasValue(field)) {
      int open = scan.valueStart(field) + 1;
      splice.replace(open, open, options.members() ? INCLUDE_USAGE_AND_MORE : INCLUDE_USAGE_MEMBER);
    } else if (scan.has(field)) {
      splice.replace(scan.valueStart(field), scan.valueEnd(field), INCLUDE_USAGE);
    } else {
      splice.insertFirst(scan, STREAM_OPTIONS);
    }
  }

  private Options options() {
    int field = fields.streamOptions();
    JsonCursor cursor =
        new JsonCursor(
            scan.bytes(), scan.valueStart(field), scan.valueEnd(field), JsonCursor.DEPTH_MAX);
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

  private static byte[] member(String nameAndColon, byte[] value) {
    byte[] name = ascii(nameAndColon);
    byte[] member = new byte[name.length + value.length];
    System.arraycopy(name, 0, member, 0, name.length);
    System.arraycopy(value, 0, member, name.length, value.length);
    return member;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
