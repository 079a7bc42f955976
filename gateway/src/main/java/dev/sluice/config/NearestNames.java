package dev.sluice.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the names that somebody who mistyped one may have meant. */
public final class NearestNames {

  /** Longer names are not compared: comparing takes quadratic time. */
  private static final int LENGTH_MAX = 200;

  private NearestNames() {}

  /** The names of {@code known} that look like {@code wanted}, best first, at most {@code most}. */
  public static List<String> nearest(String wanted, Collection<String> known, int most) {
    if (wanted.length() > LENGTH_MAX) {
      return List.of();
    }
    record Ranked(String name, int distance) {}
    String lower = wanted.toLowerCase(Locale.ROOT);
    int bound = Math.max(1, wanted.length() / 3);
    List<Ranked> ranked = new ArrayList<>();
    for (String name : known) {
      if (Math.abs(name.length() - wanted.length()) <= bound) {
        int distance = distance(lower, name.toLowerCase(Locale.ROOT));
        if (distance <= bound) {
          ranked.add(new Ranked(name, distance));
        }
      }
    }
    ranked.sort(Comparator.comparingInt(Ranked::distance).thenComparing(Ranked::name));
    return ranked.stream().limit(most).map(Ranked::name).toList();
  }

  /** Levenshtein's distance: how many letters to add, take away or change. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
