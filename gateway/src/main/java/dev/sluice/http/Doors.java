package dev.sluice.http;

import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.RequestHead.Entrance;
import dev.sluice.net.ServerExchange;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which dialect answers, settled before a body is read: the listener's own; else the host's; else
 * the one whose name the path begins with; else the one that alone has the path; else the default.
 * A prefix is a whole segment of the path. Immutable and shared by all loops.
 */
public final class Doors {

  private final List<Dialect> dialects;
  private final Dialect byDefault;
  private final Map<String, Dialect> byListener;
  private final List<House> houses = new ArrayList<>();

  /** The last host that was looked at: clients of one host mostly come together. */
  private volatile Host lastHost = new Host("", null);

  /** The last path that was looked at: nearly all requests are for one. */
  private volatile Path lastPath;

  /** A host pattern and who answers there. */
  private record House(HostPattern pattern, Dialect dialect) {}

  /** What a host name means. */
  private record Host(String name, @Nullable Found found) {}

  /** Where a path leads, where neither listener nor host tells. */
  private record Path(String path, Door door) {}

  private record Found(Dialect dialect, Map<String, String> captured) {}

  /**
   * How a dialect is reached beside its prefix and its own paths.
   *
   * @param hosts patterns of host names
   */
  public record Way(Dialect dialect, List<String> hosts) {}

  /**
   * Doors.
   *
   * @param ways all dialects; of two whose hosts match, the first answers
   * @param byDefault one of them
   * @param byListener those that have a listener of their own, by its name
   */
  public Doors(List<Way> ways, Dialect byDefault, Map<String, Dialect> byListener) {
    this.dialects = ways.stream().map(Way::dialect).toList();
    this.byDefault = byDefault;
    this.byListener = new HashMap<>(byListener);
    for (Way way : ways) {
      for (String host : way.hosts()) {
        houses.add(new House(HostPattern.of(host), way.dialect()));
      }
    }
    this.lastPath = new Path("", new Door(byDefault, Entrance.of("/")));
  }

  /** A dialect, and how it was reached. */
  public record Door(Dialect dialect, Entrance entrance) {}

  /** Whether the listener belongs to one dialect, health checks included. */
  public boolean isOwned(String listener) {
    return byListener.containsKey(listener);
  }

  /**
   * Who answers.
   *
   * @param path without the query
   */
  public Door find(ServerExchange exchange, String path) {
    Dialect own = byListener.get(exchange.listener());
    if (own != null) {
      return new Door(own, Entrance.of(trimmed(path)));
    }
    Found host = host(exchange);
    if (host != null) {
      return new Door(host.dialect(), new Entrance("", trimmed(path), host.captured()));
    }
    Path last = lastPath;
    if (!last.path().equals(path)) {
      last = new Path(path, byPath(path));
      lastPath = last;
    }
    return last.door();
  }

  private Door byPath(String path) {
    for (int i = 0; i < dialects.size(); i++) {
      Dialect dialect = dialects.get(i);
      String name = dialect.name();
      int end = 1 + name.length();
      if (path.startsWith(name, 1) && isSegmentEnd(path, end)) {
        return new Door(
            dialect, dialect.entrance(path.substring(0, end), trimmed(path.substring(end))));
      }
    }
    for (int i = 0; i < dialects.size(); i++) {
      List<String> own = dialects.get(i).ownPaths();
      for (int k = 0; k < own.size(); k++) {
        if (path.startsWith(own.get(k)) && isSegmentEnd(path, own.get(k).length())) {
          return new Door(dialects.get(i), Entrance.of(trimmed(path)));
        }
      }
    }
    return new Door(byDefault, Entrance.of(trimmed(path)));
  }

  private @Nullable Found host(ServerExchange exchange) {
    if (houses.isEmpty()) {
      return null;
    }
    String name = exchange.headers().get(HttpHeaderNames.HOST);
    if (name == null) {
      return null;
    }
    Host last = lastHost;
    if (!last.name().equals(name)) {
      last = new Host(name, byHost(withoutPort(name)));
      lastHost = last;
    }
    return last.found();
  }

  private @Nullable Found byHost(String name) {
    for (House house : houses) {
      Map<String, String> captured = house.pattern().match(name);
      if (captured != null) {
        return new Found(house.dialect(), Map.copyOf(captured));
      }
    }
    return null;
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon < 0 || host.endsWith("]") ? host : host.substring(0, colon);
  }

  private static boolean isSegmentEnd(String path, int at) {
    return path.length() == at || path.charAt(at) == '/';
  }

  private static String trimmed(String path) {
    int length = path.length();
    if (length == 0) {
      return "/";
    }
    return length > 1 && path.charAt(length - 1) == '/' ? path.substring(0, length - 1) : path;
  }
}
