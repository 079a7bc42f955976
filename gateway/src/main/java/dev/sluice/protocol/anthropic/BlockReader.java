package dev.sluice.protocol.anthropic;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Json;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonReader;
import dev.sluice.protocol.rewording.Seals;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one content block of a request, or of an answer. */
final class BlockReader {

  /** What a block is. */
  enum Kind {
    TEXT,
    IMAGE,
    DOCUMENT,
    THINKING,
    REDACTED_THINKING,
    TOOL_USE,
    TOOL_RESULT,
    /** One that the model has no word for. */
    FOREIGN
  }

  /** A member that stands before the block's type, and can be understood only behind it. */
  private record Early(String name, JsonReader value) {}

  private String type = "";
  private Kind kind = Kind.FOREIGN;
  private @Nullable String text;
  private @Nullable String id;
  private @Nullable String name;
  private @Nullable String seal;
  private @Nullable String input;
  private @Nullable Media source;
  private @Nullable CacheHint cache;
  private List<Citation> citations = List.of();
  private List<Part> content = List.of();
  private Message.ToolResult.Outcome outcome = Message.ToolResult.Outcome.UNSTATED;
  private final RestBuilder rest = new RestBuilder(Anthropic.PROTOCOL);
  private Rest left = Rest.NONE;
  private String raw = "";

  private BlockReader() {}

  /** Reads a content that is a string or a list of blocks, none of which is a tool's result. */
  static List<Part> parts(JsonReader in) {
    List<Part> parts = new ArrayList<>();
    switch (in.peek()) {
      case TEXT -> parts.add(new Part.Text(in.string()));
      case ARRAY -> {
        for (boolean more = in.enterArray(); more; more = in.nextItem()) {
          parts.add(read(in).part());
        }
      }
      case OBJECT, NUMBER, BOOLEAN, NULL, NONE -> throw in.misshapen("a string or an array");
    }
    return parts;
  }

