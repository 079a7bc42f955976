package dev.sluice.protocol.converse;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Json;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a request's {@code messages}: a user's turn may hold several messages of the model. */
final class TurnReader {

  private final List<Message> messages;
  private @Nullable String role;
  private @Nullable JsonReader content;
  private final RestBuilder rest = new RestBuilder(Converse.PROTOCOL);

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
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (name) {
        case "role" -> role = in.text();
        case "content" -> {
          int value = in.mark();
          in.skip();
          content = in.later(value);
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
    if (content == null) {
      throw in.missing("content", mark);
    }
    Rest left = rest.build();
    switch (role) {
      case "user" -> user(content, left);
      case "assistant" -> {
        Message.Assistant said = assistant(content, Signature.CLAUDE);
        messages.add(new Message.Assistant(said.parts(), null, said.citations(), null, left));
      }
      case "system" -> messages.add(new Message.System(parts(content), null, left));
      default -> throw in.misshapen("a message whose role is user, assistant or system", mark);
    }
  }

  private void user(JsonReader in, Rest left) {
    int first = messages.size();
    List<Part> said = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      BlockReader block = BlockReader.read(in, Signature.CLAUDE);
      CacheHint hint = block.cache();
      if (block.result() != null) {
        flush(said);
        messages.add(block.result());
      } else if (block.part() != null) {
        said.add(block.part());
      } else if (hint != null && !(said.isEmpty() && markResult(first, hint))) {
        Marked.last(said, hint);
      }
    }
    boolean alone = messages.size() == first;
    if (!said.isEmpty() || alone || !left.isEmpty()) {
      messages.add(new Message.User(said, null, left));
    }
  }

  private void flush(List<Part> said) {
    if (!said.isEmpty()) {
      messages.add(new Message.User(said, null, Rest.NONE));
      said.clear();
    }
  }

  private boolean markResult(int first, CacheHint hint) {
    if (messages.size() == first || !(messages.getLast() instanceof Message.ToolResult result)) {
      return false;
    }
    Message.ToolResult marked = Marked.of(result, hint);
    if (marked == null) {
      return false;
    }
    messages.set(messages.size() - 1, marked);
    return true;
  }

  /** Reads a content without results. */
  static List<Part> parts(JsonReader in) {
    return assistant(in, Signature.CLAUDE).parts();
  }

  /**
   * Reads the model's turn, of a request or of an answer.
   *
   * @param issuer who made seals that name nobody
   */
  static Message.Assistant assistant(JsonReader in, String issuer) {
    List<Part> parts = new ArrayList<>();
    List<Citation> citations = new ArrayList<>();
    long length = 0;
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      int mark = in.mark();
      BlockReader block = BlockReader.read(in, issuer);
      Part part = block.part();
      CacheHint hint = block.cache();
      if (part != null) {
        parts.add(part);
      } else if (hint != null) {
        Marked.last(parts, hint);
      } else {
        Json json = new Json(in.textSince(mark));
        parts.add(new Part.Foreign(Converse.PROTOCOL, "toolResult", json));
      }
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
}
