package dev.sluice.chat;

import dev.sluice.json.JsonString;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a message. Pieces stand in the order in which they were said: Anthropic wants
 * thinking, text and tool calls of a turn back in exactly that order.
 */
public sealed interface Part {

  /**
   * Text.
   *
   * @param wording what is said, as it came; may be empty
   * @param cache asks for caching up to here; {@code null} where nobody asked
   * @param signature the provider's seal, which Gemini puts on text, too; {@code null} for none
   * @param rest unknown fields
   */
  record Text(
      JsonString wording, @Nullable CacheHint cache, @Nullable Signature signature, Rest rest)
      implements Part {

    /** Text that did not come as JSON. */
    public Text(String text, @Nullable CacheHint cache, @Nullable Signature signature, Rest rest) {
      this(new JsonString(text), cache, signature, rest);
    }

    /** Plain text. */
    public Text(JsonString wording) {
      this(wording, null, null, Rest.NONE);
    }

    /** Plain text that did not come as JSON. */
    public Text(String text) {
      this(new JsonString(text));
    }

    /** What is said; may be empty. */
    public String text() {
      return wording.toString();
    }
  }

  /**
   * An image.
   *
   * @param source where it is
   * @param detail how closely to look: {@code low}, {@code high} or {@code auto}; {@code null}
   *     where it was not said
   * @param cache asks for caching up to here; {@code null} where nobody asked
   * @param rest unknown fields
   */
  record Image(Media source, @Nullable String detail, @Nullable CacheHint cache, Rest rest)
      implements Part {

    /** An image without further wishes. */
    public Image(Media source) {
      this(source, null, null, Rest.NONE);
    }
  }

  /**
   * Sound.
   *
   * @param source where it is
   * @param cache asks for caching up to here; {@code null} where nobody asked
   * @param rest unknown fields
   */
  record Audio(Media source, @Nullable CacheHint cache, Rest rest) implements Part {}

  /**
   * A film.
   *
   * @param source where it is
   * @param cache asks for caching up to here; {@code null} where nobody asked
   * @param rest unknown fields
   */
  record Video(Media source, @Nullable CacheHint cache, Rest rest) implements Part {}

  /**
   * A document, such as a PDF.
   *
   * @param source where it is
   * @param name its file name or title; {@code null} where it has none
   * @param cache asks for caching up to here; {@code null} where nobody asked
   * @param rest unknown fields
   */
  record File(Media source, @Nullable String name, @Nullable CacheHint cache, Rest rest)
      implements Part {}

  /**
   * The model's words for not answering; never to be read as the answer that was asked for.
   *
   * @param text may be empty
   * @param rest unknown fields
   */
  record Refusal(String text, Rest rest) implements Part {

    /** A refusal without further fields. */
    public Refusal(String text) {
      this(text, Rest.NONE);
    }
  }

  /**
   * What the model thought.
   *
   * @param text may be empty, where a provider shows the seal only
   * @param form whether these are the thoughts or a summary of them
   * @param signature the provider's seal; {@code null} where there is none
   * @param rest unknown fields
   */
  record Thinking(String text, Form form, @Nullable Signature signature, Rest rest)
      implements Part {

    /** Thoughts in full, without a seal. */
    public Thinking(String text) {
      this(text, Form.FULL, null, Rest.NONE);
    }

    /** How much of the thoughts is shown. */
    public enum Form {
      FULL,
      SUMMARY
    }
  }

  /**
   * Thoughts that only their provider can read.
   *
   * @param sealed the opaque text, and who made it
   * @param rest unknown fields
   */
  record SealedThinking(Signature sealed, Rest rest) implements Part {}

  /**
   * A call of a tool that the client is to run.
   *
   * @param id free text at OpenAI, letters, digits, {@code _} and {@code -} at Anthropic, nine
   *     letters and digits at Mistral; never empty, since codecs make one up where none came
   * @param name the tool's name
   * @param kind whether the arguments are JSON or free text
   * @param arguments the exact text that the model wrote; by right the text of an object, but a
   *     model may stop in its middle, and no arguments may be the empty text
   * @param signature the provider's seal on the call; {@code null} for none
   * @param cache asks for caching up to here; {@code null} where nobody asked
   * @param rest unknown fields
   */
  record ToolCall(
      String id,
      String name,
      Kind kind,
      String arguments,
      @Nullable Signature signature,
      @Nullable CacheHint cache,
      Rest rest)
      implements Part {

    public ToolCall {
      if (id.isEmpty()) {
        throw new IllegalArgumentException("a tool call needs an id");
      }
    }

    /** A call of a function. */
    public ToolCall(String id, String name, String arguments) {
      this(id, name, Kind.FUNCTION, arguments, null, null, Rest.NONE);
    }

    /** What the arguments are. */
    public enum Kind {
      /** JSON after the function's schema. */
      FUNCTION,
      /** Free text, see {@link Tool.Custom}. */
      CUSTOM
    }
  }

  /**
   * A piece that only its own protocol has a word for, such as a search that the provider ran
   * itself, and what it found. It is never a call that a client could run.
   *
   * @param protocol whose piece it is
   * @param type the protocol's word for it; empty where it has none
   * @param json the whole piece, exactly
   */
  record Foreign(String protocol, String type, Json json) implements Part {}
}
