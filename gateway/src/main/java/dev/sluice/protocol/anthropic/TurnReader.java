package dev.sluice.protocol.anthropic;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a request's {@code messages}: a user's turn may hold several messages of the model. */
final class TurnReader {

  /** A member that stands before the role, and can be understood only behind it. */
  private @Nullable JsonReader earlyContent;

  private final List<Message> messages;
  private final RestBuilder rest = new RestBuilder(Anthropic.PROTOCOL);
  private @Nullable String role;
  private boolean hasContent;

  private TurnReader(List<Message> messages) {
    this.messages = messages;
  }

  /** Reads the list of turns at hand, and adds their messages. */
  static void turns(JsonReader in, List<Message> messages) {
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      new TurnReader(messages).turn(in);
    }
  }

  private void turn(JsonReader in) {
    int mark = in.mark();
    int first = messages.size();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (name) {
        case "role" -> role = in.text();
        case "content" -> {
          hasContent = true;
          if (role != null) {
            content(in, role);
          } else {
            int value = in.mark();
            in.skip();
            earlyContent = in.later(value);
          }
        }
        default -> {
          if (!in.skipNull()) {
            rest.add(name, in.raw());
          }
        }
      }
    }
    if (role == null) {
      throw in.missing("role", mark);
    }
    if (!hasContent) {
      throw in.missing("content", mark);
    }
    if (!isRole(role)) {
      throw in.misshapen("a message whose role is user, assistant or system", mark);
    }
    if (earlyContent != null) {
      content(earlyContent, role);
    }
    Rest left = rest.build();
    if (!left.isEmpty()) {
      leave(left, first);
    }
  }

  private static boolean isRole(String role) {
    return role.equals("user") || role.equals("assistant") || role.equals("system");
  }

  private void content(JsonReader in, String speaker) {
    switch (speaker) {
      case "user" -> user(in);
      case "assistant" -> messages.add(assistant(in));
      case "system" -> messages.add(new Message.System(BlockReader.parts(in), null, Rest.NONE));
      // Complained of when the whole turn has been read.
      default -> in.skip();
    }
  }

  private void user(JsonReader in) {
    if (in.peek() != JsonReader.Kind.ARRAY) {
      messages.add(new Message.User(BlockReader.parts(in), null, Rest.NONE));
      return;
    }
    int first = messages.size();
    List<Part> said = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      BlockReader block = BlockReader.read(in);
      if (block.isResult()) {
        if (!said.isEmpty()) {
          messages.add(new Message.User(said, null, Rest.NONE));
          said = new ArrayList<>();
        }
        messages.add(block.result());
      } else {
        said.add(block.part());
      }
    }
    if (!said.isEmpty() || messages.size() == first) {
      messages.add(new Message.User(said, null, Rest.NONE));
    }
  }

  /** Reads the model's turn, of a request or of an answer. */
  static Message.Assistant assistant(JsonReader in) {
    List<Part> parts = new ArrayList<>();
    List<Citation> citations = new ArrayList<>();
    if (in.peek() != JsonReader.Kind.ARRAY) {
      return new Message.Assistant(BlockReader.parts(in), null, citations, null, Rest.NONE);
    }
    long length = 0;
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      BlockReader block = BlockReader.read(in);
      if (block.isResult()) {
        throw in.misshapen("a block other than tool_result in the assistant's turn", in.mark());
      }
      Part part = block.part();
      parts.add(part);
      if (part instanceof Part.Text text) {
        long end = length + text.text().length();
        for (Citation citation : block.citations()) {
          citations.add(Citations.moved(citation, length, end));
        }
        length = end;
      }
    }
    return new Message.Assistant(parts, null, citations, null, Rest.NONE);
  }

  /** Gives what was left over of the turn to its last message, the only one that can hold it. */
  private void leave(Rest left, int first) {
    int last = messages.size() - 1;
    Message message = messages.get(last);
    switch (message) {
      case Message.User user -> messages.set(last, new Message.User(user.parts(), null, left));
      case Message.System system ->
          messages.set(last, new Message.System(system.parts(), null, left));
      case Message.Assistant assistant ->
          messages.set(
              last,
              new Message.Assistant(assistant.parts(), null, assistant.citations(), null, left));
      // What is left over of a result is the block's own.
      case Message.ToolResult _ -> messages.add(new Message.User(List.of(), null, left));
      case Message.Developer _ ->
          throw new IllegalStateException("the protocol has no developer, turn " + first);
    }
  }
}
