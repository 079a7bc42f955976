package dev.sluice.protocol.cohere;

import dev.sluice.chat.CallIds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request had to call otherwise than the client does, so that its answer can be read in the
 * client's words: tools with names that the protocol refuses, and tools that take free text. Made
 * by one request's encoder, then only read.
 */
public final class Disguise {

  /** The member that holds the free text of a tool that has none but JSON. */
  static final String FREE_TEXT = "input";

  /** For answers to requests that were not written by this codec: nothing was disguised. */
  public static final Disguise NONE = new Disguise();

  private final Map<String, String> wireNames = new HashMap<>();
  private final Map<String, String> clientNames = new HashMap<>();
  private final Set<String> freeText = new HashSet<>();

  Disguise() {}

  /**
   * The name on the wire of a tool that the client calls {@code name}: the same, unless it holds
   * anything but letters, digits, {@code _} and {@code -}, or is too long. The same name is always
   * disguised in the same way.
   *
   * @param lengthMax the longest name; at least 16
   */
  String wireName(String name, int lengthMax) {
    if (isPlain(name) && name.length() <= lengthMax) {
      return name;
    }
    return wireNames.computeIfAbsent(name, hard -> disguised(hard, lengthMax));
  }

  private String disguised(String name, int lengthMax) {
    String tail = "_" + CallIds.make(name, 0, 0);
    StringBuilder wire = new StringBuilder(lengthMax);
    for (int i = 0; i < name.length() && wire.length() < lengthMax - tail.length(); i++) {
      wire.append(isPlain(name.charAt(i)) ? name.charAt(i) : '_');
    }
    String disguise = wire.append(tail).toString();
    clientNames.put(disguise, name);
    return disguise;
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isPlain(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  /** Notes that the tool takes free text. */
  void takesFreeText(String wireName) {
    freeText.add(wireName);
  }

  /** What the client calls the tool. */
  String clientName(String wireName) {
    @Nullable String name = clientNames.get(wireName);
    return name == null ? wireName : name;
  }

  /** Whether the tool takes free text. */
  boolean isFreeText(String wireName) {
    return freeText.contains(wireName);
  }
}
