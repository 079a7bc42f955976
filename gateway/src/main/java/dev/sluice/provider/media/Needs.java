package dev.sluice.provider.media;

import dev.sluice.chat.Media;

/** Which addresses a target's provider does not follow itself. */
@FunctionalInterface
public interface Needs {

  /** All are left as they are. */
  Needs NONE = remote -> false;

  /** Every one. */
  Needs BYTES = remote -> true;

  /** Whether the provider takes the bytes only of what is at this address. */
  boolean bytesOf(Media.Remote remote);
}
