package dev.sluice.dialect.assemblyai;

import dev.sluice.dialect.Description;
import dev.sluice.dialect.Description.Answer;
import dev.sluice.dialect.Description.Body;
import dev.sluice.dialect.Description.Content;
import dev.sluice.dialect.Description.Endpoint;
import dev.sluice.dialect.Description.Named;
import dev.sluice.dialect.Description.Security;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the AssemblyAI dialect takes and answers, for its published description. */
final class AssemblyAiApi {

  private static final Content ERROR = Description.json("Error", AssemblyAiFields.ERROR);
  private static final Content ACCESS_ERROR =
      Description.json("AccessError", AssemblyAiFields.ACCESS_ERROR);

  /** What {@link RequestReader} checks beside the table. */
  private static final String MESSAGES_OR_PROMPT =
      """
      {"anyOf":[{"properties":{"prompt":{"type":"string"}},"required":["prompt"]},\
      {"properties":{"messages":{"minItems":1}},"required":["messages"]}]}\
      """;

  /** What {@link Messages} checks beside the table: each kind of message has its own members. */
  private static final String KINDS_OF_MESSAGES =
      """
      {"properties":{"messages":{"items":{"anyOf":[\
      {"properties":{"type":{"const":"function_call"},"tool_call_id":{"type":"string"},\
      "name":{"type":"string"}},"required":["type","tool_call_id","name"]},\
      {"properties":{"type":{"const":"function_call_output"},"tool_call_id":{"type":"string"},\
      "output":{"not":{"type":"null"}}},"required":["type","tool_call_id","output"]},\
      {"properties":{"type":{"not":{"enum":["function_call","function_call_output"]}}},\
      "required":["role"],"anyOf":[\
      {"properties":{"role":{"const":"tool"},"content":{"type":"string"},\
      "tool_call_id":{"type":"string"}},"required":["content","tool_call_id"]},\
      {"properties":{"role":{"not":{"const":"tool"}},"content":{"not":{"type":"null"}}},\
      "required":["content"]},\
      {"properties":{"role":{"const":"assistant"}},"anyOf":[\
      {"properties":{"tool_calls":{"not":{"type":"null"}}},"required":["tool_calls"]},\
      {"properties":{"function_call":{"not":{"type":"null"}}},"required":["function_call"]},\
      {"properties":{"refusal":{"not":{"type":"null"}}},"required":["refusal"]}]}]}]}}}}\
      """;

  /**
   * What the inquiry checks beside the table: the request with a fallback's members must be right.
   * The least that is sure to be is said; a fallback too many is not looked at, and one may take
   * its prompt away where the request has messages.
   */
  private static final String FALLBACKS =
      """
      {"properties":{"fallbacks":{"items":{"allOf":[%s,{"anyOf":[\
      {"properties":{"prompt":{"type":"string"}},"required":["prompt"]},\
      {"properties":{"messages":{"minItems":1}},"required":["messages"]},\
      {"not":{"anyOf":[{"required":["prompt"]},{"required":["messages"]}]}}]}]}}}}\
      """
          .formatted(KINDS_OF_MESSAGES);

  /** The whole description. */
  static final Description DESCRIPTION =
      new Description(
          "AssemblyAI's LLM gateway",
          "1",
          List.of(
              new Security.Nobody(), new Security.Header("authorization"), new Security.Bearer()),
          List.of(
              endpoint(
                  "POST",
                  AssemblyAiDialect.CHAT_PATH,
                  "createChatCompletion",
                  "Create a chat completion, whole or streamed",
                  new Body(
                      new Named("ChatRequest", AssemblyAiFields.REQUEST),
                      List.of("application/json"),
                      List.of(MESSAGES_OR_PROMPT, KINDS_OF_MESSAGES, FALLBACKS)),
                  Answer.ok(
                      Description.json("ChatAnswer", AssemblyAiFields.RESPONSE),
                      Description.events(
                          new Named("ChatChunk", AssemblyAiFields.CHUNK),
                          new Named("StreamError", AssemblyAiFields.STREAM_ERROR)))),
              endpoint(
                  "GET",
                  AssemblyAiDialect.MODELS_PATH,
                  "listModels",
                  "List the models that may be asked for",
                  null,
                  Answer.ok(Description.json("ModelList", AssemblyAiFields.MODELS)))));

  private AssemblyAiApi() {}

  private static Endpoint endpoint(
      String method, String path, String id, String summary, @Nullable Body body, Answer ok) {
    List<Answer> answers =
        Description.answers(
            List.of(ok),
            Description.errors(ACCESS_ERROR, 401, 403),
            Description.errors(
                ERROR, 400, 402, 404, 405, 408, 413, 414, 415, 417, 429, 431, 500, 503, 504),
            body == null ? List.of() : Description.relayed(ERROR));
    return new Endpoint(method, path, id, summary, List.of(), body, answers);
  }
}
