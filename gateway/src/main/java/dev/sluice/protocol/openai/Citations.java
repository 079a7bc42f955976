package dev.sluice.protocol.openai;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Losses;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import dev.sluice.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and writes {@code annotations}: where the statements of an answer come from. */
final class Citations {

  private static final String URL_CITATION = "url_citation";

  private Citations() {}

  /** Reads the list at hand; whatever is no object is left out. */
  static List<Citation> read(JsonReader in) {
    List<Citation> citations = new ArrayList<>();
    if (in.peek() != JsonReader.Kind.ARRAY) {
      in.skip();
      return citations;
    }
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      if (in.peek() == JsonReader.Kind.OBJECT) {
        citations.add(new Reading().citation(in));
      } else {
        in.skip();
      }
    }
    return citations;
  }

  private static final class Reading {
    private final RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);
    private @Nullable String url;
    private @Nullable String title;
    private @Nullable String quote;
    private long from = Citation.UNKNOWN;
    private long to = Citation.UNKNOWN;

    private Citation citation(JsonReader in) {
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        String name = in.name();
        if (name.equals(URL_CITATION) && in.peek() == JsonReader.Kind.OBJECT) {
          source(in);
        } else if (name.equals("type") && in.peek() == JsonReader.Kind.TEXT) {
          String type = in.text();
          if (!type.equals(URL_CITATION)) {
            rest.add(name, JsonText.quote(type));
          }
        } else {
          rest.add(name, in.raw());
        }
      }
      return new Citation(url, title, quote, from, to, rest.build());
    }

    private void source(JsonReader in) {
      RestBuilder inner = new RestBuilder(OpenAi.PROTOCOL);
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        String name = in.name();
        switch (name) {
          case "url" -> url = OpenAi.looseText(in);
          case "title" -> title = OpenAi.looseText(in);
          case "content" -> quote = OpenAi.looseText(in);
          case "start_index" -> from = place(in);
          case "end_index" -> to = place(in);
          default -> inner.add(name, in.raw());
        }
      }
      rest.addInner(URL_CITATION, inner.build());
    }

    private static long place(JsonReader in) {
      if (in.peek() == JsonReader.Kind.NUMBER) {
        return in.cursor().readInteger(Citation.UNKNOWN);
      }
      in.skip();
      return Citation.UNKNOWN;
    }
  }

  /** Writes the member {@code annotations}, unless there are none. */
  static void write(JsonWriter out, List<Citation> citations, Losses losses) {
    if (citations.isEmpty()) {
      return;
    }
    out.name("annotations").beginArray();
    for (Citation citation : citations) {
      losses.addUnlessOf(OpenAi.PROTOCOL, "annotations.", citation.rest());
      write(out, citation);
    }
    out.endArray();
  }

  private static void write(JsonWriter out, Citation citation) {
    boolean ours = citation.rest().isOf(OpenAi.PROTOCOL);
    boolean known = !ours || citation.rest().find("type") == null || citation.url() != null;
    out.beginObject();
    if (!ours || citation.rest().find("type") == null) {
      out.name("type").text(URL_CITATION);
    }
    if (known) {
      out.name(URL_CITATION).beginObject();
      out.member("url", citation.url());
      out.member("title", citation.title());
      out.member("content", citation.quote());
      if (citation.from() != Citation.UNKNOWN) {
        out.name("start_index").number(citation.from());
      }
      if (citation.to() != Citation.UNKNOWN) {
        out.name("end_index").number(citation.to());
      }
      OpenAi.inner(out, citation.rest(), URL_CITATION);
      out.endObject();
    }
    OpenAi.rest(out, citation.rest(), known ? Set.of(URL_CITATION) : Set.of());
    out.endObject();
  }
}
