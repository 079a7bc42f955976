package dev.sluice.protocol.converse;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.CallIds;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonString;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.converse.ConverseAbilities.CachePoints;
import dev.sluice.protocol.converse.ConverseAbilities.Status;
import dev.sluice.protocol.rewording.CacheMarks;
import dev.sluice.protocol.rewording.Conversation;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.Turn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a request's instructions and turns. */
final class BlockWriter {

  /** How long the name of a tool may be, and the id of a call. */
  static final int NAME_MAX = 64;

  /** A result must say something. */
  private static final String NO_OUTPUT = "(no output)";

  /** The result of a tool that answered with what a result can't hold. */
  private static final String BEHIND = "(see below)";

  /** The result of a call that was never answered. */
  private static final String NEVER_ANSWERED = "The call was cancelled: it has no result.";

  private final ConverseAbilities abilities;
  private final Disguise disguise;
  private final CacheMarks marks;
  private final MediaWriter media = new MediaWriter();
  private final JsonWriter out;
  private final Losses losses;

  BlockWriter(
      ConverseAbilities abilities,
      Disguise disguise,
      CacheMarks marks,
      JsonWriter out,
      Losses losses) {
    this.abilities = abilities;
    this.disguise = disguise;
    this.marks = marks;
    this.out = out;
    this.losses = losses;
  }

  /** Writes the members {@code system}, unless there is nothing to tell, and {@code messages}. */
  void write(Conversation conversation) {
    if (!conversation.system().isEmpty()) {
      out.name("system").beginArray();
      conversation.system().forEach(part -> part(part, List.of()));
      out.endArray();
    }
    out.name("messages").beginArray();
    for (Turn turn : conversation.turns()) {
      turn(turn);
    }
    out.endArray();
  }

  private void turn(Turn turn) {
    out.beginObject().name("role").text(turn.role().word()).name("content").beginArray();
    List<Part> behind = new ArrayList<>();
    boolean document = false;
    boolean text = false;
    for (Turn.Block block : turn.blocks()) {
      switch (block) {
        case Turn.Block.Said said -> {
          // What results could not hold comes before what the user says to it.
          document |= flush(behind);
          document |= said.part() instanceof Part.File;
          text |= said.part() instanceof Part.Text;
          part(said.part(), said.citations());
        }
        case Turn.Block.Result result -> result(result.result(), behind);
        case Turn.Block.Unanswered call -> unanswered(call.callId());
      }
    }
    document |= flush(behind);
    if (document && !text) {
      // A document alone is refused.
      out.beginObject().name("text").text(Conversation.NOTHING_SAID).endObject();
    }
    out.endArray();
    Converse.rest(out, turn.rest());
    out.endObject();
  }

  /** Writes parts that waited for the results' end; whether a document is among them. */
  private boolean flush(List<Part> behind) {
    boolean document = false;
    for (Part part : behind) {
      document |= part instanceof Part.File;
      media.write(out, part);
    }
    behind.clear();
    return document;
  }

  private void part(Part part, List<Citation> citations) {
    losses.addUnlessOf(Converse.PROTOCOL, "messages.content.", MediaWriter.rest(part));
    switch (part) {
      case Part.Text text -> {
        AnswerWriter.text(out, text, citations);
        if (text.signature() != null) {
          losses.add("messages.content.signature");
        }
      }
      case Part.Image _, Part.File _, Part.Audio _, Part.Video _ -> media.write(out, part);
      case Part.Thinking thinking -> {
        Signature seal = thinking.signature();
        AnswerWriter.thinking(out, thinking, seal == null ? null : seal.text());
      }
      case Part.SealedThinking thinking -> AnswerWriter.sealed(out, thinking.sealed().text());
      case Part.ToolCall call -> call(call);
      case Part.Foreign foreign -> out.raw(foreign.json().text());
      case Part.Refusal _ -> throw new IllegalStateException("let into a turn: a refusal");
    }
    cache(marks.pass(CacheMarks.of(part)));
  }

