package dev.sluice.json;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a JSON value must look like: plain data, from which a scanner checks and a description can
 * be written. A shape says nothing of members that it does not name; those may hold anything.
 */
public sealed interface Shape {

  /** The same shape, where {@code null} is allowed, too. */
  default Shape orNull() {
    return new OrNull(this);
  }

  /** How the shape is called in a sentence, such as {@code "a number between 0 and 2"}. */
  String words();

  /** Anything that is JSON. */
  record Any() implements Shape {
    @Override
    public String words() {
      return "any value";
    }
  }

  /**
   * Text.
   *
   * @param lengthMin the least number of bytes between the quotes
   */
  record Text(int lengthMin) implements Shape {
    @Override
    public String words() {
      return lengthMin > 0 ? "a non-empty string" : "a string";
    }
  }

  /** One of a closed set of words. */
  record Words(List<String> choices) implements Shape {
    public Words {
      choices = List.copyOf(choices);
    }

    @Override
    public String words() {
      return "one of " + String.join(", ", choices);
    }
  }

  /**
   * A number; either bound may be open. Whole numbers may be written {@code 1.0} or {@code 1e2}.
   */
  record Number(boolean whole, @Nullable BigDecimal min, @Nullable BigDecimal max)
      implements Shape {
    @Override
    public String words() {
      String kind = whole ? "an integer" : "a number";
      if (min != null && max != null) {
        return kind + " between " + min.toPlainString() + " and " + max.toPlainString();
      }
      if (min != null) {
        return kind + " of at least " + min.toPlainString();
      }
      return max == null ? kind : kind + " of at most " + max.toPlainString();
    }
  }

  /** {@code true} or {@code false}. */
  record Bool() implements Shape {
    @Override
    public String words() {
      return "a boolean";
    }
  }

  /** A list. */
  record Array(Shape item, int itemsMin) implements Shape {
    @Override
    public String words() {
      return itemsMin > 0 ? "an array with at least " + itemsMin + " item" : "an array";
    }
  }

  /** An object; members that are not named may hold anything. */
  record Object(List<Field> fields) implements Shape {

    /** The most fields of one object, since the scanner keeps them in the bits of a word. */
    public static final int FIELDS_MAX = 64;

    public Object {
      fields = List.copyOf(fields);
      if (fields.size() > FIELDS_MAX) {
        throw new IllegalArgumentException("too many fields: " + fields.size());
      }
    }

    /** The position of the field called {@code name}. */
    public int index(String name) {
      for (int i = 0; i < fields.size(); i++) {
        if (fields.get(i).name().equals(name)) {
          return i;
        }
      }
      throw new IllegalArgumentException("no field is called " + name);
    }

    @Override
    public String words() {
      return "an object";
    }
  }

  /** The first shape whose JSON type fits decides. */
  record AnyOf(List<Shape> choices) implements Shape {
    public AnyOf {
      choices = List.copyOf(choices);
    }

    @Override
    public String words() {
      return String.join(" or ", choices.stream().map(Shape::words).toList());
    }
  }

  /** A shape or {@code null}. */
  record OrNull(Shape shape) implements Shape {
    @Override
    public Shape orNull() {
      return this;
    }

    @Override
    public String words() {
      return shape.words() + " or null";
    }
  }

  /** A member of an object. */
  record Field(String name, Shape shape, boolean required) {}

  /** Anything. */
  static Shape any() {
    return new Any();
  }

  /** Text, also empty. */
  static Shape text() {
    return new Text(0);
  }

  /** Text that is not empty. */
  static Shape nonEmptyText() {
    return new Text(1);
  }

  /** One of these words. */
  static Shape words(String... words) {
    return new Words(List.of(words));
  }

  /** A whole number. */
  static Shape integer() {
    return new Number(true, null, null);
  }

  /** A whole number of at least {@code min}. */
  static Shape integer(long min) {
    return new Number(true, BigDecimal.valueOf(min), null);
  }

  /** A whole number from {@code min} to {@code max}. */
  static Shape integer(long min, long max) {
    return new Number(true, BigDecimal.valueOf(min), BigDecimal.valueOf(max));
  }

  /** A number from {@code min} to {@code max}. */
  static Shape number(long min, long max) {
    return new Number(false, BigDecimal.valueOf(min), BigDecimal.valueOf(max));
  }

  /** True or false. */
  static Shape bool() {
    return new Bool();
  }

  /** A list, also empty. */
  static Shape array(Shape item) {
    return new Array(item, 0);
  }

  /** A list with at least one item. */
  static Shape nonEmptyArray(Shape item) {
    return new Array(item, 1);
  }

  /** An object. */
  static Shape.Object object(Field... fields) {
    return new Shape.Object(List.of(fields));
  }

  /** The first of {@code choices} whose JSON type fits. */
  static Shape anyOf(Shape... choices) {
    return new AnyOf(List.of(choices));
  }

  /** A member that must be there. */
  static Field required(String name, Shape shape) {
    return new Field(name, shape, true);
  }

  /** A member that may be there. */
  static Field optional(String name, Shape shape) {
    return new Field(name, shape, false);
  }
}
