package dev.sluice.provider.media;

/** The bound on what all files hold in memory together. Safe for all event loops. */
public interface MemoryBudget {

  /** Sets {@code bytes} aside, where there is room for them; whether there was. */
  boolean take(long bytes);

  /** Gives back what was taken. */
  void give(long bytes);
}
