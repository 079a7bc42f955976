package dev.sluice.protocol.gemini;

import dev.sluice.json.JsonReader;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.openai.ModelListReader.Model;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a list of models, as {@code GET models} of Gemini's protocol answers it. */
public final class GeminiModels {

  private static final String PREFIX = "models/";
  private static final String CHAT = "generateContent";

  private GeminiModels() {}

  /** The models in {@code bytes[from, to)} that can chat; none where the text is no such list. */
  public static List<Model> read(byte[] bytes, int from, int to) {
    List<Model> models = new ArrayList<>();
    try {
      JsonReader in = new JsonReader(bytes, from, to, Gemini.NAMES);
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        if (in.name().equals("models")) {
          for (boolean next = in.enterArray(); next; next = in.nextItem()) {
            add(models, in);
          }
        } else {
          in.skip();
        }
      }
      return models;
    } catch (MalformedJson | MisshapenJson _) {
      return List.of();
    }
  }

  private static void add(List<Model> models, JsonReader in) {
    String name = null;
    boolean chats = true;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "name" -> name = Gemini.looseText(in);
        case "supportedGenerationMethods" -> chats = holdsChat(in);
        default -> in.skip();
      }
    }
    String id = id(name);
    if (chats && id != null) {
      models.add(new Model(id, 0));
    }
  }

  private static @Nullable String id(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      return null;
    }
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }

  private static boolean holdsChat(JsonReader in) {
    boolean found = false;
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      found |= CHAT.equals(Gemini.looseText(in));
    }
    return found;
  }
}
