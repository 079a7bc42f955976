package dev.sluice.protocol.anthropic;

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
import dev.sluice.protocol.rewording.LooseJson;
import dev.sluice.protocol.rewording.Seals;
import java.util.ArrayList;
import java.util.List;

/** A content block that is streamed: what has come of it, and how to tell of it. */
final class StreamedBlock {

  private static final int CHOICE = 0;

  /** What the block is. */
  private enum Kind {
    TEXT,
    THINKING,
    CALL,
    /** A call whose arguments hold free text, which shows only when they are whole. */
    FREE_TEXT_CALL,
    /** A call that is the answer itself. */
    ANSWER,
    FOREIGN,
    /** Told when it began. */
    DONE
  }

  private final Kind kind;
  private final Allowance allowance;
  private final int number;
  private final int call;
  private final String type;
  private final String raw;

  // Arguments that came with the block's beginning, for hosts that send no pieces of them.
  private final String whole;
  private final StringBuilder gathered = new StringBuilder();
  private boolean pieces;
  private final List<Citation> citations = new ArrayList<>();
  private final long textFrom;

  /** Reads a block that is about to be streamed. */
  static final class Opening {
    String type = "";
    String raw = "";
    String text = "";
    String seal = "";
    String id = "";
    String name = "";
    String input = "";
    final List<Citation> citations = new ArrayList<>();

    /** What of it is kept until the block ends, is taken from {@code allowance}. */
    static Opening read(JsonReader in, Allowance allowance) {
      Opening opening = new Opening();
      int mark = in.mark();
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        String name = in.name();
        switch (name) {
          case "type" -> opening.type = Anthropic.orEmpty(Anthropic.looseText(in));
          case "text", "thinking" -> opening.text = Anthropic.orEmpty(Anthropic.looseText(in));
          case "signature", "data" -> opening.seal = Anthropic.orEmpty(Anthropic.looseText(in));
          case "id" -> opening.id = Anthropic.orEmpty(Anthropic.looseText(in));
          case "name" -> opening.name = Anthropic.orEmpty(Anthropic.looseText(in));
          case "input" -> opening.input = in.raw();
          case "citations" -> {
            if (in.peek() == JsonReader.Kind.ARRAY) {
              for (boolean next = in.enterArray(); next; next = in.nextItem()) {
                opening.cite(in);
              }
            } else {
              in.skip();
            }
          }
          default -> in.skip();
        }
      }
      opening.raw = in.textSince(mark);
      boolean told = opening.type.equals("text") || opening.type.endsWith("thinking");
      if (!told || !opening.citations.isEmpty()) {
        allowance.take(opening.raw.length(), in);
      }
      return opening;
    }

