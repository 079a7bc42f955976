package dev.sluice.protocol.converse;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequestBuilder;
import dev.sluice.chat.Json;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.json.MalformedJson;
import dev.sluice.protocol.rewording.LooseJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one request. */
final class RequestReader {

  private final JsonReader in;
  private final ChatRequestBuilder request = ChatRequest.builder("");
  private final RestBuilder rest = new RestBuilder(Converse.PROTOCOL);
  private final ModelFieldReader modelFields = new ModelFieldReader();
  private List<Part> system = List.of();
  private @Nullable List<Message> messages;

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
    List<Message> turns = messages;
    if (turns == null) {
      throw in.missing("messages", mark);
    }
    in.end();
    if (!system.isEmpty()) {
      request.message(new Message.System(system, null, Rest.NONE));
    }
    turns.forEach(request::message);
    return request.reasoning(modelFields.reasoning()).rest(rest.build()).build();
  }

  private void member(String name) {
    switch (name) {
      case "messages" -> {
        List<Message> turns = new ArrayList<>();
        TurnReader.turns(in, turns);
        messages = turns;
      }
      case "system" -> system = TurnReader.parts(in);
      case "inferenceConfig" -> inferenceConfig(name);
      case "toolConfig" -> rest.addInner(name, ToolReader.read(in, request));
      case Converse.MODEL_FIELDS -> {
        if (in.peek() == JsonReader.Kind.OBJECT) {
          rest.addInner(name, modelFields.read(in, request));
        } else {
          rest.add(name, in.raw());
        }
      }
      case "outputConfig" -> outputConfig(name);
      case Tiers.NAME -> {
        int mark = in.mark();
        String tier = Tiers.read(in);
        request.tier(tier);
        if (tier == null) {
          rest.add(name, in.textSince(mark));
        }
      }
      default -> rest.add(name, in.raw());
    }
  }

  private void inferenceConfig(String name) {
    RestBuilder inner = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "maxTokens" -> request.tokensMax(in.integer());
        case "temperature" -> request.temperature(in.number());
        case "topP" -> request.topP(in.number());
        case "stopSequences" -> {
          List<String> texts = new ArrayList<>();
          for (boolean next = in.enterArray(); next; next = in.nextItem()) {
            texts.add(in.text());
          }
          request.stop(texts);
        }
        default -> inner.add(member, in.raw());
      }
    }
    rest.addInner(name, inner.build());
  }

  private void outputConfig(String name) {
    RestBuilder inner = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      int mark = in.mark();
      switch (member) {
        case "textFormat" -> request.format(format());
        case "effort" -> {
          if (!modelFields.effort(Converse.text(in))) {
            inner.add(member, in.textSince(mark));
          }
        }
        default -> inner.add(member, in.raw());
      }
    }
    rest.addInner(name, inner.build());
  }

  private ResponseFormat format() {
    int mark = in.mark();
    String type = "";
    ResponseFormat schema = null;
    boolean plain = true;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "type" -> type = Converse.text(in);
        case "structure" -> schema = structure();
        default -> {
          in.skip();
          plain = false;
        }
      }
    }
    return plain && type.equals("json_schema") && schema != null
        ? schema
        : new ResponseFormat.Foreign(Converse.PROTOCOL, new Json(in.textSince(mark)));
  }

  private @Nullable ResponseFormat structure() {
    JsonReader structure = Converse.object(in);
    if (structure == null) {
      return null;
    }
    ResponseFormat format = null;
    int members = 0;
    for (boolean more = structure.enterObject(); more; more = structure.nextMember()) {
      members++;
      boolean known = structure.name().equals("jsonSchema");
      JsonReader schema = Converse.object(structure);
      format = known && schema != null ? schema(schema) : null;
    }
    return members == 1 ? format : null;
  }

  private static @Nullable ResponseFormat schema(JsonReader in) {
    String name = null;
    String description = null;
    String schema = "";
    RestBuilder rest = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "name" -> name = in.text();
        case "description" -> description = in.text();
        case "schema" -> schema = in.text();
        default -> rest.add(member, in.raw());
      }
    }
    return isObject(schema)
        ? new ResponseFormat.Schema(name, description, new Json(schema), null, rest.build())
        : null;
  }

  /** Whether the text is an object: here a schema is a string. */
  private static boolean isObject(String text) {
    JsonReader in = LooseJson.reader(text);
    try {
      boolean object = in.peek() == JsonReader.Kind.OBJECT;
      in.skip();
      in.end();
      return object;
    } catch (MalformedJson _) {
      return false;
    }
  }
}
