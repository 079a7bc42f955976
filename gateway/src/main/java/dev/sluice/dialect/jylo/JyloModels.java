package dev.sluice.dialect.jylo;

import dev.sluice.dialect.ModelEntry;
import dev.sluice.json.JsonText;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Models as Jylo's settings service lists them, so that clients find the identifiers. What the
 * gateway does not know of a model is {@code null} or 0.
 */
final class JyloModels {

  private JyloModels() {}

  /** All models, sorted by name. */
  static String list(List<ModelEntry> models) {
    List<ModelEntry> sorted = models.stream().sorted(Comparator.comparing(ModelEntry::id)).toList();
    StringBuilder text = new StringBuilder(64 + sorted.size() * 224);
    text.append('[');
    for (int i = 0; i < sorted.size(); i++) {
      text.append(i == 0 ? "" : ",");
      write(sorted.get(i), text);
    }
    return text.append(']').toString();
  }

  /** The model of that id; {@code null} where there is none. */
  static @Nullable String one(UUID id, List<ModelEntry> models) {
    for (ModelEntry model : models) {
      if (model.uuid().equals(id)) {
        StringBuilder text = new StringBuilder(224);
        write(model, text);
        return text.toString();
      }
    }
    return null;
  }

  private static void write(ModelEntry model, StringBuilder text) {
    text.append("{\"name\":");
    JsonText.quote(model.id(), text);
    text.append(",\"description\":");
    JsonText.quote("served by " + model.ownedBy(), text);
    text.append(",\"objectIdentifier\":\"").append(model.uuid());
    text.append("\",\"payoutPercentage\":0,\"maxOutputToken\":null,\"contextLength\":0}");
  }
}
