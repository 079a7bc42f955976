package dev.sluice.chat;

import org.jspecify.annotations.Nullable;

/** The form that the answer's text must have. */
public sealed interface ResponseFormat {

  /** Any text. */
  record Text() implements ResponseFormat {}

  /** Some JSON object. */
  record AnyObject() implements ResponseFormat {}

  /**
   * JSON after a schema.
   *
   * @param name {@code null} where it was not said
   * @param description {@code null} where there is none
   * @param schema the JSON Schema, exactly; {@code null} where there is none
   * @param strict whether the answer must satisfy it; {@code null} where it was not said
   * @param rest unknown fields
   */
  record Schema(
      @Nullable String name,
      @Nullable String description,
      @Nullable Json schema,
      @Nullable Boolean strict,
      Rest rest)
      implements ResponseFormat {}

  /**
   * A form that only its own protocol has a word for, such as a grammar.
   *
   * @param protocol whose form it is
   * @param json exactly
   */
  record Foreign(String protocol, Json json) implements ResponseFormat {}
}
