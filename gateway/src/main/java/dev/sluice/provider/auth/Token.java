package dev.sluice.provider.auth;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that convinces a provider for a while. Prints without its value.
 *
 * @param value the secret itself
 * @param expires when it stops to be valid; {@code null} where nothing says so
 */
record Token<T>(T value, @Nullable Instant expires) {
  @Override
  public String toString() {
    return "Token[expires " + expires + "]";
  }
}