  /** Reads the block at hand. */
  static BlockReader read(JsonReader in) {
    BlockReader block = new BlockReader();
    int mark = in.mark();
    boolean typed = false;
    List<Early> early = List.of();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (member.equals("type")) {
        block.type = in.text();
        block.kind = kind(block.type);
        typed = true;
      } else if (typed) {
        block.member(in, member);
      } else {
        int value = in.mark();
        in.skip();
        early = early.isEmpty() ? new ArrayList<>(4) : early;
        early.add(new Early(member, in.later(value)));
      }
    }
    if (!typed) {
      throw in.missing("type", mark);
    }
    for (Early member : early) {
      block.member(member.value(), member.name());
    }
    block.left = block.rest.build();
    block.raw = block.isComplete() ? "" : in.textSince(mark);
    return block;
  }

  private static Kind kind(String type) {
    return switch (type) {
      case "text" -> Kind.TEXT;
      case "image" -> Kind.IMAGE;
      case "document" -> Kind.DOCUMENT;
      case "thinking" -> Kind.THINKING;
      case "redacted_thinking" -> Kind.REDACTED_THINKING;
      case "tool_use" -> Kind.TOOL_USE;
      case "tool_result" -> Kind.TOOL_RESULT;
      default -> Kind.FOREIGN;
    };
  }

  private void member(JsonReader in, String member) {
    if (in.skipNull()) {
      return;
    }
    boolean known =
        switch (kind) {
          case TEXT -> textMember(in, member);
          case IMAGE, DOCUMENT -> mediaMember(in, member);
          case THINKING, REDACTED_THINKING -> thoughtMember(in, member);
          case TOOL_USE -> callMember(in, member);
          case TOOL_RESULT -> resultMember(in, member);
          case FOREIGN -> {
            in.skip();
            yield true;
          }
        };
    if (!known) {
      rest.add(member, in.raw());
    }
  }

  private boolean textMember(JsonReader in, String member) {
    switch (member) {
      case "text" -> text = in.text();
      case "citations" -> {
        citations = new ArrayList<>();
        for (boolean more = in.enterArray(); more; more = in.nextItem()) {
          citations.add(Citations.read(in, Citation.UNKNOWN, Citation.UNKNOWN));
        }
      }
      case CacheControl.NAME -> cache = CacheControl.read(in, rest);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean mediaMember(JsonReader in, String member) {
    switch (member) {
      case "source" -> source(in);
      case CacheControl.NAME -> cache = CacheControl.read(in, rest);
      case "title" -> {
        if (kind == Kind.IMAGE) {
          return false;
        }
        name = in.text();
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void source(JsonReader in) {
    RestBuilder inner = new RestBuilder(Anthropic.PROTOCOL);
    String form = "";
    String mediaType = "";
    String data = null;
    String url = null;
    String file = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      switch (member) {
        case "type" -> form = in.text();
        case "media_type" -> mediaType = in.text();
        case "data" -> data = in.text();
        case "url" -> url = in.text();
        case "file_id" -> file = in.text();
        default -> inner.add(member, in.raw());
      }
    }
    source = media(form, mediaType, data, url, file);
    rest.addInner("source", inner.build());
  }

  private static @Nullable Media media(
      String form,
      String mediaType,
      @Nullable String data,
      @Nullable String url,
      @Nullable String file) {
    return switch (form) {
      case "base64" ->
          data == null || mediaType.isEmpty() ? null : new Media.Inline(mediaType, data);
      case "text" -> data == null ? null : new Media.Written(mediaType, data);
      case "url" -> url == null || url.isEmpty() ? null : new Media.Remote(url, null);
      case "file" -> file == null ? null : new Media.Uploaded(file, Anthropic.PROTOCOL);
      default -> null;
    };
  }

  private boolean thoughtMember(JsonReader in, String member) {
    switch (member) {
      case "thinking" -> text = in.text();
      case "signature", "data" -> seal = in.text();
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean callMember(JsonReader in, String member) {
    switch (member) {
      case "id" -> id = in.text();
      case "name" -> name = in.text();
      case "input" -> input = in.raw();
      case CacheControl.NAME -> cache = CacheControl.read(in, rest);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean resultMember(JsonReader in, String member) {
    switch (member) {
      case "tool_use_id" -> id = in.text();
      case "content" -> content = parts(in);
      case "is_error" ->
          outcome =
              in.bool() ? Message.ToolResult.Outcome.FAILURE : Message.ToolResult.Outcome.SUCCESS;
      case CacheControl.NAME -> cache = CacheControl.read(in, rest);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Whether the block holds what its type needs; if not, the provider will know what to say. */
  private boolean isComplete() {
    return switch (kind) {
      case TEXT, THINKING -> text != null;
      case IMAGE, DOCUMENT -> source != null;
      case REDACTED_THINKING -> seal != null && !seal.isEmpty();
      case TOOL_USE -> id != null && !id.isEmpty() && name != null;
      case TOOL_RESULT -> id != null;
      case FOREIGN -> false;
    };
  }

  /** Whether the block is a tool's result. */
  boolean isResult() {
    return kind == Kind.TOOL_RESULT && isComplete();
  }

  /** Where the statements of a text come from; their place is still to be told. */
  List<Citation> citations() {
    return citations;
  }

  /** The block as a tool's result. */
  Message.ToolResult result() {
    return new Message.ToolResult(Anthropic.orEmpty(id), null, content, outcome, cache, left);
  }

  /** The block as a part of a message. */
  Part part() {
    if (!isComplete()) {
      return new Part.Foreign(Anthropic.PROTOCOL, type, new Json(raw));
    }
    return switch (kind) {
      case TEXT -> new Part.Text(Anthropic.orEmpty(text), cache, null, left);
      case IMAGE -> new Part.Image(sourceOf(), null, cache, left);
      case DOCUMENT -> new Part.File(sourceOf(), name, cache, left);
      case THINKING ->
          new Part.Thinking(
              Anthropic.orEmpty(text), Part.Thinking.Form.FULL, Seals.read(seal), left);
      case REDACTED_THINKING -> new Part.SealedThinking(sealed(), left);
      case TOOL_USE ->
          new Part.ToolCall(
              Anthropic.orEmpty(id),
              Anthropic.orEmpty(name),
              Part.ToolCall.Kind.FUNCTION,
              input == null ? "{}" : input,
              null,
              cache,
              left);
      case TOOL_RESULT, FOREIGN -> throw new IllegalStateException("no part of a message: " + type);
    };
  }

  private Media sourceOf() {
    Media media = source;
    if (media == null) {
      throw new IllegalStateException("a complete block has its source: " + type);
    }
    return media;
  }

  private Signature sealed() {
    Signature signature = Seals.read(seal);
    if (signature == null) {
      throw new IllegalStateException("a complete block has its data");
    }
    return signature;
  }
}
