package dev.sluice.protocol.anthropic;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import java.util.ArrayList;
import java.util.List;

/** A turn that is being put together for a request. Owned by one thread. */
final class Turn {

  /** Who speaks. */
  enum Role {
    USER("user"),
    ASSISTANT("assistant"),
    SYSTEM("system");

    private final String word;

    Role(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** What a turn is made of. */
  sealed interface Block {

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
  private final List<Block> results = new ArrayList<>();
  private final List<Block.Said> said = new ArrayList<>();
  private Rest rest = Rest.NONE;

  Turn(Role role) {
    this.role = role;
  }

  Role role() {
    return role;
  }

  /** Unknown fields of the turn. */
  Rest rest() {
    return rest;
  }

  /** Everything, tools' results first: the provider takes them in no other place. */
  List<Block> blocks() {
    List<Block> all = new ArrayList<>(results.size() + said.size());
    all.addAll(results);
    all.addAll(said);
    return all;
  }

  /** What was said, without results; changes are changes of the turn. */
  List<Block.Said> said() {
    return said;
  }

  /** Whether tools' results stand in the turn. */
  boolean hasResults() {
    return !results.isEmpty();
  }

  void say(Part part) {
    said.add(new Block.Said(part, List.of()));
  }

  void result(Message.ToolResult result) {
    results.add(new Block.Result(result));
  }

  void unanswered(String callId) {
    results.add(new Block.Unanswered(callId));
  }

  void leave(Rest left) {
    rest = left;
  }
}
