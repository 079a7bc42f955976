package dev.sluice.http;

import dev.sluice.dialect.Dialect;
import java.util.List;

/**
 * Which dialect answers, settled by the path alone and before a body is read: by its prefix, else
 * the default. A prefix is a whole segment of the path.
 */
public final class Doors {

  private final List<Dialect> dialects;
  private final Dialect byDefault;

  /** Doors for {@code dialects}; {@code byDefault} is one of them. */
  public Doors(List<Dialect> dialects, Dialect byDefault) {
    this.dialects = List.copyOf(dialects);
    this.byDefault = byDefault;
  }

  /**
   * A dialect and the path as it names it.
   *
   * @param path without the prefix; begins with a slash, and ends without one
   */
  public record Door(Dialect dialect, String path) {}

  /** Who answers {@code path}. */
  public Door find(String path) {
    for (int i = 0; i < dialects.size(); i++) {
      Dialect dialect = dialects.get(i);
      String name = dialect.name();
      int end = 1 + name.length();
      if (path.startsWith(name, 1) && (path.length() == end || path.charAt(end) == '/')) {
        return new Door(dialect, trimmed(path.substring(end)));
      }
    }
    return new Door(byDefault, trimmed(path));
  }

  private static String trimmed(String path) {
    int length = path.length();
    return length > 1 && path.charAt(length - 1) == '/' ? path.substring(0, length - 1) : path;
  }
}
