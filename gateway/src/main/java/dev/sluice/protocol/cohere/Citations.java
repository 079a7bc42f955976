package dev.sluice.protocol.cohere;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Json;
import dev.sluice.chat.Part;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes {@code citations}. A citation speaks of a span of one content block, in the
 * model of the same span of the whole message's text. Its sources are documents and tools' outputs;
 * the first one gives the address, the title and the words, and all are kept as they came.
 */
final class Citations {

  private static final String INDEX = "content_index";
  private static final String OF_TEXT = "TEXT_CONTENT";
  private static final Set<String> PLACE = Set.of("start", "end", INDEX);

  private Citations() {}

  /**
   * A citation as the wire has it.
   *
   * @param block the index of the content block; {@link Citation#UNKNOWN} where none was named
   * @param citation with the place within the block
   */
  record Read(long block, Citation citation) {

    /**
     * The same with its place in the message's text.
     *
     * @param offset how much text stands before the block
     */
    Citation placed(long offset) {
      if (offset == 0 || citation.from() == Citation.UNKNOWN) {
        return citation;
      }
      return new Citation(
          citation.url(),
          citation.title(),
          citation.quote(),
          citation.from() + offset,
          citation.to() == Citation.UNKNOWN ? Citation.UNKNOWN : citation.to() + offset,
          citation.rest());
    }
  }

  /** Reads the list of citations at hand, or a single one; whatever is no object is left out. */
  static List<Read> list(JsonReader in) {
    List<Read> read = new ArrayList<>();
    if (in.peek() == JsonReader.Kind.OBJECT) {
      read.add(citation(in));
    } else if (in.peek() == JsonReader.Kind.ARRAY) {
      for (boolean more = in.enterArray(); more; more = in.nextItem()) {
        if (in.peek() == JsonReader.Kind.OBJECT) {
          read.add(citation(in));
        } else {
          in.skip();
        }
      }
    } else {
      in.skip();
    }
    return read;
  }

