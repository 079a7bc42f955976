package dev.sluice.provider.demo;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A chat completion as the demo reads it, checked as OpenAI checks it.
 *
 * @param tokensMax how many tokens a choice may have; {@link Integer#MAX_VALUE} for no limit
 * @param topLogprobs how many alternatives a token shows, or {@link #NO_LOGPROBS}
 * @param seed the same seed gives the same text; 0 where none is given
 */
record DemoRequest(
    String modelName,
    DemoModel model,
    Conversation conversation,
    int n,
    int tokensMax,
    List<String> stops,
    boolean stream,
    boolean includeUsage,
    int topLogprobs,
    long seed,
    ToolUse tools,
    Format format) {

  /** No logprobs were asked for. */
  static final int NO_LOGPROBS = -1;

  private static final int CHOICES_MAX = 128;
  private static final int STOPS_MAX = 4;
  private static final int TOP_LOGPROBS_MAX = 20;
  private static final int DIRECTIONS_LENGTH_MAX = 200;
  private static final String SCHEMA_PARAM = "response_format.json_schema.schema";

  /** What the content has to be. */
  sealed interface Format {

    /** Any text. */
    record Text() implements Format {}

    /** Any JSON object. */
    record JsonObject() implements Format {}

    /** An instance of a schema, which stands at {@code param}. */
    record JsonSchema(JsonNode schema, String param) implements Format {}
  }

  static DemoRequest read(JsonNode root) {
    if (!root.isObject()) {
      throw new DemoError(
          400,
          "invalid_request_error",
          "We could not parse the JSON body of your request: it is no object",
          null,
          null);
    }
    String name = Params.required(root, "model", "model").asString("");
    DemoModel model = DemoModel.named(name);
    if (model == null) {
      throw new DemoError(
          404,
          "invalid_request_error",
          "The model `" + name + "` does not exist",
          null,
          "model_not_found");
    }
    Conversation conversation = Conversation.read(root);
    Params.range(root, "temperature", 0, 2);
    Params.range(root, "top_p", 0, 1);
    Params.range(root, "presence_penalty", -2, 2);
    Params.range(root, "frequency_penalty", -2, 2);
    biases(root.path("logit_bias"));
    int most = Integer.MAX_VALUE;
    int max = Params.integer(root, "max_tokens", most, 1, most);
    max = Params.integer(root, "max_completion_tokens", max, 1, most);
    int top = Params.integer(root, "top_logprobs", 0, 0, TOP_LOGPROBS_MAX);
    JsonNode streaming = root.path("stream_options");
    return new DemoRequest(
        name,
        directed(model, conversation.userText()),
        conversation,
        Params.integer(root, "n", 1, 1, CHOICES_MAX),
        max,
        stops(root.path("stop")),
        Params.flag(root, "stream", "stream", false),
        Params.flag(streaming, "include_usage", "stream_options.include_usage", false),
        Params.flag(root, "logprobs", "logprobs", false) ? top : NO_LOGPROBS,
        seed(root.path("seed")),
        ToolUse.read(root),
        format(root.path("response_format")));
  }

  /** What the prompt costs. */
  int promptTokens() {
    return conversation.tokens() + tools.tokens();
  }

  private static void biases(JsonNode biases) {
    if (Params.given(biases) && !biases.isObject()) {
      throw DemoError.invalid("logit_bias", "Invalid type for 'logit_bias': expected an object");
    }
    for (JsonNode bias : biases) {
      if (!bias.isNumber() || !(bias.asDouble() >= -100 && bias.asDouble() <= 100)) {
        throw DemoError.invalid(
            "logit_bias", "Invalid 'logit_bias': expected numbers between -100 and 100");
      }
    }
  }

  private static long seed(JsonNode seed) {
    if (!Params.given(seed)) {
      return 0;
    }
    if (!seed.isIntegralNumber() || !seed.canConvertToLong()) {
      throw DemoError.invalid("seed", "Invalid type for 'seed': expected a 64-bit integer");
    }
    return seed.longValue();
  }

  private static List<String> stops(JsonNode stop) {
    List<String> stops = new ArrayList<>();
    boolean fits = !Params.given(stop) || stop.isString() || stop.isArray();
    for (JsonNode each : stop.isString() ? List.of(stop) : stop) {
      fits &= each.isString();
      stops.add(each.asString(""));
    }
    if (!fits || stops.size() > STOPS_MAX) {
      throw DemoError.invalid(
          "stop", "Invalid 'stop': expected a string or an array of at most " + STOPS_MAX);
    }
    stops.removeIf(String::isEmpty);
    return stops;
  }

  private static Format format(JsonNode format) {
    if (!Params.given(format)) {
      return new Format.Text();
    }
    switch (format.path("type").asString("")) {
      case "text" -> {
        return new Format.Text();
      }
      case "json_object" -> {
        return new Format.JsonObject();
      }
      case "json_schema" -> {
        JsonNode named = Params.required(format, "json_schema", "response_format.json_schema");
        Params.required(named, "name", "response_format.json_schema.name");
        JsonNode schema = Params.required(named, "schema", SCHEMA_PARAM);
        if (!schema.isObject() && !schema.isBoolean()) {
          throw DemoError.invalid(SCHEMA_PARAM, "Invalid schema: expected an object or a boolean");
        }
        return new Format.JsonSchema(schema, SCHEMA_PARAM);
      }
      default ->
          throw DemoError.invalid(
              "response_format.type", "Invalid value: expected text, json_object or json_schema");
    }
  }

  /** A message may direct the model: {@code [tokens=50 pace=10ms chunk=3]}. */
  private static @Nullable DemoModel directedBy(DemoModel model, String words) {
    DemoModel directed = model;
    boolean any = false;
    for (String word : words.split(" ", -1)) {
      String value = word.substring(word.indexOf('=') + 1);
      Integer number = DemoModel.number(value);
      Long millis = DemoModel.millis(value);
      if (word.startsWith("tokens=") && number != null) {
        directed = directed.saying(number);
      } else if (word.startsWith("chunk=") && number != null && number > 0) {
        directed = directed.chunked(number);
      } else if (word.startsWith("pace=") && millis != null) {
        directed = directed.paced(millis);
      } else {
        continue;
      }
      any = true;
    }
    return any ? directed : null;
  }

  /** The first bracket that directs anything does; others are text. */
  private static DemoModel directed(DemoModel model, String text) {
    int close = -1;
    for (int open = text.indexOf('['); open >= 0; open = text.indexOf('[', open + 1)) {
      close = close > open ? close : text.indexOf(']', open);
      if (close < 0) {
        return model;
      }
      if (close - open > DIRECTIONS_LENGTH_MAX) {
        continue;
      }
      DemoModel directed = directedBy(model, text.substring(open + 1, close));
      if (directed != null) {
        return directed;
      }
    }
    return model;
  }
}
