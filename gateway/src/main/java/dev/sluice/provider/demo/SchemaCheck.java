package dev.sluice.provider.demo;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Tells whether a value is an instance of a JSON Schema, for the words of draft 2020-12 that judge
 * values; {@code format} judges none, as the draft has it.
 */
final class SchemaCheck {

  private static final int DEPTH_MAX = 100;

  private final SchemaTerms terms;

  SchemaCheck(SchemaTerms terms) {
    this.terms = terms;
  }

  boolean valid(JsonNode schema, JsonNode value) {
    return valid(schema, value, 0);
  }

  private boolean valid(JsonNode schema, JsonNode value, int depth) {
    terms.spend(1);
    if (!schema.isObject()) {
      return !SchemaTerms.isNothing(schema);
    }
    if (depth > DEPTH_MAX) {
      throw terms.unsatisfiable("it nests without end");
    }
    terms.known(schema);
    if (schema.has("$ref") && !valid(terms.resolve(schema.get("$ref")), value, depth + 1)) {
      return false;
    }
    return type(schema, value)
        && listed(schema, value)
        && branches(schema, value, depth)
        && switch (value.getNodeType()) {
          case OBJECT -> object(schema, value, depth);
          case ARRAY -> array(schema, value, depth);
          case NUMBER -> number(schema, value);
          case STRING -> string(schema, value.stringValue());
          case BOOLEAN, NULL, MISSING, BINARY, POJO -> true;
        };
  }

  private static boolean type(JsonNode schema, JsonNode value) {
    JsonNode type = schema.path("type");
    if (type.isMissingNode()) {
      return true;
    }
    for (String each : SchemaTerms.strings(type)) {
      boolean is =
          switch (each) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "number" -> value.isNumber();
            case "integer" ->
                value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> false;
          };
      if (is) {
        return true;
      }
    }
    return false;
  }

  private static boolean listed(JsonNode schema, JsonNode value) {
    if (schema.has("const") && !same(schema.get("const"), value)) {
      return false;
    }
    if (!schema.path("enum").isArray()) {
      return true;
    }
    for (JsonNode each : schema.get("enum")) {
      if (same(each, value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean same(JsonNode one, JsonNode other) {
    return one.equals(other)
        || (one.isNumber()
            && other.isNumber()
            && Double.isFinite(one.asDouble())
            && Double.isFinite(other.asDouble())
            && one.decimalValue().compareTo(other.decimalValue()) == 0);
  }

  private boolean branches(JsonNode schema, JsonNode value, int depth) {
    JsonNode all = schema.path("allOf");
    if (count(all, value, depth) != all.size()) {
      return false;
    }
    if (schema.path("anyOf").isArray() && count(schema.get("anyOf"), value, depth) == 0) {
      return false;
    }
    if (schema.path("oneOf").isArray() && count(schema.get("oneOf"), value, depth) != 1) {
      return false;
    }
    if (schema.has("not") && valid(schema.get("not"), value, depth + 1)) {
      return false;
    }
    if (!schema.has("if")) {
      return true;
    }
    JsonNode next = schema.path(valid(schema.get("if"), value, depth + 1) ? "then" : "else");
    return next.isMissingNode() || valid(next, value, depth + 1);
  }

  private int count(JsonNode schemas, JsonNode value, int depth) {
    int count = 0;
    for (JsonNode schema : schemas) {
      count += valid(schema, value, depth + 1) ? 1 : 0;
    }
    return count;
  }

  private boolean object(JsonNode schema, JsonNode value, int depth) {
    if (value.size() < SchemaTerms.count(schema, "minProperties", 0)
        || value.size() > SchemaTerms.count(schema, "maxProperties", Integer.MAX_VALUE)) {
      return false;
    }
    for (String name : SchemaTerms.strings(schema.path("required"))) {
      if (!value.has(name)) {
        return false;
      }
    }
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      if (!member(schema, member.getKey(), member.getValue(), depth)) {
        return false;
      }
    }
    for (String word : new String[] {"dependentRequired", "dependentSchemas", "dependencies"}) {
      for (Map.Entry<String, JsonNode> each : schema.path(word).properties()) {
        if (value.has(each.getKey()) && !depended(each.getValue(), value, depth)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean depended(JsonNode on, JsonNode value, int depth) {
    if (!on.isArray()) {
      return valid(on, value, depth + 1);
    }
    for (String name : SchemaTerms.strings(on)) {
      if (!value.has(name)) {
        return false;
      }
    }
    return true;
  }

  private boolean member(JsonNode schema, String name, JsonNode value, int depth) {
    JsonNode own = schema.path("properties").path(name);
    boolean known = !own.isMissingNode();
    if (known && !valid(own, value, depth + 1)) {
      return false;
    }
    for (Map.Entry<String, JsonNode> each : schema.path("patternProperties").properties()) {
      if (PatternText.matches(each.getKey(), name, terms)) {
        known = true;
        if (!valid(each.getValue(), value, depth + 1)) {
          return false;
        }
      }
    }
    if (!known && !valid(schema.path("additionalProperties"), value, depth + 1)) {
      return false;
    }
    return !schema.has("propertyNames")
        || valid(schema.get("propertyNames"), JsonNodeFactory.instance.stringNode(name), depth + 1);
  }

  private boolean array(JsonNode schema, JsonNode value, int depth) {
    if (value.size() < SchemaTerms.count(schema, "minItems", 0)
        || value.size() > SchemaTerms.count(schema, "maxItems", Integer.MAX_VALUE)) {
      return false;
    }
    JsonNode prefix = SchemaTerms.prefix(schema);
    JsonNode others = SchemaTerms.others(schema);
    Set<JsonNode> seen = new HashSet<>();
    boolean unique = schema.path("uniqueItems").asBoolean(false);
    int contained = 0;
    for (int i = 0; i < value.size(); i++) {
      JsonNode item = value.get(i);
      if (!valid(i < prefix.size() ? prefix.get(i) : others, item, depth + 1)
          || (unique && !seen.add(item))) {
        return false;
      }
      contained += schema.has("contains") && valid(schema.get("contains"), item, depth + 1) ? 1 : 0;
    }
    return !schema.has("contains")
        || (contained >= SchemaTerms.count(schema, "minContains", 1)
            && contained <= SchemaTerms.count(schema, "maxContains", Integer.MAX_VALUE));
  }

  private boolean number(JsonNode schema, JsonNode value) {
    BigDecimal number = terms.finite(value, "a value");
    BigDecimal low = terms.number(schema, "minimum");
    BigDecimal above = terms.number(schema, "exclusiveMinimum");
    BigDecimal high = terms.number(schema, "maximum");
    BigDecimal below = terms.number(schema, "exclusiveMaximum");
    BigDecimal step = terms.step(schema);
    return (low == null || number.compareTo(low) >= 0)
        && (above == null || number.compareTo(above) > 0)
        && (high == null || number.compareTo(high) <= 0)
        && (below == null || number.compareTo(below) < 0)
        && (step == null || number.remainder(step).signum() == 0);
  }

  private boolean string(JsonNode schema, String value) {
    int length = value.codePointCount(0, value.length());
    if (length < SchemaTerms.count(schema, "minLength", 0)
        || length > SchemaTerms.count(schema, "maxLength", Integer.MAX_VALUE)) {
      return false;
    }
    JsonNode pattern = schema.path("pattern");
    return !pattern.isString() || PatternText.matches(pattern.stringValue(), value, terms);
  }
}
