package dev.sluice.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Wire fields that the model has no word for, in their original order and spelling. They belong to
 * the protocol that they came by: only its own codec may write them again, every other one leaves
 * them out and says so.
 *
 * <p>The nesting is the wire's. What was unknown within a known object is a member that is called
 * like that object and holds the unknown members only.
 *
 * @param protocol the protocol's name, such as {@code openai}; empty where there are no members
 * @param members at most one of each name
 */
public record Rest(String protocol, List<Member> members) {

  /** Nothing is left over. */
  public static final Rest NONE = new Rest("", List.of());

  /**
   * A field.
   *
   * @param name as on the wire
   * @param value its exact text
   */
  public record Member(String name, Json value) {}

  public Rest {
    members = List.copyOf(members);
    if (members.isEmpty() != protocol.isEmpty()) {
      throw new IllegalArgumentException(
          "members need a protocol, and a protocol members: '" + protocol + "', " + members.size());
    }
  }

  /** The members of that protocol; {@link #NONE} where there are none. */
  public static Rest of(String protocol, List<Member> members) {
    return members.isEmpty() ? NONE : new Rest(protocol, members);
  }

  /** A single member of that protocol. */
  public static Rest of(String protocol, String name, Json value) {
    return new Rest(protocol, List.of(new Member(name, value)));
  }

  /** Whether there is nothing. */
  public boolean isEmpty() {
    return members.isEmpty();
  }

  /** Whether {@code protocol} may write these members. */
  public boolean isOf(String protocol) {
    return members.isEmpty() || this.protocol.equals(protocol);
  }

  /** The value of that name; {@code null} where there is none. */
  public @Nullable Json find(String name) {
    for (Member member : members) {
      if (member.name().equals(name)) {
        return member.value();
      }
    }
    return null;
  }
}
