package dev.sluice.protocol.anthropic;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.protocol.anthropic.AnthropicAbilities.Addresses;
import dev.sluice.protocol.anthropic.AnthropicAbilities.LateInstructions;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Instructions;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Unanswered;
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
final class Conversation {

  /** The provider refuses longer conversations. */
  static final int TURNS_MAX = 100_000;

  /** What the user says where nobody did, since the protocol wants a word. */
  private static final String NOTHING_SAID = ".";

  private final boolean inPlace;
  private final boolean atTheTop;
  private final Unanswered unanswered;
  private final Addresses addresses;
  private final Losses losses;
  private final List<Part> system = new ArrayList<>();
  private final List<Turn> turns = new ArrayList<>();
  private final Set<String> toolNames = new LinkedHashSet<>();

  // Calls of the last turn of the assistant that have no result yet.
  private final Set<String> open = new LinkedHashSet<>();

  private Conversation(AnthropicRequestOptions options, Losses losses) {
    this.inPlace =
        options.instructions() == Instructions.IN_PLACE
            && options.abilities().lateInstructions() == LateInstructions.ACCEPTED;
    this.atTheTop = options.instructions() == Instructions.AT_THE_TOP;
    this.unanswered = options.unanswered();
    this.addresses = options.abilities().addresses();
    this.losses = losses;
  }

  /**
   * The conversation that {@code messages} are.
   *
   * @throws GatewayException where leaving something out would change what was asked
   */
  static Conversation of(List<Message> messages, AnthropicRequestOptions options, Losses losses) {
    Conversation conversation = new Conversation(options, losses);
    for (int i = 0; i < messages.size(); i++) {
      conversation.take(messages, i);
    }
    conversation.end();
    return conversation;
  }

  /** The instructions that stand before all turns. */
  List<Part> system() {
    return system;
  }

  /** At least one. */
  List<Turn> turns() {
    return turns;
  }

  /** The names of all tools that were called, in the order of their first call. */
  Set<String> toolNames() {
    return toolNames;
  }

  /**
   * Whether the model could not go on thinking: the answer that it is to continue, or the turn
   * whose calls were just answered, does not begin with its own thoughts.
   */
  boolean hasLostThoughts() {
    for (int i = turns.size() - 1; i >= 0; i--) {
      Turn turn = turns.get(i);
      if (turn.role() == Turn.Role.ASSISTANT) {
        boolean last = i == turns.size() - 1;
        return (last || hasCalls(turn)) && !beginsWithThought(turn);
      }
      if (turn.role() == Turn.Role.USER && turn.blocks().size() == turn.said().size()) {
        // No results: the user has begun something new.
        return false;
      }
    }
    return false;
  }

  private static boolean hasCalls(Turn turn) {
    for (Turn.Block block : turn.said()) {
      if (block instanceof Turn.Block.Said said && said.part() instanceof Part.ToolCall) {
        return true;
      }
    }
    return false;
  }

  private static boolean beginsWithThought(Turn turn) {
    return turn.said().getFirst() instanceof Turn.Block.Said said
        && (said.part() instanceof Part.Thinking || said.part() instanceof Part.SealedThinking);
  }