  private static Read citation(JsonReader in) {
    RestBuilder rest = new RestBuilder(Cohere.PROTOCOL);
    long from = Citation.UNKNOWN;
    long to = Citation.UNKNOWN;
    long block = Citation.UNKNOWN;
    String type = OF_TEXT;
    Source source = new Source();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      int mark = in.mark();
      switch (name) {
        case "start" -> from = Math.max(Citation.UNKNOWN, Cohere.looseCount(in, from));
        case "end" -> to = Math.max(Citation.UNKNOWN, Cohere.looseCount(in, to));
        case INDEX -> {
          block = Math.max(Citation.UNKNOWN, Cohere.looseCount(in, block));
          rest.add(name, in.textSince(mark));
        }
        case "type" -> {
          type = Cohere.orEmpty(Cohere.looseText(in));
          rest.add(name, in.textSince(mark));
        }
        case "sources" -> {
          in.skip();
          rest.add(name, in.textSince(mark));
          source.first(in.later(mark));
        }
        default -> rest.add(name, in.raw());
      }
    }
    if (!type.equals(OF_TEXT)) {
      // It speaks of thoughts or of a plan; its place is none in the message's text.
      keep(rest, "start", from);
      keep(rest, "end", to);
      from = Citation.UNKNOWN;
      to = Citation.UNKNOWN;
    }
    return new Read(
        block, new Citation(source.url, source.title, source.quote, from, to, rest.build()));
  }

  private static void keep(RestBuilder rest, String name, long place) {
    if (place != Citation.UNKNOWN) {
      rest.add(name, Long.toString(place));
    }
  }

  /** What a source says of itself. */
  private static final class Source {
    private @Nullable String url;
    private @Nullable String title;
    private @Nullable String quote;
    private @Nullable String id;

    /** Reads the first of the sources at hand. */
    private void first(JsonReader in) {
      if (in.peek() != JsonReader.Kind.ARRAY || !in.enterArray()) {
        return;
      }
      if (in.peek() != JsonReader.Kind.OBJECT) {
        return;
      }
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        switch (in.name()) {
          case "id" -> id = Cohere.looseText(in);
          case "document", "tool_output" -> fields(in);
          default -> in.skip();
        }
      }
      title = title == null ? id : title;
    }

    private void fields(JsonReader in) {
      if (in.peek() != JsonReader.Kind.OBJECT) {
        in.skip();
        return;
      }
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        switch (in.name()) {
          case "url" -> url = Cohere.looseText(in);
          case "title" -> title = Cohere.looseText(in);
          case "snippet", "text", "content" -> {
            String words = Cohere.looseText(in);
            quote = words == null ? quote : words;
          }
          default -> in.skip();
        }
      }
    }
  }

  /** Whether the provider would take it back as its own. */
  static boolean isOwn(Citation citation) {
    return !citation.rest().isEmpty() && citation.rest().isOf(Cohere.PROTOCOL);
  }

  /**
   * The place of a span among the blocks of a content.
   *
   * @param block the index of the block that holds the span's beginning
   * @param offset how much text stands before that block
   */
  private record Place(int block, long offset) {

    static Place of(long from, List<Part> content) {
      long offset = 0;
      Place last = new Place(0, 0);
      for (int i = 0; i < content.size(); i++) {
        if (content.get(i) instanceof Part.Text text) {
          long length = Cohere.length(text.text());
          last = new Place(i, offset);
          if (from < offset + length) {
            return last;
          }
          offset += length;
        }
      }
      return last;
    }
  }

  /**
   * Writes a citation of a whole message.
   *
   * @param content the blocks that are written
   */
  static void write(JsonWriter out, Citation citation, List<Part> content) {
    Place place = Place.of(citation.from(), content);
    boolean named = Cohere.own(citation.rest(), INDEX) != null;
    if (named || !isOwn(citation)) {
      write(out, citation, place.offset(), place.block());
    } else {
      // Its place was told without a block: that of the whole text.
      write(out, citation, 0, 0);
    }
  }

  /**
   * Writes a citation.
   *
   * @param offset how much text stands before the block
   * @param block the block's index
   */
  static void write(JsonWriter out, Citation citation, long offset, int block) {
    out.beginObject();
    boolean placed = citation.from() != Citation.UNKNOWN;
    if (placed) {
      out.name("start").number(Math.max(0, citation.from() - offset));
    }
    if (placed && citation.to() != Citation.UNKNOWN) {
      out.name("end").number(Math.max(0, citation.to() - offset));
    }
    if (isOwn(citation)) {
      Json index = citation.rest().find(INDEX);
      if (index != null) {
        out.name(INDEX).raw(placed ? Integer.toString(block) : index.text());
      }
      Cohere.rest(out, citation.rest(), placed ? PLACE : Set.of(INDEX));
    } else {
      foreign(out, citation, block);
    }
    out.endObject();
  }

  private static void foreign(JsonWriter out, Citation citation, int block) {
    if (block > 0) {
      out.name(INDEX).number(block);
    }
    out.name("sources").beginArray().beginObject().name("type").text("document");
    String id = citation.url() == null ? citation.title() : citation.url();
    out.name("id").text(Cohere.orEmpty(id)).name("document").beginObject();
    out.member("title", citation.title());
    out.member("url", citation.url());
    out.member("snippet", citation.quote());
    out.endObject().endObject().endArray();
    out.name("type").text(OF_TEXT);
  }

  /** The citations of a message with that content, with their places in its text. */
  static List<Citation> placed(List<Read> read, List<Part> content) {
    List<Citation> citations = new ArrayList<>(read.size());
    for (Read one : read) {
      citations.add(one.placed(offset(one.block(), content)));
    }
    return citations;
  }

  private static long offset(long block, List<Part> content) {
    long offset = 0;
    for (int i = 0; i < content.size() && i < block; i++) {
      if (content.get(i) instanceof Part.Text text) {
        offset += Cohere.length(text.text());
      }
    }
    return offset;
  }
}
