package dev.sluice.dialect.assemblyai;

import static dev.sluice.json.Shape.any;
import static dev.sluice.json.Shape.anyOf;
import static dev.sluice.json.Shape.array;
import static dev.sluice.json.Shape.bool;
import static dev.sluice.json.Shape.integer;
import static dev.sluice.json.Shape.nonEmptyText;
import static dev.sluice.json.Shape.number;
import static dev.sluice.json.Shape.object;
import static dev.sluice.json.Shape.optional;
import static dev.sluice.json.Shape.required;
import static dev.sluice.json.Shape.text;
import static dev.sluice.json.Shape.words;

import dev.sluice.dialect.OpenAiModels;
import dev.sluice.json.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of AssemblyAI's chat page: what a request is checked against and where the dialect
 * looks up what it needs, and what answers and errors look like. Words that the page closes are
 * closed; {@code developer} is one role more. Optional members may be {@code null}, as client
 * libraries send them so. What depends on a message's role is checked by {@link Messages}.
 */
final class AssemblyAiFields {

  private static final Shape FUNCTION_TOOL_CALL =
      object(
          required("id", text()),
          required("type", words("function")),
          required("function", object(required("name", text()), required("arguments", text()))));

  /** A call as a provider answers it: some leave out what can be nothing else. */
  private static final Shape ANSWERED_TOOL_CALL =
      object(
          optional("id", text().orNull()),
          optional("type", words("function").orNull()),
          required(
              "function",
              object(required("name", text()), optional("arguments", text().orNull()))));

  private static final Shape MESSAGE =
      object(
          optional("role", words("user", "assistant", "system", "developer", "tool")),
          optional("content", anyOf(text(), array(any())).orNull()),
          optional("name", text().orNull()),
          optional("tool_call_id", text().orNull()),
          optional("tool_calls", array(FUNCTION_TOOL_CALL).orNull()),
          optional("type", any()),
          optional("arguments", any()),
          optional("output", any()));

  private static final Shape TOOL =
      object(
          required("type", words("function")),
          required(
              "function",
              object(
                  required("name", nonEmptyText()),
                  optional("description", text().orNull()),
                  required("parameters", object()))));

  private static final Shape TOOL_CHOICE =
      anyOf(
          words("none", "auto"),
          object(
              required("type", words("function")),
              required("function", object(required("name", nonEmptyText())))));

  /** What a fallback may override, beside the model. */
  private static final List<Shape.Field> OVERRIDABLE =
      List.of(
          optional("messages", array(MESSAGE)),
          optional("prompt", text().orNull()),
          optional("max_tokens", integer(1).orNull()),
          optional("max_completion_tokens", integer(1).orNull()),
          optional("temperature", number(0, 2).orNull()),
          optional("tools", array(TOOL).orNull()),
          optional("tool_choice", TOOL_CHOICE.orNull()),
          optional("response_format", object().orNull()));

  private static final Shape.Object FALLBACK =
      new Shape.Object(with(List.of(required("model", nonEmptyText())), OVERRIDABLE));

  /** The whole request. */
  static final Shape.Object REQUEST =
      new Shape.Object(
          with(
              List.of(required("model", nonEmptyText())),
              OVERRIDABLE,
              List.of(
                  optional("stream", bool().orNull()),
                  optional(
                      "stream_options",
                      object(optional("include_usage", bool().orNull())).orNull()),
                  optional("fallbacks", array(FALLBACK).orNull()),
                  optional(
                      "fallback_config",
                      object(
                              optional("retry", bool().orNull()),
                              optional("depth", integer(0, AssemblyAiInquiry.DEPTH_MAX).orNull()))
                          .orNull()),
                  optional(
                      "post_processing_steps",
                      array(object(required("type", words("json-repair")))).orNull()),
                  optional("transcript_id", text().orNull()),
                  optional("model_region", words("global").orNull()))));

  static final int MODEL = REQUEST.index("model");
  static final int MESSAGES = REQUEST.index("messages");
  static final int PROMPT = REQUEST.index("prompt");
  static final int MAX_TOKENS = REQUEST.index("max_tokens");
  static final int MAX_COMPLETION_TOKENS = REQUEST.index("max_completion_tokens");
  static final int TEMPERATURE = REQUEST.index("temperature");
  static final int TOOLS = REQUEST.index("tools");
  static final int TOOL_CHOICE_FIELD = REQUEST.index("tool_choice");
  static final int STREAM = REQUEST.index("stream");
  static final int STREAM_OPTIONS = REQUEST.index("stream_options");
  static final int FALLBACKS = REQUEST.index("fallbacks");
  static final int FALLBACK_CONFIG = REQUEST.index("fallback_config");
  static final int POST_PROCESSING_STEPS = REQUEST.index("post_processing_steps");
  static final int TRANSCRIPT_ID = REQUEST.index("transcript_id");
  static final int MODEL_REGION = REQUEST.index("model_region");

  private static final Shape USAGE =
      object(
          required("prompt_tokens", integer()),
          required("completion_tokens", integer()),
          required("total_tokens", integer()),
          optional("input_tokens", integer()),
          optional("output_tokens", integer()));

  /** A whole answer; a provider's further members stand beside these. */
  static final Shape.Object RESPONSE =
      object(
          optional("request_id", text()),
          optional(
              "choices",
              array(
                  object(
                      optional(
                          "message",
                          object(
                              optional("role", text()),
                              optional("content", anyOf(text(), array(any())).orNull()),
                              optional("tool_calls", array(ANSWERED_TOOL_CALL).orNull()))),
                      optional("finish_reason", text()),
                      optional("tool_calls", array(ANSWERED_TOOL_CALL))))),
          optional(
              "request",
              object(
                  optional("model", text()),
                  optional("max_tokens", integer()),
                  optional("temperature", number(0, 2)),
                  optional("tools", array(TOOL)),
                  optional("tool_choice", TOOL_CHOICE))),
          optional("usage", USAGE.orNull()),
          optional("http_status_code", integer()),
          optional("response_time", integer(0)),
          optional("llm_status_code", integer()));

  /** One streamed chunk, as the provider sends it. */
  static final Shape.Object CHUNK =
      object(
          optional("id", text()),
          optional("object", text()),
          optional("created", integer()),
          optional("model", text()),
          required(
              "choices",
              array(
                  object(
                      optional("index", integer()),
                      optional("delta", object()),
                      optional("finish_reason", text().orNull())))),
          optional("usage", object().orNull()));

  /** Every error but those of credentials. */
  static final Shape.Object ERROR =
      object(
          optional("metadata", object(required("errors", array(text())))),
          required("request_id", text()),
          required("message", text()),
          required("code", integer(400, 599)));

  /** What a broken stream ends with. */
  static final Shape.Object STREAM_ERROR =
      object(
          required("request_id", text()),
          required("message", text()),
          required("code", integer(400, 599)),
          required(
              "error",
              object(
                  required("code", integer(400, 599)),
                  required("message", text()),
                  required("metadata", object()))));

  /** The list of models. */
  static final Shape.Object MODELS = OpenAiModels.LIST;

  /** What refused credentials are answered with. */
  static final Shape.Object ACCESS_ERROR =
      object(
          required("error", text()),
          required("status", words("error")),
          required("request_id", text()));

  private AssemblyAiFields() {}

  @SafeVarargs
  private static List<Shape.Field> with(List<Shape.Field>... groups) {
    List<Shape.Field> fields = new ArrayList<>();
    for (List<Shape.Field> group : groups) {
      fields.addAll(group);
    }
    return fields;
  }
}
