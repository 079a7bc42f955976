package dev.sluice.protocol.gemini;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a file is to the model; the wire tells it by the media type alone. */
enum MediaKind {
  IMAGE,
  AUDIO,
  VIDEO,
  DOCUMENT;

  /** Where AI Studio keeps what was uploaded to it. */
  private static final String UPLOADS = "https://generativelanguage.googleapis.com/";

  static final String LOW = "MEDIA_RESOLUTION_LOW";
  static final String HIGH = "MEDIA_RESOLUTION_HIGH";

  /** The kind of that media type. */
  static MediaKind of(String mediaType) {
    String type = mediaType.toLowerCase(Locale.ROOT);
    if (type.startsWith("image/")) {
      return IMAGE;
    }
    if (type.startsWith("audio/")) {
      return AUDIO;
    }
    return type.startsWith("video/") ? VIDEO : DOCUMENT;
  }

  /** The kind of what an address without a media type leads to, by its looks. */
  static MediaKind ofAddress(String url) {
    if (isYouTube(url)) {
      return VIDEO;
    }
    String type = typeOf(url);
    return type == null ? DOCUMENT : of(type);
  }

  /** Whether the address is a file of AI Studio's, which no other provider can read. */
  static boolean isUpload(String url) {
    return url.startsWith(UPLOADS);
  }

  /** Whether Google has the file itself. */
  static boolean isGoogles(String url) {
    return url.startsWith("gs://") || isUpload(url) || isYouTube(url);
  }

  private static boolean isYouTube(String url) {
    return url.startsWith("https://www.youtube.com/")
        || url.startsWith("https://youtube.com/")
        || url.startsWith("https://youtu.be/");
  }

  /** The media type that the end of an address suggests; {@code null} for none. */
  static @Nullable String typeOf(String url) {
    int end = url.length();
    for (char stop : new char[] {'?', '#'}) {
      int at = url.indexOf(stop);
      end = at < 0 ? end : Math.min(end, at);
    }
    int dot = url.lastIndexOf('.', end - 1);
    if (dot < 0 || dot < url.lastIndexOf('/', end - 1)) {
      return null;
    }
    return switch (url.substring(dot + 1, end).toLowerCase(Locale.ROOT)) {
      case "png" -> "image/png";
      case "jpg", "jpeg" -> "image/jpeg";
      case "webp" -> "image/webp";
      case "gif" -> "image/gif";
      case "heic" -> "image/heic";
      case "heif" -> "image/heif";
      case "pdf" -> "application/pdf";
      case "txt" -> "text/plain";
      case "md" -> "text/markdown";
      case "csv" -> "text/csv";
      case "html", "htm" -> "text/html";
      case "mp3" -> "audio/mpeg";
      case "wav" -> "audio/wav";
      case "flac" -> "audio/flac";
      case "ogg" -> "audio/ogg";
      case "mp4" -> "video/mp4";
      case "mov" -> "video/quicktime";
      case "webm" -> "video/webm";
      default -> null;
    };
  }

  /** OpenAI's word for that resolution; {@code null} where it has none. */
  static @Nullable String detail(String level) {
    return switch (level) {
      case LOW -> "low";
      case HIGH -> "high";
      default -> null;
    };
  }

  /** The resolution that OpenAI's word asks for; {@code null} for the model's own choice. */
  static @Nullable String resolution(@Nullable String detail) {
    return switch (detail) {
      case null -> null;
      case "low" -> LOW;
      case "high" -> HIGH;
      default -> null;
    };
  }
}
