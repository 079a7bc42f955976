package dev.sluice.dialect.yomo;

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

/**
 * What YoMo's pages say of requests and answers, as tables. Beyond the page's own roles, {@code
 * tool} and {@code developer} are taken, and contents in parts, as the product takes them. Optional
 * members may be {@code null}, as client libraries send them so; {@code model} may be absent, but
 * not {@code null}.
 */
final class YomoFields {

  private static final Shape CONTENT = anyOf(text(), array(any()));

  private static final Shape MESSAGE =
      object(
          required("role", words("system", "user", "assistant", "tool", "developer")),
          optional("content", CONTENT.orNull()),
          optional("name", text().orNull()),
          optional("tool_call_id", text().orNull()),
          optional("tool_calls", array(object()).orNull()));

  private static final Shape TOOL =
      object(
          required("type", nonEmptyText()),
          optional("function", object(required("name", nonEmptyText())).orNull()));

  /** A chat completion's request. */
  static final Shape.Object REQUEST =
      object(
          optional("model", text()),
          required("messages", array(MESSAGE)),
          optional("temperature", number(0, 2).orNull()),
          optional("top_p", number(0, 1).orNull()),
          optional("stream", bool().orNull()),
          optional("stream_options", object(optional("include_usage", bool().orNull())).orNull()),
          optional("tools", array(TOOL).orNull()),
          optional("tool_choice", anyOf(text(), object()).orNull()),
          optional("response_format", object().orNull()),
          optional("agent_context", any()));

  static final int MODEL = REQUEST.index("model");
  static final int MESSAGES = REQUEST.index("messages");
  static final int STREAM = REQUEST.index("stream");
  static final int STREAM_OPTIONS = REQUEST.index("stream_options");
  static final int AGENT_CONTEXT = REQUEST.index("agent_context");

  /** The request of {@code /invoke}. */
  static final Shape.Object INVOKE =
      object(
          required("prompt", text()),
          optional("agent_context", any()),
          optional("include_call_stack", bool().orNull()));

  static final int PROMPT = INVOKE.index("prompt");
  static final int INCLUDE_CALL_STACK = INVOKE.index("include_call_stack");

  private static final Shape USAGE =
      object(
          optional("prompt_tokens", integer()),
          optional("completion_tokens", integer()),
          optional("total_tokens", integer()));

  private static final Shape FINISH_REASON =
      words("stop", "length", "function_call", "content_filter", "tool_calls");

  /** A whole answer. */
  static final Shape.Object ANSWER =
      object(
          optional("id", text()),
          required("object", words("chat.completion")),
          optional("created", integer()),
          optional("model", text()),
          required(
              "choices",
              array(
                  object(
                      optional("index", integer()),
                      optional(
                          "message",
                          object(
                              required("role", words("assistant")),
                              optional("content", text().orNull()))),
                      optional("finish_reason", FINISH_REASON.orNull())))),
          optional("usage", USAGE.orNull()));

  /** A streamed chunk. */
  static final Shape.Object CHUNK =
      object(
          optional("id", text()),
          required("object", words("chat.completion.chunk")),
          optional("created", integer()),
          optional("model", text()),
          required(
              "choices",
              array(
                  object(
                      optional("index", integer()),
                      optional("delta", object()),
                      optional("finish_reason", FINISH_REASON.orNull())))),
          optional("usage", USAGE.orNull()));

  /** The answer of {@code /invoke}. */
  static final Shape.Object INVOKED =
      object(
          optional("content", nonEmptyText()),
          optional("finish_reason", FINISH_REASON),
          required(
              "token_usage",
              object(
                  required("prompt_tokens", integer(0)),
                  required("completion_tokens", integer(0)))),
          optional("history", array(object())));

  /** The list of models. */
  static final Shape.Object MODELS = OpenAiModels.LIST;

  /** The list of functions. */
  static final Shape.Object OVERVIEW = object(required("Functions", array(object())));

  /** An error. */
  static final Shape.Object ERROR =
      object(required("error", object(required("code", text()), required("message", text()))));

  private YomoFields() {}
}
