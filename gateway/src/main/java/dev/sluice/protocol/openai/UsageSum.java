package dev.sluice.protocol.openai;

import dev.sluice.json.JsonCursor;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Adds the usage of one answer to another's, where it took two calls to get that one. Every figure
 * of the object is added up, those that only one provider has, too, such as costs and durations;
 * what is no figure stays the later answer's. Not for the hot path.
 */
public final class UsageSum {

  /** A larger usage object stays as it is; the largest known ones have some 600 bytes. */
  private static final int BYTES_MAX = 16 * 1024;

  private static final int DEPTH_MAX = 20;
  private static final int DIGITS_MAX = 40;

  private UsageSum() {}

  /** Made on first use, since most gateways never add. */
  private static final class Holder {
    private static final JsonMapper MAPPER =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxNumberLength(DIGITS_MAX)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Holder() {}
  }

  /** Where a root's {@code usage} stands; {@code from} is -1 where it has none. */
  private record Span(int from, int to) {}

  /**
   * The text {@code later[from, to)}, an answer, with the usage of {@code earlier[earlierFrom,
   * earlierTo)} added to its own; everything else of it stays as it is.
   *
   * @return {@code null} where there is nothing to add, or nothing to add to
   * @throws dev.sluice.json.MalformedJson where one of them is not JSON
   */
  public static byte @Nullable [] added(
      byte[] earlier, int earlierFrom, int earlierTo, byte[] later, int from, int to) {
    Span first = span(earlier, earlierFrom, earlierTo);
    Span second = span(later, from, to);
    if (first.from() < 0 || second.from() < 0) {
      return null;
    }
    byte[] sum = sum(text(earlier, first), text(later, second));
    if (sum == null) {
      return null;
    }
    int before = second.from() - from;
    byte[] added = new byte[before + sum.length + to - second.to()];
    System.arraycopy(later, from, added, 0, before);
    System.arraycopy(sum, 0, added, before, sum.length);
    System.arraycopy(later, second.to(), added, before + sum.length, to - second.to());
    return added;
  }

  private static byte @Nullable [] sum(String earlier, String later) {
    if (earlier.length() > BYTES_MAX || later.length() > BYTES_MAX) {
      return null;
    }
    try {
      JsonNode sum = sum(Holder.MAPPER.readTree(earlier), Holder.MAPPER.readTree(later));
      return Holder.MAPPER.writeValueAsBytes(sum);
    } catch (JacksonException _) {
      // Deeper or longer than any report of usage.
      return null;
    }
  }

  private static JsonNode sum(JsonNode earlier, JsonNode later) {
    if (later.isNull()) {
      return earlier;
    }
    if (earlier.isObject() && later.isObject()) {
      ObjectNode sum = (ObjectNode) later;
      for (Map.Entry<String, JsonNode> member : earlier.properties()) {
        JsonNode other = sum.get(member.getKey());
        sum.set(member.getKey(), other == null ? member.getValue() : sum(member.getValue(), other));
      }
      return sum;
    }
    if (earlier.isNumber() && later.isNumber()) {
      BigDecimal one = earlier.decimalValue();
      BigDecimal other = later.decimalValue();
      return isFigure(one) && isFigure(other) ? new DecimalNode(one.add(other)) : later;
    }
    // What was guessed once is a guess in the sum.
    return earlier.isBoolean() && earlier.booleanValue() ? earlier : later;
  }

  /** Whether it can be added up without filling the memory with zeros. */
  private static boolean isFigure(BigDecimal number) {
    return Math.abs(number.scale()) <= DIGITS_MAX;
  }

  private static Span span(byte[] bytes, int from, int to) {
    JsonCursor cursor = new JsonCursor(bytes, from, to, JsonCursor.DEPTH_MAX);
    Span found = new Span(-1, -1);
    if (cursor.peek() != '{') {
      return found;
    }
    for (boolean more = cursor.enter('}'); more; more = cursor.next('}')) {
      cursor.readName();
      cursor.peek();
      int start = cursor.at();
      cursor.skipValue(1);
      if (cursor.nameIs(WireNames.USAGE)) {
        found = new Span(start, cursor.at());
      }
    }
    return found;
  }

  private static String text(byte[] bytes, Span span) {
    return new String(bytes, span.from(), span.to() - span.from(), StandardCharsets.UTF_8);
  }
}
