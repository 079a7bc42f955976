package dev.sluice.provider.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds an instance of a JSON Schema (draft 2020-12 and what of earlier drafts is the same). It
 * merges {@code allOf}, takes the first branch of {@code anyOf} and {@code oneOf} that is no {@code
 * null}, fills in required members, and leaves optional ones out where that is allowed.
 *
 * <p>What cannot be told from a schema without solving it ({@code not}, contradictory branches, an
 * exotic {@code pattern}) is refused by {@link DemoError}, never answered wrongly in silence.
 */
final class SchemaInstance {

  private static final int DEPTH_MAX = 40;
  private static final int ITEMS_MAX = 1000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonNode root;
  private final String param;

  /** Instances of a schema that stands at {@code param} in the request. */
  SchemaInstance(JsonNode schema, String param) {
    this.root = schema;
    this.param = param;
  }

  /** An instance. */
  JsonNode build() {
    return instance(root, "value", 0);
  }

  private JsonNode instance(JsonNode given, String name, int depth) {
    if (depth > DEPTH_MAX) {
      throw unsatisfiable("it nests without end");
    }
    if (given.isBoolean()) {
      if (!given.booleanValue()) {
        throw unsatisfiable("it allows no value");
      }
      return NODES.stringNode("example");
    }
    JsonNode schema = merged(given, depth);
    if (schema.has("const")) {
      return schema.get("const");
    }
    if (schema.path("enum").isArray() && !schema.get("enum").isEmpty()) {
      return schema.get("enum").get(0);
    }
    return switch (type(schema)) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, name, depth);
      case "integer" -> number(schema, true);
      case "number" -> number(schema, false);
      case "boolean" -> NODES.booleanNode(true);
      case "null" -> NODES.nullNode();
      default -> NODES.stringNode(text(schema, name));
    };
  }

  /** The schema with its references followed and its branches chosen. */
  private JsonNode merged(JsonNode given, int depth) {
    JsonNode schema = given;
    for (int hops = 0; schema.has("$ref"); hops++) {
      if (hops > DEPTH_MAX) {
        throw unsatisfiable("its references lead in a circle");
      }
      ObjectNode beside = ((ObjectNode) schema).deepCopy();
      beside.remove("$ref");
      schema = over(resolve(schema.get("$ref").asString("")), beside);
    }
    if (!schema.isObject()) {
      return NODES.objectNode();
    }
    ObjectNode result = ((ObjectNode) schema).deepCopy();
    for (JsonNode part : schema.path("allOf")) {
      result = over(result, merged(part, depth + 1));
    }
    for (String word : List.of("anyOf", "oneOf")) {
      JsonNode branches = schema.path(word);
      if (branches.isArray() && !branches.isEmpty()) {
        result.remove(word);
        result = over(result, merged(branch(branches), depth + 1));
      }
    }
    if (schema.has("if") && schema.has("then")) {
      // Satisfying the condition and its consequence together satisfies the whole.
      result =
          over(
              over(result, merged(schema.get("if"), depth + 1)),
              merged(schema.get("then"), depth + 1));
    }
    return result;
  }

  /** The first branch that is not null, so that an instance shows something. */
  private static JsonNode branch(JsonNode branches) {
    for (JsonNode branch : branches) {
      if (!branch.path("type").asString("").equals("null")) {
        return branch;
      }
    }
    return branches.get(0);
  }

  /** {@code base} with everything that {@code more} says added; the narrower bound wins. */
  private static ObjectNode over(JsonNode base, JsonNode more) {
    ObjectNode result = base.isObject() ? ((ObjectNode) base).deepCopy() : NODES.objectNode();
    if (!more.isObject()) {
      return result;
    }
    for (Map.Entry<String, JsonNode> entry : more.properties()) {
      String word = entry.getKey();
      JsonNode value = entry.getValue();
      JsonNode old = result.get(word);
      if (old == null) {
        result.set(word, value);
        continue;
      }
      switch (word) {
        case "properties", "$defs", "definitions" -> {
          ObjectNode members = ((ObjectNode) old).deepCopy();
          for (Map.Entry<String, JsonNode> member : value.properties()) {
            JsonNode same = members.get(member.getKey());
            members.set(
                member.getKey(), same == null ? member.getValue() : over(same, member.getValue()));
          }
          result.set(word, members);
        }
        case "required" -> {
          ArrayNode names = ((ArrayNode) old).deepCopy();
          value.forEach(names::add);
          result.set(word, names);
        }
        case "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties" ->
            result.set(word, old.asDouble() >= value.asDouble() ? old : value);
        case "maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties" ->
            result.set(word, old.asDouble() <= value.asDouble() ? old : value);
        case "enum" -> {
          ArrayNode both = NODES.arrayNode();
          for (JsonNode each : old) {
            for (JsonNode other : value) {
              if (each.equals(other)) {
                both.add(each);
              }
            }
          }
          result.set(word, both);
        }
        default -> result.set(word, value);
      }
    }
    return result;
  }

  private JsonNode resolve(String reference) {
    if (!reference.startsWith("#")) {
      throw unsatisfiable("it refers to another document");
    }
    JsonNode at = root;
    for (String step : reference.substring(1).split("/", -1)) {
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

  private static String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    if (type.isString()) {
      return type.stringValue();
    }
    for (JsonNode each : type) {
      if (!each.asString("").equals("null")) {
        return each.asString("");
      }
    }
    if (type.isArray() && !type.isEmpty()) {
      return "null";
    }
    if (schema.has("properties") || schema.has("required") || schema.has("additionalProperties")) {
      return "object";
    }
    if (schema.has("items") || schema.has("prefixItems") || schema.has("contains")) {
      return "array";
    }
    for (String word : List.of("minimum", "maximum", "multipleOf", "exclusiveMinimum")) {
      if (schema.has(word)) {
        return "number";
      }
    }
    return "string";
  }

  private ObjectNode object(JsonNode schema, int depth) {
    Map<String, JsonNode> wanted = new LinkedHashMap<>();
    JsonNode properties = schema.path("properties");
    List<String> required = new java.util.ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asString("")));
    // Optional members end where a schema begins to repeat itself.
    boolean optionals = depth < 4;
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      boolean allowed = !property.getValue().isBoolean() || property.getValue().booleanValue();
      if (required.contains(property.getKey()) || (optionals && allowed)) {
        wanted.put(property.getKey(), property.getValue());
      }
    }
    for (String name : required) {
      JsonNode additional = schema.path("additionalProperties");
      wanted.putIfAbsent(name, additional.isObject() ? additional : NODES.objectNode());
    }
    ObjectNode instance = NODES.objectNode();
    int most = schema.path("maxProperties").asInt(Integer.MAX_VALUE);
    for (Map.Entry<String, JsonNode> member : wanted.entrySet()) {
      boolean must = required.contains(member.getKey());
      if (!must && instance.size() + required.size() >= most) {
        continue;
      }
      try {
        instance.set(member.getKey(), instance(member.getValue(), member.getKey(), depth + 1));
      } catch (DemoError e) {
        if (must) {
          throw e;
        }
      }
    }
    fillUp(schema, instance, depth);
    return instance;
  }

  private void fillUp(JsonNode schema, ObjectNode instance, int depth) {
    int least = schema.path("minProperties").asInt(0);
    JsonNode additional = schema.path("additionalProperties");
    for (int i = 1; instance.size() < Math.min(least, ITEMS_MAX); i++) {
      if (additional.isBoolean() && !additional.booleanValue()) {
        throw unsatisfiable("it asks for more members than it allows");
      }
      JsonNode shape = additional.isObject() ? additional : NODES.booleanNode(true);
      instance.set("extra" + i, instance(shape, "extra", depth + 1));
    }
  }

  private ArrayNode array(JsonNode schema, String name, int depth) {
    ArrayNode instance = NODES.arrayNode();
    for (JsonNode item : schema.path("prefixItems")) {
      instance.add(instance(item, name, depth + 1));
    }
    JsonNode contains = schema.path("contains");
    int containsLeast = contains.isMissingNode() ? 0 : schema.path("minContains").asInt(1);
    for (int i = 0; i < Math.min(containsLeast, ITEMS_MAX); i++) {
      instance.add(instance(contains, name, depth + 1));
    }
    JsonNode items = schema.path("items");
    boolean closed = items.isBoolean() && !items.booleanValue();
    int most = schema.path("maxItems").asInt(ITEMS_MAX);
    // One item shows what they are like, where the schema is not about to repeat itself.
    int shown = closed || depth > 6 ? 0 : 1;
    int least =
        Math.min(Math.max(schema.path("minItems").asInt(0), Math.min(shown, most)), ITEMS_MAX);
    JsonNode shape = items.isMissingNode() ? NODES.booleanNode(true) : items;
    boolean unique = schema.path("uniqueItems").asBoolean(false);
    while (instance.size() < least) {
      JsonNode item = instance(shape, name, depth + 1);
      instance.add(unique ? distinct(item, shape, instance) : item);
    }
    return instance;
  }

  /** An item unlike those that are there. */
  private static JsonNode distinct(JsonNode item, JsonNode shape, ArrayNode among) {
    JsonNode choices = shape.path("enum");
    for (JsonNode choice : choices) {
      if (!contains(among, choice)) {
        return choice;
      }
    }
    if (!contains(among, item)) {
      return item;
    }
    int number = among.size();
    if (item.isString()) {
      return NODES.stringNode(item.stringValue() + number);
    }
    if (item.isNumber()) {
      BigDecimal step =
          shape.path("multipleOf").isNumber()
              ? shape.get("multipleOf").decimalValue()
              : BigDecimal.ONE;
      return NODES.numberNode(item.decimalValue().add(step.multiply(BigDecimal.valueOf(number))));
    }
    if (item.isBoolean() && among.size() == 1) {
      return NODES.booleanNode(!item.booleanValue());
    }
    if (item.isObject()) {
      ObjectNode changed = ((ObjectNode) item).deepCopy();
      for (Map.Entry<String, JsonNode> member : item.properties()) {
        JsonNode of = shape.path("properties").path(member.getKey());
        if (!of.has("enum") && !of.has("const") && member.getValue().isValueNode()) {
          ArrayNode old = NODES.arrayNode().add(member.getValue());
          changed.set(member.getKey(), distinct(member.getValue(), of, old));
          return changed;
        }
      }
    }
    throw unsatisfiable("it asks for more different items than can be made");
  }

  private static boolean contains(ArrayNode items, JsonNode item) {
    for (JsonNode each : items) {
      if (each.equals(item)) {
        return true;
      }
    }
    return false;
  }

  private static JsonNode number(JsonNode schema, boolean whole) {
    BigDecimal step =
        schema.path("multipleOf").isNumber()
            ? schema.get("multipleOf").decimalValue()
            : whole ? BigDecimal.ONE : null;
    BigDecimal low = bound(schema, "minimum");
    BigDecimal aboveLow = bound(schema, "exclusiveMinimum");
    BigDecimal high = bound(schema, "maximum");
    BigDecimal belowHigh = bound(schema, "exclusiveMaximum");
    BigDecimal value = whole ? BigDecimal.ONE : new BigDecimal("1.5");
    BigDecimal grain = step == null ? new BigDecimal("0.001") : step;
    if (step != null) {
      value = step;
    }
    if (high != null && value.compareTo(high) > 0) {
      value = floor(high, step);
    }
    if (belowHigh != null && value.compareTo(belowHigh) >= 0) {
      value = floor(belowHigh, step);
      if (value.compareTo(belowHigh) >= 0) {
        value = value.subtract(grain);
      }
    }
    if (low != null && value.compareTo(low) < 0) {
      value = ceiling(low, step);
    }
    if (aboveLow != null && value.compareTo(aboveLow) <= 0) {
      value = ceiling(aboveLow, step);
      if (value.compareTo(aboveLow) <= 0) {
        value = value.add(grain);
      }
    }
    boolean fits =
        (high == null || value.compareTo(high) <= 0)
            && (belowHigh == null || value.compareTo(belowHigh) < 0);
    if (!fits && low != null && high != null && step == null) {
      value = low.add(high).divide(BigDecimal.TWO);
    } else if (!fits) {
      throw unsatisfiable("no number is within its bounds");
    }
    return whole ? NODES.numberNode(value.toBigInteger()) : NODES.numberNode(value);
  }

  private static @org.jspecify.annotations.Nullable BigDecimal bound(JsonNode schema, String word) {
    return schema.path(word).isNumber() ? schema.get(word).decimalValue() : null;
  }

  private static BigDecimal floor(
      BigDecimal bound, @org.jspecify.annotations.Nullable BigDecimal step) {
    return step == null ? bound : bound.divide(step, 0, RoundingMode.FLOOR).multiply(step);
  }

  private static BigDecimal ceiling(
      BigDecimal bound, @org.jspecify.annotations.Nullable BigDecimal step) {
    return step == null ? bound : bound.divide(step, 0, RoundingMode.CEILING).multiply(step);
  }

  private static String text(JsonNode schema, String name) {
    JsonNode pattern = schema.path("pattern");
    int least = schema.path("minLength").asInt(0);
    int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
    if (pattern.isString()) {
      return PatternText.matching(pattern.stringValue(), least, most);
    }
    String text =
        switch (schema.path("format").asString("")) {
          case "date-time" -> "2024-01-01T00:00:00Z";
          case "date" -> "2024-01-01";
          case "time" -> "00:00:00Z";
          case "duration" -> "PT1S";
          case "email", "idn-email" -> "user@example.com";
          case "hostname", "idn-hostname" -> "example.com";
          case "ipv4" -> "192.0.2.1";
          case "ipv6" -> "2001:db8::1";
          case "uri", "iri", "uri-reference", "iri-reference" -> "https://example.com/";
          case "uuid" -> "00000000-0000-4000-8000-000000000000";
          case "json-pointer" -> "/example";
          case "regex" -> ".*";
          default -> name;
        };
    StringBuilder fitted = new StringBuilder(text);
    while (fitted.length() < Math.min(least, 100_000)) {
      fitted.append('x');
    }
    if (fitted.length() > most) {
      fitted.setLength(most);
    }
    return fitted.toString();
  }

  String param() {
    return param;
  }

  private static DemoError unsatisfiable(String why) {
    return DemoError.invalid("response_format", "The demo cannot satisfy this schema: " + why);
  }
}
