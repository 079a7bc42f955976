package dev.sluice.protocol.cohere;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequestBuilder;
import dev.sluice.chat.Json;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one request. */
final class RequestReader {

  private final JsonReader in;
  private final ChatRequestBuilder request = ChatRequest.builder("");
  private final RestBuilder rest = new RestBuilder(Cohere.PROTOCOL);
  private @Nullable List<Message> messages;
  private List<Part> documents = List.of();
  private @Nullable String documentsText;
  private List<Tool.Function> tools = List.of();
  private boolean strict;

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
    List<Message> said = messages;
    if (said == null) {
      throw in.missing("messages", mark);
    }
    in.end();
    for (Tool.Function tool : tools) {
      request.tool(strict ? strictly(tool) : tool);
    }
    document(said);
    return request.messages(said).rest(rest.build()).build();
  }

  private void member(String name) {
    switch (name) {
      case "model" -> request.model(in.text());
      case "messages" -> messages = MessageReader.messages(in);
      case "documents" -> documents();
      case "tools" -> tools = tools();
      case "tool_choice" -> request.toolChoice(choice());
      case "strict_tools" -> strict = in.bool();
      case "max_tokens" -> request.tokensMax(in.integer());
      case "stop_sequences" -> request.stop(texts());
      case "temperature" -> request.temperature(in.number());
      case "p" -> request.topP(in.number());
      case "k" -> {
        long k = in.integer();
        // Nought is how the protocol says that there is no limit.
        request.topK(k == 0 ? null : k);
      }
      case "seed" -> request.seed(in.integer());
      case "frequency_penalty" -> request.frequencyPenalty(in.number());
      case "presence_penalty" -> request.presencePenalty(in.number());
      case "response_format" -> request.format(format());
      case "thinking" -> thinking(name);
      // A stream of this protocol always tells its usage.
      case "stream" ->
          request.delivery(
              in.bool() ? ChatRequest.Delivery.STREAM_WITH_USAGE : ChatRequest.Delivery.WHOLE);
      default -> rest.add(name, in.raw());
    }
  }

  private List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      texts.add(in.text());
    }
    return texts;
  }

  private void documents() {
    int mark = in.mark();
    List<Part> read = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      read.add(Documents.read(in));
    }
    documents = read;
    documentsText = in.textSince(mark);
  }

  /** Gives the documents to the last user's message; without one they stay where they were. */
  private void document(List<Message> said) {
    if (documents.isEmpty()) {
      return;
    }
    for (int i = said.size() - 1; i >= 0; i--) {
      if (said.get(i) instanceof Message.User user) {
        List<Part> parts = new ArrayList<>(documents);
        parts.addAll(user.parts());
        said.set(i, new Message.User(parts, user.name(), user.rest()));
        return;
      }
    }
    if (documentsText != null) {
      rest.add("documents", documentsText);
    }
  }

  private List<Tool.Function> tools() {
    List<Tool.Function> read = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      read.add(tool());
    }
    return read;
  }

  private Tool.Function tool() {
    int mark = in.mark();
    RestBuilder outer = new RestBuilder(Cohere.PROTOCOL);
    RestBuilder inner = new RestBuilder(Cohere.PROTOCOL);
    String name = "";
    String description = null;
    Json parameters = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "type" -> in.skip();
        case "function" -> {
          for (boolean next = in.enterObject(); next; next = in.nextMember()) {
            String field = in.name();
            if (in.skipNull()) {
              continue;
            }
            switch (field) {
              case "name" -> name = in.text();
              case "description" -> description = in.text();
              case "parameters" -> parameters = Cohere.object(in);
              default -> inner.add(field, in.raw());
            }
          }
        }
        default -> outer.add(member, in.raw());
      }
    }
    if (name.isEmpty()) {
      throw in.missing("function.name", mark);
    }
    outer.addInner("function", inner.build());
    return new Tool.Function(name, description, parameters, null, null, outer.build());
  }

  private static Tool.Function strictly(Tool.Function tool) {
    return new Tool.Function(
        tool.name(), tool.description(), tool.parameters(), true, tool.cache(), tool.rest());
  }

  private ToolChoice choice() {
    int mark = in.mark();
    if (in.peek() == JsonReader.Kind.TEXT) {
      String word = in.text();
      if (word.equals("REQUIRED")) {
        return new ToolChoice.Required();
      }
      if (word.equals("NONE")) {
        return new ToolChoice.None();
      }
    } else {
      in.skip();
    }
    return new ToolChoice.Foreign(Cohere.PROTOCOL, new Json(in.textSince(mark)));
  }

  private ResponseFormat format() {
    int mark = in.mark();
    String type = "";
    Json schema = null;
    RestBuilder inner = new RestBuilder(Cohere.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "type" -> type = in.text();
        // The second is the name that the first version had for it.
        case "json_schema", "schema" -> schema = Cohere.object(in);
        default -> inner.add(member, in.raw());
      }
    }
    if (type.equals("json_object") && schema != null) {
      return new ResponseFormat.Schema(null, null, schema, null, inner.build());
    }
    if (type.equals("json_object") && inner.build().isEmpty()) {
      return new ResponseFormat.AnyObject();
    }
    if (type.equals("text") && inner.build().isEmpty()) {
      return new ResponseFormat.Text();
    }
    return new ResponseFormat.Foreign(Cohere.PROTOCOL, new Json(in.textSince(mark)));
  }

  private void thinking(String name) {
    Mode mode = Mode.UNSTATED;
    Long budget = null;
    RestBuilder inner = new RestBuilder(Cohere.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "type" -> {
          int mark = in.mark();
          switch (in.text()) {
            case "enabled" -> mode = Mode.ON;
            case "disabled" -> mode = Mode.OFF;
            default -> inner.add(member, in.textSince(mark));
          }
        }
        case "token_budget" -> budget = in.integer();
        default -> inner.add(member, in.raw());
      }
    }
    request.reasoning(
        new ReasoningSettings(mode, null, budget, ReasoningSettings.Disclosure.UNSTATED));
    rest.addInner(name, inner.build());
  }
}
