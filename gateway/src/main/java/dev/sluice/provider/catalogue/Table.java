package dev.sluice.provider.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules for one provider's models. Immutable.
 *
 * <p>Of the rules for names that begin alike, all that fit are applied, those for the shortest
 * beginning first; then the one for the very name. So a rule needs to say only what is different.
 * Rules are read when they are needed: a gateway needs few of them, and a cold JVM reads slowly.
 */
final class Table {

  /**
   * Models of another provider's that this one serves, which take what they take there unless a
   * rule of this table says otherwise.
   *
   * @param beginning how such models' names begin here
   * @param provider whose models they are
   */
  record Guest(String beginning, String provider) {}

  private record Family(String beginning, Rule rule) {}

  private final List<Guest> guests;
  private final Map<String, Rule> models;
  private final List<Family> families;

  Table(List<Guest> guests, Map<String, ? extends Rule> rules) {
    this.guests = List.copyOf(guests);
    this.models = new TreeMap<>();
    List<Family> found = new ArrayList<>();
    for (Map.Entry<String, ? extends Rule> rule : rules.entrySet()) {
      String pattern = rule.getKey();
      if (pattern.endsWith("*")) {
        String beginning = pattern.substring(0, pattern.length() - 1);
        found.add(place(found, beginning), new Family(beginning, rule.getValue()));
      } else {
        models.put(pattern, rule.getValue());
      }
    }
    this.families = List.copyOf(found);
  }

  /** Where a beginning belongs among those found, which are sorted by length. */
  private static int place(List<Family> found, String beginning) {
    int place = found.size();
    while (place > 0 && found.get(place - 1).beginning().length() > beginning.length()) {
      place--;
    }
    return place;
  }

  /** Whose guest the model is; {@code null} where it is nobody's. */
  @Nullable Guest guest(String model) {
    String name = ModelNames.family(model);
    for (Guest guest : guests) {
      if (name.startsWith(guest.beginning())) {
        return guest;
      }
    }
    return null;
  }

  /** The rules for all whose names begin as the model's does. */
  List<Entry> families(String model) {
    String name = ModelNames.family(model);
    List<Entry> fitting = new ArrayList<>();
    for (Family family : families) {
      if (name.startsWith(family.beginning())) {
        fitting.add(family.rule().entry());
      }
    }
    return fitting;
  }

  /** The rules for the very model and for what it is a version of, the closest last. */
  List<Entry> model(String model) {
    List<Entry> fitting = new ArrayList<>();
    for (String name : ModelNames.of(model)) {
      Rule rule = models.get(name);
      if (rule != null) {
        // A region's own rule may tell nothing but its prices.
        fitting.addFirst(rule.entry());
      }
    }
    return fitting;
  }

  /** The rules by their pattern, for tests and documentation. */
  Map<String, Rule> models() {
    return models;
  }
}
