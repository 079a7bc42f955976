package dev.sluice.protocol.gemini;

import dev.sluice.chat.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a JSON Schema into this protocol's own narrower dialect, for models that take no other:
 * references are put in place, {@code allOf} is merged, {@code oneOf} becomes {@code anyOf}, {@code
 * null} among types becomes {@code nullable}, and what the dialect has no word for is left out. The
 * result is wider than what was asked for, never narrower. For one schema.
 */
final class SchemaWriter {

  /**
   * A schema that grows beyond this many nodes is cut short: references may double at each step.
   */
  static final int NODES_MAX = 5_000;

  /** Deeper schemas are cut short, and so are those that contain themselves. */
  static final int DEPTH_MAX = 64;

  /** Words that mean the same there, with values that are no schemas. */
  private static final Set<String> KEPT =
      Set.of(
          "title",
          "description",
          "default",
          "example",
          "pattern",
          "minimum",
          "maximum",
          "minItems",
          "maxItems",
          "minLength",
          "maxLength",
          "minProperties",
          "maxProperties",
          "propertyOrdering");

  private static final Set<String> TYPES =
      Set.of("object", "array", "string", "number", "integer", "boolean", "null");

  private static final Json TRUE = new Json("true");
  private static final int LISTED_MAX = 500;

  private final Object root;
  private final Set<String> expanding = new HashSet<>();
  private int nodes;

  private SchemaWriter(Object root) {
    this.root = root;
  }

  /** The schema in the narrower dialect. */
  static Json toOwn(Json jsonSchema) {
    Object root = SchemaTree.parse(jsonSchema);
    return SchemaTree.toJson(new SchemaWriter(root).schema(root, 0));
  }

  /** Whether the schema is of an object without members, which is better left out. */
  static boolean isEmptyObject(Json jsonSchema) {
    Map<String, Object> schema = SchemaTree.object(SchemaTree.parse(jsonSchema));
    return (schema.isEmpty() || "object".equals(schema.get("type")))
        && SchemaTree.object(schema.getOrDefault("properties", Map.of())).isEmpty()
        && !schema.containsKey("$ref")
        && !schema.containsKey("anyOf")
        && !schema.containsKey("oneOf")
        && !schema.containsKey("allOf");
  }

  private Map<String, Object> schema(Object tree, int depth) {
    nodes++;
    if (!(tree instanceof Map) || depth > DEPTH_MAX || nodes > NODES_MAX) {
      return new LinkedHashMap<>();
    }
    Map<String, Object> source = SchemaTree.object(tree);
    if (source.get("$ref") instanceof String reference) {
      return referenced(source, reference, depth);
    }
    if (source.get("allOf") instanceof List<?> all) {
      return schema(merged(source, all), depth + 1);
    }
    Map<String, Object> out = new LinkedHashMap<>();
    List<String> types = types(source);
    boolean nullable = types.remove("null") || TRUE.equals(source.get("nullable"));
    for (Map.Entry<String, Object> member : source.entrySet()) {
      if (KEPT.contains(member.getKey())) {
        out.put(member.getKey(), member.getValue());
      }
    }
    String type = types.isEmpty() ? null : types.getFirst();
    nullable |= choices(source, types, out, depth);
    if (type != null && types.size() == 1) {
      out.put("type", type.toUpperCase(Locale.ROOT));
      children(source, type, out, depth);
    }
    nullable |= values(source, type, out);
    if (nullable) {
      out.put("nullable", TRUE);
    }
    return out;
  }

