package dev.sluice.protocol.cohere;

import dev.sluice.chat.Json;
import dev.sluice.chat.Media;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes documents: a text, or an object of named texts with an id. In the model each is
 * a file of plain text; what more the wire said of it is kept beside.
 */
final class Documents {

  /** Where the wire's own form is kept, in a file's rest. */
  private static final String KEPT = "document";

  private static final String PLAIN = "text/plain";

  private Documents() {}

  /** Reads the document at hand. */
  static Part.File read(JsonReader in) {
    int mark = in.mark();
    if (in.peek() == JsonReader.Kind.TEXT) {
      String text = in.text();
      return file(text, null, in.textSince(mark));
    }
    Fields fields = new Fields();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "id" -> fields.id = Cohere.looseText(in);
        case "data" -> fields.data(in);
        default -> {
          in.skip();
          fields.plain = false;
        }
      }
    }
    String raw = in.textSince(mark);
    if (fields.plain && fields.id == null && fields.wording) {
      return new Part.File(
          new Media.Written(PLAIN, fields.text.toString()), fields.title, null, Rest.NONE);
    }
    return file(fields.text.toString(), fields.title == null ? fields.id : fields.title, raw);
  }

  private static Part.File file(String text, @Nullable String name, String raw) {
    Rest kept = Rest.of(Cohere.PROTOCOL, KEPT, new Json(raw));
    return new Part.File(new Media.Written(PLAIN, text), name, null, kept);
  }

  /** What a document says. */
  private static final class Fields {
    private @Nullable String id;
    private @Nullable String title;
    private final StringBuilder text = new StringBuilder();

    // Whether it is of the form that this class writes itself: a title and a text.
    private boolean plain = true;
    private boolean wording;

    private void data(JsonReader in) {
      if (in.peek() == JsonReader.Kind.TEXT) {
        text.append(in.text());
        plain = false;
        return;
      }
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        String name = in.name();
        if (name.equals("title") && in.peek() == JsonReader.Kind.TEXT) {
          // Our own form has the title in front.
          plain &= title == null && !wording;
          title = in.text();
        } else if (name.equals("text") && in.peek() == JsonReader.Kind.TEXT) {
          plain &= !wording;
          wording = true;
          add("", in.text());
        } else if (name.equals("snippet") && in.peek() == JsonReader.Kind.TEXT) {
          plain = false;
          add("", in.text());
        } else {
          plain = false;
          add(name + ": ", in.peek() == JsonReader.Kind.TEXT ? in.text() : in.raw());
        }
      }
    }

    private void add(String label, String more) {
      text.append(text.isEmpty() ? "" : "\n").append(label).append(more);
    }
  }

  /** The text of a file; {@code null} where it is no text, or not here. */
  static @Nullable String text(Part.File file) {
    return switch (file.source()) {
      case Media.Written written -> written.text();
      case Media.Inline inline -> isText(inline.mediaType()) ? decoded(inline.base64()) : null;
      case Media.Remote _, Media.Uploaded _ -> null;
    };
  }

  private static boolean isText(String mediaType) {
    String type = mediaType.toLowerCase(Locale.ROOT);
    return type.startsWith("text/")
        || type.startsWith("application/json")
        || type.startsWith("application/xml");
  }

  private static @Nullable String decoded(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** Writes a file that has a text as a document. */
  static void write(JsonWriter out, Part.File file, String text) {
    Json kept = Cohere.own(file.rest(), KEPT);
    if (kept != null) {
      out.raw(kept.text());
      return;
    }
    out.beginObject().name("data").beginObject();
    out.member("title", file.name());
    out.name("text").text(text);
    out.endObject().endObject();
  }
}
