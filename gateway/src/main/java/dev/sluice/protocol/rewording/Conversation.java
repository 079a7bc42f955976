package dev.sluice.protocol.rewording;

import static dev.sluice.protocol.rewording.Carriable.refused;

import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.protocol.rewording.Turn.Block.Said;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings a request's messages into the order that the protocol wants: instructions apart, turns of
 * user and assistant that alternate and begin with the user's, every call of a turn answered at the
 * beginning of the next one, nothing empty. Owned by one request's encoder.
 */
public final class Conversation {

  /** The provider refuses longer conversations. */
  public static final int TURNS_MAX = 100_000;

  /** What the user says where nobody did, since the protocol wants a word. */
  public static final String NOTHING_SAID = ".";

  private final String protocol;
  private final boolean inPlace;
  private final boolean atTheTop;
  private final Unanswered unanswered;
  private final Carriable carriable;
  private final Losses losses;
  private final List<Part> system = new ArrayList<>();
  private final List<Turn> turns = new ArrayList<>();
  private final Set<String> toolNames = new LinkedHashSet<>();

  // Calls of the last turn of the assistant that have no result yet.
  private final Set<String> open = new LinkedHashSet<>();

  private Conversation(Rules rules, Carriable carriable, Losses losses) {
    this.protocol = rules.protocol();
    this.inPlace = rules.instructions() == Instructions.IN_PLACE;
    this.atTheTop = rules.instructions() == Instructions.AT_THE_TOP;
    this.unanswered = rules.unanswered();
    this.carriable = carriable;
    this.losses = losses;
  }

  /**
   * What a protocol and a client want of a conversation.
   *
   * @param protocol whose unknown fields may be kept
   * @param instructions what becomes of instructions in the middle; {@link Instructions#IN_PLACE}
   *     only where the system has a role
   * @param unanswered what becomes of calls without a result
   */
  public record Rules(String protocol, Instructions instructions, Unanswered unanswered) {}

  /**
   * The conversation that {@code messages} are.
   *
   * @throws dev.sluice.chat.GatewayException where leaving something out would change what was
   *     asked
   */
  public static Conversation of(
      List<Message> messages, Rules rules, Carriable carriable, Losses losses) {
    Conversation conversation = new Conversation(rules, carriable, losses);
    for (int i = 0; i < messages.size(); i++) {
      conversation.take(messages, i);
    }
    conversation.end();
    return conversation;
  }

  /** The instructions that stand before all turns. */
  public List<Part> system() {
    return system;
  }

  /** At least one. */
  public List<Turn> turns() {
    return turns;
  }

  /** The names of all tools that were called, in the order of their first call. */
  public Set<String> toolNames() {
    return toolNames;
  }

  /**
   * Whether the model could not go on thinking: the answer that it is to continue, or the turn
   * whose calls were just answered, does not begin with its own thoughts.
   */
  public boolean hasLostThoughts() {
    for (int i = turns.size() - 1; i >= 0; i--) {
      Turn turn = turns.get(i);
      if (turn.role() == Turn.Role.ASSISTANT) {
        boolean last = i == turns.size() - 1;
        return (last || hasCalls(turn)) && !beginsWithThought(turn);
      }
      if (turn.role() == Turn.Role.USER && !turn.hasResults()) {
        // The user has begun something new.
        return false;
      }
    }
    return false;
  }

  private static boolean hasCalls(Turn turn) {
    for (Said said : turn.said()) {
      if (said.part() instanceof Part.ToolCall) {
        return true;
      }
    }
    return false;
  }

  private static boolean beginsWithThought(Turn turn) {
    Part first = turn.said().getFirst().part();
    return first instanceof Part.Thinking || first instanceof Part.SealedThinking;
  }

  private void take(List<Message> messages, int i) {
    Message message = messages.get(i);
    losses.addUnlessOf(protocol, "messages.", message.rest());
    switch (message) {
      case Message.System told -> {
        name(told.name());
        instruction(told, isAnsweredNext(messages, i));
      }
      case Message.Developer told -> {
        name(told.name());
        instruction(told, isAnsweredNext(messages, i));
      }
      case Message.User user -> {
        name(user.name());
        say(Turn.Role.USER, carriable.user(user.parts(), i), user.rest());
      }
      case Message.Assistant assistant -> {
        name(assistant.name());
        assistant(assistant);
      }
      case Message.ToolResult result -> result(result, i);
    }
  }

  private void name(@Nullable String name) {
    if (name != null) {
      losses.add("messages.name");
    }
  }

