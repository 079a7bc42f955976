package dev.sluice.protocol.rewording;

import dev.sluice.chat.Json;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings a JSON Schema into the dialect of structured output and strict tools: objects are closed,
 * {@code oneOf} is {@code anyOf}, and what the provider refuses (bounds, lengths, patterns) stands
 * in the description, where the model can at least read it. A schema that keeps the rules comes out
 * as it went in. Owned by one thread, for one schema.
 */
public final class SchemaRules {

  /** What lies deeper in a schema is left as it is. */
  private static final int DEPTH_MAX = 64;

  private static final Set<String> BOUNDS =
      Set.of(
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "multipleOf",
          "minLength",
          "maxLength",
          "pattern",
          "maxItems",
          "uniqueItems",
          "contains",
          "minContains",
          "maxContains",
          "minProperties",
          "maxProperties",
          "patternProperties",
          "propertyNames");

  private static final Set<String> FORMATS =
      Set.of(
          "\"date-time\"",
          "\"time\"",
          "\"date\"",
          "\"duration\"",
          "\"email\"",
          "\"hostname\"",
          "\"uri\"",
          "\"ipv4\"",
          "\"ipv6\"",
          "\"uuid\"");

  private final StringBuilder out;
  private boolean changed;
  private boolean weakened;

  private SchemaRules(int length) {
    this.out = new StringBuilder(length + 64);
  }

  /**
   * A schema after the rules.
   *
   * @param json the schema
   * @param isWeaker whether something that was demanded is now only described
   */
  public record Kept(Json json, boolean isWeaker) {}

  /** The schema after the rules; the same where it keeps them. */
  public static Kept keep(Json schema) {
    SchemaRules rules = new SchemaRules(schema.text().length());
    rules.schema(LooseJson.reader(schema), 0);
    return new Kept(rules.changed ? new Json(rules.out.toString()) : schema, rules.weakened);
  }

  private void schema(JsonReader in, int depth) {
    if (depth == DEPTH_MAX || in.peek() != JsonReader.Kind.OBJECT) {
      out.append(in.raw());
      return;
    }
    out.append('{');
    int start = out.length();
    StringBuilder bounds = new StringBuilder();
    String description = null;
    boolean object = false;
    boolean named = false;
    boolean closed = false;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (name) {
        case "description" -> {
          int mark = in.mark();
          in.skip();
          description = in.textSince(mark);
        }
        case "additionalProperties" -> {
          String json = in.raw();
          closed = true;
          member(name, start).append("false");
          changed |= !json.equals("false");
          named |= json.equals("false");
          if (json.charAt(0) == '{') {
            // A map of whatever names: the provider knows none.
            bound(name, json, bounds);
          }
        }
        case "properties", "$defs", "definitions" -> {
          object |= name.equals("properties");
          named |= name.equals("properties");
          member(name, start);
          schemas(in, depth);
        }
        case "items", "not", "if", "then", "else" -> {
          member(name, start);
          schema(in, depth + 1);
        }
        case "oneOf", "anyOf", "allOf", "prefixItems" -> {
          changed |= name.equals("oneOf");
          member(name.equals("oneOf") ? "anyOf" : name, start);
          list(in, depth);
        }
        default -> {
          String json = in.raw();
          object |= name.equals("type") && json.contains("\"object\"");
          if (isRefused(name, json)) {
            changed = true;
            bound(name, json, bounds);
          } else {
            member(name, start).append(json);
          }
        }
      }
    }
    describe(description, bounds, start);
    // An object of whatever members becomes one of none.
    weakened |= object && !named;
    if (object && !closed) {
      changed = true;
      member("additionalProperties", start).append("false");
    }
    out.append('}');
  }

  private static boolean isRefused(String name, String json) {
    return BOUNDS.contains(name)
        || (name.equals("minItems") && !json.equals("0") && !json.equals("1"))
        || (name.equals("format") && !FORMATS.contains(json));
  }

  private void bound(String name, String json, StringBuilder bounds) {
    weakened = true;
    bounds.append(bounds.isEmpty() ? "" : ", ").append(name).append(": ").append(json);
  }

  /** Writes the description, with what the schema can no longer demand behind it. */
  private void describe(@Nullable String description, StringBuilder bounds, int start) {
    if (bounds.isEmpty()) {
      if (description != null) {
        member("description", start).append(description);
      }
      return;
    }
    String text = "{" + bounds + "}";
    if (description != null && description.charAt(0) == '"') {
      // The text without its closing quote, then the bounds, quoted without their opening one.
      member("description", start).append(description, 0, description.length() - 1);
      String quoted = JsonText.quote(text);
      out.append("\\n").append(quoted, 1, quoted.length());
    } else {
      JsonText.quote(text, member("description", start));
    }
  }

  private StringBuilder member(String name, int start) {
    if (out.length() > start) {
      out.append(',');
    }
    JsonText.quote(name, out);
    return out.append(':');
  }

  /** Schemas by name. */
  private void schemas(JsonReader in, int depth) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      out.append(in.raw());
      return;
    }
    out.append('{');
    int start = out.length();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      member(in.name(), start);
      schema(in, depth + 1);
    }
    out.append('}');
  }

  private void list(JsonReader in, int depth) {
    if (in.peek() != JsonReader.Kind.ARRAY) {
      out.append(in.raw());
      return;
    }
    out.append('[');
    int start = out.length();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      if (out.length() > start) {
        out.append(',');
      }
      schema(in, depth + 1);
    }
    out.append(']');
  }
}
