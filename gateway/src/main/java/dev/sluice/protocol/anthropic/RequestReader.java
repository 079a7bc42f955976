package dev.sluice.protocol.anthropic;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequestBuilder;
import dev.sluice.chat.Json;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Disclosure;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.protocol.rewording.Efforts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one request. */
final class RequestReader {

  private final JsonReader in;
  private final ChatRequestBuilder request = ChatRequest.builder("");
  private final RestBuilder rest = new RestBuilder(Anthropic.PROTOCOL);
  private List<Part> system = List.of();
  private @Nullable List<Message> messages;
  private Mode mode = Mode.UNSTATED;
  private @Nullable Effort effort;
  private @Nullable Long budget;
  private Disclosure disclosure = Disclosure.UNSTATED;

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
    return request
        .reasoning(new ReasoningSettings(mode, effort, budget, disclosure))
        .rest(rest.build())
        .build();
  }

  private void member(String name) {
    switch (name) {
      case "model" -> request.model(in.text());
      case "max_tokens" -> request.tokensMax(in.integer());
      case "system" -> system = BlockReader.parts(in);
      case "messages" -> {
        List<Message> turns = new ArrayList<>();
        TurnReader.turns(in, turns);
        messages = turns;
      }
      case "tools" -> ToolReader.tools(in).forEach(request::tool);
      case "tool_choice" -> {
        ToolReader.Chosen chosen = ToolReader.choice(in);
        request.toolChoice(chosen.choice()).parallelToolCalls(chosen.parallel());
      }
      case "temperature" -> request.temperature(in.number());
      case "top_p" -> request.topP(in.number());
      case "top_k" -> request.topK(in.integer());
      case "stop_sequences" -> request.stop(texts());
      case "thinking" -> thinking(name);
      case "output_config" -> outputConfig(name);
      // The name of output_config.format before it had a place of its own.
      case "output_format" -> request.format(format());
      case "metadata" -> metadata(name);
      case "service_tier" -> {
        String tier = in.text();
        request.tier(tier.equals("standard_only") ? "default" : tier);
      }
      // A stream of this protocol always tells its usage.
      case "stream" ->
          request.delivery(
              in.bool() ? ChatRequest.Delivery.STREAM_WITH_USAGE : ChatRequest.Delivery.WHOLE);
      // A platform's own way to name the protocol's version, which who writes the request knows.
      case "anthropic_version" -> in.skip();
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

  private void thinking(String name) {
    RestBuilder inner = new RestBuilder(Anthropic.PROTOCOL);
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
            case "adaptive" -> mode = Mode.ADAPTIVE;
            default -> inner.add(member, in.textSince(mark));
          }
        }
        case "budget_tokens" -> budget = in.integer();
        case "display" -> {
          int mark = in.mark();
          switch (in.text()) {
            case "summarized" -> disclosure = Disclosure.SUMMARY;
            case "omitted" -> disclosure = Disclosure.HIDDEN;
            default -> inner.add(member, in.textSince(mark));
          }
        }
        default -> inner.add(member, in.raw());
      }
    }
    rest.addInner(name, inner.build());
  }

  private void outputConfig(String name) {
    RestBuilder inner = new RestBuilder(Anthropic.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "effort" -> {
          int mark = in.mark();
          Effort known = Efforts.of(in.text());
          if (known == null) {
            inner.add(member, in.textSince(mark));
          } else {
            effort = known;
          }
        }
        case "format" -> request.format(format());
        default -> inner.add(member, in.raw());
      }
    }
    rest.addInner(name, inner.build());
  }

  private ResponseFormat format() {
    int mark = in.mark();
    String type = "";
    Json schema = null;
    RestBuilder inner = new RestBuilder(Anthropic.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "type" -> type = in.text();
        case "schema" -> schema = ToolReader.object(in);
        default -> inner.add(member, in.raw());
      }
    }
    if (type.equals("json_schema") && schema != null) {
      return new ResponseFormat.Schema(null, null, schema, null, inner.build());
    }
    return new ResponseFormat.Foreign(Anthropic.PROTOCOL, new Json(in.textSince(mark)));
  }

  private void metadata(String name) {
    RestBuilder inner = new RestBuilder(Anthropic.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      if (member.equals("user_id")) {
        request.user(in.text());
      } else {
        inner.add(member, in.raw());
      }
    }
    rest.addInner(name, inner.build());
  }
}
