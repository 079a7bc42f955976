package dev.sluice.protocol.rewording;

import dev.sluice.chat.Media;
import dev.sluice.chat.Part;
import org.jspecify.annotations.Nullable;

/** Says which images, sounds, films and documents a provider can be given. */
@FunctionalInterface
public interface MediaRule {

  /**
   * Why the provider can't have it, as the end of a sentence; {@code null} where it can.
   *
   * @param part an image, a sound, a film or a document
   * @param source where it is
   */
  @Nullable String refusal(Part part, Media source);
}
