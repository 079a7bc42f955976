package dev.sluice.protocol.converse;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Citation;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Json;
import dev.sluice.chat.Part;
import dev.sluice.chat.Part.Thinking.Form;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import dev.sluice.protocol.rewording.Allowance;
import dev.sluice.protocol.rewording.Arguments;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.Seals;
import java.util.ArrayList;
import java.util.List;

/** A content block that is streamed: what has come of it, and how to tell of it. */
final class StreamedBlock {

  private static final int CHOICE = 0;

  /** What the block is. */
  private enum Kind {
    /** Text or thoughts, told as they come. */
    TOLD,
    CALL,
    /** A call whose arguments hold free text, which shows only when they are whole. */
    FREE_TEXT_CALL,
    /** A call that is the answer itself. */
    ANSWER,
    /** A call that the provider runs itself. */
    FOREIGN_CALL,
    /** Something else that only this protocol has a word for, such as such a call's result. */
    FOREIGN
  }

  /** What a block says when it begins. */
  static final class Opening {
    String kind = "";
    String id = "";
    String name = "";
    String type = "";

    /** The members, but for an input. */
    String raw = "";

    static Opening read(JsonReader in) {
      Opening opening = new Opening();
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        String kind = in.name();
        int mark = in.mark();
        JsonReader start = Converse.object(in);
        if (start == null || !opening.kind.isEmpty()) {
          continue;
        }
        opening.kind = kind;
        String text = in.textSince(mark);
        opening.raw = text.substring(1, text.length() - 1).strip();
        opening.members(start);
      }
      return opening;
    }

