package dev.sluice.chat;

import dev.sluice.json.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers a {@link Rest} while a codec reads. Owned by one thread. */
public final class RestBuilder {

  /** Up to this many members are compared one by one, as nearly all objects have fewer. */
  private static final int FEW = 8;

  private final String protocol;
  private List<Rest.Member> members = List.of();

  /** The same members by their names, once they are more than a few. */
  private @Nullable LinkedHashMap<String, Rest.Member> many;

  /** Nothing yet, of that protocol. */
  public RestBuilder(String protocol) {
    this.protocol = protocol;
  }

  /**
   * Adds a member; an earlier one of the same name is replaced, as most JSON parsers do.
   *
   * @param json the value's exact text
   */
  public void add(String name, String json) {
    Rest.Member member = new Rest.Member(name, new Json(json));
    LinkedHashMap<String, Rest.Member> byName = many;
    if (byName == null && members.size() == FEW) {
      byName = new LinkedHashMap<>(4 * FEW);
      for (Rest.Member earlier : members) {
        byName.put(earlier.name(), earlier);
      }
      many = byName;
    }
    if (byName != null) {
      byName.putLast(name, member);
      return;
    }
    if (members.isEmpty()) {
      members = new ArrayList<>(4);
    } else {
      members.removeIf(earlier -> earlier.name().equals(name));
    }
    members.add(member);
  }

  /** Adds what was left over of the object of that name, if anything was. */
  public void addInner(String name, Rest inner) {
    if (inner.isEmpty()) {
      return;
    }
    StringBuilder object = new StringBuilder("{");
    for (Rest.Member member : inner.members()) {
      object.append(object.length() == 1 ? "" : ",");
      JsonText.quote(member.name(), object);
      object.append(':').append(member.value().text());
    }
    add(name, object.append('}').toString());
  }

  /** What was gathered. */
  public Rest build() {
    LinkedHashMap<String, Rest.Member> byName = many;
    return Rest.of(protocol, byName == null ? members : List.copyOf(byName.values()));
  }
}
