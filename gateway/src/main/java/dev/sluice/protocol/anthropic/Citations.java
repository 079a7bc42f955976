package dev.sluice.protocol.anthropic;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Json;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes {@code citations}. They hang on a block of text and speak of the whole of it, so
 * that a block's place in the message's text is theirs.
 */
final class Citations {

  private static final String SEARCH_RESULT = "web_search_result_location";
  private static final Set<String> TYPE = Set.of("type");

  private Citations() {}

  /**
   * Reads the citation at hand.
   *
   * @param from where the block's text begins in the message's; {@link Citation#UNKNOWN} where that
   *     is still to be told
   * @param to where it ends
   */
  static Citation read(JsonReader in, long from, long to) {
    RestBuilder rest = new RestBuilder(Anthropic.PROTOCOL);
    String url = null;
    String title = null;
    String quote = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (name) {
        case "url" -> url = Anthropic.looseText(in);
        // Passages of documents and results of searches name their source in two ways.
        case "title", "document_title" -> title = Anthropic.looseText(in);
        case "cited_text" -> quote = Anthropic.looseText(in);
        default -> rest.add(name, in.raw());
      }
    }
    return new Citation(url, title, quote, from, to, rest.build());
  }

  /** The same citation of another place. */
  static Citation moved(Citation citation, long from, long to) {
    return new Citation(
        citation.url(), citation.title(), citation.quote(), from, to, citation.rest());
  }

  /** Writes the member {@code citations}, unless there are none. */
  static void write(JsonWriter out, List<Citation> citations) {
    if (citations.isEmpty()) {
      return;
    }
    out.name("citations").beginArray();
    for (Citation citation : citations) {
      write(out, citation);
    }
    out.endArray();
  }

  /** Writes a citation; one of another protocol as if it came from a search. */
  static void write(JsonWriter out, Citation citation) {
    Rest rest = citation.rest();
    Json type = rest.isOf(Anthropic.PROTOCOL) ? rest.find("type") : null;
    out.beginObject().name("type");
    if (type == null) {
      out.text(SEARCH_RESULT);
    } else {
      out.raw(type.text());
    }
    out.member("url", citation.url());
    out.member(isOfDocument(type) ? "document_title" : "title", citation.title());
    out.member("cited_text", citation.quote());
    if (type == null) {
      // Clients' types demand it; there is none to give.
      out.name("encrypted_index").text("");
    }
    Anthropic.rest(out, rest, TYPE);
    out.endObject();
  }

  private static boolean isOfDocument(@Nullable Json type) {
    if (type == null) {
      return false;
    }
    return switch (type.text()) {
      case "\"char_location\"", "\"page_location\"", "\"content_block_location\"" -> true;
      default -> false;
    };
  }
}
