package dev.sluice.provider.media;

import dev.sluice.chat.Fault;
import dev.sluice.chat.FileKinds;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images and documents within messages: where they are, what is wrong with them, new ones. */
final class MediaParts {

  private MediaParts() {}

  /** Where an image's or document's bytes are said to be; {@code null} for other parts. */
  static @Nullable Media source(Part part) {
    return switch (part) {
      case Part.Image image -> image.source();
      case Part.File file -> file.source();
      case Part.Text _,
          Part.Audio _,
          Part.Video _,
          Part.Refusal _,
          Part.Thinking _,
          Part.SealedThinking _,
          Part.ToolCall _,
          Part.Foreign _ ->
          null;
    };
  }

  /** The same part with its bytes elsewhere; it is an image or a document. */
  static Part with(Part part, Media source) {
    return switch (part) {
      case Part.Image image -> new Part.Image(source, image.detail(), image.cache(), image.rest());
      case Part.File file -> new Part.File(source, file.name(), file.cache(), file.rest());
      case Part.Text _,
          Part.Audio _,
          Part.Video _,
          Part.Refusal _,
          Part.Thinking _,
          Part.SealedThinking _,
          Part.ToolCall _,
          Part.Foreign _ ->
          throw new IllegalArgumentException("no image and no document: " + part.getClass());
    };
  }

  /** The same message with other parts. */
  static Message with(Message message, List<Part> parts) {
    return switch (message) {
      case Message.System system -> new Message.System(parts, system.name(), system.rest());
      case Message.Developer developer ->
          new Message.Developer(parts, developer.name(), developer.rest());
      case Message.User user -> new Message.User(parts, user.name(), user.rest());
      case Message.Assistant said ->
          new Message.Assistant(parts, said.name(), said.citations(), said.audio(), said.rest());
      case Message.ToolResult result ->
          new Message.ToolResult(
              result.callId(),
              result.name(),
              parts,
              result.outcome(),
              result.cache(),
              result.rest());
    };
  }

  /** What OpenAI's protocol calls the field that holds a part's bytes or their address. */
  static String field(Part part, int message, int index) {
    return "messages["
        + message
        + "].content["
        + index
        + (part instanceof Part.Image ? "].image_url.url" : "].file.file_data");
  }

  /**
   * What came with the request, with the media type that its bytes have.
   *
   * @param field the field that holds it
   * @return {@code inline} itself where there is nothing to mend
   * @throws GatewayException where it is not base 64
   */
  static Media.Inline checked(Media.Inline inline, String field) {
    if (!isBase64(inline.base64())) {
      throw new GatewayException(
          Fault.InvalidRequest.of(field, "`" + field + "` does not hold valid base 64"));
    }
    String declared = inline.mediaType();
    int parameters = declared.indexOf(';');
    String bare = (parameters < 0 ? declared : declared.substring(0, parameters)).strip();
    if (bare.indexOf('/') <= 0 || bare.indexOf('/') == bare.length() - 1) {
      throw new GatewayException(
          Fault.InvalidRequest.of(field, "`" + field + "` does not name a media type"));
    }
    String told = FileKinds.ofBase64(inline.base64());
    String type = told == null ? bare : told;
    return type.equals(declared) ? inline : new Media.Inline(type, inline.base64());
  }

  /** Whether it is base 64 by RFC 4648, padded, on one line, and not empty. */
  private static boolean isBase64(String text) {
    int length = text.length();
    if (length == 0 || length % 4 != 0) {
      return false;
    }
    int padding = text.charAt(length - 1) != '=' ? 0 : text.charAt(length - 2) != '=' ? 1 : 2;
    for (int i = 0; i < length - padding; i++) {
      char c = text.charAt(i);
      if ((c < 'A' || c > 'Z')
          && (c < 'a' || c > 'z')
          && (c < '0' || c > '9')
          && c != '+'
          && c != '/') {
        return false;
      }
    }
    return true;
  }
}
