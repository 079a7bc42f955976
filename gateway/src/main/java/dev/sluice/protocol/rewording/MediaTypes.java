package dev.sluice.protocol.rewording;

import dev.sluice.chat.Media;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Tells what bytes are by how they begin: the provider refuses an image whose media type is not
 * that of its bytes, and clients often name the wrong one.
 */
public final class MediaTypes {

  private static final String PDF = "application/pdf";

  /** As many characters of base 64 as hold the longest beginning that is looked for. */
  private static final int HEAD_CHARACTERS = 24;

  private MediaTypes() {}

  /** The media type of the bytes, whatever was declared. */
  public static String of(Media.Inline inline) {
    return sniff(inline.base64(), inline.mediaType());
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

  /** The media type of the bytes; {@code declared} where they begin like nothing that is known. */
  private static String sniff(String base64, String declared) {
    int length = Math.min(HEAD_CHARACTERS, base64.length() & ~3);
    byte[] head = decode(base64.substring(0, length));
    if (head == null) {
      return declared;
    }
    if (begins(head, 0, 0x89, 'P', 'N', 'G')) {
      return "image/png";
    }
    if (begins(head, 0, 0xff, 0xd8, 0xff)) {
      return "image/jpeg";
    }
    if (begins(head, 0, 'G', 'I', 'F', '8')) {
      return "image/gif";
    }
    if (begins(head, 0, 'R', 'I', 'F', 'F') && begins(head, 8, 'W', 'E', 'B', 'P')) {
      return "image/webp";
    }
    if (begins(head, 0, '%', 'P', 'D', 'F')) {
      return PDF;
    }
    return declared;
  }

  private static boolean begins(byte[] head, int at, int... bytes) {
    if (head.length < at + bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((head[at + i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
