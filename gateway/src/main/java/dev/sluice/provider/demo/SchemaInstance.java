package dev.sluice.provider.demo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds an instance of a JSON Schema (draft 2020-12 and what of earlier drafts is the same).
 *
 * <p>For every schema it goes through the ways that its branches allow ({@link SchemaVariants}),
 * proposes values for each, the most telling first, and takes the first one that the whole schema
 * allows ({@link SchemaCheck}). So an instance is right or there is none: what is not found within
 * a bounded number of steps is refused by a {@link DemoError} that says so.
 */
final class SchemaInstance {

  private static final int DEPTH_MAX = 40;

  /** Below this depth optional members are left out, so that a recursion ends. */
  private static final int OPTIONALS_DEPTH_MAX = 4;

  /** Below this depth an array may be empty where nothing asks for more. */
  private static final int ITEM_SHOWN_DEPTH_MAX = 6;

  private static final int ITEMS_MAX = 1000;

  /** How many values are proposed beside the likeliest one. */
  private static final int MORE = 6;

  private static final List<String> TYPES =
      List.of("string", "integer", "number", "object", "array", "boolean", "null");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonNode root;
  private final SchemaTerms terms;
  private final SchemaVariants variants;
  private final SchemaCheck check;
  private String failed = "it allows no value";

  /** Which members an object is to have. */
  private enum Members {
    ALL,
    REQUIRED
  }

  /**
   * What is to be found.
   *
   * @param name what it is called; texts are made of it
   * @param unlike what it must not be
   */
  private record Wanted(JsonNode schema, String name, int depth, Set<JsonNode> unlike) {

    Wanted below(JsonNode part, String called, Set<JsonNode> others) {
      return new Wanted(part, called, depth + 1, others);
    }
  }

  /** Instances of a schema that stands at {@code param} in the request. */
  SchemaInstance(JsonNode schema, String param) {
    this.root = schema;
    this.terms = new SchemaTerms(schema, param);
    this.variants = new SchemaVariants(terms);
    this.check = new SchemaCheck(terms);
  }

  /** An instance. */
  JsonNode build() {
    JsonNode found = find(new Wanted(root, "value", 0, Set.of()));
    if (found == null) {
      throw terms.unsatisfiable(failed);
    }
    return found;
  }

