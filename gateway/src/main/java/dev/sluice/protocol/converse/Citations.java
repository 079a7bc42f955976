package dev.sluice.protocol.converse;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes citations. They hang on a block of text and speak of the whole of it, so that a
 * block's place in the message's text is theirs.
 */
final class Citations {

  private static final String LOCATION = "location";
  private static final String WEB = "web";
  private static final Set<String> MERGED = Set.of(LOCATION);

  private Citations() {}

  /**
   * Reads the citation at hand.
   *
   * @param from where the block's text begins in the message's; {@link Citation#UNKNOWN} where that
   *     is still to be told
   * @param to where it ends
   */
  static Citation read(JsonReader in, long from, long to) {
    RestBuilder rest = new RestBuilder(Converse.PROTOCOL);
    String url = null;
    String title = null;
    String quote = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (name) {
        case "title" -> title = Converse.text(in);
        case "sourceContent" -> quote = quote(in);
        case LOCATION -> {
          int mark = in.mark();
          JsonReader place = Converse.object(in);
          url = place == null ? null : url(place);
          // Kept as a whole: only its provider can give it again.
          rest.add(name, in.textSince(mark));
        }
        default -> rest.add(name, in.raw());
      }
    }
    return new Citation(url, title, quote, from, to, rest.build());
  }

  private static @Nullable String quote(JsonReader in) {
    if (in.peek() != JsonReader.Kind.ARRAY) {
      in.skip();
      return null;
    }
    StringBuilder quote = new StringBuilder();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      JsonReader piece = Converse.object(in);
      if (piece == null) {
        continue;
      }
      for (boolean next = piece.enterObject(); next; next = piece.nextMember()) {
        if (piece.name().equals("text")) {
          quote.append(Converse.text(piece));
        } else {
          piece.skip();
        }
      }
    }
    return quote.isEmpty() ? null : quote.toString();
  }

  private static @Nullable String url(JsonReader in) {
    String url = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      boolean web = in.name().equals(WEB);
      JsonReader place = Converse.object(in);
      if (!web || place == null) {
        continue;
      }
      for (boolean next = place.enterObject(); next; next = place.nextMember()) {
        if (place.name().equals("url")) {
          url = Converse.text(place);
        } else {
          place.skip();
        }
      }
    }
    return url == null || url.isEmpty() ? null : url;
  }

  /** The same citation of another place. */
  static Citation moved(Citation citation, long from, long to) {
    return new Citation(
        citation.url(), citation.title(), citation.quote(), from, to, citation.rest());
  }

  /** Writes a citation; one of another protocol as if it came from the web. */
  static void write(JsonWriter out, Citation citation) {
    out.beginObject();
    out.member("title", citation.title());
    if (citation.quote() != null) {
      out.name("sourceContent").beginArray();
      out.beginObject().name("text").text(citation.quote()).endObject().endArray();
    }
    Rest rest = citation.rest();
    if (rest.isOf(Converse.PROTOCOL) && rest.find(LOCATION) != null) {
      Converse.rest(out, rest);
    } else {
      if (citation.url() != null) {
        out.name(LOCATION).beginObject().name(WEB).beginObject();
        out.name("url").text(citation.url()).endObject().endObject();
      }
      Converse.rest(out, rest, MERGED);
    }
    out.endObject();
  }
}
