package dev.sluice.dialect.jylo;

import static dev.sluice.json.Shape.text;

import dev.sluice.dialect.Description;
import dev.sluice.dialect.Description.Answer;
import dev.sluice.dialect.Description.Body;
import dev.sluice.dialect.Description.Content;
import dev.sluice.dialect.Description.Endpoint;
import dev.sluice.dialect.Description.Named;
import dev.sluice.dialect.Description.Parameter;
import dev.sluice.dialect.Description.Place;
import dev.sluice.dialect.Description.Security;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the Jylo dialect takes and answers, for its published description. */
final class JyloApi {

  private static final Content PROBLEM = Description.json("ProblemDetails", JyloFields.ERROR);

  private static final List<String> MEDIA_TYPES =
      List.of("application/json", "text/json", "application/*+json");

  /** The whole description. */
  static final Description DESCRIPTION =
      new Description(
          "Jylo's Inference API",
          "v1",
          List.of(new Security.Nobody(), new Security.Bearer()),
          List.of(
              endpoint(
                  "POST",
                  JyloDialect.COMPLETIONS + "{modelIdentifier}",
                  "createChatCompletion",
                  "Create a chat completion, whole or streamed",
                  List.of(new Parameter(Place.PATH, "modelIdentifier", text())),
                  new Body(
                      new Named("ChatCompletionRequest", JyloFields.REQUEST),
                      MEDIA_TYPES,
                      List.of()),
                  Answer.ok(
                      Description.json("ChatCompletionResponse", JyloFields.ANSWER),
                      Description.events(
                          new Named("ChatCompletionResponse", JyloFields.ANSWER),
                          new Named("ProblemDetails", JyloFields.ERROR)))),
              endpoint(
                  "GET",
                  JyloDialect.MODELS_PATH,
                  "listModels",
                  "List the models with their identifiers",
                  List.of(),
                  null,
                  Answer.ok(Description.json("Models", JyloFields.MODELS))),
              endpoint(
                  "GET",
                  JyloDialect.MODEL_PATH + "{objectIdentifier}",
                  "getModel",
                  "Show one model",
                  List.of(new Parameter(Place.PATH, "objectIdentifier", text())),
                  null,
                  Answer.ok(Description.json("Model", JyloFields.MODEL)))));

  private JyloApi() {}

  private static Endpoint endpoint(
      String method,
      String path,
      String id,
      String summary,
      List<Parameter> parameters,
      @Nullable Body body,
      Answer ok) {
    List<Answer> answers =
        Description.answers(
            List.of(ok),
            Description.errors(
                PROBLEM, 400, 401, 402, 403, 404, 405, 408, 413, 414, 415, 417, 429, 431, 503, 504),
            List.of(new Answer("500", "Internal Server Error", List.of())),
            body == null ? List.of() : Description.relayed(PROBLEM));
    return new Endpoint(method, path, id, summary, parameters, body, answers);
  }
}
