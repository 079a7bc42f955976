package dev.sluice.protocol.converse;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The protocol's words for formats, in place of media types. */
final class Formats {

  /** What a block that holds a format is called. */
  enum Kind {
    IMAGE("image"),
    DOCUMENT("document"),
    VIDEO("video"),
    AUDIO("audio");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  private Formats() {}

  /** The kind of block that a media type belongs to; {@code null} for none. */
  static @Nullable Kind kind(String mediaType) {
    String bare = bare(mediaType);
    if (bare.startsWith("image/")) {
      return Kind.IMAGE;
    }
    if (bare.startsWith("video/")) {
      return Kind.VIDEO;
    }
    if (bare.startsWith("audio/")) {
      return Kind.AUDIO;
    }
    return document(bare) == null ? null : Kind.DOCUMENT;
  }

  /** The word for a media type in a block of that kind; {@code null} where there is none. */
  static @Nullable String word(Kind kind, String mediaType) {
    String bare = bare(mediaType);
    return switch (kind) {
      case IMAGE -> image(bare);
      case DOCUMENT -> document(bare);
      case VIDEO -> video(bare);
      case AUDIO -> audio(bare);
    };
  }

  private static String bare(String mediaType) {
    int semicolon = mediaType.indexOf(';');
    String bare = semicolon < 0 ? mediaType : mediaType.substring(0, semicolon);
    return bare.strip().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String image(String mediaType) {
    return switch (mediaType) {
      case "image/png" -> "png";
      case "image/jpeg", "image/jpg" -> "jpeg";
      case "image/gif" -> "gif";
      case "image/webp" -> "webp";
      default -> null;
    };
  }

  private static @Nullable String document(String mediaType) {
    return switch (mediaType) {
      case "application/pdf" -> "pdf";
      case "text/csv" -> "csv";
      case "application/msword" -> "doc";
      case "application/vnd.openxmlformats-officedocument.wordprocessingml.document" -> "docx";
      case "application/vnd.ms-excel" -> "xls";
      case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" -> "xlsx";
      case "text/html" -> "html";
      case "text/markdown", "text/x-markdown" -> "md";
      case "application/json" -> "txt";
      default -> mediaType.startsWith("text/") ? "txt" : null;
    };
  }

  private static @Nullable String video(String mediaType) {
    return switch (mediaType) {
      case "video/mp4" -> "mp4";
      case "video/x-matroska" -> "mkv";
      case "video/quicktime" -> "mov";
      case "video/webm" -> "webm";
      case "video/x-flv" -> "flv";
      case "video/mpeg" -> "mpeg";
      case "video/x-ms-wmv" -> "wmv";
      case "video/3gpp" -> "three_gp";
      default -> null;
    };
  }

  private static @Nullable String audio(String mediaType) {
    return switch (mediaType) {
      case "audio/mpeg", "audio/mp3" -> "mp3";
      case "audio/wav", "audio/x-wav", "audio/wave" -> "wav";
      case "audio/opus" -> "opus";
      case "audio/aac" -> "aac";
      case "audio/flac" -> "flac";
      case "audio/mp4" -> "mp4";
      case "audio/ogg" -> "ogg";
      case "audio/x-matroska" -> "mka";
      case "audio/x-m4a", "audio/m4a" -> "m4a";
      case "audio/pcm", "audio/l16" -> "pcm";
      case "audio/webm" -> "webm";
      default -> null;
    };
  }

  /** The media type that a word means in a block of that kind; {@code null} where it is new. */
  static @Nullable String mediaType(Kind kind, String word) {
    return switch (kind) {
      case IMAGE ->
          switch (word) {
            case "png", "jpeg", "gif", "webp" -> "image/" + word;
            default -> null;
          };
      case DOCUMENT ->
          switch (word) {
            case "pdf" -> "application/pdf";
            case "csv", "html" -> "text/" + word;
            case "txt" -> "text/plain";
            case "md" -> "text/markdown";
            case "doc" -> "application/msword";
            case "docx" ->
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
            case "xls" -> "application/vnd.ms-excel";
            case "xlsx" -> "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            default -> null;
          };
      case VIDEO ->
          switch (word) {
            case "mp4", "webm", "mpeg" -> "video/" + word;
            case "mpg" -> "video/mpeg";
            case "mkv" -> "video/x-matroska";
            case "mov" -> "video/quicktime";
            case "flv" -> "video/x-flv";
            case "wmv" -> "video/x-ms-wmv";
            case "three_gp" -> "video/3gpp";
            default -> null;
          };
      case AUDIO ->
          switch (word) {
            case "mp3", "mpeg", "mpga" -> "audio/mpeg";
            case "wav", "opus", "aac", "flac", "mp4", "ogg", "pcm", "webm" -> "audio/" + word;
            case "x-aac" -> "audio/aac";
            case "mkv", "mka" -> "audio/x-matroska";
            case "m4a" -> "audio/x-m4a";
            default -> null;
          };
    };
  }
}
