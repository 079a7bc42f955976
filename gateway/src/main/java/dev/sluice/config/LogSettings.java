package dev.sluice.config;

/**
 * The log.
 *
 * @param format how a line is written
 * @param level the least severe level that is written
 */
public record LogSettings(
    @Doc(value = "text for people, json for collectors.", byDefault = "text") Format format,
    @Doc(value = "The least severe level written.", byDefault = "info") Level level) {

  /** How a line is written. */
  public enum Format {
    TEXT,
    JSON
  }

  /** Severity, most severe first. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }
}
