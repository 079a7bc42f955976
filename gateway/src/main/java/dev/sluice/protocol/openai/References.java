package dev.sluice.protocol.openai;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Json;
import dev.sluice.chat.Part;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Mistral's references: parts of an answer's content, between two of its texts, that name by number
 * the tools' results which the text before them rests on. To clients they are annotations.
 */
final class References {

  private static final String TYPE = "reference";

  private References() {}

  /** Whether the part is one. */
  static boolean isOne(Part.Foreign part) {
    return part.protocol().equals(OpenAi.PROTOCOL) && part.type().equals(TYPE);
  }

  /**
   * The citation that the part is.
   *
   * @param place where in the message's text it stands, in characters
   */
  static Citation citation(Part.Foreign part, long place) {
    RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);
    rest.add("type", JsonText.quote(TYPE));
    Json json = part.json();
    byte[] bytes = json.text().getBytes(StandardCharsets.UTF_8);
    JsonReader in = new JsonReader(bytes, 0, bytes.length, OpenAi.NAMES);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (name.equals("type")) {
        in.skip();
      } else {
        rest.add(name, in.raw());
      }
    }
    rest.add("end_index", Long.toString(place));
    return new Citation(null, null, null, Citation.UNKNOWN, Citation.UNKNOWN, rest.build());
  }

  /** The content without references, of which {@code found} gets the citations. */
  static List<Part> taken(List<Part> content, List<Citation> found) {
    boolean any = false;
    for (Part part : content) {
      any |= part instanceof Part.Foreign foreign && isOne(foreign);
    }
    if (!any) {
      return content;
    }
    List<Part> left = new ArrayList<>(content.size());
    long place = 0;
    for (Part part : content) {
      if (part instanceof Part.Foreign foreign && isOne(foreign)) {
        found.add(citation(foreign, place));
      } else {
        left.add(part);
        place += part instanceof Part.Text text ? text.text().length() : 0;
      }
    }
    return left;
  }
}
