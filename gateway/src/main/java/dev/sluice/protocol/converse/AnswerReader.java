package dev.sluice.protocol.converse;

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

  private static final String MODEL_FIELDS = "additionalModelResponseFields";

  private final JsonReader in;
  private final Disguise disguise;
  private final UsageFigures usage = new UsageFigures();
  private final RestBuilder rest = new RestBuilder(Converse.PROTOCOL);
  private Message.@Nullable Assistant message;
  private @Nullable String tier;
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
    Message.Assistant told = message;
    if (told == null) {
      throw in.missing("output", mark);
    }
    in.end();
    Message.Assistant said = undisguised(told);
    Finish finish =
        stopReason == null
            ? null
            : Finishes.of(stopReason, stopSequence, said.toolCalls().size(), disguise);
    Choice choice = new Choice(0, said, finish, null, Rest.NONE);
    return new ChatResponse(
        null,
        ChatResponse.UNKNOWN,
        null,
        tier,
        List.of(choice),
        usage.usage(),
        usage.rest(),
        rest.build());
  }

  private void member(String name) {
    switch (name) {
      case "output" -> output(name);
      case "stopReason" -> stopReason = Converse.text(in);
      case "usage" -> usage.read(in);
      case Tiers.NAME -> {
        int mark = in.mark();
        tier = Tiers.read(in);
        if (tier == null) {
          rest.add(name, in.textSince(mark));
        }
      }
      case MODEL_FIELDS -> {
        int mark = in.mark();
        stopSequence = stopSequence(in);
        rest.add(name, in.textSince(mark));
      }
      default -> rest.add(name, in.raw());
    }
  }

  private void output(String name) {
    RestBuilder inner = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (member.equals("message") && in.peek() == JsonReader.Kind.OBJECT) {
        message();
      } else {
        inner.add(member, in.raw());
      }
    }
    rest.addInner(name, inner.build());
  }

  private void message() {
    RestBuilder left = new RestBuilder(Converse.PROTOCOL);
    Message.Assistant said = Message.Assistant.of();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "role" -> in.skip();
        case "content" -> said = TurnReader.assistant(in, disguise.issuer());
        default -> left.add(member, in.raw());
      }
    }
    message = new Message.Assistant(said.parts(), null, said.citations(), null, left.build());
  }

  /** The text that ended the answer, which some models tell among their own fields. */
  static @Nullable String stopSequence(JsonReader in) {
    JsonReader fields = Converse.object(in);
    if (fields == null) {
      return null;
    }
    String text = null;
    for (boolean more = fields.enterObject(); more; more = fields.nextMember()) {
      boolean wanted = fields.name().equals("stop_sequence");
      if (wanted && fields.peek() == JsonReader.Kind.TEXT) {
        text = fields.text();
      } else {
        fields.skip();
      }
    }
    return text;
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
    return new Message.Assistant(parts, null, said.citations(), null, said.rest());
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
