package dev.sluice.provider.demo;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns a schema into flat ones, one for each way through its branches: references are followed,
 * {@code allOf} is merged in, and a branch of {@code anyOf}, {@code oneOf} and {@code if} is taken.
 * An instance of a flat schema is likely, not certain, to be one of the schema.
 */
final class SchemaVariants {

  /** How many ways through a schema's branches are tried. */
  private static final int VARIANTS_MAX = 24;

  private static final int DEPTH_MAX = 40;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final SchemaTerms terms;

  SchemaVariants(SchemaTerms terms) {
    this.terms = terms;
  }

  /** The flat schemas, the most telling first; none where nothing is allowed. */
  List<ObjectNode> of(JsonNode schema) {
    return of(schema, 0);
  }

  private List<ObjectNode> of(JsonNode given, int depth) {
    terms.spend(20);
    if (!given.isObject()) {
      return SchemaTerms.isNothing(given) ? List.of() : List.of(NODES.objectNode());
    }
    if (depth > DEPTH_MAX) {
      throw terms.unsatisfiable("it nests without end");
    }
    terms.known(given);
    ObjectNode flat = NODES.objectNode();
    for (Map.Entry<String, JsonNode> entry : given.properties()) {
      switch (entry.getKey()) {
        case "$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "$defs", "definitions" -> {}
        default -> flat.set(entry.getKey(), entry.getValue());
      }
    }
    List<ObjectNode> variants = List.of(flat);
    if (given.has("$ref")) {
      variants = each(variants, of(terms.resolve(given.get("$ref")), depth + 1));
    }
    for (JsonNode part : given.path("allOf")) {
      variants = each(variants, of(part, depth + 1));
    }
    for (String word : List.of("anyOf", "oneOf")) {
      if (given.path(word).isArray()) {
        variants = each(variants, branches(given.get(word), depth));
      }
    }
    return given.has("if") ? conditional(given, variants, depth) : variants;
  }

  /** The branches, that for {@code null} last, so that an instance shows something. */
  private List<ObjectNode> branches(JsonNode branches, int depth) {
    List<ObjectNode> variants = new ArrayList<>();
    List<ObjectNode> nulls = new ArrayList<>();
    for (JsonNode branch : branches) {
      boolean isNull = branch.path("type").asString("").equals("null");
      (isNull ? nulls : variants).addAll(of(branch, depth + 1));
      if (variants.size() > VARIANTS_MAX) {
        break;
      }
    }
    variants.addAll(nulls);
    return variants;
  }

  /** The condition with its consequence, then what holds without the condition. */
  private List<ObjectNode> conditional(JsonNode given, List<ObjectNode> variants, int depth) {
    List<ObjectNode> held = each(variants, of(given.get("if"), depth + 1));
    if (given.has("then")) {
      held = each(held, of(given.get("then"), depth + 1));
    }
    List<ObjectNode> unheld =
        given.has("else") ? each(variants, of(given.get("else"), depth + 1)) : variants;
    List<ObjectNode> both = new ArrayList<>(held);
    both.addAll(unheld);
    return both;
  }

  private List<ObjectNode> each(List<ObjectNode> some, List<ObjectNode> others) {
    List<ObjectNode> merged = new ArrayList<>();
    for (ObjectNode one : some) {
      for (ObjectNode other : others) {
        if (merged.size() < VARIANTS_MAX) {
          terms.spend(20);
          merged.add(over(one, other));
        }
      }
    }
    return merged;
  }

  /** {@code base} with everything that {@code more} says added. */
  private ObjectNode over(ObjectNode base, ObjectNode more) {
    ObjectNode result = NODES.objectNode();
    result.setAll(base);
    for (Map.Entry<String, JsonNode> entry : more.properties()) {
      JsonNode old = result.get(entry.getKey());
      JsonNode value = entry.getValue();
      result.set(entry.getKey(), old == null ? value : both(entry.getKey(), old, value));
    }
    return result;
  }

  /** A word that says both: of two bounds the narrower, of two schemas both. */
  private JsonNode both(String word, JsonNode old, JsonNode value) {
    return switch (word) {
      case "properties", "patternProperties" -> members(old, value);
      case "items", "additionalProperties", "propertyNames", "contains" -> allOf(old, value);
      case "required" -> joined(old, value);
      case "type" -> types(old, value);
      case "enum" -> common(old, value);
      case "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties" ->
          old.asDouble(0) >= value.asDouble(0) ? old : value;
      case "maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties" ->
          old.asDouble(0) <= value.asDouble(0) ? old : value;
      case "multipleOf" -> multiple(old, value);
      default -> old;
    };
  }

  private static JsonNode members(JsonNode old, JsonNode value) {
    ObjectNode members = NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : old.properties()) {
      members.set(member.getKey(), member.getValue());
    }
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      JsonNode same = members.get(member.getKey());
      members.set(
          member.getKey(), same == null ? member.getValue() : allOf(same, member.getValue()));
    }
    return members;
  }

  private static ObjectNode allOf(JsonNode one, JsonNode other) {
    ObjectNode both = NODES.objectNode();
    both.putArray("allOf").add(one).add(other);
    return both;
  }

  private static ArrayNode joined(JsonNode old, JsonNode value) {
    ArrayNode names = NODES.arrayNode();
    SchemaTerms.strings(old).forEach(names::add);
    SchemaTerms.strings(value).forEach(names::add);
    return names;
  }

  private static ArrayNode types(JsonNode old, JsonNode value) {
    List<String> others = SchemaTerms.strings(value);
    ArrayNode types = NODES.arrayNode();
    for (String type : SchemaTerms.strings(old)) {
      boolean narrowed = type.equals("number") && others.contains("integer");
      if (narrowed || others.contains(type)) {
        types.add(narrowed ? "integer" : type);
      } else if (type.equals("integer") && others.contains("number")) {
        types.add(type);
      }
    }
    return types;
  }

  private static ArrayNode common(JsonNode old, JsonNode value) {
    ArrayNode both = NODES.arrayNode();
    for (JsonNode one : old) {
      for (JsonNode other : value) {
        if (one.equals(other)) {
          both.add(one);
        }
      }
    }
    return both;
  }

  private JsonNode multiple(JsonNode old, JsonNode value) {
    if (!old.isNumber() || !value.isNumber()) {
      return old.isNumber() ? old : value;
    }
    BigDecimal one = terms.finite(old, "multipleOf");
    BigDecimal other = terms.finite(value, "multipleOf");
    if (other.signum() <= 0 || (one.signum() > 0 && one.remainder(other).signum() == 0)) {
      return old;
    }
    boolean within = one.signum() <= 0 || other.remainder(one).signum() == 0;
    return within ? value : NODES.numberNode(one.multiply(other));
  }
}
