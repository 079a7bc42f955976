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

  /**
   * What is known of a root.
   *
   * @param from where its {@code usage} begins; -1 where it has none
   * @param to where that ends
   * @param close where the root's closing brace stands; -1 where it is no object
   * @param hasMembers whether anything stands before that
   */
  private record Root(int from, int to, int close, boolean hasMembers) {}

  /**
   * The text {@code later[from, to)}, an answer, with the usage of {@code earlier[earlierFrom,
   * earlierTo)} added to its own, or in the place of the one that it has not; everything else of it
   * stays as it is.
   *
   * @return {@code null} where there is nothing to add, or nothing to add to
   * @throws dev.sluice.json.MalformedJson where one of them is not JSON
   */
  public static byte @Nullable [] added(
      byte[] earlier, int earlierFrom, int earlierTo, byte[] later, int from, int to) {
    Root first = root(earlier, earlierFrom, earlierTo);
    Root second = root(later, from, to);
    if (first.from() < 0 || second.close() < 0) {
      return null;
    }
    if (second.from() >= 0) {
      byte[] sum = sum(text(earlier, first), text(later, second));
      return sum == null ? null : replaced(later, from, to, second.from(), second.to(), sum);
    }
    if (earlier[first.from()] != '{') {
      return null; // Such as null, which reports nothing.
    }
    String member = (second.hasMembers() ? ",\"usage\":" : "\"usage\":") + text(earlier, first);
    byte[] inserted = member.getBytes(StandardCharsets.UTF_8);
    return replaced(later, from, to, second.close(), second.close(), inserted);
  }

  /** The text {@code bytes[from, to)} with another one in the place of {@code [start, end)}. */
  private static byte[] replaced(byte[] bytes, int from, int to, int start, int end, byte[] with) {
    int before = start - from;
    byte[] text = new byte[before + with.length + to - end];
    System.arraycopy(bytes, from, text, 0, before);
    System.arraycopy(with, 0, text, before, with.length);
    System.arraycopy(bytes, end, text, before + with.length, to - end);
    return text;
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

  private static Root root(byte[] bytes, int from, int to) {
    JsonCursor cursor = new JsonCursor(bytes, from, to, JsonCursor.DEPTH_MAX);
    int usageFrom = -1;
    int usageTo = -1;
    if (cursor.peek() != '{') {
      return new Root(usageFrom, usageTo, -1, false);
    }
    boolean hasMembers = cursor.enter('}');
    for (boolean more = hasMembers; more; more = cursor.next('}')) {
      cursor.readName();
      cursor.peek();
      int start = cursor.at();
      cursor.skipValue(1);
      if (cursor.nameIs(WireNames.USAGE)) {
        usageFrom = start;
        usageTo = cursor.at();
      }
    }
    return new Root(usageFrom, usageTo, cursor.at() - 1, hasMembers);
  }

  private static String text(byte[] bytes, Root root) {
    return new String(bytes, root.from(), root.to() - root.from(), StandardCharsets.UTF_8);
  }
}
