package dev.sluice.provider.demo;

import tools.jackson.databind.JsonNode;

/** Reads a request's parameters; what is not as OpenAI takes it is refused by the name it has. */
final class Params {

  private Params() {}

  static boolean given(JsonNode value) {
    return !value.isMissingNode() && !value.isNull();
  }

  static JsonNode required(JsonNode object, String name, String param) {
    JsonNode value = object.path(name);
    if (!given(value)) {
      throw DemoError.invalid(param, "Missing required parameter: '" + param + "'");
    }
    return value;
  }

  static void range(JsonNode root, String name, double min, double max) {
    JsonNode value = root.path(name);
    if (!given(value)) {
      return;
    }
    // Written so that what is no number at all is out of range, too.
    if (!value.isNumber() || !(value.asDouble() >= min && value.asDouble() <= max)) {
      throw DemoError.invalid(
          name, "Invalid '" + name + "': expected a number between " + min + " and " + max);
    }
  }

  static int integer(JsonNode root, String name, int otherwise, int min, int max) {
    JsonNode value = root.path(name);
    if (!given(value)) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || value.asDouble() < min || value.asDouble() > max) {
      String most = max == Integer.MAX_VALUE ? "" : " and at most " + max;
      throw DemoError.invalid(
          name, "Invalid '" + name + "': expected an integer of at least " + min + most);
    }
    return value.intValue();
  }

  static boolean flag(JsonNode object, String name, String param, boolean otherwise) {
    JsonNode value = object.path(name);
    if (!given(value)) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw DemoError.invalid(param, "Invalid type for '" + param + "': expected a boolean");
    }
    return value.booleanValue();
  }

  /** An array, empty where nothing is given. */
  static JsonNode array(JsonNode object, String name, String param) {
    JsonNode value = object.path(name);
    if (given(value) && !value.isArray()) {
      throw DemoError.invalid(param, "Invalid type for '" + param + "': expected an array");
    }
    return value;
  }
}