  /** Whether the assistant speaks next, or nobody does. */
  private static boolean isAnsweredNext(List<Message> messages, int i) {
    return i + 1 == messages.size() || messages.get(i + 1) instanceof Message.Assistant;
  }

  private void instruction(Message told, boolean answeredNext) {
    List<Said> said = carriable.instructions(told.parts());
    if (turns.isEmpty() || atTheTop) {
      said.forEach(one -> system.add(one.part()));
    } else if (inPlace && answeredNext && turns.getLast().role() == Turn.Role.USER) {
      say(Turn.Role.SYSTEM, said, told.rest());
    } else {
      said.replaceAll(one -> new Said(tagged(one.part()), List.of()));
      say(Turn.Role.USER, said, Rest.NONE);
    }
  }

  /** The same instruction as a text of the user's, with a tag around it. */
  public static Part tagged(Part part) {
    if (!(part instanceof Part.Text text)) {
      return part;
    }
    String tagged = "<system>\n" + text.text() + "\n</system>";
    return new Part.Text(tagged, text.cache(), text.signature(), text.rest());
  }

  /** Adds what was said to the turn of {@code role}; nothing makes no turn. */
  private void say(Turn.Role role, List<Said> said, Rest rest) {
    boolean ours = !rest.isEmpty() && rest.isOf(protocol);
    boolean goesOn = !turns.isEmpty() && turns.getLast().role() == role;
    if (said.isEmpty() && !(ours && goesOn)) {
      return;
    }
    Turn turn = turn(role, ours);
    turn.say(said);
    if (ours) {
      turn.leave(rest);
    }
  }

  /**
   * The turn that goes on with {@code role}: the last one, unless it can't be.
   *
   * @param leaving whether unknown fields come with what is to be said, of which a turn holds those
   *     of one message
   */
  private Turn turn(Turn.Role role, boolean leaving) {
    Turn last = turns.isEmpty() ? null : turns.getLast();
    if (last != null && last.role() == role && !(leaving && !last.rest().isEmpty())) {
      return last;
    }
    if (role == Turn.Role.ASSISTANT && last != null && last.role() != role) {
      // Nobody can answer the calls of an earlier turn any more.
      abandon();
    }
    Turn turn = new Turn(role);
    turns.add(turn);
    return turn;
  }

  private void assistant(Message.Assistant assistant) {
    List<Said> said = carriable.assistant(assistant);
    say(Turn.Role.ASSISTANT, said, assistant.rest());
    for (Said one : said) {
      if (one.part() instanceof Part.ToolCall call) {
        open.add(call.id());
        toolNames.add(call.name());
      }
    }
  }

  private void result(Message.ToolResult result, int i) {
    if (!open.remove(result.callId())) {
      throw refused(
          "messages[" + i + "].tool_call_id", "no call before it that still awaits a result");
    }
    for (int j = 0; j < result.parts().size(); j++) {
      carriable.check(result.parts().get(j), i, j);
    }
    turn(Turn.Role.USER, false).result(result);
  }

  /** Sees to it that calls which nobody answered have a result. */
  private void abandon() {
    if (open.isEmpty()) {
      return;
    }
    if (unanswered == Unanswered.REFUSED) {
      throw refused("messages", "the call `" + open.iterator().next() + "` has no result");
    }
    int after = turns.size();
    while (turns.get(after - 1).role() != Turn.Role.ASSISTANT) {
      after--;
    }
    if (after == turns.size()) {
      turns.add(new Turn(Turn.Role.USER));
    }
    open.forEach(turns.get(after)::unanswered);
    open.clear();
  }

  private void end() {
    abandon();
    if (!turns.isEmpty() && turns.getLast().role() == Turn.Role.ASSISTANT) {
      trim(turns.getLast());
    }
    if (turns.isEmpty() && system.isEmpty()) {
      throw refused("messages", "there is nothing to answer");
    }
    if (turns.isEmpty() || turns.getFirst().role() != Turn.Role.USER) {
      Turn first = new Turn(Turn.Role.USER);
      first.say(new Part.Text(NOTHING_SAID));
      turns.addFirst(first);
    }
    if (turns.size() > TURNS_MAX) {
      throw refused("messages", "there are more than " + TURNS_MAX + " turns");
    }
  }

  /** Cuts off white space behind an answer that is to be continued: the provider refuses it. */
  private static void trim(Turn turn) {
    Said last = turn.said().getLast();
    if (last.part() instanceof Part.Text text) {
      // Not blank, since nothing blank was let in.
      Part trimmed =
          new Part.Text(text.text().stripTrailing(), text.cache(), text.signature(), text.rest());
      turn.said().set(turn.said().size() - 1, new Said(trimmed, last.citations()));
    }
  }
}
