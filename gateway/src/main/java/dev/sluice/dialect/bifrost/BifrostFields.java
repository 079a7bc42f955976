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

import dev.sluice.json.Shape;

/**
 * The request of Bifrost's chat page, as a table: what is checked, and where the dialect looks up
 * what it needs. Types and ranges are the page's; where the page's own example breaks a narrower
 * rule, the example wins. Optional members may be {@code null}, as client libraries send them so.
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

  private BifrostFields() {}
}
