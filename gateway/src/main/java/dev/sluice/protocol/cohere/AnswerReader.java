package dev.sluice.protocol.cohere;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
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
  private final RestBuilder rest = new RestBuilder(Cohere.PROTOCOL);
  private @Nullable String id;
  private @Nullable JsonReader message;
  private @Nullable String finishReason;

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
    in.end();
    String word = finishReason;
    if (message == null && word == null) {
      // An error has a message, too: a string.
      throw in.missing("finish_reason", mark);
    }
    Message.Assistant said =
        message == null
            ? Message.Assistant.of()
            : MessageReader.answer(message, Cohere.orEmpty(id));
    Finish finish = word == null ? null : Finishes.of(word);
    Choice choice = new Choice(0, undisguised(said), finish, null, Rest.NONE);
    return new ChatResponse(
        id,
        ChatResponse.UNKNOWN,
        null,
        null,
        List.of(choice),
        usage.usage(),
        usage.rest(),
        rest.build());
  }

  private void member(String name) {
    switch (name) {
      case "id" -> id = Cohere.looseText(in);
      case "message" -> message = Cohere.laterObject(in);
      case "finish_reason" -> finishReason = Cohere.looseText(in);
      case "usage" -> usage.read(in);
      // Its own form of log probabilities among them, which only its own clients can read.
      default -> rest.add(name, in.raw());
    }
  }

  /** The message in the words of the client's request. */
  private Message.Assistant undisguised(Message.Assistant said) {
    List<Part> parts = new ArrayList<>(said.parts().size());
    for (Part part : said.parts()) {
      parts.add(part instanceof Part.ToolCall call ? undisguised(call) : part);
    }
    return new Message.Assistant(parts, null, said.citations(), null, said.rest());
  }

  private Part undisguised(Part.ToolCall call) {
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
