package dev.sluice.json;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON Schemas (draft 2020-12) written from shapes, so that what is published is what is checked: a
 * {@link ShapeScanner} and the schema of its shape take the same values. Three things a schema
 * cannot say: that a name may not be given twice, how deep a text may nest, and that a number of
 * absurd length is refused.
 */
public final class JsonSchema {

  private static final Shape ANY = Shape.any();

  /** The types of JSON values, each with its word in a schema. */
  private enum Type {
    STRING("string"),
    NUMBER("number"),
    BOOLEAN("boolean"),
    ARRAY("array"),
    OBJECT("object"),
    NULL("null");

    private final String word;

    Type(String word) {
      this.word = word;
    }
  }

  /** Which objects have a schema of their own, to which others refer. */
  public interface References {
    /** No object has. */
    References NONE = object -> null;

    /** The URI reference of {@code object}'s schema; {@code null} where it is written out. */
    @Nullable String of(Shape.Object object);
  }

  /** Whether a schema takes {@code null}, too. */
  private enum Nulls {
    TAKEN,
    REFUSED
  }

  private final References references;
  private final StringBuilder to;

  private JsonSchema(References references, StringBuilder to) {
    this.references = references;
    this.to = to;
  }

  /** Writes the schema of {@code shape}, as JSON text in one line. */
  public static void write(Shape shape, References references, StringBuilder to) {
    new JsonSchema(references, to).shape(shape);
  }

  /** Writes the schema of {@code object} itself, to which {@code references} may lead. */
  public static void writeOut(Shape.Object object, References references, StringBuilder to) {
    new JsonSchema(references, to).object(object, Nulls.REFUSED);
  }

  private void shape(Shape shape) {
    Map<Type, Shape> byType = new EnumMap<>(Type.class);
    gather(shape, byType);
    List<Shape> constrained = new ArrayList<>();
    List<Type> free = new ArrayList<>();
    byType.forEach((type, one) -> {
      if (one instanceof Shape.Any) {
        free.add(type);
      } else {
        constrained.add(one);
      }
    });
    if (constrained.isEmpty()) {
      free(free);
      return;
    }
    boolean orNull = free.equals(List.of(Type.NULL));
    if (constrained.size() == 1 && (free.isEmpty() || orNull)) {
      constrained(constrained.getFirst(), orNull ? Nulls.TAKEN : Nulls.REFUSED);
      return;
    }
    to.append("{\"anyOf\":[");
    for (int i = 0; i < constrained.size(); i++) {
      to.append(i == 0 ? "" : ",");
      constrained(constrained.get(i), Nulls.REFUSED);
    }
    if (!free.isEmpty()) {
      to.append(',');
      free(free);
    }
    to.append("]}");
  }

  /** What decides about values of each type: the first choice that takes the type. */
  private static void gather(Shape shape, Map<Type, Shape> to) {
    switch (shape) {
      case Shape.Any any -> {
        for (Type type : Type.values()) {
          to.putIfAbsent(type, any);
        }
      }
      case Shape.OrNull orNull -> {
        to.putIfAbsent(Type.NULL, ANY);
        gather(orNull.shape(), to);
      }
      case Shape.AnyOf anyOf -> anyOf.choices().forEach(choice -> gather(choice, to));
      case Shape.Text text -> to.putIfAbsent(Type.STRING, text);
      case Shape.Words words -> to.putIfAbsent(Type.STRING, words);
      case Shape.Number number -> to.putIfAbsent(Type.NUMBER, number);
      case Shape.Bool _ -> to.putIfAbsent(Type.BOOLEAN, ANY);
      case Shape.Array array -> to.putIfAbsent(Type.ARRAY, array);
      case Shape.Object object -> to.putIfAbsent(Type.OBJECT, object);
    }
  }

  /** Whatever is of one of these types. */
  private void free(List<Type> types) {
    if (types.size() == Type.values().length) {
      to.append("{}");
      return;
    }
    to.append('{');
    types(types.stream().map(type -> type.word).toList());
    to.append('}');
  }

  private void types(List<String> words) {
    to.append("\"type\":");
    if (words.size() == 1) {
      to.append('"').append(words.getFirst()).append('"');
    } else {
      to.append("[\"").append(String.join("\",\"", words)).append("\"]");
    }
  }

  /** A shape of one type, which says nothing of other types. */
  private void constrained(Shape shape, Nulls nulls) {
    switch (shape) {
      case Shape.Text text -> {
        open("string", nulls);
        // A shape counts bytes and a schema characters; only "not empty" is the same in both.
        to.append(text.lengthMin() > 0 ? ",\"minLength\":1}" : "}");
      }
      case Shape.Words words -> words(words, nulls);
      case Shape.Number number -> number(number, nulls);
      case Shape.Array array -> {
        open("array", nulls);
        to.append(",\"items\":");
        shape(array.item());
        to.append(array.itemsMin() > 0 ? ",\"minItems\":" + array.itemsMin() + "}" : "}");
      }
      case Shape.Object object -> reference(object, nulls);
      case Shape.Any _, Shape.Bool _, Shape.OrNull _, Shape.AnyOf _ ->
          throw new IllegalStateException("not of one constrained type: " + shape);
    }
  }

  private void open(String type, Nulls nulls) {
    to.append('{');
    types(
        switch (nulls) {
          case TAKEN -> List.of(type, Type.NULL.word);
          case REFUSED -> List.of(type);
        });
  }

  private void words(Shape.Words words, Nulls nulls) {
    open("string", nulls);
    to.append(",\"enum\":[");
    for (int i = 0; i < words.choices().size(); i++) {
      to.append(i == 0 ? "" : ",");
      JsonText.quote(words.choices().get(i), to);
    }
    to.append(
        switch (nulls) {
          case TAKEN -> ",null]}";
          case REFUSED -> "]}";
        });
  }

  private void number(Shape.Number number, Nulls nulls) {
    open(number.whole() ? "integer" : "number", nulls);
    if (number.min() != null) {
      to.append(",\"minimum\":").append(number.min().toPlainString());
    }
    if (number.max() != null) {
      to.append(",\"maximum\":").append(number.max().toPlainString());
    }
    to.append('}');
  }

  private void reference(Shape.Object object, Nulls nulls) {
    String reference = references.of(object);
    if (reference == null) {
      object(object, nulls);
      return;
    }
    StringBuilder quoted = new StringBuilder("{\"$ref\":");
    JsonText.quote(reference, quoted);
    quoted.append('}');
    switch (nulls) {
      case TAKEN -> to.append("{\"anyOf\":[").append(quoted).append(",{\"type\":\"null\"}]}");
      case REFUSED -> to.append(quoted);
    }
  }

  private void object(Shape.Object object, Nulls nulls) {
    open("object", nulls);
    List<String> required = new ArrayList<>();
    for (int i = 0; i < object.fields().size(); i++) {
      Shape.Field field = object.fields().get(i);
      to.append(i == 0 ? ",\"properties\":{" : ",");
      JsonText.quote(field.name(), to);
      to.append(':');
      shape(field.shape());
      if (field.required()) {
        required.add(JsonText.quote(field.name()));
      }
    }
    to.append(object.fields().isEmpty() ? "" : "}");
    if (!required.isEmpty()) {
      to.append(",\"required\":[").append(String.join(",", required)).append(']');
    }
    to.append('}');
  }
}
