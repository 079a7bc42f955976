package dev.sluice.chat;

import dev.sluice.json.JsonText;
import java.util.ArrayList;
import java.util.List;

/** Gathers a {@link Rest} while a codec reads. Owned by one thread. */
public final class RestBuilder {

  private final String protocol;
  private List<Rest.Member> members = List.of();

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
    if (members.isEmpty()) {
      members = new ArrayList<>(4);
    } else {
      members.removeIf(member -> member.name().equals(name));
    }
    members.add(new Rest.Member(name, new Json(json)));
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
    return Rest.of(protocol, members);
  }
}
