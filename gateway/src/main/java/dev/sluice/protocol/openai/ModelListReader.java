package dev.sluice.protocol.openai;

import dev.sluice.json.JsonCursor;
import dev.sluice.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a list of models, as {@code GET /models} of OpenAI's protocol answers it; also of those
 * that call the list {@code models} and what is in it by {@code name}.
 */
public final class ModelListReader {

  private static final int DEPTH_MAX = 100;
  private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MODELS = "models".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NAME = "name".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ID = "id".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CREATED = "created".getBytes(StandardCharsets.US_ASCII);

  private ModelListReader() {}

  /**
   * A model.
   *
   * @param id as the provider calls it
   * @param created Unix seconds; 0 where it is not told
   */
  public record Model(String id, long created) {}

  /** The models in {@code bytes[from, to)}; none where the text is no such list. */
  public static List<Model> read(byte[] bytes, int from, int to) {
    List<Model> models = new ArrayList<>();
    try {
      JsonCursor cursor = new JsonCursor(bytes, from, to, DEPTH_MAX);
      int first = cursor.peek();
      if (first == '[') {
        items(cursor, models);
        return models;
      }
      if (first != '{') {
        return List.of();
      }
      boolean more = cursor.enter('}');
      while (more) {
        cursor.readName();
        if (cursor.peek() == '[' && (cursor.nameIs(DATA) || cursor.nameIs(MODELS))) {
          items(cursor, models);
        } else {
          cursor.skipValue(1);
        }
        more = cursor.next('}');
      }
      return models;
    } catch (MalformedJson _) {
      return List.of();
    }
  }

  private static void items(JsonCursor cursor, List<Model> models) {
    boolean more = cursor.enter(']');
    while (more) {
      if (cursor.peek() == '{') {
        Model model = item(cursor);
        if (model != null) {
          models.add(model);
        }
      } else {
        cursor.skipValue(2);
      }
      more = cursor.next(']');
    }
  }

  private static @Nullable Model item(JsonCursor cursor) {
    String id = null;
    String name = null;
    long created = 0;
    boolean more = cursor.enter('}');
    while (more) {
      cursor.readName();
      int value = cursor.peek();
      if (value == '"' && cursor.nameIs(ID)) {
        id = cursor.readText();
      } else if (value == '"' && cursor.nameIs(NAME)) {
        name = cursor.readText();
      } else if (value >= '0' && value <= '9' && cursor.nameIs(CREATED)) {
        created = cursor.readInteger(0);
      } else {
        cursor.skipValue(3);
      }
      more = cursor.next('}');
    }
    String called = id == null ? name : id;
    return called == null ? null : new Model(called, created);
  }
}
