package dev.sluice.routing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The UUIDs of models, for clients that name them so. A name without a configured id has one that
 * is made of it, and so is the same on every gateway and after every start (RFC 9562, version 5).
 * Since a name cannot be made of its id, those that were seen are kept. Safe for all threads; reads
 * never wait.
 */
public final class ModelIds {

  /** The namespace of our names; it must never change. */
  private static final UUID NAMESPACE = UUID.fromString("0f4e5b1c-6d0f-4c37-9c1a-5f2f6a7f8d3e");

  /** The most names that are kept; a provider could list any number. */
  private static final int NAMES_MAX = 100_000;

  private static final int UUID_LENGTH = 36;

  private final Map<String, UUID> ids = new ConcurrentHashMap<>();
  private final Map<UUID, String> names = new ConcurrentHashMap<>();

  /** The id that is made of {@code name}. */
  public static UUID of(String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer named = ByteBuffer.allocate(16 + text.length);
    named.putLong(NAMESPACE.getMostSignificantBits());
    named.putLong(NAMESPACE.getLeastSignificantBits());
    ByteBuffer hash = ByteBuffer.wrap(sha1(named.put(text).array()));
    long high = (hash.getLong() & ~0xf000L) | 0x5000L;
    long low = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** The id that {@code text} spells in 36 characters; {@code null} where it is none. */
  public static @Nullable UUID parse(String text) {
    if (text.length() != UUID_LENGTH) {
      return null;
    }
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? c != '-' : c >= 0x80 || Character.digit(c, 16) < 0) {
        return null;
      }
    }
    return UUID.fromString(text);
  }

  /** Keeps {@code name}, so that its id is known from here on; the id. */
  public UUID learn(String name) {
    UUID known = ids.get(name);
    if (known != null) {
      return known;
    }
    UUID made = of(name);
    if (names.size() < NAMES_MAX) {
      names.put(made, name);
      ids.put(name, made);
    }
    return made;
  }

  /** The name that was learned and has {@code id}; {@code null} where there is none. */
  @Nullable String name(UUID id) {
    return names.get(id);
  }

  private static byte[] sha1(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
