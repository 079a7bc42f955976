package dev.sluice.config;

/**
 * The front doors.
 *
 * @param byDefault who answers bare {@code /v1/*} paths
 * @param bifrost the Bifrost dialect
 */
public record DialectSettings(
    @Doc(value = "The dialect that answers bare /v1/* paths.", byDefault = "bifrost")
        @Key("default")
        String byDefault,
    @Doc("The Bifrost dialect.") BifrostSettings bifrost) {

  /**
   * The Bifrost dialect.
   *
   * @param extraFields which streamed frames carry {@code extra_fields}
   */
  public record BifrostSettings(
      @Doc(
              value =
                  "Which streamed frames carry extra_fields: edges (the first, and those with a"
                      + " finish reason or usage) or every.",
              byDefault = "edges")
          ExtraFields extraFields) {}

  /** Which streamed frames carry {@code extra_fields}. */
  public enum ExtraFields {
    EDGES,
    EVERY
  }
}
