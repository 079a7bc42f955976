package dev.sluice.protocol.openai;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequestBuilder;
import dev.sluice.chat.Json;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one request. */
final class RequestReader {

  private final JsonReader in;
  private final ChatRequestBuilder request = ChatRequest.builder("");
  private final RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);
  private final MessageReader messages = new MessageReader();

  private boolean hasMessages;
  private @Nullable Long tokensMax;
  private @Nullable Long completionTokensMax;
  private boolean stream;
  private boolean includeUsage;
  private List<Tool> tools = List.of();
  private List<Tool> functions = List.of();
  private @Nullable ToolChoice choice;
  private @Nullable ToolChoice functionChoice;
  private @Nullable Boolean parallel;
  private ReasoningSettings.Mode mode = ReasoningSettings.Mode.UNSTATED;
  private ReasoningSettings.@Nullable Effort effort;
  private @Nullable Long budget;
  private ReasoningSettings.Disclosure disclosure = ReasoningSettings.Disclosure.UNSTATED;

  RequestReader(JsonReader in) {
    this.in = in;
  }

  ChatRequest read() {
    int mark = in.mark();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (!in.skipNull()) {
        member(name);
      }
    }
    if (!hasMessages) {
      throw in.missing("messages", mark);
    }
    in.end();
    boolean old =
        (tools.isEmpty() && (!functions.isEmpty() || messages.sawFunctions()))
            || functionChoice != null;
    return request
        .toolSettings(
            new ToolSettings(
                tools.isEmpty() ? functions : tools,
                choice == null ? functionChoice : choice,
                parallel,
                old ? ToolSettings.Style.FUNCTIONS : ToolSettings.Style.TOOLS))
        .tokensMax(completionTokensMax == null ? tokensMax : completionTokensMax)
        .reasoning(new ReasoningSettings(mode, effort, budget, disclosure))
        .delivery(delivery())
        .rest(rest.build())
        .build();
  }

  private ChatRequest.Delivery delivery() {
    if (!stream) {
      return ChatRequest.Delivery.WHOLE;
    }
    return includeUsage ? ChatRequest.Delivery.STREAM_WITH_USAGE : ChatRequest.Delivery.STREAM;
  }

  private void member(String name) {
    switch (name) {
      case "model" -> request.model(in.text());
      case "messages" -> {
        hasMessages = true;
        request.messages(messages.messages(in));
      }
      case "tools" -> tools = ToolReader.tools(in);
      case "functions" -> functions = ToolReader.functions(in);
      case "tool_choice" -> choice = ToolReader.choice(in);
      case "function_call" -> functionChoice = ToolReader.choice(in);
      case "parallel_tool_calls" -> parallel = in.bool();
      case "temperature" -> request.temperature(in.number());
      case "top_p" -> request.topP(in.number());
      case "top_k" -> request.topK(in.integer());
      case "min_p" -> request.minP(in.number());
      case "frequency_penalty" -> request.frequencyPenalty(in.number());
      case "presence_penalty" -> request.presencePenalty(in.number());
      case "repetition_penalty" -> request.repetitionPenalty(in.number());
      case "seed" -> request.seed(in.integer());
      case "logit_bias" -> request.logitBias(object());
      case "max_tokens" -> tokensMax = in.integer();
      case "max_completion_tokens" -> completionTokensMax = in.integer();
      case "stop" -> request.stop(stop());
      case "n" -> request.choices(in.integer());
      case "response_format" -> request.format(format());
      case "logprobs" -> request.logprobs(in.bool());
      case "top_logprobs" -> request.topLogprobs(in.integer());
      case "modalities" -> request.modalities(texts());
      case "audio" -> request.audio(object());
      case "prediction" -> request.prediction(object());
      case "verbosity" -> request.verbosity(in.text());
      case "reasoning_effort" -> effort(name);
      case "reasoning" -> reasoning(name);
      case "thinking" -> thinking(name);
      case "service_tier" -> request.tier(in.text());
      case "store" -> request.store(in.bool());
      case "user" -> request.user(in.text());
      case "safety_identifier" -> request.safetyIdentifier(in.text());
      case "metadata" -> request.metadata(object());
      case "prompt_cache_key" -> request.promptCacheKey(in.text());
      case "prompt_cache_retention" -> request.promptCacheRetention(in.text());
      case "stream" -> stream = in.bool();
      case "stream_options" -> streamOptions(name);
      default -> rest.add(name, in.raw());
    }
  }

  private Json object() {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      throw in.misshapen("an object");
    }
    return new Json(in.raw());
  }

  private List<String> stop() {
    return in.peek() == JsonReader.Kind.TEXT ? List.of(in.text()) : texts();
  }

  private List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      texts.add(in.text());
    }
    return texts;
  }

  private void streamOptions(String name) {
    RestBuilder inner = new RestBuilder(OpenAi.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (member.equals("include_usage")) {
        includeUsage = !in.skipNull() && in.bool();
      } else {
        inner.add(member, in.raw());
      }
    }
    rest.addInner(name, inner.build());
  }

  private void effort(String name) {
    int mark = in.mark();
    ReasoningSettings.Effort known = Efforts.of(in.text());
    if (known == null) {
      rest.add(name, in.textSince(mark));
    } else {
      effort = known;
    }
  }

  /** OpenRouter's way. */
  private void reasoning(String name) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      rest.add(name, in.raw());
      return;
    }
    RestBuilder inner = new RestBuilder(OpenAi.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "effort" -> {
          int mark = in.mark();
          ReasoningSettings.Effort known = Efforts.of(in.text());
          if (known == null) {
            inner.add(member, in.textSince(mark));
          } else {
            effort = known;
          }
        }
        case "max_tokens" -> budget = in.integer();
        case "enabled" -> mode = in.bool() ? ReasoningSettings.Mode.ON : ReasoningSettings.Mode.OFF;
        case "exclude" ->
            disclosure =
                in.bool()
                    ? ReasoningSettings.Disclosure.HIDDEN
                    : ReasoningSettings.Disclosure.SHOWN;
        default -> inner.add(member, in.raw());
      }
    }
    rest.addInner(name, inner.build());
  }

  /** Anthropic's words, which Z.ai, DeepSeek and others took over. */
  private void thinking(String name) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      rest.add(name, in.raw());
      return;
    }
    RestBuilder inner = new RestBuilder(OpenAi.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "type" -> {
          int mark = in.mark();
          switch (in.text()) {
            case "enabled" -> mode = ReasoningSettings.Mode.ON;
            case "disabled" -> mode = ReasoningSettings.Mode.OFF;
            case "adaptive" -> mode = ReasoningSettings.Mode.ADAPTIVE;
            default -> inner.add(member, in.textSince(mark));
          }
        }
        case "budget_tokens" -> budget = in.integer();
        default -> inner.add(member, in.raw());
      }
    }
    rest.addInner(name, inner.build());
  }

  private ResponseFormat format() {
    int mark = in.mark();
    String type = null;
    ResponseFormat.Schema schema = null;
    Json bare = null;
    RestBuilder outer = new RestBuilder(OpenAi.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (name) {
        case "type" -> type = in.text();
        case "json_schema" -> schema = schema();
        case "schema" -> bare = new Json(in.raw());
        default -> outer.add(name, in.raw());
      }
    }
    if (type == null && schema == null) {
      throw in.missing("type", mark);
    }
    boolean plain = outer.build().isEmpty();
    return switch (type == null ? "json_schema" : type) {
      case "text" -> plain ? new ResponseFormat.Text() : foreign(mark);
      case "json_object" -> {
        if (!plain) {
          yield foreign(mark);
        }
        // Together's, Fireworks' and llama.cpp's way to give a schema.
        yield bare == null
            ? new ResponseFormat.AnyObject()
            : new ResponseFormat.Schema(null, null, bare, null, outer.build());
      }
      case "json_schema" -> plain && schema != null ? schema : foreign(mark);
      default -> foreign(mark);
    };
  }

  private ResponseFormat foreign(int mark) {
    return new ResponseFormat.Foreign(OpenAi.PROTOCOL, new Json(in.textSince(mark)));
  }

  private ResponseFormat.Schema schema() {
    String title = null;
    String description = null;
    Json schema = null;
    Boolean strict = null;
    RestBuilder inner = new RestBuilder(OpenAi.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (name) {
        case "name" -> title = in.text();
        case "description" -> description = in.text();
        case "schema" -> schema = new Json(in.raw());
        case "strict" -> strict = in.bool();
        default -> inner.add(name, in.raw());
      }
    }
    return new ResponseFormat.Schema(title, description, schema, strict, inner.build());
  }
}