    private void members(JsonReader in) {
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        switch (in.name()) {
          case "toolUseId" -> id = Converse.text(in);
          case "name" -> name = Converse.text(in);
          case "type" -> type = Converse.text(in);
          default -> in.skip();
        }
      }
    }

    /** Whether it is a call, whoever is to run it. */
    boolean isCall() {
      return kind.equals("toolUse");
    }
  }

  private final Disguise disguise;
  private final Allowance allowance;
  private final int number;
  private final long textFrom;
  private Kind kind = Kind.TOLD;
  private int call;
  private String type = "";
  private String raw = "";
  private final StringBuilder gathered = new StringBuilder();
  private final List<Citation> citations = new ArrayList<>();
  private boolean pieces;

  /**
   * A block that is about to begin.
   *
   * @param number the block's place among the answer's
   * @param textFrom how much text of the answer came before it
   * @param allowance what the block may keep is taken from it
   */
  StreamedBlock(int number, long textFrom, Disguise disguise, Allowance allowance) {
    this.number = number;
    this.textFrom = textFrom;
    this.disguise = disguise;
    this.allowance = allowance;
  }

  /**
   * Begins a block that says what it is, and tells what can be told of it already.
   *
   * @param calls how many calls came before it
   * @param id the call's, if it is one
   */
  void begin(Opening opening, int calls, String id, EventSink sink) {
    call = calls;
    type = opening.kind;
    if (!opening.isCall()) {
      kind = Kind.FOREIGN;
      raw = opening.raw;
      return;
    }
    kind = kind(opening);
    switch (kind) {
      case CALL -> started(id, opening.name, Part.ToolCall.Kind.FUNCTION, sink);
      case FREE_TEXT_CALL -> started(id, opening.name, Part.ToolCall.Kind.CUSTOM, sink);
      case FOREIGN_CALL -> raw = opening.raw;
      case ANSWER, TOLD, FOREIGN -> {
        // Nothing to tell before its content.
      }
    }
  }

  private Kind kind(Opening opening) {
    if (!BlockReader.isOurs(opening.type)) {
      return Kind.FOREIGN_CALL;
    }
    if (disguise.isAnswer(opening.name)) {
      return Kind.ANSWER;
    }
    return disguise.isFreeText(opening.name) ? Kind.FREE_TEXT_CALL : Kind.CALL;
  }

  private void started(String id, String name, Part.ToolCall.Kind arguments, EventSink sink) {
    String client = disguise.clientName(name);
    sink.accept(new ChatEvent.ToolCallStart(CHOICE, call, id, client, arguments, null));
  }

  /** Whether the block is a call that the client is to run. */
  boolean isCall() {
    return kind == Kind.CALL || kind == Kind.FREE_TEXT_CALL;
  }

  /** Takes a piece; how much text it added to the answer's. */
  int delta(JsonReader in, EventSink sink) {
    int added = 0;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String form = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (form) {
        case "text" -> added += text(in.text(), sink);
        case "toolUse" -> added += input(in, sink);
        case "reasoningContent" -> thought(in, sink);
        case "citation" -> {
          int mark = in.mark();
          citations.add(Citations.read(in, Citation.UNKNOWN, Citation.UNKNOWN));
          allowance.take(in.cursor().at() - mark, in);
        }
        default -> other(form, in, sink);
      }
    }
    return added;
  }

  private static int text(String text, EventSink sink) {
    if (!text.isEmpty()) {
      sink.accept(new ChatEvent.TextDelta(CHOICE, text));
    }
    return text.length();
  }

  private void thought(JsonReader in, EventSink sink) {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "text" -> {
          String text = Converse.text(in);
          if (!text.isEmpty()) {
            sink.accept(new ChatEvent.ReasoningDelta(CHOICE, number, Form.FULL, text));
          }
        }
        case "signature" -> {
          Signature seal = Seals.read(Converse.text(in), disguise.issuer());
          if (seal != null) {
            sink.accept(new ChatEvent.ReasoningSignature(CHOICE, number, seal));
          }
        }
        case "redactedContent" -> {
          Signature sealed = Redacted.read(Converse.text(in), disguise.issuer());
          if (sealed != null) {
            sink.accept(new ChatEvent.SealedReasoning(CHOICE, number, sealed));
          }
        }
        default -> in.skip();
      }
    }
  }

  private int input(JsonReader in, EventSink sink) {
    String json = "";
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("input")) {
        json = Converse.text(in);
      } else {
        in.skip();
      }
    }
    if (json.isEmpty()) {
      return 0;
    }
    pieces = true;
    return switch (kind) {
      case CALL -> {
        sink.accept(new ChatEvent.ToolCallDelta(CHOICE, call, json));
        yield 0;
      }
      case ANSWER -> text(json, sink);
      case FREE_TEXT_CALL, FOREIGN_CALL -> {
        allowance.take(json.length(), in);
        gathered.append(json);
        yield 0;
      }
      case TOLD, FOREIGN -> 0;
    };
  }

  /** A form that is kept until its block is whole, or that came up later. */
  private void other(String form, JsonReader in, EventSink sink) {
    String piece = in.raw();
    if (kind != Kind.FOREIGN) {
      String delta = '{' + JsonText.quote(form) + ':' + piece + '}';
      Rest rest = Rest.of(Converse.PROTOCOL, "delta", new Json(delta));
      sink.accept(new ChatEvent.Extra(CHOICE, rest));
      return;
    }
    allowance.take(piece.length(), in);
    boolean list = piece.charAt(0) == '[';
    String items = list ? piece.substring(1, piece.length() - 1).strip() : piece;
    if (!items.isEmpty()) {
      // Lists go on in the next piece; whatever else comes in several pieces becomes a list.
      pieces = list || !gathered.isEmpty();
      gathered.append(gathered.isEmpty() ? "" : ",").append(items);
    }
  }

  /**
   * Ends the block, and tells what waited for that; how much text that added to the answer's.
   *
   * @param textTo how much text of the answer there is
   */
  int end(long textTo, EventSink sink) {
    switch (kind) {
      case CALL -> {
        if (!pieces) {
          // A call without arguments sends no piece of them.
          sink.accept(new ChatEvent.ToolCallDelta(CHOICE, call, "{}"));
        }
      }
      case FREE_TEXT_CALL -> {
        String text = Arguments.freeText(pieces ? gathered.toString() : "{}");
        if (!text.isEmpty()) {
          sink.accept(new ChatEvent.ToolCallDelta(CHOICE, call, text));
        }
      }
      case ANSWER -> {
        return pieces ? 0 : text("{}", sink);
      }
      case FOREIGN_CALL -> foreign("input", Arguments.object(gathered.toString()), sink);
      case FOREIGN -> {
        if (pieces) {
          foreign("content", "[" + gathered + "]", sink);
        } else {
          foreign("", gathered.toString(), sink);
        }
      }
      case TOLD -> {
        for (Citation citation : citations) {
          sink.accept(
              new ChatEvent.CitationFound(CHOICE, Citations.moved(citation, textFrom, textTo)));
        }
      }
    }
    return 0;
  }

  /** Tells the whole block: what it began with, and what came in pieces. */
  private void foreign(String member, String value, EventSink sink) {
    StringBuilder block = new StringBuilder("{");
    JsonText.quote(type, block);
    block.append(":{").append(raw);
    String content = value;
    if (member.isEmpty()) {
      // The members of the pieces themselves, such as an image's source.
      content = value.startsWith("{") ? value.substring(1, value.length() - 1).strip() : "";
    }
    if (!content.isEmpty()) {
      block.append(raw.isEmpty() ? "" : ",");
      block.append(member.isEmpty() ? "" : JsonText.quote(member) + ":").append(content);
    }
    Json json = new Json(block.append("}}").toString());
    sink.accept(new ChatEvent.ForeignPart(CHOICE, new Part.Foreign(Converse.PROTOCOL, type, json)));
  }
}
