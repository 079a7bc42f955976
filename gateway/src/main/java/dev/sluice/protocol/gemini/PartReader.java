package dev.sluice.protocol.gemini;

import dev.sluice.chat.Json;
import dev.sluice.chat.Media;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one part of a content. */
final class PartReader {

  private static final String EMPTY_OBJECT = "{}";
  private static final String INLINE = "inlineData";
  private static final String FILE = "fileData";
  static final String CALL = "functionCall";
  private static final String RESULT = "functionResponse";
  private static final String RESOLUTION = "mediaResolution";

  /** What a part is, before the ids of calls are settled. */
  sealed interface Piece {

    /** Something said or shown. */
    record Said(Part part) implements Piece {}

    /**
     * A call.
     *
     * @param id {@code null} where none came
     */
    record Call(
        @Nullable String id,
        String name,
        String arguments,
        @Nullable Signature signature,
        Rest rest)
        implements Piece {

      /** The call under its settled id. */
      Part.ToolCall as(String settled, Part.ToolCall.Kind kind) {
        return new Part.ToolCall(settled, name, kind, arguments, signature, null, rest);
      }
    }

    /**
     * A call's result.
     *
     * @param id {@code null} where none came
     */
    record Result(@Nullable String id, String name, ResultText text, List<Part> media, Rest rest)
        implements Piece {}
  }

  private @Nullable String text;
  private boolean thought;
  private @Nullable String signature;
  private @Nullable Media media;
  private MediaKind kind = MediaKind.DOCUMENT;
  private @Nullable String fileName;
  private @Nullable String resolution;
  private @Nullable Piece function;
  private @Nullable String foreign;
  private final RestBuilder rest = new RestBuilder(Gemini.PROTOCOL);

  private PartReader() {}

  /** Reads the part at hand. */
  static Piece read(JsonReader in) {
    return new PartReader().piece(in);
  }

