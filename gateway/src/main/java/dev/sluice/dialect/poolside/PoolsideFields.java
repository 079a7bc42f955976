package dev.sluice.dialect.poolside;

import static dev.sluice.json.Shape.any;
import static dev.sluice.json.Shape.array;
import static dev.sluice.json.Shape.bool;
import static dev.sluice.json.Shape.integer;
import static dev.sluice.json.Shape.nonEmptyArray;
import static dev.sluice.json.Shape.object;
import static dev.sluice.json.Shape.optional;
import static dev.sluice.json.Shape.required;
import static dev.sluice.json.Shape.text;
import static dev.sluice.json.Shape.words;

import dev.sluice.json.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The objects of poolside's page, as tables: the request's is what is checked, and from all of them
 * the published schemas are written. Members that the page does not name may hold anything, and go
 * to the provider as they came; {@code messages} is one of them. Optional members of the request
 * may be {@code null}, as client libraries send them so.
 */
final class PoolsideFields {

  /** Names the schema of the object that it stands in. */
  static final String SCHEMA = "$schema";

  static final Shape.Object STREAM_OPTIONS = object(optional("include_usage", bool().orNull()));

  /** The whole request. */
  static final Shape.Object REQUEST =
      object(
          optional(SCHEMA, text().orNull()),
          required("model", text()),
          optional("stream", bool().orNull()),
          optional("stream_options", STREAM_OPTIONS.orNull()));

  static final Shape.Object FUNCTION_CALL =
      object(required("name", text()), required("arguments", text()));

  static final Shape.Object TOOL_CALL =
      object(
          optional("id", text()),
          required("type", words("function")),
          required("function", FUNCTION_CALL));

  static final Shape.Object MESSAGE =
      object(
          optional("content", any()),
          optional("role", words("user", "assistant", "system", "tool")),
          optional("tool_call_id", text()),
          optional("tool_calls", array(TOOL_CALL)));

  static final Shape.Object CHOICE =
      object(
          optional("delta", MESSAGE),
          required("index", integer()),
          required("finish_reason", text()),
          optional("message", MESSAGE));

  static final Shape.Object USAGE =
      object(
          required("completion_tokens", integer()),
          required("prompt_tokens", integer()),
          required("total_tokens", integer()));

  /** A whole answer, and a chunk of a streamed one. */
  static final Shape.Object ANSWER =
      object(
          optional(SCHEMA, text()),
          required("model", text()),
          required("created", integer()),
          required("object", text()),
          required("choices", nonEmptyArray(CHOICE)),
          optional("usage", USAGE));

  static final Shape.Object ERROR_DETAIL =
      object(optional("location", text()), optional("message", text()), optional("value", any()));

  /** The error of every status but 400. */
  static final Shape.Object ERROR =
      object(
          optional(SCHEMA, text()),
          optional("detail", text()),
          optional("errors", array(ERROR_DETAIL)),
          optional("instance", text()),
          optional("status", integer()),
          optional("title", text()),
          optional("type", text()));

  /** The error of status 400. */
  static final Shape.Object MODEL_ERROR =
      object(
          optional(SCHEMA, text()),
          optional("code", words("max-tokens-exceeded", "model-not-found")),
          optional("detail", text()),
          optional("errors", array(ERROR_DETAIL)),
          optional("instance", text()),
          optional("status", integer()),
          optional("title", text()),
          optional("type", text()));

  static final Shape.Object MODEL =
      object(
          required("created", integer()),
          required("id", text()),
          required("object", text()),
          required("owned_by", text()));

  static final Shape.Object MODEL_LIST =
      object(optional(SCHEMA, text()), required("data", array(MODEL)), required("object", text()));

  /** The page's names of its objects. */
  static final Map<Shape.Object, String> NAMES = new LinkedHashMap<>();

  static final int SCHEMA_FIELD = REQUEST.index(SCHEMA);
  static final int MODEL_FIELD = REQUEST.index("model");
  static final int STREAM_FIELD = REQUEST.index("stream");
  static final int STREAM_OPTIONS_FIELD = REQUEST.index("stream_options");

  static {
    NAMES.put(ANSWER, "ChatCompletion");
    NAMES.put(CHOICE, "ChatCompletionChoice");
    NAMES.put(MESSAGE, "ChatCompletionMessage");
    NAMES.put(USAGE, "CompletionUsage");
    NAMES.put(REQUEST, "CreateChatCompletionBody");
    NAMES.put(ERROR_DETAIL, "ErrorDetail");
    NAMES.put(ERROR, "ErrorModel");
    NAMES.put(FUNCTION_CALL, "FunctionCall");
    NAMES.put(MODEL, "Model");
    NAMES.put(MODEL_LIST, "PageListModel");
    NAMES.put(STREAM_OPTIONS, "StreamOptions");
    NAMES.put(TOOL_CALL, "ToolCall");
    NAMES.put(MODEL_ERROR, "V1PromptModelError");
  }

  private PoolsideFields() {}

  /** The page's name of {@code object}. */
  static String name(Shape.Object object) {
    String name = NAMES.get(object);
    if (name == null) {
      throw new IllegalStateException("an object without a name");
    }
    return name;
  }
}
