package dev.sluice.provider.demo;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One schema document: its references, what it costs to work on it, and how its words are read. A
 * word whose value is not what the word takes is as good as absent. Owned by one request.
 */
final class SchemaTerms {

  /** What may be spent on a schema; some 100 ms, if it comes to the worst. */
  private static final int STEPS_MAX = 150_000;

  private static final int HOPS_MAX = 40;
  private static final JsonNode ANYTHING = JsonNodeFactory.instance.booleanNode(true);

  private final JsonNode root;
  private final String param;
  private int steps;

  SchemaTerms(JsonNode root, String param) {
    this.root = root;
    this.param = param;
  }

  /** Counts work; a schema that would take too much of it is refused. */
  void spend(int cost) {
    steps += cost;
    if (steps > STEPS_MAX) {
      throw unsatisfiable("no instance is found within the time that the demo takes for it");
    }
  }

  DemoError unsatisfiable(String why) {
    return DemoError.invalid(param, "The demo cannot satisfy this schema: " + why);
  }

  /** What a reference of this document stands for, which is no reference itself. */
  JsonNode resolve(JsonNode reference) {
    String text = reference.asString("");
    if (!text.equals("#") && !text.startsWith("#/")) {
      throw unsatisfiable("it refers to another document or to an anchor");
    }
    JsonNode at = root;
    for (String step : text.substring(1).split("/", -1)) {
      if (!step.isEmpty()) {
        String name = step.replace("~1", "/").replace("~0", "~");
        Integer index = DemoModel.number(name);
        at = at.isArray() && index != null ? at.path(index) : at.path(name);
      }
    }
    if (at.isMissingNode()) {
      throw unsatisfiable("a reference leads nowhere");
    }
    return at;
  }

  /** Guards a walk along references. */
  void hop(int hops) {
    spend(1);
    if (hops > HOPS_MAX) {
      throw unsatisfiable("its references lead in a circle");
    }
  }

  /** Refuses what cannot be told from a schema and an instance alone. */
  void known(JsonNode schema) {
    for (String word :
        List.of("$dynamicRef", "$recursiveRef", "unevaluatedProperties", "unevaluatedItems")) {
      if (schema.has(word)) {
        throw unsatisfiable("it uses " + word);
      }
    }
  }

  /** The number behind a word; {@code null} where there is none. */
  @Nullable BigDecimal number(JsonNode schema, String word) {
    JsonNode value = schema.path(word);
    return value.isNumber() ? finite(value, word) : null;
  }

  /** A number's value, where it has one. */
  BigDecimal finite(JsonNode number, String what) {
    if (!Double.isFinite(number.asDouble())) {
      throw unsatisfiable(what + " is beyond what a number can be");
    }
    return number.decimalValue();
  }

  /** The step that a number has to be a multiple of; {@code null} where there is none. */
  @Nullable BigDecimal step(JsonNode schema) {
    BigDecimal step = number(schema, "multipleOf");
    return step != null && step.signum() > 0 ? step : null;
  }

  /** The count behind a word. */
  static int count(JsonNode schema, String word, int otherwise) {
    JsonNode value = schema.path(word);
    return value.isNumber() && value.asDouble() >= 0
        ? (int) Math.min(Integer.MAX_VALUE, value.asDouble())
        : otherwise;
  }

  /** The strings behind a word, or the one string. */
  static List<String> strings(JsonNode value) {
    List<String> strings = new ArrayList<>();
    if (value.isString()) {
      strings.add(value.stringValue());
    }
    if (value.isArray()) {
      for (JsonNode each : value) {
        strings.add(each.asString(""));
      }
    }
    return strings;
  }

  /** The schemas of an array's first items; older drafts have them in {@code items}. */
  static JsonNode prefix(JsonNode schema) {
    return schema.path("items").isArray() ? schema.path("items") : schema.path("prefixItems");
  }

  /** The schema of an array's other items. */
  static JsonNode others(JsonNode schema) {
    JsonNode items = schema.path(schema.path("items").isArray() ? "additionalItems" : "items");
    return items.isMissingNode() ? ANYTHING : items;
  }

  /** Whether a schema, or the lack of one, allows no value at all. */
  static boolean isNothing(JsonNode schema) {
    return schema.isBoolean() && !schema.booleanValue();
  }
}
