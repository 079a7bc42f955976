package dev.sluice.engine;

import dev.sluice.chat.CallIds;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.protocol.rewording.OpenJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that an answer in another protocol ends only when it is whole. Owned by one attempt.
 *
 * <p>Why an answer ended is held back until its end has come: an error in between would otherwise
 * stand behind what looks like a clean end. Who goes on behind that has not ended, and a call that
 * ends within its arguments was cut, unless the limit or a filter cut it. Calls that share an id
 * are told apart, since clients find a call's result by it.
 */
final class AnswerGuard {

  private final Set<String> ids = new HashSet<>();
  private final Map<Long, OpenJson> arguments = new HashMap<>();

  /** The call whose arguments came last: nearly always the one whose next piece comes. */
  private long currentKey;

  private @Nullable OpenJson current;
  private final List<ChatEvent.Finished> finishes = new ArrayList<>();

  /** Takes an event of a stream, and tells {@code to} what may be told. */
  void accept(ChatEvent event, EventSink to) {
    switch (event) {
      case ChatEvent.TextDelta delta -> said(delta.choice(), delta, to);
      case ChatEvent.ReasoningDelta delta -> said(delta.choice(), delta, to);
      case ChatEvent.RefusalDelta delta -> said(delta.choice(), delta, to);
      case ChatEvent.ToolCallStart start -> {
        if (start.kind() == Part.ToolCall.Kind.FUNCTION) {
          currentKey = key(start.choice(), start.call());
          current = new OpenJson();
          arguments.put(currentKey, current);
        }
        said(start.choice(), unique(start), to);
      }
      case ChatEvent.ToolCallDelta delta -> {
        gather(delta);
        said(delta.choice(), delta, to);
      }
      case ChatEvent.Finished finished when finished.finish().reason() != FinishReason.ERROR ->
          finishes.add(finished);
      case ChatEvent.End end -> {
        if (finishes.stream().anyMatch(this::wasCut)) {
          to.accept(new ChatEvent.Failure(cut()));
          return;
        }
        finishes.forEach(to::accept);
        to.accept(end);
      }
      default -> to.accept(event);
    }
  }

  private void said(int choice, ChatEvent event, EventSink to) {
    for (ChatEvent.Finished finished : finishes) {
      if (finished.choice() == choice) {
        to.accept(
            new ChatEvent.Failure(
                new Fault.UpstreamUnreachable("the provider's answer went on behind its end")));
        return;
      }
    }
    to.accept(event);
  }

  private void gather(ChatEvent.ToolCallDelta delta) {
    long key = key(delta.choice(), delta.call());
    if (key != currentKey || current == null) {
      currentKey = key;
      current = arguments.get(key);
    }
    OpenJson gathered = current;
    if (gathered != null) {
      gathered.add(delta.arguments());
    }
  }

  private static long key(int choice, int call) {
    return ((long) choice << Integer.SIZE) | call;
  }

  private ChatEvent unique(ChatEvent.ToolCallStart start) {
    if (ids.add(start.id())) {
      return start;
    }
    return new ChatEvent.ToolCallStart(
        start.choice(),
        start.call(),
        another(start.id(), start.choice(), start.call()),
        start.name(),
        start.kind(),
        start.signature());
  }

  /** An id for a call whose own another one has; the same each time. */
  private String another(String id, int choice, int call) {
    String made = CallIds.make(id, choice, call);
    // Each failure makes another text of it, and there are far fewer calls than ids.
    while (!ids.add(made)) {
      made = CallIds.make(made, choice, call);
    }
    return made;
  }

  private boolean wasCut(ChatEvent.Finished finished) {
    if (mayCut(finished.finish())) {
      return false;
    }
    for (Map.Entry<Long, OpenJson> call : arguments.entrySet()) {
      boolean its = call.getKey() >>> Integer.SIZE == finished.choice();
      if (its && call.getValue().isOpen()) {
        return true;
      }
    }
    return false;
  }

  /** Whether an answer that ended so may end within a call's arguments. */
  private static boolean mayCut(@Nullable Finish finish) {
    return finish == null
        || switch (finish.reason()) {
          case LENGTH, CONTENT_FILTER, ERROR -> true;
          case STOP, TOOL_CALLS, FUNCTION_CALL, OTHER -> false;
        };
  }

  private static Fault cut() {
    return new Fault.UpstreamUnreachable(
        "the provider's answer ended in the middle of a tool call's arguments");
  }

  /**
   * A whole answer as it may be told.
   *
   * @throws GatewayException where it was cut
   */
  ChatResponse checked(ChatResponse response) {
    List<Choice> choices = new ArrayList<>(response.choices().size());
    boolean changed = false;
    for (Choice choice : response.choices()) {
      Choice told = renamed(choice);
      changed |= told != null;
      choices.add(told == null ? choice : told);
    }
    return changed
        ? new ChatResponse(
            response.id(),
            response.createdSeconds(),
            response.model(),
            response.tier(),
            choices,
            response.usage(),
            response.usageRest(),
            response.rest())
        : response;
  }

  /** The choice with other ids for its calls; {@code null} where they can stay as they are. */
  private @Nullable Choice renamed(Choice choice) {
    Message.Assistant said = choice.message();
    List<Part> parts = new ArrayList<>(said.parts().size());
    boolean changed = false;
    int calls = 0;
    for (Part part : said.parts()) {
      if (!(part instanceof Part.ToolCall call)) {
        parts.add(part);
        continue;
      }
      if (call.kind() == Part.ToolCall.Kind.FUNCTION
          && !mayCut(choice.finish())
          && OpenJson.isOpen(call.arguments())) {
        throw new GatewayException(cut());
      }
      boolean own = ids.add(call.id());
      changed |= !own;
      parts.add(own ? call : named(call, another(call.id(), choice.index(), calls)));
      calls++;
    }
    if (!changed) {
      return null;
    }
    Message.Assistant told =
        new Message.Assistant(parts, said.name(), said.citations(), said.audio(), said.rest());
    return new Choice(choice.index(), told, choice.finish(), choice.logprobs(), choice.rest());
  }

  private static Part named(Part.ToolCall call, String id) {
    return new Part.ToolCall(
        id,
        call.name(),
        call.kind(),
        call.arguments(),
        call.signature(),
        call.cache(),
        call.rest());
  }
}
