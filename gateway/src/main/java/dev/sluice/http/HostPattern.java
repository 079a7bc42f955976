package dev.sluice.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of host names, label by label: a label is itself, {@code *} for any one, or {@code
 * {name}} for any one that is noted; a {@code *} at the end stands for one label or more. Letters
 * match in either case.
 */
final class HostPattern {

  private static final String ANY = "*";

  private final String[] labels;

  private HostPattern(String[] labels) {
    this.labels = labels;
  }

  /** The pattern that {@code text} writes. */
  static HostPattern of(String text) {
    return new HostPattern(labels(text));
  }

  /** What {@code host} tells; {@code null} where it does not match. */
  @Nullable Map<String, String> match(String host) {
    String[] given = labels(host);
    boolean open = labels[labels.length - 1].equals(ANY);
    if (open ? given.length < labels.length : given.length != labels.length) {
      return null;
    }
    Map<String, String> captured = new HashMap<>();
    for (int i = 0; i < labels.length; i++) {
      String label = labels[i];
      if (label.startsWith("{") && label.endsWith("}")) {
        captured.put(label.substring(1, label.length() - 1), given[i]);
      } else if (!label.equals(ANY) && !label.equals(given[i])) {
        return null;
      }
    }
    return captured;
  }

  private static String[] labels(String host) {
    List<String> labels = new ArrayList<>();
    String lower = host.toLowerCase(Locale.ROOT);
    int start = 0;
    for (int dot = lower.indexOf('.'); dot >= 0; dot = lower.indexOf('.', start)) {
      labels.add(lower.substring(start, dot));
      start = dot + 1;
    }
    labels.add(lower.substring(start));
    return labels.toArray(new String[0]);
  }
}
