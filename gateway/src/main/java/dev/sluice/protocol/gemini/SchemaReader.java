package dev.sluice.protocol.gemini;

import dev.sluice.chat.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns a schema of this protocol's own dialect into a JSON Schema that others understand. */
final class SchemaReader {

  private static final Json TRUE = new Json("true");

  private SchemaReader() {}

  /** The schema as a JSON Schema. */
  static Json toJsonSchema(Json schema) {
    return SchemaTree.toJson(schema(SchemaTree.parse(schema)));
  }

  private static Object schema(Object tree) {
    if (!(tree instanceof Map)) {
      return tree;
    }
    Map<String, Object> out = new LinkedHashMap<>();
    boolean nullable = false;
    for (Map.Entry<String, Object> member : SchemaTree.object(tree).entrySet()) {
      String name = Gemini.camel(member.getKey());
      Object value = member.getValue();
      switch (name) {
        case "type" -> type(out, value);
        case "nullable" -> nullable = TRUE.equals(value);
        // Only this protocol can say it; JSON keeps the order of members as it is.
        case "propertyOrdering" -> {}
        case "properties", "$defs", "defs" -> {
          Map<String, Object> properties = new LinkedHashMap<>();
          for (Map.Entry<String, Object> property : SchemaTree.object(value).entrySet()) {
            properties.put(property.getKey(), schema(property.getValue()));
          }
          out.put(name.equals("defs") ? "$defs" : name, properties);
        }
        case "items", "additionalProperties" -> out.put(name, schema(value));
        case "anyOf", "prefixItems" -> {
          List<Object> all = new ArrayList<>();
          for (Object item : SchemaTree.array(value)) {
            all.add(schema(item));
          }
          out.put(name, all);
        }
        case "ref" -> out.put("$ref", value);
        // Long numbers come as strings.
        case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties" ->
            out.put(name, value instanceof String digits ? number(digits) : value);
        default -> out.put(name, value);
      }
    }
    if (nullable) {
      nullable(out);
    }
    return out;
  }

  private static void type(Map<String, Object> out, Object value) {
    if (value instanceof String word && !word.equals("TYPE_UNSPECIFIED")) {
      out.put("type", word.toLowerCase(Locale.ROOT));
    } else if (value instanceof List) {
      out.put("type", value);
    }
  }

  private static Object number(String digits) {
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return digits;
      }
    }
    return digits.isEmpty() || digits.length() > 18
        ? digits
        : new Json(Long.toString(Long.parseLong(digits)));
  }

  private static void nullable(Map<String, Object> out) {
    if (out.get("type") instanceof String type) {
      out.put("type", List.of(type, "null"));
    } else if (out.get("anyOf") instanceof List<?> all) {
      List<Object> more = new ArrayList<>(all);
      more.add(Map.of("type", "null"));
      out.put("anyOf", more);
    }
  }
}
