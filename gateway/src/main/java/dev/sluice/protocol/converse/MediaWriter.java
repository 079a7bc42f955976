package dev.sluice.protocol.converse;

import dev.sluice.chat.Media;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.converse.ConverseAbilities.Medium;
import dev.sluice.protocol.rewording.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes images, documents, films and sounds, as their bytes say, or else as the client does. Owned
 * by one request's encoder, since documents' names must differ within a request.
 */
final class MediaWriter {

  private static final int NAME_MAX = 200;
  private static final String NAMELESS = "document";
  private static final String BUCKET = "s3://";

  private final Set<String> names = new HashSet<>();

  /** What a part is on the wire. */
  private record Form(Formats.Kind kind, String format) {}

  /**
   * Why the provider can't have it, as the end of a sentence; {@code null} where it can.
   *
   * @param media what the model takes
   */
  static @Nullable String refusal(Part part, Media source, Set<Medium> media) {
    switch (source) {
      case Media.Remote remote -> {
        if (!remote.url().startsWith(BUCKET)) {
          return "this provider takes bytes, or what lies in S3, and no such address";
        }
      }
      case Media.Uploaded _ -> {
        return "a file that was uploaded to another provider is not here";
      }
      case Media.Inline _, Media.Written _ -> {
        // At hand.
      }
    }
    Form form = form(part, source);
    if (form == null) {
      return "this provider does not take this format";
    }
    return media.contains(medium(form.kind()))
        ? null
        : "this model does not take " + form.kind().word();
  }

  /** Whether the part is one of {@code media}; text is not. */
  static boolean isOf(Part part, Set<Medium> media) {
    Media source = source(part);
    Form form = source == null ? null : form(part, source);
    return form != null && media.contains(medium(form.kind()));
  }

  /** Where an image, a document, a film or a sound is; {@code null} of anything else. */
  static @Nullable Media source(Part part) {
    return switch (part) {
      case Part.Image image -> image.source();
      case Part.File file -> file.source();
      case Part.Video video -> video.source();
      case Part.Audio audio -> audio.source();
      case Part.Text _,
          Part.Refusal _,
          Part.Thinking _,
          Part.SealedThinking _,
          Part.ToolCall _,
          Part.Foreign _ ->
          null;
    };
  }

  private static Medium medium(Formats.Kind kind) {
    return switch (kind) {
      case IMAGE -> Medium.IMAGE;
      case DOCUMENT -> Medium.DOCUMENT;
      case VIDEO -> Medium.VIDEO;
      case AUDIO -> Medium.AUDIO;
    };
  }

  private static @Nullable Form form(Part part, Media source) {
    return switch (source) {
      case Media.Inline inline -> form(MediaTypes.of(inline));
      case Media.Written _ -> new Form(Formats.Kind.DOCUMENT, "txt");
      case Media.Remote remote ->
          remote.mediaType() == null ? form(part, remote.url()) : form(remote.mediaType());
      case Media.Uploaded _ -> null;
    };
  }

  private static @Nullable Form form(String mediaType) {
    Formats.Kind kind = Formats.kind(mediaType);
    String format = kind == null ? null : Formats.word(kind, mediaType);
    return kind == null || format == null ? null : new Form(kind, format);
  }

  /** The form that an address shows by its end. */
  private static @Nullable Form form(Part part, String url) {
    Formats.Kind kind =
        switch (part) {
          case Part.Image _ -> Formats.Kind.IMAGE;
          case Part.Video _ -> Formats.Kind.VIDEO;
          case Part.Audio _ -> Formats.Kind.AUDIO;
          case Part.File _,
              Part.Text _,
              Part.Refusal _,
              Part.Thinking _,
              Part.SealedThinking _,
              Part.ToolCall _,
              Part.Foreign _ ->
              Formats.Kind.DOCUMENT;
        };
    String end = url.substring(url.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    String word = end.equals("jpg") ? "jpeg" : end;
    return Formats.mediaType(kind, word) == null ? null : new Form(kind, word);
  }

  /** Writes a part that was let through. */
  void write(JsonWriter out, Part part) {
    Media source = source(part);
    Form form = source == null ? null : form(part, source);
    if (source == null || form == null) {
      throw new IllegalStateException("let into a turn: " + part.getClass());
    }
    out.beginObject().name(form.kind().word()).beginObject();
    out.name("format").text(form.format());
    if (form.kind() == Formats.Kind.DOCUMENT) {
      out.name("name").text(name(part instanceof Part.File file ? file.name() : null));
    }
    out.name("source").beginObject();
    switch (source) {
      case Media.Inline inline -> out.name("bytes").text(inline.base64());
      case Media.Written written -> out.name("bytes").text(base64(written.text()));
      case Media.Remote remote ->
          out.name("s3Location").beginObject().name("uri").text(remote.url()).endObject();
      case Media.Uploaded _ -> throw new IllegalStateException("let into a turn: an id");
    }
    out.endObject();
    Converse.rest(out, rest(part));
    out.endObject().endObject();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The unknown fields of a part. */
  static Rest rest(Part part) {
    return switch (part) {
      case Part.Image image -> image.rest();
      case Part.File file -> file.rest();
      case Part.Video video -> video.rest();
      case Part.Audio audio -> audio.rest();
      case Part.Text text -> text.rest();
      case Part.Refusal refusal -> refusal.rest();
      case Part.Thinking thinking -> thinking.rest();
      case Part.SealedThinking thinking -> thinking.rest();
      case Part.ToolCall call -> call.rest();
      case Part.Foreign _ -> Rest.NONE;
    };
  }

  /**
   * A document's name as the provider takes it, and as there is none yet: letters, digits, single
   * blanks, hyphens, parentheses and brackets.
   */
  private String name(@Nullable String given) {
    String plain = given == null ? "" : plain(given);
    String name = plain.isEmpty() ? NAMELESS : plain;
    String unique = name;
    for (int i = 2; !names.add(unique); i++) {
      String tail = " " + i;
      unique = name.substring(0, Math.min(name.length(), NAME_MAX - tail.length())) + tail;
    }
    return unique;
  }

  private static String plain(String given) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < given.length() && name.length() < NAME_MAX; i++) {
      char c = given.charAt(i);
      boolean blank = Character.isWhitespace(c);
      if (!blank) {
        name.append(isPlain(c) ? c : '-');
      } else if (!name.isEmpty() && name.charAt(name.length() - 1) != ' ') {
        name.append(' ');
      }
    }
    return name.toString().strip();
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-()[]".indexOf(c) >= 0;
  }
}
