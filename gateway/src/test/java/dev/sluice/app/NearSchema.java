package dev.sluice.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/**
 * JSON texts near a schema: half of them follow it as far as one object is concerned, the others go
 * wrong here and there, at the edges above all.
 */
final class NearSchema {

  private static final int ITEMS_MAX = 3;

  /** One value in so many goes wrong, in texts that may. */
  private static final int WRONG_ONE_IN = 12;

  private static final List<String> ODDITIES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "1.5",
          "1e2",
          "1.0",
          "99999999999999999999",
          "\"\"",
          "\"x\"",
          "\"\\u00e9\\/\"",
          "[]",
          "[null]",
          "[\"x\"]",
          "[{}]",
          "{}",
          "{\"x\":1}");

  private final JsonNode components;
  private final Random random;
  private final boolean mayGoWrong;

  private NearSchema(JsonNode components, Random random) {
    this.components = components;
    this.random = random;
    this.mayGoWrong = random.nextBoolean();
  }

  /** A text near {@code schema}, whose references lead into {@code components}. */
  static String text(JsonNode schema, JsonNode components, Random random) {
    return new NearSchema(components, random).value(schema);
  }

  private boolean goesWrong() {
    return mayGoWrong && random.nextInt(WRONG_ONE_IN) == 0;
  }

  private <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private String value(JsonNode schema) {
    if (goesWrong()) {
      return oneOf(ODDITIES);
    }
    if (schema.has("$ref")) {
      String reference = schema.path("$ref").asString();
      return value(
          components.path("schemas").path(reference.substring(reference.lastIndexOf('/') + 1)));
    }
    for (String several : List.of("allOf", "anyOf", "oneOf")) {
      if (schema.has(several)) {
        JsonNode choices = schema.path(several);
        return value(choices.get(several.equals("allOf") ? 0 : random.nextInt(choices.size())));
      }
    }
    if (schema.has("enum")) {
      return goesWrong()
          ? "\"wizard\""
          : oneOf(schema.path("enum").values().stream().toList()) + "";
    }
    JsonNode type = schema.path("type");
    String word =
        type.isArray() ? type.get(random.nextInt(type.size())).asString() : type.asString("");
    return switch (word) {
      case "" -> oneOf(ODDITIES);
      case "object" -> object(schema);
      case "array" -> array(schema);
      case "string" -> text(schema);
      case "integer" -> number(schema, List.of("", ".0", "e0"));
      case "number" -> number(schema, List.of("", ".0", "e0", ".25", "E-1"));
      case "boolean" -> oneOf(List.of("true", "false"));
      case "null" -> "null";
      default -> throw new IllegalStateException(schema.toString());
    };
  }

  private String object(JsonNode schema) {
    List<String> required =
        schema.path("required").values().stream().map(JsonNode::asString).toList();
    List<String> members = new ArrayList<>();
    schema
        .path("properties")
        .properties()
        .forEach(property -> {
          boolean there =
              required.contains(property.getKey()) ? !goesWrong() : random.nextInt(3) == 0;
          if (there) {
            members.add("\"" + property.getKey() + "\":" + value(property.getValue()));
          }
        });
    if (random.nextInt(8) == 0) {
      members.add("\"unheard of\":" + oneOf(ODDITIES));
    }
    java.util.Collections.shuffle(members, random);
    return "{" + String.join(random.nextBoolean() ? "," : " ,\n", members) + "}";
  }

  private String array(JsonNode schema) {
    int least = goesWrong() ? 0 : schema.path("minItems").asInt(0);
    int count = least + random.nextInt(ITEMS_MAX);
    List<String> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(value(schema.path("items")));
    }
    return "[" + String.join(",", items) + "]";
  }

  private String text(JsonNode schema) {
    List<String> texts = List.of("\"a\"", "\"\\u00e9\"", "\"😀\"", "\"\\/ and \\\" more\"");
    boolean empty = schema.path("minLength").asInt(0) == 0 ? random.nextBoolean() : goesWrong();
    return empty ? "\"\"" : oneOf(texts);
  }

  private String number(JsonNode schema, List<String> tails) {
    long min = schema.path("minimum").asLong(-3);
    long max = schema.path("maximum").asLong(min + 5);
    long number = goesWrong() ? oneOf(List.of(min - 1, max + 1)) : random.nextLong(min, max + 1);
    String tail = oneOf(tails);
    // A quarter more would leave the range; that is what going wrong is for.
    return number + (number == max && tail.equals(".25") && !mayGoWrong ? "" : tail);
  }
}
