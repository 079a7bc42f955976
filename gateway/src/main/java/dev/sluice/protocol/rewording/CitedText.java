package dev.sluice.protocol.rewording;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Part;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds for each text of a message the citations that speak of it. They are taken by their place,
 * which is that of the whole text where they came by this protocol. Owned by one message's encoder.
 */
public final class CitedText {

  private final String protocol;
  private final List<Citation> left;
  private long length;

  /** Those of a message; {@code protocol} takes back its own only. */
  public CitedText(String protocol, List<Citation> citations) {
    this.protocol = protocol;
    this.left = citations.isEmpty() ? List.of() : new ArrayList<>(citations);
  }

  /** The citations of the message's next text that the provider would take back. */
  public List<Citation> of(Part.Text text) {
    if (left.isEmpty()) {
      return List.of();
    }
    long from = length;
    length += text.text().length();
    List<Citation> found = new ArrayList<>();
    for (Citation citation : left) {
      if (citation.from() == from && citation.to() == length && isReplayable(citation)) {
        found.add(citation);
      }
    }
    left.removeAll(found);
    return found;
  }

  /** Whether the provider would take it back: it needs fields that only the provider can give. */
  private boolean isReplayable(Citation citation) {
    return !citation.rest().isEmpty() && citation.rest().isOf(protocol);
  }

  /** The citations of the message's next text, as far as a client can be told of them. */
  public List<Citation> shown(Part.Text text) {
    if (left.isEmpty()) {
      return List.of();
    }
    length += text.text().length();
    List<Citation> found = new ArrayList<>();
    for (Citation citation : left) {
      if (citation.to() == Citation.UNKNOWN || citation.to() <= length) {
        found.add(citation);
      }
    }
    left.removeAll(found);
    return found;
  }

  /** Whether citations were left that speak of none of the texts. */
  public boolean hasLost() {
    return !left.isEmpty();
  }
}
