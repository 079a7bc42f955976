package dev.sluice.dialect;

import static dev.sluice.json.Shape.array;
import static dev.sluice.json.Shape.integer;
import static dev.sluice.json.Shape.object;
import static dev.sluice.json.Shape.required;
import static dev.sluice.json.Shape.text;
import static dev.sluice.json.Shape.words;

import dev.sluice.json.JsonText;
import dev.sluice.json.Shape;
import java.util.List;

/** A list of models as OpenAI's protocol has it; what a dialect adds stands behind its models. */
public final class OpenAiModels {

  /** What the list is. */
  public static final Shape.Field OBJECT = required("object", words("list"));

  /** The models. */
  public static final Shape.Field DATA =
      required(
          "data",
          array(
              object(
                  required("id", text()),
                  required("object", words("model")),
                  required("created", integer(0)),
                  required("owned_by", text()))));

  /** A list with nothing added. */
  public static final Shape.Object LIST = object(OBJECT, DATA);

  private OpenAiModels() {}

  /** Writes a list of {@code models} in their order, but for its closing brace. */
  public static StringBuilder open(List<ModelEntry> models) {
    StringBuilder text = new StringBuilder(128 + models.size() * 96);
    text.append("{\"object\":\"list\",\"data\":[");
    for (int i = 0; i < models.size(); i++) {
      ModelEntry model = models.get(i);
      text.append(i == 0 ? "" : ",").append("{\"id\":");
      JsonText.quote(model.id(), text);
      text.append(",\"object\":\"model\",\"created\":").append(model.created());
      text.append(",\"owned_by\":");
      JsonText.quote(model.ownedBy(), text);
      text.append('}');
    }
    return text.append(']');
  }
}
