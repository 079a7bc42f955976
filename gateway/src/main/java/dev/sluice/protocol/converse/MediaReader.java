package dev.sluice.protocol.converse;

import dev.sluice.chat.Media;
import dev.sluice.chat.Part;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import org.jspecify.annotations.Nullable;

/** Reads a block that holds an image, a document, a film or a sound. */
final class MediaReader {

  private final Formats.Kind kind;
  private final RestBuilder rest = new RestBuilder(Converse.PROTOCOL);
  private String format = "";
  private @Nullable String name;
  private @Nullable String bytes;
  private @Nullable String text;
  private @Nullable String uri;
  private boolean plain = true;

  private MediaReader(Formats.Kind kind) {
    this.kind = kind;
  }

  /** Reads the object at hand; {@code null} where the model has no word for it. */
  static @Nullable Part read(JsonReader in, Formats.Kind kind) {
    MediaReader media = new MediaReader(kind);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (!in.skipNull()) {
        media.member(in, member);
      }
    }
    return media.part();
  }

  private void member(JsonReader in, String member) {
    switch (member) {
      case "format" -> format = in.text();
      case "source" -> source(in);
      case "name" -> {
        if (kind == Formats.Kind.DOCUMENT) {
          name = in.text();
        } else {
          rest.add(member, in.raw());
        }
      }
      default -> rest.add(member, in.raw());
    }
  }

  private void source(JsonReader in) {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "bytes" -> bytes = in.text();
        case "text" -> text = in.text();
        case "s3Location" -> location(in);
        default -> {
          in.skip();
          plain = false;
        }
      }
    }
  }

  private void location(JsonReader in) {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("uri")) {
        uri = in.text();
      } else {
        // An owner of a bucket, which means nothing elsewhere.
        in.skip();
        plain = false;
      }
    }
  }

  private @Nullable Part part() {
    boolean written = kind == Formats.Kind.DOCUMENT && text != null && format.isEmpty();
    String mediaType = Formats.mediaType(kind, written ? "txt" : format);
    Media source = mediaType == null || !plain ? null : source(mediaType);
    if (source == null) {
      return null;
    }
    return switch (kind) {
      case IMAGE -> new Part.Image(source, null, null, rest.build());
      case DOCUMENT -> new Part.File(source, name, null, rest.build());
      case VIDEO -> new Part.Video(source, null, rest.build());
      case AUDIO -> new Part.Audio(source, null, rest.build());
    };
  }

  private @Nullable Media source(String mediaType) {
    if (bytes != null) {
      return new Media.Inline(mediaType, bytes);
    }
    if (text != null && kind == Formats.Kind.DOCUMENT) {
      return new Media.Written(mediaType, text);
    }
    return uri == null || uri.isEmpty() ? null : new Media.Remote(uri, mediaType);
  }
}