  private @Nullable JsonNode find(Wanted wanted) {
    terms.spend(20);
    if (wanted.depth() > DEPTH_MAX) {
      failed = "it nests without end";
      return null;
    }
    for (ObjectNode flat : variants.of(wanted.schema())) {
      JsonNode found = find(flat, wanted);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable JsonNode find(ObjectNode flat, Wanted wanted) {
    if (flat.has("const")) {
      return first(List.of(flat.get("const")), wanted, "its const is not allowed by the rest");
    }
    if (flat.path("enum").isArray()) {
      return first(flat.get("enum"), wanted, "no value of its enum is allowed by the rest");
    }
    for (String type : types(flat)) {
      JsonNode found = find(type, flat, wanted);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable JsonNode find(String type, ObjectNode flat, Wanted wanted) {
    int more = MORE + wanted.unlike().size();
    return switch (type) {
      case "object" -> object(flat, wanted);
      case "array" -> array(flat, wanted);
      case "integer" ->
          first(
              NumberInRange.integers(flat, more, terms), wanted, "no integer is within its bounds");
      case "number" ->
          first(NumberInRange.numbers(flat, more, terms), wanted, "no number is within its bounds");
      case "boolean" ->
          first(
              List.of(NODES.booleanNode(true), NODES.booleanNode(false)),
              wanted,
              "no boolean is allowed");
      case "null" -> first(List.of(NODES.nullNode()), wanted, "null is not allowed");
      case "string" ->
          first(
              SchemaTexts.of(flat, wanted.name(), more, terms),
              wanted,
              flat.has("pattern")
                  ? "no text is found for the pattern " + flat.path("pattern").asString("")
                  : "no text is found for `" + wanted.name() + "`");
      default -> null;
    };
  }

  /** The first of these values that is allowed. */
  private @Nullable JsonNode first(
      Iterable<? extends JsonNode> values, Wanted wanted, String otherwise) {
    for (JsonNode value : values) {
      if (fits(value, wanted)) {
        return value;
      }
    }
    failed = otherwise;
    return null;
  }

  private boolean fits(JsonNode value, Wanted wanted) {
    return !wanted.unlike().contains(value) && check.valid(wanted.schema(), value);
  }

  /** The types to try: those that the schema names, {@code null} last; else the likeliest first. */
  private static Set<String> types(JsonNode flat) {
    Set<String> types = new LinkedHashSet<>();
    if (flat.has("type")) {
      List<String> named = SchemaTerms.strings(flat.get("type"));
      named.stream().filter(type -> !type.equals("null")).forEach(types::add);
      types.addAll(named);
      return types;
    }
    if (flat.has("properties") || flat.has("required") || flat.has("additionalProperties")) {
      types.add("object");
    }
    if (flat.has("items") || flat.has("prefixItems") || flat.has("contains")) {
      types.add("array");
    }
    for (String word : List.of("minimum", "maximum", "multipleOf", "exclusiveMinimum")) {
      if (flat.has(word)) {
        types.add("number");
      }
    }
    types.addAll(TYPES);
    return types;
  }

  private @Nullable JsonNode object(ObjectNode flat, Wanted wanted) {
    for (Members members : Members.values()) {
      ObjectNode made = object(flat, wanted, members);
      if (made == null) {
        continue;
      }
      if (fits(made, wanted)) {
        return made;
      }
      JsonNode varied = varied(flat, made, wanted);
      if (varied != null) {
        return varied;
      }
      failed = "no object is found for `" + wanted.name() + "`";
    }
    return null;
  }

  private @Nullable ObjectNode object(ObjectNode flat, Wanted wanted, Members members) {
    Set<String> required = new LinkedHashSet<>(SchemaTerms.strings(flat.path("required")));
    Map<String, JsonNode> shapes = new LinkedHashMap<>();
    boolean optionals = members == Members.ALL && wanted.depth() < OPTIONALS_DEPTH_MAX;
    for (Map.Entry<String, JsonNode> property : flat.path("properties").properties()) {
      if (optionals || required.contains(property.getKey())) {
        shapes.put(property.getKey(), shape(flat, property.getKey()));
      }
    }
    for (String name : required) {
      shapes.putIfAbsent(name, shape(flat, name));
    }
    needed(flat, shapes);
    ObjectNode made = NODES.objectNode();
    int most = SchemaTerms.count(flat, "maxProperties", Integer.MAX_VALUE);
    for (Map.Entry<String, JsonNode> member : shapes.entrySet()) {
      boolean must = required.contains(member.getKey());
      if (!must && made.size() + required.size() >= most) {
        continue;
      }
      JsonNode value = find(wanted.below(member.getValue(), member.getKey(), Set.of()));
      if (value != null) {
        made.set(member.getKey(), value);
      } else if (must) {
        return null;
      }
    }
    fillUp(flat, made, wanted);
    return made;
  }

  /** Adds what members that are there make necessary. */
  private void needed(ObjectNode flat, Map<String, JsonNode> shapes) {
    List<String> names = new ArrayList<>(shapes.keySet());
    for (int i = 0; i < names.size(); i++) {
      for (String word : List.of("dependentRequired", "dependencies")) {
        for (String name : SchemaTerms.strings(flat.path(word).path(names.get(i)))) {
          if (!shapes.containsKey(name)) {
            shapes.put(name, shape(flat, name));
            names.add(name);
          }
        }
      }
    }
  }

  /** The schema that a member of this name has to satisfy. */
  private JsonNode shape(ObjectNode flat, String name) {
    ObjectNode all = NODES.objectNode();
    ArrayNode parts = all.putArray("allOf");
    JsonNode own = flat.path("properties").path(name);
    if (!own.isMissingNode()) {
      parts.add(own);
    }
    for (Map.Entry<String, JsonNode> each : flat.path("patternProperties").properties()) {
      if (PatternText.matches(each.getKey(), name, terms)) {
        parts.add(each.getValue());
      }
    }
    JsonNode additional = flat.path("additionalProperties");
    if (parts.isEmpty() && !additional.isMissingNode()) {
      parts.add(additional);
    }
    return parts.size() == 1 ? parts.get(0) : all;
  }

  private void fillUp(ObjectNode flat, ObjectNode made, Wanted wanted) {
    int least = Math.min(ITEMS_MAX, SchemaTerms.count(flat, "minProperties", 0));
    if (made.size() >= least) {
      return;
    }
    for (String name : names(flat, made, least, wanted)) {
      JsonNode value =
          made.has(name) ? null : find(wanted.below(shape(flat, name), "extra", Set.of()));
      if (value != null) {
        made.set(name, value);
      }
      if (made.size() == least) {
        return;
      }
    }
  }

  /** Names that further members may have. */
  private List<String> names(ObjectNode flat, ObjectNode made, int least, Wanted wanted) {
    List<String> names = new ArrayList<>(flat.path("properties").propertyNames());
    Set<JsonNode> taken = new HashSet<>();
    made.propertyNames().forEach(name -> taken.add(NODES.stringNode(name)));
    for (int i = made.size(); i < least && flat.has("propertyNames"); i++) {
      JsonNode text = NODES.objectNode().put("type", "string");
      ObjectNode rule = NODES.objectNode();
      rule.putArray("allOf").add(flat.get("propertyNames")).add(text);
      JsonNode name = find(wanted.below(rule, "extra", Set.copyOf(taken)));
      if (name == null) {
        break;
      }
      taken.add(name);
      names.add(name.asString(""));
    }
    for (String pattern : flat.path("patternProperties").propertyNames()) {
      names.addAll(PatternText.candidates(pattern, 0, least, terms));
    }
    for (int i = 1; i <= least; i++) {
      names.add("extra" + i);
    }
    return names;
  }

  /** The same object with one member changed, as what is forbidden may ask for. */
  private @Nullable JsonNode varied(ObjectNode flat, ObjectNode made, Wanted wanted) {
    for (String name : made.propertyNames()) {
      Set<JsonNode> others = new HashSet<>();
      others.add(made.get(name));
      wanted.unlike().forEach(other -> others.add(other.path(name)));
      JsonNode value = find(wanted.below(shape(flat, name), name, others));
      if (value != null) {
        JsonNode varied = made.deepCopy().set(name, value);
        if (fits(varied, wanted)) {
          return varied;
        }
      }
    }
    return null;
  }

  private @Nullable JsonNode array(ObjectNode flat, Wanted wanted) {
    int least = SchemaTerms.count(flat, "minItems", 0);
    if (least > ITEMS_MAX) {
      failed = "it asks for more than " + ITEMS_MAX + " items";
      return null;
    }
    int most = SchemaTerms.count(flat, "maxItems", Integer.MAX_VALUE);
    int shown = wanted.depth() > ITEM_SHOWN_DEPTH_MAX ? 0 : 1;
    int longest = Math.min(most, least + MORE + wanted.unlike().size());
    // One item shows what they are like; then the shortest; then longer ones, if need be.
    Set<Integer> sizes =
        new LinkedHashSet<>(List.of(Math.min(most, Math.max(least, shown)), least));
    for (int size = least; size <= longest; size++) {
      sizes.add(size);
    }
    for (int size : sizes) {
      ArrayNode made = array(flat, wanted, Math.min(size, ITEMS_MAX));
      if (made != null && fits(made, wanted)) {
        return made;
      }
    }
    failed = "no array is found for `" + wanted.name() + "`";
    return null;
  }

  private @Nullable ArrayNode array(ObjectNode flat, Wanted wanted, int size) {
    ArrayNode made = NODES.arrayNode();
    JsonNode prefix = SchemaTerms.prefix(flat);
    JsonNode others = SchemaTerms.others(flat);
    boolean unique = flat.path("uniqueItems").asBoolean(false);
    int contained = flat.has("contains") ? SchemaTerms.count(flat, "minContains", 1) : 0;
    int most = SchemaTerms.count(flat, "maxItems", ITEMS_MAX);
    int whole = Math.min(Math.min(most, ITEMS_MAX), Math.max(size, prefix.size() + contained));
    Set<JsonNode> there = new HashSet<>();
    for (int i = 0; i < whole; i++) {
      JsonNode shape = i < prefix.size() ? prefix.get(i) : others;
      // The last ones are those that it has to contain.
      if (whole - i <= contained) {
        ObjectNode both = NODES.objectNode();
        both.putArray("allOf").add(flat.get("contains")).add(shape);
        shape = both;
      }
      Set<JsonNode> unlike = unique ? Set.copyOf(there) : Set.of();
      JsonNode item = find(wanted.below(shape, wanted.name(), unlike));
      if (item == null) {
        return i >= SchemaTerms.count(flat, "minItems", 0) ? made : null;
      }
      made.add(item);
      there.add(item);
    }
    return made;
  }
}
