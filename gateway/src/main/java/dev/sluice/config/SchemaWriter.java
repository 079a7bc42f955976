package dev.sluice.config;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the JSON Schema (draft 2020-12) of {@code sluice.yaml}, from the settings' own records.
 */
public final class SchemaWriter {

  private static final String REFERENCE = "\\$\\{[^}]*\\}";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Map<String, ObjectNode> definitions = new LinkedHashMap<>();

  private SchemaWriter() {}

  /** The schema as text, the same for the same records. */
  public static String write() {
    SchemaWriter writer = new SchemaWriter();
    ObjectNode root = NODES.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "sluice.yaml");
    root.setAll(writer.members(Settings.class));
    ObjectNode definitions = NODES.objectNode();
    writer.definitions.forEach(definitions::set);
    root.set("$defs", definitions);
    return JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(root)
        + "\n";
  }

  private ObjectNode members(Class<?> type) {
    ObjectNode schema = NODES.objectNode();
    schema.put("type", "object");
    schema.put("additionalProperties", false);
    ObjectNode properties = schema.putObject("properties");
    List<String> required = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String key = Binder.key(component);
      properties.set(key, member(component));
      if (isRequired(component)) {
        required.add(key);
      }
    }
    if (!required.isEmpty()) {
      required.forEach(schema.putArray("required")::add);
    }
    return schema;
  }

  private ObjectNode member(RecordComponent component) {
    Doc doc = component.getAnnotation(Doc.class);
    Class<?> type = component.getType();
    ObjectNode schema;
    if (type == List.class) {
      schema = NODES.objectNode();
      schema.put("type", "array");
      schema.set("items", value(Binder.argument(component, 0), null));
    } else if (type == Map.class) {
      schema = NODES.objectNode();
      schema.put("type", "object");
      schema.set("additionalProperties", value(Binder.argument(component, 1), null));
    } else {
      schema = value(type, doc);
    }
    if (doc != null) {
      schema.put("description", doc.value());
      if (!doc.byDefault().isEmpty()) {
        schema.put("default", doc.byDefault());
      }
    }
    return schema;
  }

  private ObjectNode value(Class<?> type, @Nullable Doc doc) {
    ObjectNode schema = NODES.objectNode();
    if (type.isRecord() && type != DataSize.class && type != Secret.class) {
      String name = type.getSimpleName();
      if (!definitions.containsKey(name)) {
        definitions.put(name, NODES.objectNode());
        definitions.put(name, definition(type));
      }
      schema.put("$ref", "#/$defs/" + name);
      return schema;
    }
    if (type.isEnum()) {
      // A number such as 1.1 is a word here, too.
      Scalars.words(type).forEach(schema.putArray("enum")::add);
      return orReference(schema);
    }
    if (type == boolean.class || type == Boolean.class) {
      schema.put("type", "boolean");
      return orReference(schema);
    }
    if (Scalars.isWhole(type)) {
      schema.put("type", "integer");
      if (doc != null && doc.min() != Long.MIN_VALUE) {
        schema.put("minimum", doc.min());
      }
      if (doc != null && doc.max() != Long.MAX_VALUE) {
        schema.put("maximum", doc.max());
      }
      return orReference(schema);
    }
    if (type == BigDecimal.class) {
      schema.putArray("type").add("string").add("number");
      schema.put("pattern", "^([0-9]+(\\.[0-9]+)?|" + REFERENCE + ")$");
      return schema;
    }
    if (type == Duration.class) {
      schema.putArray("type").add("string").add("integer");
      schema.put("pattern", "^([0-9.]+ ?(ms|s|m|h|d)|0|" + REFERENCE + ")$");
      return schema;
    }
    if (type == DataSize.class) {
      schema.put("type", "string");
      schema.put("pattern", "^([0-9.]+ ?(B|KB|MB|GB)|" + REFERENCE + ")$");
      return schema;
    }
    schema.putArray("type").add("string").add("number").add("boolean");
    return schema;
  }

  private ObjectNode definition(Class<?> type) {
    ObjectNode members = members(type);
    if (Binder.factory(type) == null) {
      return members;
    }
    ObjectNode either = NODES.objectNode();
    either.putArray("anyOf").add(NODES.objectNode().put("type", "string")).add(members);
    return either;
  }

  private static ObjectNode orReference(ObjectNode schema) {
    ObjectNode reference = NODES.objectNode();
    reference.put("type", "string");
    reference.put("pattern", "^" + REFERENCE + "$");
    ObjectNode either = NODES.objectNode();
    either.putArray("anyOf").add(schema).add(reference);
    return either;
  }

  private static boolean isRequired(RecordComponent component) {
    Doc doc = component.getAnnotation(Doc.class);
    Class<?> type = component.getType();
    boolean nested = type.isRecord() && type != DataSize.class && type != Secret.class;
    return !nested
        && type != List.class
        && type != Map.class
        && !Binder.isNullable(component)
        && (doc == null || doc.byDefault().isEmpty());
  }
}
