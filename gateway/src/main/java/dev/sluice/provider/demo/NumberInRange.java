package dev.sluice.provider.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Finds numbers within a schema's bounds. */
final class NumberInRange {

  private final @Nullable BigDecimal step;
  private final @Nullable BigDecimal low;
  private final @Nullable BigDecimal high;
  private final BigDecimal grain;
  private final BigDecimal usual;

  private NumberInRange(JsonNode schema, BigDecimal unit, BigDecimal usual, SchemaTerms terms) {
    BigDecimal given = terms.step(schema);
    boolean whole = unit.signum() > 0;
    if (given == null) {
      this.step = whole ? unit : null;
    } else {
      this.step = whole && !isWhole(given) ? wholeMultiple(given) : given;
    }
    this.grain = step == null ? new BigDecimal("0.001") : step;
    this.usual = step == null ? usual : given == null ? usual : step;
    this.low = lowest(terms.number(schema, "minimum"), terms.number(schema, "exclusiveMinimum"));
    this.high = highest(terms.number(schema, "maximum"), terms.number(schema, "exclusiveMaximum"));
  }

  /** Whole numbers to try, the likeliest first and {@code more} to either side of it. */
  static List<JsonNode> integers(JsonNode schema, int more, SchemaTerms terms) {
    return new NumberInRange(schema, BigDecimal.ONE, BigDecimal.ONE, terms)
        .values(more).stream()
            .filter(NumberInRange::isWhole)
            .<JsonNode>map(value -> JsonNodeFactory.instance.numberNode(value.toBigInteger()))
            .toList();
  }

  /** Numbers to try, the likeliest first and {@code more} to either side of it. */
  static List<JsonNode> numbers(JsonNode schema, int more, SchemaTerms terms) {
    return new NumberInRange(schema, BigDecimal.ZERO, new BigDecimal("1.5"), terms)
        .values(more).stream().<JsonNode>map(JsonNodeFactory.instance::numberNode).toList();
  }

  private static boolean isWhole(BigDecimal value) {
    return value.stripTrailingZeros().scale() <= 0;
  }

  /** The least multiple of a fraction, such as 2.5, that is whole, such as 5. */
  private static BigDecimal wholeMultiple(BigDecimal fraction) {
    BigDecimal plain = fraction.stripTrailingZeros();
    BigDecimal scale = BigDecimal.ONE.scaleByPowerOfTen(plain.scale());
    BigDecimal divisor = new BigDecimal(plain.unscaledValue().gcd(scale.toBigIntegerExact()));
    return new BigDecimal(plain.unscaledValue()).divide(divisor, RoundingMode.UNNECESSARY);
  }

  /** The least number to propose that keeps both bounds. */
  private @Nullable BigDecimal lowest(@Nullable BigDecimal from, @Nullable BigDecimal above) {
    BigDecimal at = from == null ? null : onStep(from, RoundingMode.CEILING);
    if (above == null) {
      return at;
    }
    BigDecimal next = onStep(above, RoundingMode.CEILING);
    next = next.compareTo(above) > 0 ? next : next.add(grain);
    return at == null ? next : at.max(next);
  }

  private @Nullable BigDecimal highest(@Nullable BigDecimal to, @Nullable BigDecimal below) {
    BigDecimal at = to == null ? null : onStep(to, RoundingMode.FLOOR);
    if (below == null) {
      return at;
    }
    BigDecimal next = onStep(below, RoundingMode.FLOOR);
    next = next.compareTo(below) < 0 ? next : next.subtract(grain);
    return at == null ? next : at.min(next);
  }

  private BigDecimal onStep(BigDecimal bound, RoundingMode rounding) {
    return step == null ? bound : bound.divide(step, 0, rounding).multiply(step);
  }

  private List<BigDecimal> values(int more) {
    BigDecimal first = usual;
    if (high != null && first.compareTo(high) > 0) {
      first = high;
    }
    if (low != null && first.compareTo(low) < 0) {
      first = low;
    }
    List<BigDecimal> values = new ArrayList<>();
    values.add(first);
    if (low != null && high != null && step == null) {
      // Where a bound's neighbour is already beyond the other one.
      values.add(low.add(high).divide(BigDecimal.TWO));
    }
    for (int i = 1; i <= more; i++) {
      BigDecimal away =
          grain.max(step == null ? BigDecimal.ONE : step).multiply(BigDecimal.valueOf(i));
      values.add(first.add(away));
      values.add(first.subtract(away));
    }
    return values;
  }
}
