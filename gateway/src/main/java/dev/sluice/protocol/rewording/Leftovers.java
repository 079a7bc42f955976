package dev.sluice.protocol.rewording;

import dev.sluice.chat.Json;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.util.Set;

/** Writes unknown fields again, for the protocol that they came by. */
public final class Leftovers {

  private Leftovers() {}

  /**
   * Writes the members of {@code rest}, if they are {@code protocol}'s.
   *
   * @param merged names of known objects that were written together with what was left over of
   *     them, and of members that have no place here
   */
  public static void write(JsonWriter out, String protocol, Rest rest, Set<String> merged) {
    if (rest.isOf(protocol)) {
      for (Rest.Member member : rest.members()) {
        if (!merged.contains(member.name())) {
          out.name(member.name()).raw(member.value().text());
        }
      }
    }
  }

  /** Whether something was left over of the object of that name. */
  public static boolean hasInner(String protocol, Rest rest, String object) {
    return rest.isOf(protocol) && rest.find(object) != null;
  }

  /** What was left over of a known object. */
  public static Rest innerOf(String protocol, Rest rest, String object) {
    Json left = rest.isOf(protocol) ? rest.find(object) : null;
    if (left == null || !left.isObject()) {
      return Rest.NONE;
    }
    RestBuilder members = new RestBuilder(protocol);
    JsonReader in = LooseJson.reader(left);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      members.add(name, in.raw());
    }
    return members.build();
  }

  /** Writes what was left over of a known object, within it. */
  public static void inner(JsonWriter out, String protocol, Rest rest, String object) {
    Json left = rest.isOf(protocol) ? rest.find(object) : null;
    if (left == null || !left.isObject()) {
      return;
    }
    String text = left.text();
    String members = text.substring(1, text.length() - 1).strip();
    if (!members.isEmpty()) {
      out.raw(members);
    }
  }
}
