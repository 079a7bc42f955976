package dev.sluice.protocol.anthropic;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Finish;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.protocol.rewording.Arguments;
import dev.sluice.protocol.rewording.Disguise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one whole answer. */
final class AnswerReader {

  private final JsonReader in;
  private final Disguise disguise;
  private final UsageFigures usage = new UsageFigures();
  private final RestBuilder rest = new RestBuilder(Anthropic.PROTOCOL);
  private @Nullable String id;
  private @Nullable String model;
  private Message.@Nullable Assistant message;
  private @Nullable String stopReason;
  private @Nullable String stopSequence;

  AnswerReader(JsonReader in, Disguise disguise) {
    this.in = in;
    this.disguise = disguise;
  }

  ChatResponse read() {
    int mark = in.mark();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (!in.skipNull()) {
        member(name);
      }
    }
    Message.Assistant said = message;
    if (said == null) {
      throw in.missing("content", mark);
    }
    in.end();
    Finish finish = stopReason == null ? null : Finishes.of(stopReason, stopSequence, disguise);
    Choice choice = new Choice(0, undisguised(said), finish, null, Rest.NONE);
    return new ChatResponse(
        id,
        ChatResponse.UNKNOWN,
        model,
        usage.tier(),
        List.of(choice),
        usage.usage(),
        usage.rest(),
        rest.build());
  }

  private void member(String name) {
    switch (name) {
      case "id" -> id = Anthropic.looseText(in);
      case "type", "role" -> in.skip();
      case "model" -> model = Anthropic.looseText(in);
      case "content" -> message = TurnReader.assistant(in);
      case "stop_reason" -> stopReason = Anthropic.looseText(in);
      case "stop_sequence" -> stopSequence = Anthropic.looseText(in);
      case "usage" -> usage.read(in);
      default -> rest.add(name, in.raw());
    }
  }

  /** The message in the words of the client's request. */
  private Message.Assistant undisguised(Message.Assistant said) {
    if (disguise == Disguise.NONE) {
      return said;
    }
    List<Part> parts = new ArrayList<>(said.parts().size());
    for (Part part : said.parts()) {
      parts.add(part instanceof Part.ToolCall call ? undisguised(call) : part);
    }
    List<Citation> citations = said.citations();
    return new Message.Assistant(parts, null, citations, null, said.rest());
  }

  private Part undisguised(Part.ToolCall call) {
    if (disguise.isAnswer(call.name())) {
      return new Part.Text(call.arguments());
    }
    boolean freeText = disguise.isFreeText(call.name());
    return new Part.ToolCall(
        call.id(),
        disguise.clientName(call.name()),
        freeText ? Part.ToolCall.Kind.CUSTOM : Part.ToolCall.Kind.FUNCTION,
        freeText ? Arguments.freeText(call.arguments()) : call.arguments(),
        call.signature(),
        call.cache(),
        call.rest());
  }
}
