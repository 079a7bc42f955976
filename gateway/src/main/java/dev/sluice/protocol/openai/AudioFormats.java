package dev.sluice.protocol.openai;

/** The words of {@code input_audio.format}, and the media types that they stand for. */
final class AudioFormats {

  private static final String AUDIO = "audio/";

  private AudioFormats() {}

  /** The media type of a format. */
  static String mediaType(String format) {
    return AUDIO + (format.equals("mp3") ? "mpeg" : format);
  }

  /** The format of a media type; its second half where there is no other word. */
  static String format(String mediaType) {
    return switch (mediaType) {
      case "audio/mpeg" -> "mp3";
      case "audio/x-wav", "audio/wave" -> "wav";
      default -> mediaType.startsWith(AUDIO) ? mediaType.substring(AUDIO.length()) : mediaType;
    };
  }
}
