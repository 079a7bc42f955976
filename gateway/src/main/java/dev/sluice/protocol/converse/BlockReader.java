package dev.sluice.protocol.converse;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Json;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonReader;
import dev.sluice.protocol.rewording.LooseJson;
import dev.sluice.protocol.rewording.Seals;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one content block of a request or of an answer: an object whose only member says by its
 * name what it is. What it turns out to be is told by the accessors, of which one is not {@code
 * null}.
 */
final class BlockReader {

  private @Nullable Part part;
  private Message.@Nullable ToolResult result;
  private @Nullable CacheHint cache;
  private List<Citation> citations = List.of();
  private final String issuer;

  private BlockReader(String issuer) {
    this.issuer = issuer;
  }

  /**
   * Reads the block at hand.
   *
   * @param issuer who made seals that name nobody
   */
  static BlockReader read(JsonReader in, String issuer) {
    BlockReader block = new BlockReader(issuer);
    int mark = in.mark();
    String kind = "";
    int members = 0;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      int at = in.mark();
      if (in.skipNull()) {
        continue;
      }
      in.skip();
      members++;
      if (members == 1) {
        kind = name;
        block.known(in.later(at), kind);
      }
    }
    if (members == 0) {
      throw in.misshapen("an object with a member that says what it is", mark);
    }
    if (members > 1 || block.isEmpty()) {
      block.forget();
      block.part = new Part.Foreign(Converse.PROTOCOL, kind, new Json(in.textSince(mark)));
    }
    return block;
  }

  private boolean isEmpty() {
    return part == null && result == null && cache == null;
  }

  private void forget() {
    result = null;
    cache = null;
    citations = List.of();
  }

  private void known(JsonReader in, String kind) {
    switch (kind) {
      case "text" -> part = new Part.Text(in.string());
      case "image" -> part = MediaReader.read(in, Formats.Kind.IMAGE);
      case "document" -> part = MediaReader.read(in, Formats.Kind.DOCUMENT);
      case "video" -> part = MediaReader.read(in, Formats.Kind.VIDEO);
      case "audio" -> part = MediaReader.read(in, Formats.Kind.AUDIO);
      case "toolUse" -> call(in);
      case "toolResult" -> result(in);
      case "reasoningContent" -> thought(in);
      case "citationsContent" -> cited(in);
      case CachePoint.NAME -> cache = CachePoint.read(in);
      default -> {
        // The model has no word for it.
      }
    }
  }

  private void call(JsonReader in) {
    String id = "";
    String name = null;
    String input = "{}";
    boolean ours = true;
    RestBuilder rest = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "toolUseId" -> id = in.text();
        case "name" -> name = in.text();
        case "input" -> input = in.raw();
        case "type" -> ours = isOurs(Converse.text(in));
        default -> rest.add(member, in.raw());
      }
    }
    if (ours && name != null && !id.isEmpty()) {
      part =
          new Part.ToolCall(id, name, Part.ToolCall.Kind.FUNCTION, input, null, null, rest.build());
    }
  }

  /** Whether a call of that type is for the client to run. */
  static boolean isOurs(String type) {
    return type.isEmpty() || type.equals("tool_use");
  }

  private void result(JsonReader in) {
    String id = null;
    List<Part> content = new ArrayList<>();
    Message.ToolResult.Outcome outcome = Message.ToolResult.Outcome.UNSTATED;
    boolean ours = true;
    RestBuilder rest = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "toolUseId" -> id = in.text();
        case "content" -> content(in, content);
        case "type" -> {
          // What a tool of the provider's own answered.
          in.skip();
          ours = false;
        }
        case "status" -> {
          int mark = in.mark();
          switch (Converse.text(in)) {
            case "success" -> outcome = Message.ToolResult.Outcome.SUCCESS;
            case "error" -> outcome = Message.ToolResult.Outcome.FAILURE;
            default -> rest.add(member, in.textSince(mark));
          }
        }
        default -> rest.add(member, in.raw());
      }
    }
    if (ours && id != null) {
      result = new Message.ToolResult(id, null, content, outcome, null, rest.build());
    }
  }

  private void content(JsonReader in, List<Part> parts) {
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      int mark = in.mark();
      Part piece = read(in, issuer).part;
      // JSON is text to every other protocol, and to the model.
      Part json = piece instanceof Part.Foreign foreign ? json(foreign) : null;
      if (json != null) {
        parts.add(json);
      } else if (piece != null) {
        parts.add(piece);
      } else {
        parts.add(new Part.Foreign(Converse.PROTOCOL, "", new Json(in.textSince(mark))));
      }
    }
  }

  private static @Nullable Part json(Part.Foreign foreign) {
    if (!foreign.type().equals("json")) {
      return null;
    }
    JsonReader in = LooseJson.reader(foreign.json());
    Part part = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("json")) {
        part = new Part.Text(in.raw());
      } else {
        in.skip();
      }
    }
    return part;
  }

  private void thought(JsonReader in) {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "reasoningText" -> reasoning(in);
        case "redactedContent" -> {
          Signature sealed = Redacted.read(in.text(), issuer);
          part = sealed == null ? null : new Part.SealedThinking(sealed, Rest.NONE);
        }
        default -> in.skip();
      }
    }
  }

  private void reasoning(JsonReader in) {
    String text = "";
    String seal = null;
    RestBuilder rest = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "text" -> text = in.text();
        case "signature" -> seal = in.text();
        default -> rest.add(member, in.raw());
      }
    }
    part = new Part.Thinking(text, Part.Thinking.Form.FULL, Seals.read(seal, issuer), rest.build());
  }

  private void cited(JsonReader in) {
    StringBuilder text = new StringBuilder();
    List<Citation> found = new ArrayList<>();
    RestBuilder rest = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "content" -> {
          for (boolean next = in.enterArray(); next; next = in.nextItem()) {
            if (read(in, issuer).part instanceof Part.Text piece) {
              text.append(piece.text());
            }
          }
        }
        case "citations" -> {
          for (boolean next = in.enterArray(); next; next = in.nextItem()) {
            found.add(Citations.read(in, Citation.UNKNOWN, Citation.UNKNOWN));
          }
        }
        default -> rest.add(member, in.raw());
      }
    }
    part = new Part.Text(text.toString(), null, null, rest.build());
    citations = found;
  }

  /** The block as a part of a message. */
  @Nullable Part part() {
    return part;
  }

  /** The block as a tool's result. */
  Message.@Nullable ToolResult result() {
    return result;
  }

  /** The block as a hint for what stands before it. */
  @Nullable CacheHint cache() {
    return cache;
  }

  /** Where the statements of a text come from; their place is still to be told. */
  List<Citation> citations() {
    return citations;
  }
}
