package dev.sluice.protocol.gemini;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.gemini.GeminiAbilities.Feature;
import dev.sluice.protocol.gemini.GeminiRequestOptions.CallIdField;
import dev.sluice.protocol.gemini.GeminiRequestOptions.FileNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the parts of contents: those of a request, and those of an answer. */
final class PartWriter {

  /** What stands for a signature that was lost; the server then doesn't ask for it. */
  static final String UNSIGNED = "skip_thought_signature_validator";

  private static final Set<String> SHELLS =
      Set.of("inlineData", "fileData", "functionCall", "functionResponse");

  private final Set<Feature> features;
  private final CallIdField callIds;
  private final FileNames fileNames;
  private final GeminiToolNames names;
  private final String where;
  private final JsonWriter out;
  private final Losses losses;
  private @Nullable String resolution;

  private PartWriter(
      Set<Feature> features,
      CallIdField callIds,
      FileNames fileNames,
      GeminiToolNames names,
      String where,
      JsonWriter out,
      Losses losses) {
    this.features = features;
    this.callIds = callIds;
    this.fileNames = fileNames;
    this.names = names;
    this.where = where;
    this.out = out;
    this.losses = losses;
  }

  /** For a request. */
  static PartWriter ofRequest(
      GeminiRequestOptions options, GeminiToolNames names, JsonWriter out, Losses losses) {
    Set<Feature> features = options.abilities().features();
    return new PartWriter(
        features, options.callIds(), options.fileNames(), names, "messages.", out, losses);
  }

  /** For an answer. */
  static PartWriter ofAnswer(CallIdField callIds, JsonWriter out, Losses losses) {
    return new PartWriter(
        Set.of(), callIds, FileNames.WRITE, GeminiToolNames.NONE, "message.", out, losses);
  }

  /** The highest resolution that an image asked for which can't have one of its own. */
  @Nullable String resolution() {
    return resolution;
  }

  /** Whether a part of the user's goes on the wire; if not, that is noted. */
  boolean carriesForUser(Part part) {
    return switch (part) {
      case Part.Text _, Part.Image _, Part.Audio _, Part.Video _, Part.File _ -> true;
      case Part.Refusal refusal -> !refusal.text().isEmpty();
      case Part.Foreign foreign -> isOwn(foreign);
      case Part.Thinking _, Part.SealedThinking _, Part.ToolCall _ -> {
        losses.add(where + "content");
        yield false;
      }
    };
  }

  /**
   * Whether a part of the model's goes on the wire; if not, that is noted. Texts without words say
   * nothing, unless they are signed. Thoughts that somebody else has sealed are of no use here.
   */
  boolean carriesForModel(Part part) {
    return switch (part) {
      case Part.Text text -> !text.wording().isEmpty() || seal(text.signature()) != null;
      case Part.Image _, Part.Audio _, Part.Video _, Part.File _, Part.ToolCall _ -> true;
      case Part.Refusal refusal -> !refusal.text().isEmpty();
      case Part.Foreign foreign -> isOwn(foreign);
      case Part.Thinking thinking -> {
        Signature signature = thinking.signature();
        if (signature != null && seal(signature) == null) {
          losses.add(where + "reasoning_details");
          yield false;
        }
        yield signature != null || !thinking.text().isEmpty();
      }
      case Part.SealedThinking thinking -> {
        boolean ours = seal(thinking.sealed()) != null;
        if (!ours) {
          losses.add(where + "reasoning_details");
        }
        yield ours;
      }
    };
  }

  private boolean isOwn(Part.Foreign foreign) {
    boolean own = foreign.protocol().equals(Gemini.PROTOCOL);
    if (!own) {
      losses.add(where + "content." + foreign.type());
    }
    return own;
  }

  /** The seal, if it is Gemini's own: any other would be refused. */
  private static @Nullable String seal(@Nullable Signature signature) {
    return signature != null && signature.issuer().equals(Signature.GEMINI)
        ? signature.text()
        : null;
  }

  /** Writes a part that is no call. */
  void said(Part part) {
    switch (part) {
      case Part.Text text -> {
        out.beginObject().name("text").text(text.wording());
        out.member("thoughtSignature", seal(text.signature()));
        end(text.cache(), text.rest());
      }
      case Part.Image image -> {
        source(image.source(), null, image.rest());
        String level = MediaKind.resolution(image.detail());
        if (level != null && features.contains(Feature.PART_RESOLUTION)) {
          out.name("mediaResolution").beginObject().name("level").text(level).endObject();
        } else if (level != null && (resolution == null || level.equals(MediaKind.HIGH))) {
          resolution = level;
        }
        end(image.cache(), image.rest());
      }
      case Part.Audio audio -> {
        source(audio.source(), null, audio.rest());
        end(audio.cache(), audio.rest());
      }
      case Part.Video video -> {
        source(video.source(), null, video.rest());
        end(video.cache(), video.rest());
      }
      case Part.File file -> {
        source(file.source(), file.name(), file.rest());
        end(file.cache(), file.rest());
      }
      case Part.Refusal refusal -> {
        out.beginObject().name("text").text(refusal.text());
        end(null, refusal.rest());
      }
      case Part.Thinking thinking -> {
        out.beginObject().name("text").text(thinking.text()).name("thought").bool(true);
        out.member("thoughtSignature", seal(thinking.signature()));
        end(null, thinking.rest());
      }
      case Part.SealedThinking thinking -> {
        // As it comes at the end of a stream: on a text without words.
        out.beginObject().name("text").text("");
        out.member("thoughtSignature", seal(thinking.sealed()));
        end(null, thinking.rest());
      }
      case Part.Foreign foreign -> out.raw(foreign.json().text());
      case Part.ToolCall _ -> throw new IllegalStateException("calls are written by their turn");
    }
  }