  /** The types that are told, or that other words give away. */
  private static List<String> types(Map<String, Object> source) {
    List<String> types = new ArrayList<>();
    switch (source.get("type")) {
      case String word -> types.add(word.toLowerCase(Locale.ROOT));
      case List<?> words -> {
        for (Object word : words) {
          if (word instanceof String name && !types.contains(name)) {
            types.add(name);
          }
        }
      }
      case null, default -> {
        if (source.containsKey("properties")) {
          types.add("object");
        } else if (source.containsKey("items") || source.containsKey("prefixItems")) {
          types.add("array");
        } else if (source.get("const") instanceof String) {
          types.add("string");
        } else if (SchemaTree.array(source.getOrDefault("enum", List.of())).stream()
            .anyMatch(String.class::isInstance)) {
          types.add("string");
        }
      }
    }
    types.removeIf(type -> !TYPES.contains(type));
    return types;
  }

  private Map<String, Object> referenced(Map<String, Object> source, String reference, int depth) {
    Object target = target(reference);
    Map<String, Object> siblings = new LinkedHashMap<>(source);
    siblings.remove("$ref");
    if (target == null || !expanding.add(reference)) {
      // It contains itself, or leads nowhere: any object will do.
      Map<String, Object> out = new LinkedHashMap<>();
      if (siblings.get("description") instanceof String words) {
        out.put("description", words);
      }
      out.put("type", "OBJECT");
      return out;
    }
    try {
      Object whole = siblings.isEmpty() ? target : merged(siblings, List.of(target));
      return schema(whole, depth + 1);
    } finally {
      expanding.remove(reference);
    }
  }

  /** What a reference within the schema leads to; {@code null} for any other one. */
  private @Nullable Object target(String reference) {
    if (reference.equals("#")) {
      return root;
    }
    if (!reference.startsWith("#/")) {
      return null;
    }
    Object at = root;
    for (String step : reference.substring(2).split("/", DEPTH_MAX)) {
      String name = step.replace("~1", "/").replace("~0", "~");
      at = SchemaTree.object(at).get(name);
      if (at == null) {
        return null;
      }
    }
    return at;
  }

  /** One schema of all; what the outer one says goes before. */
  private Map<String, Object> merged(Map<String, Object> outer, List<?> all) {
    Map<String, Object> out = new LinkedHashMap<>();
    Map<String, Object> properties = new LinkedHashMap<>();
    List<Object> required = new ArrayList<>();
    List<Object> sources = new ArrayList<>(all);
    Map<String, Object> own = new LinkedHashMap<>(outer);
    own.remove("allOf");
    sources.add(own);
    for (Object source : sources) {
      Map<String, Object> members = resolved(source);
      properties.putAll(SchemaTree.object(members.getOrDefault("properties", Map.of())));
      for (Object name : SchemaTree.array(members.getOrDefault("required", List.of()))) {
        if (!required.contains(name)) {
          required.add(name);
        }
      }
      out.putAll(members);
      nodes++;
    }
    if (!properties.isEmpty()) {
      out.put("properties", properties);
    }
    if (!required.isEmpty()) {
      out.put("required", required);
    }
    return out;
  }

  /** The members of a schema to be merged; its own reference or merger is put in place once. */
  private Map<String, Object> resolved(Object tree) {
    Map<String, Object> members = SchemaTree.object(tree);
    if (nodes > NODES_MAX) {
      return Map.of();
    }
    if (members.get("$ref") instanceof String reference) {
      Object target = target(reference);
      if (target == null || !expanding.add(reference)) {
        return Map.of();
      }
      try {
        Map<String, Object> siblings = new LinkedHashMap<>(members);
        siblings.remove("$ref");
        return merged(siblings, List.of(target));
      } finally {
        expanding.remove(reference);
      }
    }
    return members.get("allOf") instanceof List<?> all ? merged(members, all) : members;
  }

