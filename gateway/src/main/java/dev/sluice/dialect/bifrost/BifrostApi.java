package dev.sluice.dialect.bifrost;

import static dev.sluice.json.Shape.integer;
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
import java.util.ArrayList;
import java.util.List;

/** What the Bifrost dialect takes and answers, for its published description. */
final class BifrostApi {

  private static final Content ERROR = Description.json("Error", BifrostFields.ERROR);

  /** What may befall every request. */
  private static final List<Answer> REFUSALS =
      Description.errors(ERROR, 400, 401, 402, 403, 405, 408, 413, 414, 415, 417, 429, 431, 500);

  private static final List<Answer> FAILURES = Description.errors(ERROR, 502, 503, 504);

  /** The whole description. */
  static final Description DESCRIPTION =
      new Description(
          "Bifrost's chat API",
          "1",
          security(),
          List.of(
              new Endpoint(
                  "POST",
                  BifrostDialect.CHAT_PATH,
                  "createChatCompletion",
                  "Create a chat completion, whole or streamed",
                  List.of(),
                  Body.json("ChatRequest", BifrostFields.REQUEST),
                  Description.answers(
                      List.of(
                          Answer.ok(
                              Description.json("ChatAnswer", BifrostFields.ANSWER),
                              Description.events(
                                  new Named("ChatChunk", BifrostFields.CHUNK),
                                  new Named("Error", BifrostFields.ERROR)))),
                      REFUSALS,
                      FAILURES,
                      Description.relayed(ERROR))),
              new Endpoint(
                  "GET",
                  BifrostDialect.MODELS_PATH,
                  "listModels",
                  "List the models that may be asked for",
                  List.of(
                      new Parameter(Place.QUERY, "provider", text()),
                      new Parameter(
                          Place.QUERY, "page_size", integer(1, BifrostModels.PAGE_SIZE_MAX)),
                      new Parameter(Place.QUERY, "page_token", text())),
                  null,
                  Description.answers(
                      List.of(Answer.ok(Description.json("ModelList", BifrostFields.MODELS))),
                      REFUSALS))));

  private BifrostApi() {}

  private static List<Security> security() {
    List<Security> ways = new ArrayList<>();
    ways.add(new Security.Nobody());
    ways.add(new Security.Bearer());
    BifrostDialect.KEY_HEADERS.forEach(name -> ways.add(new Security.Header(name.toString())));
    return ways;
  }
}
