package dev.sluice.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is loaded.
 *
 * @param name the column of the table
 * @param owned the process that was started for it and ends with it; {@code null} where somebody
 *     else's is measured
 * @param measured whose cost is counted, with their children; empty for the mock provider itself,
 *     which costs what it costs
 * @param door where it is asked
 */
record Target(String name, @Nullable Process owned, List<ProcessHandle> measured, Door door) {

  static final String PATH = "/v1/chat/completions";

  Target {
    measured = List.copyOf(measured);
  }

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

  /** Whether its processor time and memory can be counted. */
  boolean isCounted() {
    return !measured.isEmpty();
  }

  /** The same gateway, asked at the door of {@code dialect}. */
  Target through(Dialect dialect) {
    return new Target(dialect.toString(), owned, measured, dialect.at(door.port()));
  }

  /** Its processes and their children, since nginx works in those. */
  List<Long> pids() {
    return measured.stream()
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
        .map(ProcessHandle::pid)
        .distinct()
        .toList();
  }
}
