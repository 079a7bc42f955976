package dev.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is loaded.
 *
 * @param process the one whose cost is counted, with its children; {@code null} for the mock
 *     provider itself, which costs what it costs
 * @param model what a client calls the model there
 */
record Target(Kind kind, @Nullable Process process, int port, String model) {

  /** Who stands between the load generator and the mock provider. */
  enum Kind {
    GATEWAY,
    NGINX,
    /** Nobody. */
    DIRECT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The process and its children, since nginx works in those. */
  List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    if (process != null) {
      pids.add(process.pid());
      process.descendants().forEach(child -> pids.add(child.pid()));
    }
    return pids;
  }
}