  private void cache(@Nullable CacheHint hint) {
    if (hint == null) {
      return;
    }
    if (abilities.cachePoints() == CachePoints.NONE) {
      losses.add("cache_control");
      return;
    }
    CachePoint.write(out, hint);
  }

  private void call(Part.ToolCall call) {
    out.beginObject().name("toolUse").beginObject();
    out.name("toolUseId").text(wireId(call.id()));
    out.name("name").text(disguise.wireName(call.name(), NAME_MAX));
    out.name("input").raw(AnswerWriter.input(call));
    if (call.signature() != null) {
      losses.add("messages.tool_calls.signature");
    }
    Converse.rest(out, call.rest());
    out.endObject().endObject();
  }

  /** The id on the wire, which takes fewer characters than OpenAI; the same for a call's result. */
  private static String wireId(String id) {
    boolean plain = !id.isEmpty() && id.length() <= NAME_MAX;
    for (int i = 0; plain && i < id.length(); i++) {
      char c = id.charAt(i);
      plain = c == '.' || c == ':' || Disguise.isPlain(String.valueOf(c));
    }
    return plain ? id : CallIds.make(id, 0, 0);
  }

  /**
   * Writes a result.
   *
   * @param behind gets what it can't hold
   */
  private void result(Message.ToolResult result, List<Part> behind) {
    out.beginObject().name("toolResult").beginObject();
    out.name("toolUseId").text(wireId(result.callId())).name("content").beginArray();
    CacheHint hint = null;
    boolean empty = true;
    boolean moved = false;
    for (Part part : result.parts()) {
      CacheHint passed = marks.pass(CacheMarks.of(part));
      hint = passed == null ? hint : passed;
      losses.addUnlessOf(Converse.PROTOCOL, "messages.content.", MediaWriter.rest(part));
      switch (part) {
        case Part.Text text -> empty &= !textOfResult(text.wording());
        case Part.Refusal refusal -> empty &= !textOfResult(new JsonString(refusal.text()));
        case Part.Image _, Part.File _, Part.Video _, Part.Audio _ -> {
          if (MediaWriter.isOf(part, abilities.tools().results())) {
            media.write(out, part);
            empty = false;
          } else {
            behind.add(part);
            moved = true;
          }
        }
        case Part.Foreign foreign -> {
          if (foreign.protocol().equals(Converse.PROTOCOL)) {
            out.raw(foreign.json().text());
            empty = false;
          } else {
            losses.add("messages.content." + foreign.type());
          }
        }
        case Part.Thinking _, Part.SealedThinking _, Part.ToolCall _ ->
            losses.add("messages.content");
      }
    }
    if (empty) {
      textOfResult(new JsonString(moved ? BEHIND : NO_OUTPUT));
    }
    out.endArray();
    status(result.outcome());
    losses.addUnlessOf(Converse.PROTOCOL, "messages.", result.rest());
    Converse.rest(out, result.rest());
    out.endObject().endObject();
    CacheHint own = marks.pass(result.cache());
    cache(own == null ? hint : own);
  }

  private boolean textOfResult(JsonString text) {
    if (text.isBlank()) {
      return false;
    }
    out.beginObject().name("text").text(text).endObject();
    return true;
  }

  private void status(Message.ToolResult.Outcome outcome) {
    if (abilities.tools().status() == Status.REFUSED) {
      if (outcome == Message.ToolResult.Outcome.FAILURE) {
        losses.add("messages.is_error");
      }
      return;
    }
    switch (outcome) {
      case UNSTATED -> {
        // Which counts as success.
      }
      case SUCCESS -> out.name("status").text("success");
      case FAILURE -> out.name("status").text("error");
    }
  }

  private void unanswered(String callId) {
    out.beginObject().name("toolResult").beginObject();
    out.name("toolUseId").text(wireId(callId)).name("content").beginArray();
    textOfResult(new JsonString(NEVER_ANSWERED));
    out.endArray();
    if (abilities.tools().status() == Status.ACCEPTED) {
      out.name("status").text("error");
    }
    out.endObject().endObject();
  }
}
