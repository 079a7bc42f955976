package dev.sluice.provider.catalogue;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Under which names a model may be in the catalogue, the closest first: as it is called, without
 * the version that follows it, without its date, and without the region before it. So a new dated
 * version inherits what is known of the model.
 */
final class ModelNames {

  /** Regions of Bedrock's inference profiles. */
  private static final List<String> REGIONS =
      List.of("us", "eu", "apac", "global", "jp", "au", "ca", "in", "us-gov");

  private static final String LATEST = "-latest";

  private ModelNames() {}

  /** The names; the first is {@code name} itself. */
  static Set<String> of(String name) {
    Set<String> names = new LinkedHashSet<>();
    names.add(name);
    String bare = withoutResource(name);
    versions(bare, names);
    String plain = withoutRegion(bare);
    versions(plain, names);
    return names;
  }

  /** The name without anything that tells a version, a date or a region. */
  static String family(String name) {
    return withoutRegion(withoutResource(name));
  }

  private static void versions(String name, Set<String> names) {
    names.add(name);
    String unversioned = withoutVersion(name);
    names.add(unversioned);
    names.add(withoutDate(unversioned));
  }

  /** The model of an ARN, which stands behind its last slash. */
  private static String withoutResource(String name) {
    return name.startsWith("arn:") ? name.substring(name.lastIndexOf('/') + 1) : name;
  }

  private static String withoutRegion(String name) {
    int point = name.indexOf('.');
    return point > 0 && REGIONS.contains(name.substring(0, point))
        ? name.substring(point + 1)
        : name;
  }

  /**
   * Bedrock's {@code -v1:0} and {@code -v1}, and Vertex's {@code @20250929} and {@code @default}.
   */
  private static String withoutVersion(String name) {
    int at = name.indexOf('@');
    if (at > 0) {
      return name.substring(0, at);
    }
    int end = name.length();
    int colon = name.lastIndexOf(':');
    if (colon > 0 && isDigits(name, colon + 1, end)) {
      end = colon;
    }
    int dash = name.lastIndexOf("-v", end - 1);
    return dash > 0 && isDigits(name, dash + 2, end) ? name.substring(0, dash) : name;
  }

  /** {@code -20250929}, {@code -2025-09-29} and {@code -latest}. */
  private static String withoutDate(String name) {
    if (name.endsWith(LATEST)) {
      return name.substring(0, name.length() - LATEST.length());
    }
    int end = name.length();
    if (end > 9 && name.charAt(end - 9) == '-' && isDigits(name, end - 8, end)) {
      return name.substring(0, end - 9);
    }
    boolean dashed =
        end > 11
            && name.charAt(end - 11) == '-'
            && isDigits(name, end - 10, end - 6)
            && name.charAt(end - 6) == '-'
            && isDigits(name, end - 5, end - 3)
            && name.charAt(end - 3) == '-'
            && isDigits(name, end - 2, end);
    return dashed ? name.substring(0, end - 11) : name;
  }

  private static boolean isDigits(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return from < to;
  }
}
