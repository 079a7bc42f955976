package dev.sluice.access;

import dev.sluice.config.AccessSettings.KeySettings.State;
import java.util.Set;

/**
 * Who calls.
 *
 * @param name for records; empty where callers are not told apart
 * @param models the names that may be asked for; empty for all
 * @param state as configured
 */
public record Caller(String name, Set<String> models, State state) {

  /** Everybody, where callers are not told apart. */
  public static final Caller ANYBODY = new Caller("", Set.of(), State.ACTIVE);

  public Caller {
    models = Set.copyOf(models);
  }

  /** Whether {@code model} may be asked for, by the name that the client writes. */
  public boolean mayAskFor(String model) {
    return models.isEmpty() || models.contains(model);
  }
}
