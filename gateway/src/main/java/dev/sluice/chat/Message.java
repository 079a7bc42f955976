package dev.sluice.chat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One turn of the conversation, or one tool's result. Each stands where the client put it; codecs
 * whose protocol wants another order (a system prompt of its own, all results in one turn)
 * rearrange while they write.
 */
public sealed interface Message {

  /** What was said, in order; may be empty. */
  List<Part> parts();

  /** Unknown fields. */
  Rest rest();

  /**
   * The operator's instructions.
   *
   * @param name who speaks; {@code null} for nobody in particular
   */
  record System(List<Part> parts, @Nullable String name, Rest rest) implements Message {
    public System {
      parts = List.copyOf(parts);
    }

    /** Instructions as plain text. */
    public static System of(String text) {
      return new System(List.of(new Part.Text(text)), null, Rest.NONE);
    }
  }

  /**
   * The application's instructions. OpenAI's reasoning models take them in the system's place; to
   * all others they are the system's.
   *
   * @param name who speaks; {@code null} for nobody in particular
   */
  record Developer(List<Part> parts, @Nullable String name, Rest rest) implements Message {
    public Developer {
      parts = List.copyOf(parts);
    }

    /** Instructions as plain text. */
    public static Developer of(String text) {
      return new Developer(List.of(new Part.Text(text)), null, Rest.NONE);
    }
  }

  /**
   * The user's turn.
   *
   * @param name who speaks; {@code null} for nobody in particular
   */
  record User(List<Part> parts, @Nullable String name, Rest rest) implements Message {
    public User {
      parts = List.copyOf(parts);
    }

    /** Plain text. */
    public static User of(String text) {
      return new User(List.of(new Part.Text(text)), null, Rest.NONE);
    }
  }

  /**
   * The model's turn: thinking, text, refusals and tool calls in the order in which they came.
   *
   * @param name who speaks; {@code null} for nobody in particular
   * @param citations where its statements come from
   * @param audio the answer's sound, or in a history its id, exactly; {@code null} for none
   */
  record Assistant(
      List<Part> parts,
      @Nullable String name,
      List<Citation> citations,
      @Nullable Json audio,
      Rest rest)
      implements Message {
    public Assistant {
      parts = List.copyOf(parts);
      citations = List.copyOf(citations);
    }

    /** A turn of these parts and nothing else. */
    public static Assistant of(Part... parts) {
      return new Assistant(List.of(parts), null, List.of(), null, Rest.NONE);
    }

    /** All text of the turn, joined; empty where there is none. */
    public String text() {
      StringBuilder text = new StringBuilder();
      for (Part part : parts) {
        if (part instanceof Part.Text piece) {
          text.append(piece.text());
        }
      }
      return text.toString();
    }

    /** All tool calls of the turn, in order. */
    public List<Part.ToolCall> toolCalls() {
      List<Part.ToolCall> calls = new ArrayList<>();
      for (Part part : parts) {
        if (part instanceof Part.ToolCall call) {
          calls.add(call);
        }
      }
      return List.copyOf(calls);
    }
  }

  /**
   * What a tool answered. OpenAI has one message for each call; Anthropic and Bedrock want all
   * results of a turn as blocks of one user message.
   *
   * @param callId the id of the call that it answers
   * @param name the tool's name; {@code null} where it is to be looked up by the call
   * @param outcome whether the tool failed, where the protocol can say so
   * @param cache asks for caching up to here; {@code null} where nobody asked
   */
  record ToolResult(
      String callId,
      @Nullable String name,
      List<Part> parts,
      Outcome outcome,
      @Nullable CacheHint cache,
      Rest rest)
      implements Message {
    public ToolResult {
      parts = List.copyOf(parts);
    }

    /** A result as plain text. */
    public static ToolResult of(String callId, String text) {
      return new ToolResult(
          callId, null, List.of(new Part.Text(text)), Outcome.UNSTATED, null, Rest.NONE);
    }

    /** How the tool fared. */
    public enum Outcome {
      /** Nothing was said, which counts as success. */
      UNSTATED,
      SUCCESS,
      FAILURE
    }
  }
}