  /** The part in this protocol's own words, for where the model has none. */
  static Part.Foreign asForeign(Part part) {
    JsonWriter own = new JsonWriter();
    ofAnswer(CallIdField.WRITE, own, new Losses()).said(part);
    return new Part.Foreign(Gemini.PROTOCOL, "inlineData", new Json(own.toString()));
  }

  private void end(@Nullable CacheHint hint, Rest rest) {
    if (hint != null) {
      losses.add("cache_control");
    }
    losses.addUnlessOf(Gemini.PROTOCOL, where + "content.", rest);
    Gemini.rest(out, rest, SHELLS);
    out.endObject();
  }

  /** Begins a part and writes where its file is. */
  private void source(Media media, @Nullable String name, Rest rest) {
    out.beginObject();
    switch (media) {
      case Media.Inline inline -> {
        out.name("inlineData").beginObject();
        out.name("mimeType").text(inline.mediaType()).name("data").text(inline.base64());
        name(name);
        Gemini.inner(out, rest, "inlineData");
        out.endObject();
      }
      case Media.Remote remote -> {
        String type = remote.mediaType();
        out.name("fileData").beginObject().name("fileUri").text(remote.url());
        out.member("mimeType", type == null ? MediaKind.typeOf(remote.url()) : type);
        name(name);
        Gemini.inner(out, rest, "fileData");
        out.endObject();
      }
      case Media.Uploaded uploaded -> {
        out.name("fileData").beginObject().name("fileUri").text(uploaded.id());
        name(name);
        Gemini.inner(out, rest, "fileData");
        out.endObject();
      }
      case Media.Written written -> out.name("text").text(written.text());
    }
  }

  private void name(@Nullable String name) {
    switch (fileNames) {
      case WRITE -> out.member("displayName", name);
      case OMIT -> {
        if (name != null) {
          losses.add(where + "content.file.filename");
        }
      }
    }
  }

  /** Writes a turn's first call, which alone must be signed. */
  void firstCall(Part.ToolCall call) {
    String seal = seal(call.signature());
    boolean needed = seal == null && features.contains(Feature.SIGNED_CALLS);
    call(call, needed ? UNSIGNED : seal);
  }

  /** Writes a call. */
  void call(Part.ToolCall call) {
    call(call, seal(call.signature()));
  }

  private void call(Part.ToolCall call, @Nullable String seal) {
    out.beginObject().name("functionCall").beginObject();
    out.name("name").text(names.wire(call.name())).name("args");
    arguments(call);
    id(call.id());
    Gemini.inner(out, call.rest(), "functionCall");
    out.endObject();
    if (call.signature() != null && seal(call.signature()) == null) {
      losses.add(where + "tool_calls.signature");
    }
    out.member("thoughtSignature", seal);
    end(call.cache(), call.rest());
  }

  /** Writes the arguments as the object that the wire wants, whatever the model wrote. */
  private void arguments(Part.ToolCall call) {
    String text = call.arguments();
    switch (call.kind()) {
      case FUNCTION -> {
        if (text.isBlank()) {
          out.beginObject().endObject();
        } else if (ResultText.isObject(text)) {
          out.raw(text);
        } else {
          out.beginObject().name("_raw").text(text).endObject();
        }
      }
      case CUSTOM -> out.beginObject().name(ToolWriter.INPUT).text(text).endObject();
    }
  }

  private void id(String id) {
    if (callIds == CallIdField.WRITE) {
      out.name("id").text(id);
    }
  }

  /**
   * Writes a result.
   *
   * @param within whether its images and documents stand within it
   */
  void result(Message.ToolResult result, Part.ToolCall call, boolean within) {
    String name = result.name() == null ? call.name() : result.name();
    out.beginObject().name("functionResponse").beginObject();
    out.name("name").text(names.wire(name)).name("response");
    new ResultText(text(result), result.outcome()).write(out);
    id(call.id());
    List<Part> shown = within ? media(result) : List.of();
    if (!shown.isEmpty()) {
      out.name("parts").beginArray();
      for (Part part : shown) {
        said(part);
      }
      out.endArray();
    }
    Gemini.inner(out, result.rest(), "functionResponse");
    out.endObject();
    end(result.cache(), result.rest());
  }

  /** All texts of a result, a line break between them. */
  private String text(Message.ToolResult result) {
    StringBuilder text = new StringBuilder();
    boolean any = false;
    for (Part part : result.parts()) {
      switch (part) {
        case Part.Text piece -> {
          text.append(any ? "\n" : "").append(piece.text());
          any = true;
          if (piece.cache() != null) {
            losses.add("cache_control");
          }
          losses.addUnlessOf(Gemini.PROTOCOL, where + "content.", piece.rest());
        }
        case Part.Refusal piece -> {
          text.append(any ? "\n" : "").append(piece.text());
          any = true;
        }
        case Part.Image _, Part.Audio _, Part.Video _, Part.File _ -> {
          // They stand within the result or beside it.
        }
        case Part.Thinking _, Part.SealedThinking _, Part.ToolCall _ ->
            losses.add(where + "content");
        case Part.Foreign foreign -> losses.add(where + "content." + foreign.type());
      }
    }
    return text.toString();
  }

  /** The images, sounds, films and documents of a result. */
  static List<Part> media(Message.ToolResult result) {
    List<Part> media = new ArrayList<>();
    for (Part part : result.parts()) {
      switch (part) {
        case Part.Image _, Part.Audio _, Part.Video _, Part.File _ -> media.add(part);
        case Part.Text _,
            Part.Refusal _,
            Part.Thinking _,
            Part.SealedThinking _,
            Part.ToolCall _,
            Part.Foreign _ -> {
          // Words.
        }
      }
    }
    return media;
  }
}
