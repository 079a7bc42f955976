package dev.sluice.protocol.gemini;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequestBuilder;
import dev.sluice.chat.Json;
import dev.sluice.chat.Message;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Disclosure;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads one request. */
final class RequestReader {

  static final String JSON = "application/json";
  static final String TEXT = "text/plain";
  static final String GENERATION = "generationConfig";
  static final String THINKING = "thinkingConfig";
  static final String SCHEMA = "responseSchema";
  static final String JSON_SCHEMA = "responseJsonSchema";
  static final String MEDIA_TYPE = "responseMimeType";

  private final JsonReader in;
  private final ChatRequestBuilder request = ChatRequest.builder("");
  private final RestBuilder rest = new RestBuilder(Gemini.PROTOCOL);
  private final RestBuilder generation = new RestBuilder(Gemini.PROTOCOL);
  private final ToolReader tools = new ToolReader();
  private Message.@Nullable System instruction;
  private @Nullable List<Message> contents;

  // Of the generation's settings.
  private @Nullable String mediaType;
  private @Nullable Json schema;
  private @Nullable Json jsonSchema;

  RequestReader(JsonReader in) {
    this.in = in;
  }

  ChatRequest read(String model, ChatRequest.Delivery delivery) {
    int mark = in.mark();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (!in.skipNull()) {
        member(name);
      }
    }
    if (contents == null) {
      throw in.missing("contents", mark);
    }
    in.end();
    if (instruction != null) {
      request.message(instruction);
    }
    for (Message message : contents) {
      request.message(message);
    }
    format();
    rest.addInner(ToolReader.CONFIG, tools.configRest());
    rest.addInner(GENERATION, generation.build());
    return request
        .model(model)
        .delivery(delivery)
        .toolSettings(tools.settings())
        .rest(rest.build())
        .build();
  }

  private void member(String name) {
    switch (Gemini.camel(name)) {
      case "contents" -> contents = new ContentReader().contents(in);
      case "systemInstruction" -> instruction = ContentReader.instruction(in);
      case "tools" -> tools.tools(in);
      case ToolReader.CONFIG -> tools.config(in);
      case GENERATION -> generation();
      case "serviceTier" -> {
        String json = in.raw();
        String tier = Tiers.read(json);
        if (tier == null) {
          rest.add(name, json);
        } else {
          request.tier(tier);
        }
      }
      default -> rest.add(name, in.raw());
    }
  }

  private void generation() {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (!in.skipNull()) {
        setting(name);
      }
    }
  }

  private void setting(String name) {
    switch (Gemini.camel(name)) {
      case "temperature" -> request.temperature(in.number());
      case "topP" -> request.topP(in.number());
      case "topK" -> request.topK(in.integer());
      case "seed" -> request.seed(in.integer());
      case "presencePenalty" -> request.presencePenalty(in.number());
      case "frequencyPenalty" -> request.frequencyPenalty(in.number());
      case "maxOutputTokens" -> request.tokensMax(in.integer());
      case "stopSequences" -> request.stop(texts());
      case "candidateCount" -> request.choices(in.integer());
      case "responseLogprobs" -> request.logprobs(in.bool());
      case "logprobs" -> request.topLogprobs(in.integer());
      case "responseModalities" -> modalities(name);
      case MEDIA_TYPE -> mediaType = in.text();
      case SCHEMA -> schema = new Json(in.raw());
      case JSON_SCHEMA, "_responseJsonSchema" -> jsonSchema = new Json(in.raw());
      case THINKING -> thinking();
      default -> generation.add(name, in.raw());
    }
  }

  private List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      texts.add(in.text());
    }
    return texts;
  }

  private void modalities(String name) {
    int mark = in.mark();
    List<String> words = new ArrayList<>();
    boolean known = in.peek() == JsonReader.Kind.ARRAY;
    if (known) {
      for (boolean more = in.enterArray(); more; more = in.nextItem()) {
        String word = Gemini.orEmpty(Gemini.looseText(in));
        words.add(word.toLowerCase(Locale.ROOT));
        known &= word.equals(word.toUpperCase(Locale.ROOT)) && !word.isEmpty();
      }
    } else {
      in.skip();
    }
    if (known) {
      request.modalities(words);
    } else {
      generation.add(name, in.textSince(mark));
    }
  }

  private void thinking() {
    RestBuilder left = new RestBuilder(Gemini.PROTOCOL);
    Mode mode = Mode.UNSTATED;
    Effort effort = null;
    Long budget = null;
    Disclosure disclosure = Disclosure.UNSTATED;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (Gemini.camel(name)) {
        case "includeThoughts" -> disclosure = in.bool() ? Disclosure.SHOWN : Disclosure.HIDDEN;
        case "thinkingBudget" -> {
          long tokens = in.integer();
          if (tokens == 0) {
            mode = Mode.OFF;
          } else if (tokens < 0) {
            mode = Mode.ADAPTIVE;
          } else {
            budget = tokens;
          }
        }
        case "thinkingLevel" -> {
          int mark = in.mark();
          effort = ThinkingWriter.effort(in.text());
          if (effort == null) {
            left.add(name, in.textSince(mark));
          }
        }
        default -> left.add(name, in.raw());
      }
    }
    request.reasoning(new ReasoningSettings(mode, effort, budget, disclosure));
    generation.addInner(THINKING, left.build());
  }

  /** What the media type and the schemas come to. */
  private void format() {
    Json given = schema;
    Json portable = jsonSchema;
    if (mediaType == null && given == null && portable == null) {
      return;
    }
    boolean json = mediaType == null || mediaType.equals(JSON);
    if (json && portable != null && given == null) {
      request.format(new ResponseFormat.Schema(null, null, portable, null, Rest.NONE));
    } else if (json && given != null && portable == null && given.isObject()) {
      Rest exact = Rest.of(Gemini.PROTOCOL, SCHEMA, given);
      request.format(
          new ResponseFormat.Schema(null, null, SchemaReader.toJsonSchema(given), null, exact));
    } else if (json && given == null && portable == null) {
      request.format(new ResponseFormat.AnyObject());
    } else if (TEXT.equals(mediaType) && given == null && portable == null) {
      request.format(new ResponseFormat.Text());
    } else {
      RestBuilder all = new RestBuilder(Gemini.PROTOCOL);
      if (mediaType != null) {
        all.add(MEDIA_TYPE, JsonText.quote(mediaType));
      }
      if (given != null) {
        all.add(SCHEMA, given.text());
      }
      if (portable != null) {
        all.add(JSON_SCHEMA, portable.text());
      }
      RestBuilder object = new RestBuilder(Gemini.PROTOCOL);
      object.addInner(GENERATION, all.build());
      Json members = object.build().find(GENERATION);
      if (members != null) {
        request.format(new ResponseFormat.Foreign(Gemini.PROTOCOL, members));
      }
    }
  }
}
