package dev.sluice.chat;

/**
 * JSON that is only carried: schemas, log probabilities, whatever the model does not interpret. It
 * is kept as the exact text that came, so that no number is rounded and no key is reordered: prompt
 * caches and signatures depend on it.
 *
 * @param text one JSON value, well-formed; who makes the object vouches for that
 */
public record Json(String text) {

  /** The object without members. */
  public static final Json EMPTY_OBJECT = new Json("{}");

  public Json {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a JSON value is not blank");
    }
    text = text.strip();
  }

  /** Whether the value is an object. */
  public boolean isObject() {
    return text.charAt(0) == '{';
  }

  /** Whether the value is a string. */
  public boolean isText() {
    return text.charAt(0) == '"';
  }

  /** Whether the value is {@code null}. */
  public boolean isNull() {
    return text.charAt(0) == 'n';
  }
}
