package dev.sluice.protocol.gemini;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads where the statements of an answer come from: {@code groundingMetadata}, which names its
 * sources apart from the places that rest on them, and {@code citationMetadata}. Writes the latter.
 */
final class Citations {

  static final String GROUNDING = "groundingMetadata";
  static final String CITATION = "citationMetadata";

  /** More are not told. */
  static final int CITATIONS_MAX = 1_000;

  private final TextOffsets offsets;
  private final List<Citation> found = new ArrayList<>();
  private int queries;

  /** For an answer of that text. */
  Citations(TextOffsets offsets) {
    this.offsets = offsets;
  }

  /** What was found, in order. */
  List<Citation> found() {
    return found;
  }

  /** How many searches were run. */
  int queries() {
    return queries;
  }

  private record Source(@Nullable String url, @Nullable String title, @Nullable String quote) {}

  private record Place(long from, long to, List<Long> sources) {}

  /** Reads {@code groundingMetadata}. */
  void grounding(String json) {
    JsonReader in = Gemini.reader(json);
    if (in.peek() != JsonReader.Kind.OBJECT) {
      return;
    }
    List<Source> sources = new ArrayList<>();
    List<Place> places = new ArrayList<>();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = Gemini.camel(in.name());
      if (in.peek() != JsonReader.Kind.ARRAY) {
        in.skip();
        continue;
      }
      for (boolean next = in.enterArray(); next; next = in.nextItem()) {
        boolean object = in.peek() == JsonReader.Kind.OBJECT;
        if (name.equals("groundingChunks") && object) {
          sources.add(source(in));
        } else if (name.equals("groundingSupports") && object) {
          places.add(place(in));
        } else {
          queries += name.equals("webSearchQueries") ? 1 : 0;
          in.skip();
        }
      }
    }
    BitSet cited = new BitSet();
    for (Place place : places) {
      for (long index : place.sources()) {
        if (index < sources.size()) {
          cited.set((int) index);
          add(sources.get((int) index), place.from(), place.to());
        }
      }
    }
    for (int i = 0; i < sources.size(); i++) {
      if (!cited.get(i)) {
        add(sources.get(i), Citation.UNKNOWN, Citation.UNKNOWN);
      }
    }
  }

  private void add(Source source, long from, long to) {
    if (found.size() < CITATIONS_MAX) {
      found.add(new Citation(source.url(), source.title(), source.quote(), from, to, Rest.NONE));
    }
  }

  /** A source's only member says of what kind it is. */
  private static Source source(JsonReader in) {
    String url = null;
    String title = null;
    String quote = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      in.name();
      if (in.peek() != JsonReader.Kind.OBJECT) {
        in.skip();
        continue;
      }
      for (boolean next = in.enterObject(); next; next = in.nextMember()) {
        switch (in.name()) {
          case "uri" -> url = Gemini.looseText(in);
          case "title" -> title = Gemini.looseText(in);
          case "text" -> quote = Gemini.looseText(in);
          default -> in.skip();
        }
      }
    }
    return new Source(url, title, quote);
  }

  private Place place(JsonReader in) {
    long from = Citation.UNKNOWN;
    long to = Citation.UNKNOWN;
    List<Long> sources = new ArrayList<>();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = Gemini.camel(in.name());
      if (name.equals("segment") && in.peek() == JsonReader.Kind.OBJECT) {
        for (boolean next = in.enterObject(); next; next = in.nextMember()) {
          switch (Gemini.camel(in.name())) {
            case "startIndex" -> from = Gemini.count(in, from);
            case "endIndex" -> to = Gemini.count(in, to);
            default -> in.skip();
          }
        }
      } else if (name.equals("groundingChunkIndices") && in.peek() == JsonReader.Kind.ARRAY) {
        for (boolean next = in.enterArray(); next; next = in.nextItem()) {
          long index = Gemini.count(in, Long.MAX_VALUE);
          if (sources.size() < CITATIONS_MAX) {
            sources.add(index);
          }
        }
      } else {
        in.skip();
      }
    }
    // A nought is left out.
    from = from == Citation.UNKNOWN && to != Citation.UNKNOWN ? 0 : from;
    return new Place(offsets.charAt(from), offsets.charAt(to), sources);
  }

  /** Reads {@code citationMetadata}; whether nothing was left over of it. */
  boolean citation(String json) {
    JsonReader in = Gemini.reader(json);
    if (in.peek() != JsonReader.Kind.OBJECT) {
      return false;
    }
    boolean whole = true;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      boolean list = name.equals("citationSources") || name.equals("citations");
      if (!list || in.peek() != JsonReader.Kind.ARRAY) {
        whole = false;
        in.skip();
        continue;
      }
      whole &= name.equals("citationSources");
      for (boolean next = in.enterArray(); next; next = in.nextItem()) {
        if (in.peek() == JsonReader.Kind.OBJECT) {
          whole &= cited(in);
        } else {
          whole = false;
          in.skip();
        }
      }
    }
    return whole;
  }

  private boolean cited(JsonReader in) {
    boolean whole = true;
    String url = null;
    String title = null;
    long from = Citation.UNKNOWN;
    long to = Citation.UNKNOWN;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "uri" -> url = Gemini.looseText(in);
        case "title" -> title = Gemini.looseText(in);
        case "startIndex" -> from = Gemini.count(in, from);
        case "endIndex" -> to = Gemini.count(in, to);
        default -> {
          whole = false;
          in.skip();
        }
      }
    }
    from = from == Citation.UNKNOWN && to != Citation.UNKNOWN ? 0 : from;
    add(new Source(url, title, null), offsets.charAt(from), offsets.charAt(to));
    return whole && found.size() < CITATIONS_MAX;
  }

  /** Writes {@code citationMetadata}. */
  static void write(JsonWriter out, List<Citation> citations, TextOffsets offsets) {
    out.name(CITATION).beginObject().name("citationSources").beginArray();
    for (Citation citation : citations) {
      out.beginObject();
      place(out, "startIndex", offsets.byteAt(citation.from()));
      place(out, "endIndex", offsets.byteAt(citation.to()));
      out.member("uri", citation.url());
      out.member("title", citation.title());
      out.endObject();
    }
    out.endArray().endObject();
  }

  private static void place(JsonWriter out, String name, long offset) {
    if (offset != Citation.UNKNOWN) {
      out.name(name).number(offset);
    }
  }
}
