package dev.sluice.protocol.rewording;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import java.util.ArrayList;
import java.util.List;

/** A turn that is being put together for a request. Owned by one thread. */
public final class Turn {

  /** Who speaks. */
  public enum Role {
    USER("user"),
    ASSISTANT("assistant"),
    SYSTEM("system");

    private final String word;

    Role(String word) {
      this.word = word;
    }

    /** As on the wire. */
    public String word() {
      return word;
    }
  }

  /** What a turn is made of. */
  public sealed interface Block {

    /**
     * A part that the protocol can carry.
     *
     * @param citations those of a text
     */
    record Said(Part part, List<Citation> citations) implements Block {}

    /** A tool's result. */
    record Result(Message.ToolResult result) implements Block {}

    /** What stands for the result of a call that got none. */
    record Unanswered(String callId) implements Block {}
  }

  private final Role role;
  private final List<Block> results = new ArrayList<>(0);
  private List<Block.Said> said = new ArrayList<>(0);
  private Rest rest = Rest.NONE;

  public Turn(Role role) {
    this.role = role;
  }

  public Role role() {
    return role;
  }

  /** Unknown fields of the turn. */
  public Rest rest() {
    return rest;
  }

  /** Everything, tools' results first: the provider takes them in no other place. */
  public List<? extends Block> blocks() {
    if (results.isEmpty()) {
      return said;
    }
    List<Block> all = new ArrayList<>(results.size() + said.size());
    all.addAll(results);
    all.addAll(said);
    return all;
  }

  /** What was said, without results; changes are changes of the turn. */
  public List<Block.Said> said() {
    return said;
  }

  /** Whether tools' results stand in the turn. */
  public boolean hasResults() {
    return !results.isEmpty();
  }

  public void say(Part part) {
    said.add(new Block.Said(part, List.of()));
  }

  /** Adds what was said; the list is the turn's from now on. */
  public void say(List<Block.Said> more) {
    if (said.isEmpty()) {
      said = more;
    } else {
      said.addAll(more);
    }
  }

  public void result(Message.ToolResult result) {
    results.add(new Block.Result(result));
  }

  public void unanswered(String callId) {
    results.add(new Block.Unanswered(callId));
  }

  public void leave(Rest left) {
    rest = left;
  }
}
