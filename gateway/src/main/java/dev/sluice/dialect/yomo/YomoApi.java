package dev.sluice.dialect.yomo;

import dev.sluice.dialect.Description;
import dev.sluice.dialect.Description.Answer;
import dev.sluice.dialect.Description.Body;
import dev.sluice.dialect.Description.Content;
import dev.sluice.dialect.Description.Endpoint;
import dev.sluice.dialect.Description.Named;
import dev.sluice.dialect.Description.Security;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the YoMo dialect takes and answers, for its published description. */
final class YomoApi {

  private static final Content ERROR = Description.json("Error", YomoFields.ERROR);

  private static final List<String> JSON = List.of("application/json");

  /**
   * What {@link Messages} checks beside the table: only an assistant's message may lack content.
   */
  private static final String CONTENT_UNLESS_ASSISTANT =
      """
      {"properties":{"messages":{"items":{"anyOf":[\
      {"properties":{"role":{"const":"assistant"}}},\
      {"properties":{"content":{"not":{"type":"null"}}},"required":["content"]}]}}}}\
      """;

  /** The whole description. */
  static final Description DESCRIPTION =
      new Description(
          "YoMo's LLM Bridge API",
          "1.0.0",
          List.of(new Security.Nobody(), new Security.Bearer()),
          List.of(
              endpoint(
                  "POST",
                  YomoDialect.CHAT_PATH,
                  "createChatCompletion",
                  "Create a chat completion, whole or streamed",
                  new Body(
                      new Named("ChatRequest", YomoFields.REQUEST),
                      JSON,
                      List.of(CONTENT_UNLESS_ASSISTANT)),
                  Answer.ok(
                      Description.json("ChatAnswer", YomoFields.ANSWER),
                      Description.events(new Named("ChatChunk", YomoFields.CHUNK)))),
              endpoint(
                  "POST",
                  YomoDialect.INVOKE_PATH,
                  "invoke",
                  "Answer one prompt",
                  Body.json("Invocation", YomoFields.INVOKE),
                  Answer.ok(Description.json("Invoked", YomoFields.INVOKED))),
              endpoint(
                  "GET",
                  YomoDialect.MODELS_PATH,
                  "listModels",
                  "List the models that may be asked for",
                  null,
                  Answer.ok(Description.json("ModelList", YomoFields.MODELS))),
              endpoint(
                  "GET",
                  YomoDialect.OVERVIEW_PATH,
                  "overview",
                  "List the functions that may be called",
                  null,
                  Answer.ok(Description.json("Overview", YomoFields.OVERVIEW)))));

  private YomoApi() {}

  private static Endpoint endpoint(
      String method, String path, String id, String summary, @Nullable Body body, Answer ok) {
    List<Answer> answers =
        Description.answers(
            List.of(ok),
            Description.errors(new Content.Plain(), 401),
            Description.errors(
                ERROR, 400, 402, 403, 405, 408, 413, 414, 415, 417, 429, 431, 500, 502, 503, 504),
            body == null ? List.of() : Description.relayed(ERROR));
    return new Endpoint(method, path, id, summary, List.of(), body, answers);
  }
}