  private Piece piece(JsonReader in) {
    int mark = in.mark();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (!in.skipNull()) {
        member(in, name);
      }
    }
    boolean known = text != null || media != null || function != null;
    if (!known) {
      Json json = new Json(in.textSince(mark));
      return new Piece.Said(new Part.Foreign(Gemini.PROTOCOL, Gemini.orEmpty(foreign), json));
    }
    Signature seal =
        signature == null || signature.isEmpty()
            ? null
            : new Signature(signature, Signature.GEMINI);
    if (thought && text == null) {
      rest.add("thought", "true");
    }
    if (resolution != null && (media == null || kind != MediaKind.IMAGE)) {
      rest.add(RESOLUTION, resolution);
    }
    if (seal != null && !(function instanceof Piece.Call) && text == null) {
      rest.add("thoughtSignature", JsonText.quote(seal.text()));
    }
    if (function instanceof Piece.Call call) {
      return new Piece.Call(call.id(), call.name(), call.arguments(), seal, rest.build());
    }
    if (function instanceof Piece.Result result) {
      return new Piece.Result(
          result.id(), result.name(), result.text(), result.media(), rest.build());
    }
    if (media != null) {
      return new Piece.Said(shown(media));
    }
    return new Piece.Said(
        thought
            ? new Part.Thinking(
                Gemini.orEmpty(text), Part.Thinking.Form.SUMMARY, seal, rest.build())
            : new Part.Text(Gemini.orEmpty(text), null, seal, rest.build()));
  }

  private void member(JsonReader in, String name) {
    switch (Gemini.camel(name)) {
      case "text" -> text = in.text();
      case "thought" -> thought = Gemini.looseBool(in);
      case "thoughtSignature" -> signature = in.text();
      case INLINE -> inline(in);
      case FILE -> file(in);
      case CALL -> call(in);
      case RESULT -> result(in);
      case RESOLUTION -> resolution = in.raw();
      default -> {
        String json = in.raw();
        if (foreign == null && json.startsWith("{")) {
          // Where nothing known is there, the object is what the part is about.
          foreign = Gemini.camel(name);
        }
        rest.add(name, json);
      }
    }
  }

  private void inline(JsonReader in) {
    RestBuilder inner = new RestBuilder(Gemini.PROTOCOL);
    String mediaType = null;
    String data = null;
    int mark = in.mark();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (Gemini.camel(name)) {
        case "mimeType" -> mediaType = in.text();
        case "data" -> data = in.text();
        case "displayName" -> fileName = Gemini.looseText(in);
        default -> inner.add(name, in.raw());
      }
    }
    if (data == null) {
      throw in.missing("data", mark);
    }
    if (mediaType == null || mediaType.isEmpty()) {
      throw in.missing("mimeType", mark);
    }
    take(new Media.Inline(mediaType, data), MediaKind.of(mediaType), inner);
    rest.addInner(INLINE, inner.build());
  }

  private void file(JsonReader in) {
    RestBuilder inner = new RestBuilder(Gemini.PROTOCOL);
    String mediaType = null;
    String uri = null;
    int mark = in.mark();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (Gemini.camel(name)) {
        case "mimeType" -> mediaType = Gemini.looseText(in);
        case "fileUri" -> uri = in.text();
        case "displayName" -> fileName = Gemini.looseText(in);
        default -> inner.add(name, in.raw());
      }
    }
    if (uri == null || uri.isEmpty()) {
      throw in.missing("fileUri", mark);
    }
    MediaKind found = mediaType == null ? MediaKind.ofAddress(uri) : MediaKind.of(mediaType);
    if (MediaKind.isUpload(uri)) {
      take(new Media.Uploaded(uri, Gemini.PROTOCOL), found, inner);
      if (mediaType != null) {
        inner.add("mimeType", JsonText.quote(mediaType));
      }
    } else {
      take(new Media.Remote(uri, mediaType), found, inner);
    }
    rest.addInner(FILE, inner.build());
  }

  /** Only documents have a name of their own in the model. */
  private void take(Media source, MediaKind found, RestBuilder inner) {
    media = source;
    kind = found;
    if (fileName != null && found != MediaKind.DOCUMENT) {
      inner.add("displayName", JsonText.quote(fileName));
    }
  }

  private Part shown(Media source) {
    return switch (kind) {
      case IMAGE -> {
        String detail = resolution == null ? null : detail(resolution);
        if (resolution != null && detail == null) {
          rest.add(RESOLUTION, resolution);
        }
        yield new Part.Image(source, detail, null, rest.build());
      }
      case AUDIO -> new Part.Audio(source, null, rest.build());
      case VIDEO -> new Part.Video(source, null, rest.build());
      case DOCUMENT -> new Part.File(source, fileName, null, rest.build());
    };
  }

  /** OpenAI's word for a resolution that says no more than its level; {@code null} for none. */
  private static @Nullable String detail(String json) {
    JsonReader in = Gemini.reader(json);
    if (in.peek() != JsonReader.Kind.OBJECT || !in.enterObject() || !in.name().equals("level")) {
      return null;
    }
    String level = Gemini.looseText(in);
    return in.nextMember() || level == null ? null : MediaKind.detail(level);
  }

  private void call(JsonReader in) {
    RestBuilder inner = new RestBuilder(Gemini.PROTOCOL);
    String id = null;
    String name = null;
    String arguments = EMPTY_OBJECT;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "id" -> id = Gemini.looseText(in);
        case "name" -> name = in.text();
        case "args" -> arguments = in.raw();
        default -> inner.add(member, in.raw());
      }
    }
    rest.addInner(CALL, inner.build());
    if (name == null || name.isEmpty()) {
      // Nobody could run it.
      foreign = CALL;
    } else {
      function = new Piece.Call(id, name, arguments, null, Rest.NONE);
    }
  }

  private void result(JsonReader in) {
    RestBuilder inner = new RestBuilder(Gemini.PROTOCOL);
    String id = null;
    String name = "";
    ResultText answer = ResultText.NOTHING;
    List<Part> shown = new ArrayList<>();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "id" -> id = Gemini.looseText(in);
        case "name" -> name = in.text();
        case "response" -> answer = ResultText.read(in.raw());
        case "parts" -> {
          for (boolean next = in.enterArray(); next; next = in.nextItem()) {
            if (read(in) instanceof Piece.Said said) {
              shown.add(said.part());
            }
          }
        }
        default -> inner.add(member, in.raw());
      }
    }
    rest.addInner(RESULT, inner.build());
    function = new Piece.Result(id, name, answer, shown, Rest.NONE);
  }
}
