package dev.sluice.config;

import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Texts of the file into values, and how such values are written. */
final class Scalars {

  private static final Map<String, Long> SIZES =
      Map.of("B", 1L, "KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30);
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

  private static final int DECIMAL_CHARS_MAX = 24;

  private Scalars() {}

  /** The value that {@code text} says; {@code null} where it says none of this type. */
  static @Nullable Object read(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    }
    if (type == Secret.class) {
      return text.isEmpty() ? null : new Secret(text);
    }
    if (isWhole(type)) {
      return whole(type, text);
    }
    if (type == BigDecimal.class) {
      return decimal(text);
    }
    if (type == boolean.class || type == Boolean.class) {
      return text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null;
    }
    if (type == Duration.class) {
      Long millis = text.equals("0") ? Long.valueOf(0) : measured(text, MILLIS);
      return millis == null ? null : Duration.ofMillis(millis);
    }
    if (type == DataSize.class) {
      Long bytes = measured(text.toUpperCase(Locale.ROOT), SIZES);
      return bytes == null ? null : new DataSize(bytes);
    }
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (word((Enum<?>) constant).equals(text)) {
          return constant;
        }
      }
      return null;
    }
    throw new IllegalStateException("a setting of an unknown type: " + type);
  }

  /** What a text for {@code type} must look like. */
  static String expected(Class<?> type, @Nullable Doc doc) {
    String range = doc == null ? "" : range(type, doc);
    if (isWhole(type)) {
      return "a whole number" + range;
    }
    if (type == BigDecimal.class) {
      return "a decimal number such as 0.15";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == Duration.class) {
      return "a duration such as 500ms, 30s or 10m" + range;
    }
    if (type == DataSize.class) {
      return "a size such as 64KB or 32MB" + range;
    }
    return type.isEnum() ? "one of " + String.join(", ", words(type)) : "text";
  }

  /** A number, duration in milliseconds or size in bytes, for comparing with bounds. */
  static long measure(Object value) {
    return switch (value) {
      case Integer number -> number;
      case Long number -> number;
      case Duration duration -> duration.toMillis();
      case DataSize size -> size.bytes();
      default -> 0;
    };
  }

  /** How {@code value} is written in a file. */
  static String write(Object value) {
    return switch (value) {
      case Duration duration -> inLargestUnit(duration.toMillis());
      case DataSize size -> inLargestSize(size.bytes());
      case Enum<?> constant -> word(constant);
      case BigDecimal decimal -> decimal.toPlainString();
      default -> value.toString();
    };
  }

  /** The words of an enum, in its order. */
  static List<String> words(Class<?> type) {
    List<String> words = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      words.add(word((Enum<?>) constant));
    }
    return words;
  }

  private static String range(Class<?> type, Doc doc) {
    if (doc.min() == Long.MIN_VALUE || doc.max() == Long.MAX_VALUE) {
      return "";
    }
    if (type == Duration.class) {
      return " from " + inLargestUnit(doc.min()) + " to " + inLargestUnit(doc.max());
    }
    if (type == DataSize.class) {
      return " from " + inLargestSize(doc.min()) + " to " + inLargestSize(doc.max());
    }
    return " from " + doc.min() + " to " + doc.max();
  }

  private static String word(Enum<?> constant) {
    try {
      Field field = constant.getDeclaringClass().getField(constant.name());
      Key key = field.getAnnotation(Key.class);
      return key == null ? constant.name().toLowerCase(Locale.ROOT) : key.value();
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable Object whole(Class<?> type, String text) {
    try {
      if (type != long.class) {
        return Integer.valueOf(text);
      }
      return Long.valueOf(text);
    } catch (NumberFormatException _) {
      return null;
    }
  }

  /** Digits, with a point among them at most: no sign, no exponent, nothing to be rounded. */
  private static @Nullable BigDecimal decimal(String text) {
    boolean plain = text.length() <= DECIMAL_CHARS_MAX && !text.startsWith(".");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      plain &= (c >= '0' && c <= '9') || (c == '.' && text.indexOf('.') == i);
    }
    return plain && !text.isEmpty() && !text.endsWith(".") ? new BigDecimal(text) : null;
  }

  private static @Nullable Long measured(String text, Map<String, Long> units) {
    int unit = 0;
    while (unit < text.length()
        && (Character.isDigit(text.charAt(unit)) || text.charAt(unit) == '.')) {
      unit++;
    }
    Long factor = units.get(text.substring(unit).strip());
    if (factor == null || unit == 0) {
      return null;
    }
    try {
      return new BigDecimal(text.substring(0, unit))
          .multiply(BigDecimal.valueOf(factor))
          .longValueExact();
    } catch (ArithmeticException | NumberFormatException _) {
      return null;
    }
  }

  private static String inLargestUnit(long millis) {
    for (String unit : List.of("h", "m", "s")) {
      long factor = unit.equals("h") ? 3_600_000 : unit.equals("m") ? 60_000 : 1000;
      if (millis != 0 && millis % factor == 0) {
        return millis / factor + unit;
      }
    }
    return millis + "ms";
  }

  private static String inLargestSize(long bytes) {
    for (String unit : List.of("GB", "MB", "KB")) {
      long factor = unit.equals("GB") ? 1L << 30 : unit.equals("MB") ? 1L << 20 : 1L << 10;
      if (bytes != 0 && bytes % factor == 0) {
        return bytes / factor + unit;
      }
    }
    return bytes + "B";
  }

  /** Whether the setting is a whole number. */
  static boolean isWhole(Class<?> type) {
    return type == int.class || type == long.class || type == Integer.class;
  }
}
