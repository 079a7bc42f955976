package dev.sluice.dialect.bifrost;

import static dev.sluice.json.Shape.any;
import static dev.sluice.json.Shape.anyOf;
import static dev.sluice.json.Shape.array;
import static dev.sluice.json.Shape.bool;
import static dev.sluice.json.Shape.integer;
import static dev.sluice.json.Shape.nonEmptyArray;
import static dev.sluice.json.Shape.nonEmptyText;
import static dev.sluice.json.Shape.number;
import static dev.sluice.json.Shape.object;
import static dev.sluice.json.Shape.optional;
import static dev.sluice.json.Shape.required;
import static dev.sluice.json.Shape.text;
import static dev.sluice.json.Shape.words;

import dev.sluice.dialect.OpenAiModels;
import dev.sluice.json.Shape;

/**
 * The objects of Bifrost's chat page, as tables. The request's says what is checked, and where the
 * dialect looks up what it needs: types and ranges are the page's; where the page's own example
 * breaks a narrower rule, the example wins. Optional members may be {@code null}, as client
 * libraries send them so. The answers' say what is added, and what a provider that speaks OpenAI's
 * protocol sends; its members pass as they came.
 */
final class BifrostFields {

  private static final Shape TOOL_CALLS =
      array(
          object(
              optional("id", text().orNull()),
              optional("type", text().orNull()),
              optional(
                  "function",
                  object(optional("name", text().orNull()), optional("arguments", text().orNull()))
                      .orNull())));

  private static final Shape MESSAGE =
      object(
          required("role", nonEmptyText()),
          optional("content", anyOf(text(), array(anyOf(object(), text()))).orNull()),
          optional("name", text().orNull()),
          optional("tool_call_id", text().orNull()),
          optional("tool_calls", TOOL_CALLS.orNull()),
          optional("refusal", text().orNull()),
          optional("annotations", array(object()).orNull()),
          optional("thought", text().orNull()));

  private static final Shape TOOL =
      object(
          required("type", nonEmptyText()),
          optional(
              "function",
              object(
                      required("name", nonEmptyText()),
                      optional("description", text().orNull()),
                      optional("parameters", object().orNull()),
                      optional("strict", bool().orNull()))
                  .orNull()));

  /** The whole request. */
  static final Shape.Object REQUEST =
      object(
          required("model", nonEmptyText()),
          required("messages", nonEmptyArray(MESSAGE)),
          optional("max_tokens", integer(1).orNull()),
          optional("temperature", number(0, 2).orNull()),
          optional("top_p", number(0, 1).orNull()),
          optional("n", integer(1).orNull()),
          optional("stream", bool().orNull()),
          optional("stream_options", object(optional("include_usage", bool().orNull())).orNull()),
          optional("stop", anyOf(text(), array(text())).orNull()),
          optional("presence_penalty", number(-2, 2).orNull()),
          optional("frequency_penalty", number(-2, 2).orNull()),
          optional("logit_bias", object().orNull()),
          optional("logprobs", bool().orNull()),
          optional("top_logprobs", integer(0, 20).orNull()),
          optional("max_completion_tokens", integer().orNull()),
          optional("metadata", object().orNull()),
          optional("modalities", array(text()).orNull()),
          optional("parallel_tool_calls", bool().orNull()),
          optional("prompt_cache_key", text().orNull()),
          optional("reasoning_effort", text().orNull()),
          optional("response_format", object().orNull()),
          optional("safety_identifier", text().orNull()),
          optional("seed", integer().orNull()),
          optional("service_tier", text().orNull()),
          optional("store", bool().orNull()),
          optional("tool_choice", anyOf(words("none", "auto", "required"), object()).orNull()),
          optional("tools", array(TOOL).orNull()),
          optional("user", text().orNull()),
          optional("verbosity", text().orNull()),
          optional("fallbacks", array(text()).orNull()),
          optional("top_k", any()),
          optional("stop_sequences", any()));

  static final int MODEL = REQUEST.index("model");
  static final int STREAM = REQUEST.index("stream");
  static final int STREAM_OPTIONS = REQUEST.index("stream_options");
  static final int FALLBACKS = REQUEST.index("fallbacks");

  /** The members that {@code extra_fields.model_params} repeats, in the page's order. */
  static final int[] PARAMS = {
    REQUEST.index("temperature"),
    REQUEST.index("top_p"),
    REQUEST.index("top_k"),
    REQUEST.index("max_tokens"),
    REQUEST.index("stop_sequences"),
    REQUEST.index("presence_penalty"),
    REQUEST.index("frequency_penalty"),
    REQUEST.index("tools"),
    REQUEST.index("tool_choice"),
    REQUEST.index("parallel_tool_calls"),
  };

  private static final Shape REQUEST_TYPE =
      words("chat_completion", "chat_completion_stream", "list_models");

  /** What is added to a chat completion's answer, and to the edges of a streamed one. */
  private static final Shape EXTRA_FIELDS =
      object(
          required("provider", text()),
          required("request_type", REQUEST_TYPE),
          required("model_requested", text()),
          optional("model_params", object()),
          required("latency", integer(0)),
          optional("chunk_index", integer(0)),
          optional(
              "billed_usage",
              object(
                  optional("prompt_tokens", integer(0)),
                  optional("completion_tokens", integer(0)))),
          optional("raw_response", object()));

  private static final Shape USAGE =
      object(
          optional("prompt_tokens", integer()),
          optional("completion_tokens", integer()),
          optional("total_tokens", integer()),
          optional("completion_tokens_details", object().orNull()));

  /** A whole answer. */
  static final Shape.Object ANSWER =
      object(
          optional("id", text()),
          optional("object", text()),
          optional(
              "choices",
              array(
                  object(
                      optional("index", integer()),
                      optional("message", MESSAGE),
                      optional("finish_reason", text().orNull())))),
          optional("model", text()),
          optional("created", integer()),
          optional("service_tier", text().orNull()),
          optional("system_fingerprint", text().orNull()),
          optional("usage", USAGE.orNull()),
          required("extra_fields", EXTRA_FIELDS));

  /** A streamed chunk. */
  static final Shape.Object CHUNK =
      object(
          optional("id", text()),
          optional("object", text()),
          optional(
              "choices",
              array(
                  object(
                      optional("index", integer()),
                      optional("delta", object().orNull()),
                      optional("finish_reason", text().orNull())))),
          optional("model", text()),
          optional("created", integer()),
          optional("service_tier", text().orNull()),
          optional("system_fingerprint", text().orNull()),
          optional("usage", USAGE.orNull()),
          optional("extra_fields", EXTRA_FIELDS));

  /** An error. */
  static final Shape.Object ERROR =
      object(
          required("is_bifrost_error", bool()),
          required("status_code", integer(400, 599)),
          required(
              "error",
              object(
                  required("type", text()),
                  optional("code", text()),
                  required("message", text()),
                  optional("param", text()))),
          required(
              "extra_fields",
              object(
                  required("request_type", REQUEST_TYPE),
                  optional("provider", text()),
                  optional("model_requested", text()))));

  /** A page of the list of models. */
  static final Shape.Object MODELS =
      object(
          OpenAiModels.OBJECT,
          OpenAiModels.DATA,
          optional("next_page_token", nonEmptyText()),
          required("extra_fields", object(required("request_type", REQUEST_TYPE))));

  private BifrostFields() {}
}
