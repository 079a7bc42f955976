package dev.sluice.config;

import java.util.List;
import java.util.Map;

/**
 * Who may call.
 *
 * @param mode how callers are known
 * @param keys callers of the configuration, by name
 */
public record AccessSettings(
    @Doc(
            value =
                "open: whoever reaches the port may call; keys: only with one of the keys below.",
            byDefault = "open")
        Mode mode,
    @Doc("Callers by name, each with a key.") Map<String, KeySettings> keys) {
  public AccessSettings {
    keys = Map.copyOf(keys);
  }

  /** How callers are known. */
  public enum Mode {
    OPEN,
    KEYS
  }

  /**
   * One caller.
   *
   * @param key what the caller presents
   * @param models the names that the caller may ask for; empty for all
   * @param state whether the caller may call
   */
  public record KeySettings(
      @Doc("What the caller presents, by reference: ${ENV} or ${file:path}.") Secret key,
      @Doc("The models that the caller may ask for; all where it is empty.") List<String> models,
      @Doc(
              value =
                  "active; blocked: refused as forbidden; out_of_credit: refused before a provider"
                      + " is called.",
              byDefault = "active")
          State state) {
    public KeySettings {
      models = List.copyOf(models);
    }

    /** Whether a caller may call. */
    public enum State {
      ACTIVE,
      BLOCKED,
      OUT_OF_CREDIT
    }
  }
}
