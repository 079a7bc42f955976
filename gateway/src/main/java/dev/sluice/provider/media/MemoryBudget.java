package dev.sluice.provider.media;

import dev.sluice.chat.Fault;
import java.time.Duration;

/** The bound on what all files hold in memory together. Safe for all event loops. */
public interface MemoryBudget {

  /** Sets {@code bytes} aside, where there is room for them; whether there was. */
  boolean take(long bytes);

  /** Gives back what was taken. */
  void give(long bytes);

  /** What is told where there is no room. */
  static Fault tooMuch() {
    return new Fault.Overloaded(
        "the gateway holds too much at once; try again soon", Duration.ofSeconds(1));
  }
}
