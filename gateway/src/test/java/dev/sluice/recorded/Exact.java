package dev.sluice.recorded;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON into trees that are equal only if their numbers are spelled alike. */
public final class Exact {

  /** Reads and writes ordinary trees. */
  public static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A number that is no plain integer, in its own spelling. */
  public record Spelled(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  private Exact() {}

  /**
   * The tree of {@code json}.
   *
   * @throws tools.jackson.core.JacksonException where it is not JSON, or more than one value
   */
  public static JsonNode read(String json) {
    try (JsonParser in = MAPPER.createParser(json)) {
      in.nextToken();
      JsonNode tree = value(in);
      if (in.nextToken() != null) {
        throw new IllegalArgumentException("more than one value: " + json);
      }
      return tree;
    }
  }

  private static JsonNode value(JsonParser in) {
    JsonToken token = in.currentToken();
    return switch (token) {
      case START_OBJECT -> object(in);
      case START_ARRAY -> array(in);
      case VALUE_STRING -> NODES.stringNode(in.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(in.getString());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case null, default -> throw new IllegalArgumentException("no value: " + token);
    };
  }

  private static ObjectNode object(JsonParser in) {
    ObjectNode object = NODES.objectNode();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      object.set(name, value(in));
    }
    return object;
  }

  private static ArrayNode array(JsonParser in) {
    ArrayNode array = NODES.arrayNode();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(in));
    }
    return array;
  }

  private static JsonNode number(String text) {
    boolean plain = text.equals("0") || text.matches("-?[1-9][0-9]{0,17}");
    return plain ? NODES.numberNode(Long.parseLong(text)) : NODES.pojoNode(new Spelled(text));
  }
}
