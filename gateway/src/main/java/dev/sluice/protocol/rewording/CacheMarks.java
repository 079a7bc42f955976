package dev.sluice.protocol.rewording;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Part;
import dev.sluice.chat.Tool;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets through as many cache hints as a request may hold: the first, which conversations share, and
 * the last ones, which the conversation's next request will look for. Hints must be asked for in
 * the order in which they were counted. Owned by one request's encoder.
 */
public final class CacheMarks {

  /** The provider refuses a request with more. */
  public static final int MARKS_MAX = 4;

  private final Losses losses;
  private final int allowed;
  private int count;
  private int asked;

  /**
   * Counts the hints of tools, then of instructions, then of turns.
   *
   * @param allowed how many may be written
   */
  public CacheMarks(int allowed, List<Tool> tools, Conversation conversation, Losses losses) {
    this.losses = losses;
    this.allowed = allowed;
    for (Tool tool : tools) {
      switch (tool) {
        case Tool.Function function -> count(function.cache());
        case Tool.Custom custom -> count(custom.cache());
        case Tool.Foreign _ -> {
          // Its marks are its own.
        }
      }
    }
    conversation.system().forEach(this::count);
    for (Turn turn : conversation.turns()) {
      for (Turn.Block block : turn.blocks()) {
        switch (block) {
          case Turn.Block.Said said -> count(said.part());
          case Turn.Block.Result result -> {
            result.result().parts().forEach(this::count);
            count(result.result().cache());
          }
          case Turn.Block.Unanswered _ -> {
            // Made up here.
          }
        }
      }
    }
  }

  /** The hint of a part; {@code null} for none. */
  public static @Nullable CacheHint of(Part part) {
    return switch (part) {
      case Part.Text text -> text.cache();
      case Part.Image image -> image.cache();
      case Part.Audio audio -> audio.cache();
      case Part.Video video -> video.cache();
      case Part.File file -> file.cache();
      case Part.ToolCall call -> call.cache();
      case Part.Refusal _, Part.Thinking _, Part.SealedThinking _, Part.Foreign _ -> null;
    };
  }

  private void count(Part part) {
    count(of(part));
  }

  private void count(@Nullable CacheHint hint) {
    if (hint != null) {
      count++;
    }
  }

  /** The hint, if it may be written; else {@code null}. */
  public @Nullable CacheHint pass(@Nullable CacheHint hint) {
    if (hint == null) {
      return null;
    }
    int place = asked++;
    if (place == 0 || place > count - allowed) {
      return hint;
    }
    losses.add("cache_control");
    return null;
  }
}
