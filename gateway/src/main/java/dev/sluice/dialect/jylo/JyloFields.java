package dev.sluice.dialect.jylo;

import static dev.sluice.json.Shape.any;
import static dev.sluice.json.Shape.array;
import static dev.sluice.json.Shape.bool;
import static dev.sluice.json.Shape.integer;
import static dev.sluice.json.Shape.object;
import static dev.sluice.json.Shape.optional;
import static dev.sluice.json.Shape.required;
import static dev.sluice.json.Shape.text;

import dev.sluice.json.Shape;

/**
 * What Jylo's page says of requests and answers, as tables. The reader of requests is {@link
 * dev.sluice.protocol.jylo.JyloRequests}, since names in any case and numbers as strings are no
 * matter of shape.
 */
final class JyloFields {

  private static final Shape INT32 = integer(Integer.MIN_VALUE, Integer.MAX_VALUE);

  private static final Shape MESSAGE =
      object(required("role", text().orNull()), required("content", text().orNull()));

  /** A request. */
  static final Shape.Object REQUEST =
      object(
          required("messages", array(MESSAGE).orNull()),
          optional("stream", bool()),
          optional(
              "response_format",
              object(required("type", text().orNull()), optional("schema", text().orNull()))),
          optional("max_tokens", INT32.orNull()));

  /** A whole answer, and a streamed chunk of one. */
  static final Shape.Object ANSWER =
      object(
          optional("id", text().orNull()),
          optional("model", text().orNull()),
          required(
              "choices",
              array(
                      object(
                          optional("index", INT32),
                          required("message", MESSAGE),
                          optional("finishReason", text().orNull())))
                  .orNull()),
          optional(
              "usage",
              object(
                  optional("promptTokens", INT32),
                  optional("completionTokens", INT32),
                  optional("totalTokens", INT32))));

  /** A model, as the service's settings API describes it. */
  static final Shape.Object MODEL =
      object(
          required("name", text()),
          required("description", text()),
          required("objectIdentifier", text()),
          required("payoutPercentage", integer(0)),
          required("maxOutputToken", INT32.orNull()),
          required("contextLength", integer(0)));

  /** A problem. */
  static final Shape.Object ERROR =
      object(
          optional("type", text().orNull()),
          optional("title", text().orNull()),
          optional("status", INT32.orNull()),
          optional("detail", text().orNull()),
          optional("instance", text().orNull()),
          optional("errors", any()),
          optional("traceId", text()));

  private JyloFields() {}
}
