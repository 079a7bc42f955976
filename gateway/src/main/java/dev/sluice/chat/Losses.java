package dev.sluice.chat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a codec could not carry from one protocol into another, for {@code x-sluice-dropped} or for
 * a refusal. Owned by one thread.
 */
public final class Losses {

  /** More are not named; a header has to hold them. */
  public static final int FIELDS_MAX = 50;

  private final Set<String> fields = new LinkedHashSet<>();

  /**
   * Notes a field.
   *
   * @param field as the client calls it, without indexes, such as {@code logit_bias} or {@code
   *     messages.name}; never a value
   */
  public void add(String field) {
    if (fields.size() < FIELDS_MAX) {
      fields.add(field);
    }
  }

  /**
   * Notes the names of {@code rest}, each behind {@code prefix}, unless {@code protocol} has them.
   */
  public void addUnlessOf(String protocol, String prefix, Rest rest) {
    if (!rest.isOf(protocol)) {
      for (Rest.Member member : rest.members()) {
        add(prefix + member.name());
      }
    }
  }

  /** Whether all was carried. */
  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /** Each field once, in the order of their first mention. */
  public List<String> fields() {
    return List.copyOf(fields);
  }
}
