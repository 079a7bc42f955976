package dev.sluice.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a dialect is reached beside its path prefix. */
public sealed interface DoorSettings
    permits DialectSettings.AssemblyAiSettings,
        DialectSettings.BifrostSettings,
        DialectSettings.JyloSettings,
        DialectSettings.PoolsideSettings,
        DialectSettings.YomoSettings {

  /** What {@link #listen} means, for its description. */
  String LISTEN = "A port of the dialect's own, on the gateway's host.";

  /** What {@link #hosts} means, for its description. */
  String HOSTS = "Host names that select the dialect; a label may be * or {name}.";

  /** A port of the dialect's own, on the gateway's host; {@code null} where it has none. */
  @Nullable Integer listen();

  /**
   * Host names that select the dialect. A label may be {@code *}, or {@code {name}} to note what
   * stands there; a {@code *} at the end stands for one label or more.
   */
  List<String> hosts();
}
