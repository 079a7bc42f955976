package dev.sluice.app;

import dev.sluice.config.DialectSettings;
import dev.sluice.config.DoorSettings;
import dev.sluice.config.Settings;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.assemblyai.AssemblyAiDialect;
import dev.sluice.dialect.bifrost.BifrostDialect;
import dev.sluice.dialect.jylo.JyloDialect;
import dev.sluice.dialect.poolside.PoolsideDialect;
import dev.sluice.dialect.yomo.YomoDialect;
import dev.sluice.http.Doors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The front doors that there are, as the settings want them. */
final class Dialects {

  /** Their names. */
  static final List<String> NAMES =
      List.of(
          BifrostDialect.NAME,
          YomoDialect.NAME,
          AssemblyAiDialect.NAME,
          PoolsideDialect.NAME,
          JyloDialect.NAME);

  private final DialectSettings settings;
  private final Map<String, Dialect> byName = new LinkedHashMap<>();

  Dialects(Settings settings) {
    this.settings = settings.dialects();
    int depth = settings.server().limits().jsonDepth();
    add(new BifrostDialect(this.settings.bifrost(), depth));
    add(new YomoDialect(this.settings.yomo(), depth));
    add(new AssemblyAiDialect(this.settings.assemblyai(), depth));
    add(new PoolsideDialect(this.settings.poolside(), depth));
    add(new JyloDialect(this.settings.jylo(), depth));
  }

  private void add(Dialect dialect) {
    byName.put(dialect.name(), dialect);
  }

  /** Which of them answers; a listener of a dialect's own has the dialect's name. */
  Doors doors() {
    List<Doors.Way> ways = new ArrayList<>();
    Map<String, Dialect> byListener = new HashMap<>();
    byName.forEach((name, dialect) -> {
      DoorSettings door = door(name);
      List<String> hosts = new ArrayList<>(door.hosts());
      hosts.addAll(dialect.ownHosts());
      ways.add(new Doors.Way(dialect, hosts));
      if (door.listen() != null) {
        byListener.put(name, dialect);
      }
    });
    return new Doors(ways, named(settings.byDefault()), byListener);
  }

  /** The ports of listeners that belong to one dialect, by its name. */
  Map<String, Integer> listeners() {
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (String name : byName.keySet()) {
      Integer port = door(name).listen();
      if (port != null) {
        ports.put(name, port);
      }
    }
    return ports;
  }

  /** All of them, by their names. */
  Map<String, Dialect> byName() {
    return Collections.unmodifiableMap(byName);
  }

  private DoorSettings door(String name) {
    DoorSettings door = settings.doors().get(name);
    if (door == null) {
      throw new IllegalStateException("no settings for " + name);
    }
    return door;
  }

  private Dialect named(String name) {
    Dialect dialect = byName.get(name);
    if (dialect == null) {
      throw new IllegalStateException("no dialect is called " + name);
    }
    return dialect;
  }
}
