package dev.sluice.chat;

import org.jspecify.annotations.Nullable;

/** Something that the model may call. */
public sealed interface Tool {

  /**
   * A function that the client runs.
   *
   * @param name as the client knows it; a codec whose protocol is narrower renames and renames back
   * @param description {@code null} where there is none
   * @param parameters the JSON Schema of its arguments, exactly; {@code null} for a function
   *     without
   * @param strict whether arguments must satisfy the schema; {@code null} where it was not said
   * @param cache asks for caching up to here; {@code null} where nobody asked
   * @param rest unknown fields
   */
  record Function(
      String name,
      @Nullable String description,
      @Nullable Json parameters,
      @Nullable Boolean strict,
      @Nullable CacheHint cache,
      Rest rest)
      implements Tool {

    /** A function without further wishes. */
    public Function(String name, @Nullable String description, @Nullable Json parameters) {
      this(name, description, parameters, null, null, Rest.NONE);
    }
  }

  /**
   * A tool that takes free text in place of JSON; OpenAI's only.
   *
   * @param name as the client knows it
   * @param description {@code null} where there is none
   * @param format what text it takes, exactly; {@code null} for any
   * @param cache asks for caching up to here; {@code null} where nobody asked
   * @param rest unknown fields
   */
  record Custom(
      String name,
      @Nullable String description,
      @Nullable Json format,
      @Nullable CacheHint cache,
      Rest rest)
      implements Tool {}

  /**
   * A tool that the provider runs itself, such as a web search; only its own protocol knows it.
   *
   * @param protocol whose tool it is
   * @param type the protocol's word for it; empty where it has none
   * @param json the whole definition, exactly
   */
  record Foreign(String protocol, String type, Json json) implements Tool {}
}
