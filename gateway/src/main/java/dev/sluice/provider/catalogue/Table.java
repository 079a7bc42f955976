package dev.sluice.provider.catalogue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules for one provider's models. Immutable.
 *
 * <p>Of the rules for names that begin alike, all that fit are applied, those for the shortest
 * beginning first; then the one for the very name. So a rule needs to say only what is different.
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

  private record Family(String beginning, Entry entry) {}

  private final List<Guest> guests;
  private final Map<String, Entry> models;
  private final List<Family> families;

  Table(List<Guest> guests, Map<String, Entry> rules) {
    this.guests = List.copyOf(guests);
    this.models = new TreeMap<>();
    List<Family> found = new ArrayList<>();
    rules.forEach((pattern, entry) -> {
      if (pattern.endsWith("*")) {
        found.add(new Family(pattern.substring(0, pattern.length() - 1), entry));
      } else {
        models.put(pattern, entry);
      }
    });
    found.sort(Comparator.comparingInt(family -> family.beginning().length()));
    this.families = List.copyOf(found);
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
        fitting.add(family.entry());
      }
    }
    return fitting;
  }

  /** The rule for the very model, or the version of it that is closest; else one that is empty. */
  List<Entry> model(String model) {
    List<Entry> fitting = new ArrayList<>();
    for (String name : ModelNames.of(model)) {
      Entry entry = models.get(name);
      if (entry != null) {
        // A region's own rule may tell nothing but its prices.
        fitting.addFirst(entry);
      }
    }
    return fitting;
  }

  /** The rules by their pattern, for tests and documentation. */
  Map<String, Entry> models() {
    return models;
  }
}
