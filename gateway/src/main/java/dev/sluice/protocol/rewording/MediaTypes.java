package dev.sluice.protocol.rewording;

import dev.sluice.chat.FileKinds;
import dev.sluice.chat.Media;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Tells what bytes are by how they begin: the provider refuses an image whose media type is not
 * that of its bytes, and clients often name the wrong one.
 */
public final class MediaTypes {

  private static final String PDF = "application/pdf";

  private MediaTypes() {}

  /** The media type of the bytes, whatever was declared. */
  public static String of(Media.Inline inline) {
    String told = FileKinds.ofBase64(inline.base64());
    return told == null ? inline.mediaType() : told;
  }

  /** Whether the provider takes such bytes: images, PDFs and plain text. */
  public static boolean isCarried(String mediaType) {
    return mediaType.startsWith("image/") || mediaType.equals(PDF) || isText(mediaType);
  }

  /** Whether it is text of any kind. */
  public static boolean isText(String mediaType) {
    return mediaType.startsWith("text/") || mediaType.startsWith("application/json");
  }

  /** The bytes; {@code null} where the text is not base 64. */
  public static byte @Nullable [] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
