package dev.sluice.dialect.assemblyai;

import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says who speaks within the text, as the service does for models whose protocol has no place for
 * names: {@code alice: Hello}.
 */
final class SpokenNames {

  private static final String COLON = ": ";

  private SpokenNames() {}

  /** The messages with their names in front of their contents. */
  static List<Message> inContent(List<Message> messages) {
    List<Message> spoken = new ArrayList<>(messages.size());
    for (Message message : messages) {
      spoken.add(inContent(message));
    }
    return spoken;
  }

  private static Message inContent(Message message) {
    return switch (message) {
      case Message.System told when told.name() != null ->
          new Message.System(named(told.name(), told.parts()), null, told.rest());
      case Message.Developer told when told.name() != null ->
          new Message.Developer(named(told.name(), told.parts()), null, told.rest());
      case Message.User user when user.name() != null ->
          new Message.User(named(user.name(), user.parts()), null, user.rest());
      // A turn without words has nothing that the name could stand before.
      case Message.Assistant said when said.name() != null && firstText(said.parts()) >= 0 ->
          new Message.Assistant(
              named(said.name(), said.parts()), null, said.citations(), said.audio(), said.rest());
      case Message.System _,
          Message.Developer _,
          Message.User _,
          Message.Assistant _,
          Message.ToolResult _ ->
          message;
    };
  }

  private static List<Part> named(@Nullable String name, List<Part> parts) {
    List<Part> named = new ArrayList<>(parts);
    int at = firstText(parts);
    if (at >= 0 && parts.get(at) instanceof Part.Text text) {
      named.set(
          at,
          new Part.Text(name + COLON + text.text(), text.cache(), text.signature(), text.rest()));
    } else {
      named.addFirst(new Part.Text(name + COLON.strip()));
    }
    return named;
  }

  private static int firstText(List<Part> parts) {
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i) instanceof Part.Text) {
        return i;
      }
    }
    return -1;
  }
}