  /** Writes {@code anyOf}, if there is a choice; whether {@code null} is among it. */
  private boolean choices(
      Map<String, Object> source, List<String> types, Map<String, Object> out, int depth) {
    Object given = source.containsKey("anyOf") ? source.get("anyOf") : source.get("oneOf");
    List<Object> all = new ArrayList<>();
    boolean nullable = false;
    if (given instanceof List<?> choices) {
      for (Object choice : choices) {
        if (SchemaTree.object(choice).get("type") instanceof String type && type.equals("null")) {
          nullable = true;
        } else {
          all.add(schema(choice, depth + 1));
        }
      }
    } else if (types.size() > 1) {
      Map<String, Object> plain = new LinkedHashMap<>(source);
      plain.keySet().removeIf(KEPT::contains);
      for (String type : types) {
        plain.put("type", type);
        all.add(schema(plain, depth + 1));
      }
    }
    if (all.size() == 1) {
      SchemaTree.object(all.getFirst()).forEach(out::putIfAbsent);
    } else if (!all.isEmpty()) {
      out.put("anyOf", all);
    }
    return nullable;
  }

  private void children(
      Map<String, Object> source, String type, Map<String, Object> out, int depth) {
    switch (type) {
      case "object" -> {
        Map<String, Object> properties = new LinkedHashMap<>();
        Object given = source.getOrDefault("properties", Map.of());
        for (Map.Entry<String, Object> property : SchemaTree.object(given).entrySet()) {
          properties.put(property.getKey(), schema(property.getValue(), depth + 1));
        }
        if (!properties.isEmpty()) {
          out.put("properties", properties);
        }
        List<Object> required = new ArrayList<>();
        for (Object name : SchemaTree.array(source.getOrDefault("required", List.of()))) {
          if (name instanceof String word && properties.containsKey(word)) {
            required.add(word);
          }
        }
        if (!required.isEmpty()) {
          out.put("required", required);
        }
      }
      case "array" -> out.put("items", items(source, depth));
      case "string" -> {
        Object format = source.get("format");
        if ("enum".equals(format) || "date-time".equals(format)) {
          out.put("format", format);
        }
      }
      default -> {
        // Numbers and booleans have no more to say.
      }
    }
  }

  /** What an array holds, which must be said. */
  private Map<String, Object> items(Map<String, Object> source, int depth) {
    Map<String, Object> items = new LinkedHashMap<>();
    if (source.get("items") instanceof Map<?, ?> given) {
      items = schema(given, depth + 1);
    } else {
      List<?> places = SchemaTree.array(source.getOrDefault("prefixItems", List.of()));
      List<Object> all = new ArrayList<>();
      for (Object place : places) {
        all.add(schema(place, depth + 1));
      }
      if (all.size() == 1) {
        return SchemaTree.object(all.getFirst());
      }
      if (!all.isEmpty()) {
        items.put("anyOf", all);
      }
    }
    if (items.isEmpty()) {
      items.put("type", "STRING");
    }
    return items;
  }

  /**
   * Writes the values that are allowed: the dialect lists strings only, others are told in words.
   * Whether {@code null} is among them.
   */
  private static boolean values(
      Map<String, Object> source, @Nullable String type, Map<String, Object> out) {
    List<?> given =
        source.containsKey("const")
            ? List.of(source.get("const"))
            : SchemaTree.array(source.getOrDefault("enum", List.of()));
    List<Object> texts = new ArrayList<>();
    StringBuilder words = new StringBuilder();
    boolean nullable = false;
    for (Object value : given) {
      if (value instanceof String text) {
        // The empty string is refused.
        if (!text.isEmpty()) {
          texts.add(text);
        }
      } else if (value instanceof Json json && json.isNull()) {
        nullable = true;
      } else if (words.length() < LISTED_MAX) {
        words.append(words.isEmpty() ? "One of: " : ", ").append(SchemaTree.toJson(value).text());
      }
    }
    if (!texts.isEmpty() && words.isEmpty() && (type == null || type.equals("string"))) {
      out.put("type", "STRING");
      out.put("format", "enum");
      out.put("enum", texts);
    } else if (!words.isEmpty()) {
      out.merge("description", words.toString(), (old, more) -> old + " " + more);
    }
    return nullable;
  }
}