  private void take(List<Message> messages, int i) {
    Message message = messages.get(i);
    losses.addUnlessOf(Anthropic.PROTOCOL, "messages.", message.rest());
    switch (message) {
      case Message.System told -> {
        name(told.name());
        instruction(told.parts(), told.rest(), isAnsweredNext(messages, i));
      }
      case Message.Developer told -> {
        name(told.name());
        instruction(told.parts(), told.rest(), isAnsweredNext(messages, i));
      }
      case Message.User user -> {
        name(user.name());
        user(user, i);
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

  private void instruction(List<Part> parts, Rest rest, boolean answeredNext) {
    List<Part> texts = new ArrayList<>();
    for (Part part : parts) {
      switch (part) {
        case Part.Text text -> {
          if (!text.text().isBlank()) {
            texts.add(text);
          }
        }
        case Part.Foreign foreign -> {
          if (foreign.protocol().equals(Anthropic.PROTOCOL)) {
            texts.add(foreign);
          } else {
            losses.add("messages.content." + foreign.type());
          }
        }
        case Part.Refusal refusal -> texts.add(new Part.Text(refusal.text()));
        case Part.Image _,
            Part.Audio _,
            Part.Video _,
            Part.File _,
            Part.Thinking _,
            Part.SealedThinking _,
            Part.ToolCall _ ->
            losses.add("messages.content");
      }
    }
    if (turns.isEmpty() || atTheTop) {
      system.addAll(texts);
    } else if (inPlace && answeredNext && turns.getLast().role() == Turn.Role.USER) {
      Turn turn = null;
      for (Part text : texts) {
        turn = turn == null ? turn(Turn.Role.SYSTEM, rest) : turn;
        turn.say(text);
      }
    } else {
      texts.forEach(this::tagged);
    }
  }

  private void tagged(Part part) {
    Turn turn = turn(Turn.Role.USER, Rest.NONE);
    if (part instanceof Part.Text text) {
      String tagged = "<system>\n" + text.text() + "\n</system>";
      turn.say(new Part.Text(tagged, text.cache(), text.signature(), text.rest()));
    } else {
      turn.say(part);
    }
  }

  /** The turn that goes on with {@code role}: the last one, unless it can't be. */
  private Turn turn(Turn.Role role, Rest rest) {
    Turn last = turns.isEmpty() ? null : turns.getLast();
    boolean ours = !rest.isEmpty() && rest.isOf(Anthropic.PROTOCOL);
    if (last == null || last.role() != role || (ours && !last.rest().isEmpty())) {
      if (role == Turn.Role.ASSISTANT && (last == null || last.role() != role)) {
        // Nobody can answer the calls of an earlier turn any more.
        abandon();
      }
      last = new Turn(role);
      turns.add(last);
    }
    if (ours) {
      last.leave(rest);
    }
    return last;
  }

  private void user(Message.User user, int i) {
    for (int j = 0; j < user.parts().size(); j++) {
      Part part = user.parts().get(j);
      switch (part) {
        case Part.Text text -> {
          if (!text.text().isBlank()) {
            turn(Turn.Role.USER, user.rest()).say(text);
          }
        }
        case Part.Image _, Part.File _ -> {
          check(part, i, j);
          turn(Turn.Role.USER, user.rest()).say(part);
        }
        case Part.Refusal refusal ->
            turn(Turn.Role.USER, user.rest()).say(new Part.Text(refusal.text()));
        case Part.Foreign foreign -> {
          if (isOurs(foreign)) {
            turn(Turn.Role.USER, user.rest()).say(foreign);
          }
        }
        case Part.Audio _, Part.Video _ -> check(part, i, j);
        case Part.Thinking _, Part.SealedThinking _, Part.ToolCall _ ->
            losses.add("messages.content");
      }
    }
    if (user.parts().isEmpty() && !user.rest().isEmpty() && !turns.isEmpty()) {
      // What was left over of a turn that held results only.
      turn(Turn.Role.USER, user.rest());
    }
  }

  private boolean isOurs(Part.Foreign foreign) {
    if (foreign.protocol().equals(Anthropic.PROTOCOL)) {
      return true;
    }
    losses.add("messages.content." + foreign.type());
    return false;
  }

  /** Refuses what the provider can't have, and what would be missed. */
  private void check(Part part, int message, int index) {
    String path = "messages[" + message + "].content[" + index + "]";
    switch (part) {
      case Part.Audio _ -> throw refused(path, "sound can't be given to this provider");
      case Part.Video _ -> throw refused(path, "film can't be given to this provider");
      case Part.Image image -> checkSource(image.source(), path);
      case Part.File file -> checkSource(file.source(), path);
      case Part.Text _,
          Part.Refusal _,
          Part.Thinking _,
          Part.SealedThinking _,
          Part.ToolCall _,
          Part.Foreign _ -> {
        // Nothing to be had from elsewhere.
      }
    }
  }

  private void checkSource(Media source, String path) {
    switch (source) {
      case Media.Remote remote -> {
        boolean web = remote.url().startsWith("https://") || remote.url().startsWith("http://");
        if (!web || addresses == Addresses.REFUSED) {
          throw refused(path, "this provider takes bytes, and no such address");
        }
      }
      case Media.Inline inline -> {
        if (!MediaTypes.isCarried(MediaTypes.of(inline))) {
          throw refused(path, "this provider takes images, PDFs and plain text");
        }
      }
      case Media.Uploaded uploaded -> {
        if (!uploaded.protocol().equals(Anthropic.PROTOCOL)) {
          throw refused(path, "a file that was uploaded to another provider can't be used here");
        }
      }
      case Media.Written _ -> {
        // Plain text.
      }
    }
  }

  private static GatewayException refused(String path, String what) {
    return new GatewayException(Fault.InvalidRequest.of(path, "`" + path + "`: " + what));
  }

  private void assistant(Message.Assistant assistant) {
    if (assistant.audio() != null) {
      losses.add("messages.audio");
    }
    CitedText cited = new CitedText(assistant.citations());
    for (Part part : assistant.parts()) {
      switch (part) {
        case Part.Text text -> {
          List<Citation> citations = cited.of(text);
          if (!text.text().isBlank()) {
            turn(Turn.Role.ASSISTANT, assistant.rest()).say(text, citations);
          }
        }
        case Part.Refusal refusal -> {
          if (!refusal.text().isBlank()) {
            turn(Turn.Role.ASSISTANT, assistant.rest()).say(new Part.Text(refusal.text()));
          }
        }
        case Part.Thinking thinking -> {
          Signature signature = thinking.signature();
          if (signature == null) {
            // Nobody but the provider can sign it, and unsigned it is refused.
            losses.add("messages.reasoning_content");
          } else if (isClaudes(signature)) {
            turn(Turn.Role.ASSISTANT, assistant.rest()).say(thinking);
          }
        }
        case Part.SealedThinking thinking -> {
          if (isClaudes(thinking.sealed())) {
            turn(Turn.Role.ASSISTANT, assistant.rest()).say(thinking);
          }
        }
        case Part.ToolCall call -> {
          turn(Turn.Role.ASSISTANT, assistant.rest()).say(call);
          open.add(call.id());
          toolNames.add(call.name());
        }
        case Part.Foreign foreign -> {
          if (isOurs(foreign)) {
            turn(Turn.Role.ASSISTANT, assistant.rest()).say(foreign);
          }
        }
        case Part.Image _, Part.Audio _, Part.Video _, Part.File _ ->
            losses.add("messages.content");
      }
    }
    if (cited.hasLost()) {
      losses.add("messages.annotations");
    }
  }

  private boolean isClaudes(Signature signature) {
    if (signature.issuer().equals(Signature.CLAUDE)) {
      return true;
    }
    losses.add("messages.reasoning_details");
    return false;
  }

  private void result(Message.ToolResult result, int i) {
    if (!open.remove(result.callId())) {
      throw refused(
          "messages[" + i + "].tool_call_id", "no call before it that still awaits a result");
    }
    for (int j = 0; j < result.parts().size(); j++) {
      check(result.parts().get(j), i, j);
    }
    turn(Turn.Role.USER, Rest.NONE).result(result);
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
    turns.removeIf(Turn::isEmpty);
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
    List<Turn.Block> said = turn.said();
    if (!said.isEmpty()
        && said.getLast() instanceof Turn.Block.Said last
        && last.part() instanceof Part.Text text) {
      // Not blank, since nothing blank was let in.
      Part trimmed =
          new Part.Text(text.text().stripTrailing(), text.cache(), text.signature(), text.rest());
      said.set(said.size() - 1, new Turn.Block.Said(trimmed, last.citations()));
    }
  }
}
