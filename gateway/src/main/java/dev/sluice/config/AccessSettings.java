package dev.sluice.config;

/**
 * Who may call.
 *
 * @param mode how callers are known
 */
public record AccessSettings(
    @Doc(value = "open: whoever reaches the port may call.", byDefault = "open") Mode mode) {

  /** How callers are known. */
  public enum Mode {
    OPEN
  }
}
