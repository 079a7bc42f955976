package dev.sluice.recorded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** All recorded exchanges. */
public final class Recordings {

  /** The environment variable with the folder of recordings. */
  public static final String FOLDER = "SLUICE_RECORDINGS";

  /** Why a test that needs recordings is skipped. */
  public static final String ABSENT = "SLUICE_RECORDINGS names no folder of recorded traffic";

  private Recordings() {}

  /** All of them, in the order of their names; at least one. */
  public static List<Recorded> all() {
    return Loaded.ALL;
  }

  /** All that speak {@code protocol}. */
  public static List<Recorded> of(Protocol protocol) {
    return Loaded.ALL.stream().filter(recorded -> recorded.protocol() == protocol).toList();
  }

  /** Read once, by whoever is first to ask. */
  private static final class Loaded {
    static final List<Recorded> ALL = load();

    private static List<Recorded> load() {
      try (Stream<Path> files = Files.walk(Path.of(System.getenv(FOLDER)).toRealPath())) {
        List<Recorded> all =
            files
                .filter(file -> file.toString().endsWith(".json"))
                .sorted()
                .map(Loaded::read)
                .toList();
        if (all.isEmpty()) {
          throw new IllegalStateException("no recordings in the folder of " + FOLDER);
        }
        return all;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Recorded read(Path file) {
      String name = file.getParent().getFileName() + "/" + file.getFileName();
      try {
        return Recorded.of(
            name, Exact.MAPPER.readTree(Files.readString(file, StandardCharsets.UTF_8)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