    private void cite(JsonReader in) {
      if (in.peek() == JsonReader.Kind.OBJECT) {
        citations.add(Citations.read(in, Citation.UNKNOWN, Citation.UNKNOWN));
      } else {
        in.skip();
      }
    }
  }

  private StreamedBlock(
      Kind kind, int number, int call, Opening opening, long textFrom, Allowance allowance) {
    this.kind = kind;
    this.allowance = allowance;
    this.number = number;
    this.call = call;
    this.type = opening.type;
    this.raw = kind == Kind.FOREIGN ? opening.raw : "";
    this.whole = opening.input;
    this.textFrom = textFrom;
    this.citations.addAll(opening.citations);
  }

  /**
   * Begins a block, and tells what can be told of it already.
   *
   * @param number the block's place among the answer's
   * @param call how many calls came before it
   * @param id the call's, if it is one
   * @param textFrom how much text of the answer came before it
   * @param allowance what the block may keep is taken from it
   */
  static StreamedBlock begin(
      Opening opening,
      int number,
      int call,
      String id,
      long textFrom,
      Disguise disguise,
      Allowance allowance,
      EventSink sink) {
    return switch (opening.type) {
      case "text" -> {
        if (!opening.text.isEmpty()) {
          sink.accept(new ChatEvent.TextDelta(CHOICE, opening.text));
        }
        yield new StreamedBlock(Kind.TEXT, number, call, opening, textFrom, allowance);
      }
      case "thinking" -> {
        StreamedBlock block =
            new StreamedBlock(Kind.THINKING, number, call, opening, textFrom, allowance);
        block.thought(opening.text, sink);
        block.sealed(opening.seal, sink);
        yield block;
      }
      case "redacted_thinking" -> {
        Signature sealed = Seals.read(opening.seal);
        if (sealed != null) {
          sink.accept(new ChatEvent.SealedReasoning(CHOICE, number, sealed));
        }
        yield new StreamedBlock(Kind.DONE, number, call, opening, textFrom, allowance);
      }
      case "tool_use" -> {
        Kind kind = kind(opening.name, disguise);
        if (kind != Kind.ANSWER) {
          Part.ToolCall.Kind arguments =
              kind == Kind.CALL ? Part.ToolCall.Kind.FUNCTION : Part.ToolCall.Kind.CUSTOM;
          String name = disguise.clientName(opening.name);
          sink.accept(new ChatEvent.ToolCallStart(CHOICE, call, id, name, arguments, null));
        }
        yield new StreamedBlock(kind, number, call, opening, textFrom, allowance);
      }
      default -> new StreamedBlock(Kind.FOREIGN, number, call, opening, textFrom, allowance);
    };
  }

  private static Kind kind(String tool, Disguise disguise) {
    if (disguise.isAnswer(tool)) {
      return Kind.ANSWER;
    }
    return disguise.isFreeText(tool) ? Kind.FREE_TEXT_CALL : Kind.CALL;
  }

  /** Whether the block is a call that the client is to run. */
  boolean isCall() {
    return kind == Kind.CALL || kind == Kind.FREE_TEXT_CALL;
  }

  /** Takes a piece; how much text it added to the answer's. */
  int delta(JsonReader in, EventSink sink) {
    String form = "";
    String text = "";
    boolean cited = false;
    int mark = in.mark();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "type" -> form = Anthropic.orEmpty(Anthropic.looseText(in));
        case "text", "thinking", "signature", "partial_json" ->
            text = Anthropic.orEmpty(Anthropic.looseText(in));
        case "citation" -> {
          if (in.peek() == JsonReader.Kind.OBJECT) {
            int start = in.mark();
            citations.add(Citations.read(in, Citation.UNKNOWN, Citation.UNKNOWN));
            allowance.take(in.cursor().at() - start, in);
          } else {
            in.skip();
          }
          cited = true;
        }
        default -> in.skip();
      }
    }
    switch (form) {
      case "text_delta" -> {
        return text(text, sink);
      }
      case "thinking_delta" -> thought(text, sink);
      case "signature_delta" -> sealed(text, sink);
      case "input_json_delta" -> {
        return arguments(text, in, mark, sink);
      }
      case "citations_delta" -> {
        // Told when the block ends, since only then its place is known.
      }
      default -> {
        if (!cited) {
          // A form that came up later: its provider's clients may know it.
          Json json = new Json(in.textSince(mark));
          sink.accept(new ChatEvent.Extra(CHOICE, Rest.of(Anthropic.PROTOCOL, "delta", json)));
        }
      }
    }
    return 0;
  }

  private static int text(String text, EventSink sink) {
    if (!text.isEmpty()) {
      sink.accept(new ChatEvent.TextDelta(CHOICE, text));
    }
    return text.length();
  }

  private void thought(String text, EventSink sink) {
    if (!text.isEmpty()) {
      sink.accept(new ChatEvent.ReasoningDelta(CHOICE, number, Form.FULL, text));
    }
  }

  private void sealed(String text, EventSink sink) {
    Signature signature = Seals.read(text);
    if (signature != null) {
      sink.accept(new ChatEvent.ReasoningSignature(CHOICE, number, signature));
    }
  }

  private int arguments(String json, JsonReader in, int mark, EventSink sink) {
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
      case FREE_TEXT_CALL, FOREIGN -> {
        allowance.take(json.length(), in);
        gathered.append(json);
        yield 0;
      }
      case TEXT, THINKING, DONE -> throw in.misshapen("text: the block has no input", mark);
    };
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
          sink.accept(new ChatEvent.ToolCallDelta(CHOICE, call, given()));
        }
      }
      case FREE_TEXT_CALL -> {
        String text = Arguments.freeText(pieces ? gathered.toString() : given());
        if (!text.isEmpty()) {
          sink.accept(new ChatEvent.ToolCallDelta(CHOICE, call, text));
        }
      }
      case ANSWER -> {
        return pieces ? 0 : text(given(), sink);
      }
      case FOREIGN ->
          sink.accept(
              new ChatEvent.ForeignPart(
                  CHOICE, new Part.Foreign(Anthropic.PROTOCOL, type, new Json(foreign()))));
      case TEXT -> {
        for (Citation citation : citations) {
          sink.accept(
              new ChatEvent.CitationFound(CHOICE, Citations.moved(citation, textFrom, textTo)));
        }
      }
      case THINKING, DONE -> {
        // All was told as it came.
      }
    }
    return 0;
  }

  /** The arguments of a call of which no piece came: a call without any has an empty object. */
  private String given() {
    return whole.isEmpty() || whole.equals("null") ? "{}" : whole;
  }

  /** The block with the input that came in pieces. */
  private String foreign() {
    if (!pieces) {
      return raw;
    }
    String input = Arguments.object(gathered.toString());
    JsonReader in = LooseJson.reader(raw);
    StringBuilder block = new StringBuilder(raw.length() + gathered.length()).append('{');
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      block.append(block.length() == 1 ? "" : ",");
      JsonText.quote(name, block);
      String value = in.raw();
      block.append(':').append(name.equals("input") ? input : value);
    }
    return block.append('}').toString();
  }
}
