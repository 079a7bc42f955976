package dev.sluice.chat;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Tells what a file is by how it begins, since what is said of it is often wrong. */
public final class FileKinds {

  /** How many of a file's first bytes are looked at. */
  public static final int HEAD_BYTES = 18;

  /** The characters of base 64 that hold them. */
  private static final int HEAD_CHARACTERS = HEAD_BYTES / 3 * 4;

  private FileKinds() {}

  /**
   * The media type of an image (PNG, JPEG, GIF, WebP) or PDF; {@code null} where it begins like
   * none of these.
   *
   * @param head the first bytes; {@value #HEAD_BYTES} are enough
   */
  public static @Nullable String of(byte[] head) {
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
    return begins(head, 0, '%', 'P', 'D', 'F') ? "application/pdf" : null;
  }

  /** The same of a file in base 64. */
  public static @Nullable String ofBase64(String base64) {
    int length = Math.min(HEAD_CHARACTERS, base64.length() & ~3);
    try {
      return of(Base64.getDecoder().decode(base64.substring(0, length)));
    } catch (IllegalArgumentException _) {
      return null;
    }
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
