package dev.sluice.dialect.jylo;

import dev.sluice.dialect.Description;
import dev.sluice.dialect.Description.Answer;
import dev.sluice.dialect.Description.Body;
import dev.sluice.dialect.Description.Content;
import dev.sluice.dialect.Description.Endpoint;
import dev.sluice.dialect.Description.Named;
import dev.sluice.dialect.Description.Parameter;
import dev.sluice.dialect.Description.Place;
import dev.sluice.dialect.Description.Security;
import dev.sluice.json.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the Jylo dialect takes and answers, for its published description. More is taken than is
 * said: names in any case, and numbers as strings, as the framework behind the service takes them.
 */
final class JyloApi {

  private static final Content ERROR = Description.json("ProblemDetails", JyloFields.ERROR);

  /** What the reader asks for beyond the page, which lets most members be null. */
  private static final String BEYOND_THE_PAGE =
      """
      {"properties":{"messages":{"type":"array","items":{"properties":{\
      "role":{"type":"string"}}}},\
      "response_format":{"anyOf":[{"type":"null"},\
      {"properties":{"type":{"enum":["text","json_object",null]}}},\
      {"properties":{"type":{"const":"json_schema"},"schema":{"type":"string",\
      "contentMediaType":"application/schema+json"}},"required":["schema"]}]}}}\
      """;

  /** The whole description. */
  static final Description DESCRIPTION =
      new Description(
          "Jylo's inference API",
          "v1",
          List.of(new Security.Nobody(), new Security.Bearer()),
          List.of(
              endpoint(
                  "POST",
                  JyloDialect.COMPLETIONS + "{modelIdentifier}",
                  "createCompletion",
                  "Create a chat completion, whole or streamed",
                  "modelIdentifier",
                  new Body(
                      new Named("ChatCompletionRequest", JyloFields.REQUEST),
                      List.of("application/json", "text/json"),
                      List.of(BEYOND_THE_PAGE)),
                  Answer.ok(
                      Description.json("ChatCompletionResponse", JyloFields.ANSWER),
                      Description.events(
                          new Named("ChatCompletionResponse", JyloFields.ANSWER),
                          new Named("ProblemDetails", JyloFields.ERROR)))),
              endpoint(
                  "GET",
                  JyloDialect.MODELS_PATH,
                  "listModels",
                  "List the models that may be asked for",
                  null,
                  null,
                  Answer.ok(
                      new Content.JsonList(
                          "application/json", new Named("Model", JyloFields.MODEL)))),
              endpoint(
                  "GET",
                  JyloDialect.MODEL_PATH + "{objectIdentifier}",
                  "getModel",
                  "Describe one model",
                  "objectIdentifier",
                  null,
                  Answer.ok(Description.json("Model", JyloFields.MODEL)))));

  private JyloApi() {}

  private static Endpoint endpoint(
      String method,
      String path,
      String id,
      String summary,
      @Nullable String inPath,
      @Nullable Body body,
      Answer ok) {
    List<Answer> answers =
        Description.answers(
            List.of(ok),
            Description.errors(
                ERROR, 400, 401, 402, 403, 404, 405, 408, 413, 414, 415, 417, 429, 431, 503),
            List.of(
                new Answer("500", "Something went wrong, of which nothing is told", List.of()),
                new Answer("4XX", "The provider refused the request", List.of(ERROR))));
    List<Parameter> parameters =
        inPath == null ? List.of() : List.of(new Parameter(Place.PATH, inPath, Shape.text()));
    return new Endpoint(method, path, id, summary, parameters, body, answers);
  }
}
