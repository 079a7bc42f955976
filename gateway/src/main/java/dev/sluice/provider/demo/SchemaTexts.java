package dev.sluice.provider.demo;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Finds texts for a schema's format, pattern and lengths. */
final class SchemaTexts {

  private static final int LENGTH_MAX = 100_000;

  private SchemaTexts() {}

  /**
   * Texts to try, the likeliest first.
   *
   * @param name what the text is for; it is its own example
   * @param more how many others are wanted
   */
  static List<JsonNode> of(JsonNode schema, String name, int more, SchemaTerms terms) {
    int least = SchemaTerms.count(schema, "minLength", 0);
    int most = SchemaTerms.count(schema, "maxLength", Integer.MAX_VALUE);
    JsonNode pattern = schema.path("pattern");
    String format = schema.path("format").asString("");
    List<String> texts = new ArrayList<>();
    String sample = sample(format);
    if (!sample.isEmpty()) {
      texts.add(sample);
      for (int i = 1; i <= more; i++) {
        texts.add(another(format, i));
      }
    }
    if (pattern.isString()) {
      texts.addAll(PatternText.candidates(pattern.stringValue(), least, more, terms));
    }
    if (sample.isEmpty()) {
      texts.add(fitted(name, least, most));
      for (int i = 1; i <= more; i++) {
        texts.add(numbered(name, i, least, most));
      }
    }
    return texts.stream().<JsonNode>map(JsonNodeFactory.instance::stringNode).toList();
  }

  private static String fitted(String text, int least, int most) {
    StringBuilder fitted = new StringBuilder(text);
    while (fitted.length() < Math.min(least, LENGTH_MAX)) {
      fitted.append('x');
    }
    int end = Math.min(fitted.length(), most);
    // A pair of surrogates is one character to a schema and not to be cut in two.
    if (end > 0 && end < fitted.length() && Character.isHighSurrogate(fitted.charAt(end - 1))) {
      end--;
    }
    return fitted.substring(0, end);
  }

  /** Unlike the others, also where little room is left. */
  private static String numbered(String name, int number, int least, int most) {
    String digits = Integer.toString(number);
    return fitted(name, least, Math.max(0, most - digits.length())) + digits;
  }

  /** An example of a format; empty for one that says nothing. */
  private static String sample(String format) {
    return switch (format) {
      case "date-time" -> "2024-01-01T00:00:00Z";
      case "date" -> "2024-01-01";
      case "time" -> "00:00:00Z";
      case "duration" -> "PT1S";
      case "email", "idn-email" -> "user@example.com";
      case "hostname", "idn-hostname" -> "example.com";
      case "ipv4" -> "192.0.2.1";
      case "ipv6" -> "2001:db8::1";
      case "uri", "iri", "uri-reference", "iri-reference" -> "https://example.com/";
      case "uri-template" -> "https://example.com/{name}";
      case "uuid" -> "00000000-0000-4000-8000-000000000000";
      case "json-pointer" -> "/example";
      case "relative-json-pointer" -> "0/example";
      case "regex" -> ".*";
      default -> "";
    };
  }

  /** Another example of the format. */
  private static String another(String format, int number) {
    String sample = sample(format);
    String two = (number % 60 < 10 ? "0" : "") + number % 60;
    return switch (format) {
      case "date-time" -> "2024-01-01T00:" + (number / 60 % 60 + 10) + ":" + two + "Z";
      case "date" -> (2024 + number) + "-01-01";
      case "time" -> "00:" + (number / 60 % 50 + 10) + ":" + two + "Z";
      case "duration" -> "PT" + (number + 1) + "S";
      case "email", "idn-email", "hostname", "idn-hostname" -> "n" + number + sample;
      case "ipv4" -> "192.0." + number / 250 % 250 + "." + (number % 250 + 2);
      case "ipv6" -> "2001:db8::" + Integer.toHexString(number % 0xfff + 2);
      case "uuid" -> sample.substring(0, 28) + (10_000_000 + number);
      default -> sample + number;
    };
  }
}
