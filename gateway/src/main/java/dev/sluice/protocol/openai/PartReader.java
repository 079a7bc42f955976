package dev.sluice.protocol.openai;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.Json;
import dev.sluice.chat.Media;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a message's content: a string, or a list of parts. */
final class PartReader {

  private static final String BASE64_MARK = ";base64,";

  private @Nullable String type;
  private @Nullable JsonString text;
  private @Nullable Media media;
  private @Nullable String detail;
  private @Nullable String fileName;
  private @Nullable String thoughts;
  private @Nullable Signature signature;
  private @Nullable CacheHint cache;
  private final RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);

  private PartReader() {}

  /** Reads the content at hand; none for {@code null}. */
  static List<Part> content(JsonReader in) {
    return switch (in.peek()) {
      case TEXT -> List.of(new Part.Text(in.string()));
      case NULL -> {
        in.skip();
        yield List.of();
      }
      case ARRAY -> {
        List<Part> parts = new ArrayList<>();
        for (boolean more = in.enterArray(); more; more = in.nextItem()) {
          parts.add(part(in));
        }
        yield parts;
      }
      case OBJECT, NUMBER, BOOLEAN, NONE -> throw in.misshapen("a string or an array of parts");
    };
  }

  private static Part part(JsonReader in) {
    if (in.peek() == JsonReader.Kind.TEXT) {
      return new Part.Text(in.string());
    }
    return new PartReader().read(in);
  }

  private Part read(JsonReader in) {
    int mark = in.mark();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      member(in, in.name());
    }
    String kind = type == null ? guess() : type;
    Part part =
        switch (kind) {
          case "text", "input_text", "output_text" ->
              text == null ? null : new Part.Text(text, cache, null, rest.build());
          case "refusal" -> text == null ? null : new Part.Refusal(text.toString(), rest.build());
          case "image_url" ->
              media == null ? null : new Part.Image(media, detail, cache, rest.build());
          case "input_audio" -> media == null ? null : new Part.Audio(media, cache, rest.build());
          case "video_url" -> media == null ? null : new Part.Video(media, cache, rest.build());
          case "file" -> media == null ? null : new Part.File(media, fileName, cache, rest.build());
          case "thinking", "redacted_thinking" -> thought();
          case "document_url" ->
              media == null
                  ? null
                  : new Part.File(media, fileName, cache, restWithout("document_name"));
          default -> new Part.Foreign(OpenAi.PROTOCOL, kind, new Json(in.textSince(mark)));
        };
    if (part == null) {
      // What a known type must hold is missing: the provider will know what to say of it.
      return new Part.Foreign(OpenAi.PROTOCOL, kind, new Json(in.textSince(mark)));
    }
    return part;
  }

  private String guess() {
    if (text != null) {
      return "text";
    }
    return media == null ? "" : "image_url";
  }

  private void member(JsonReader in, String name) {
    if (in.skipNull()) {
      return;
    }
    switch (name) {
      case "type" -> type = in.text();
      case "text", "refusal" -> text = in.string();
      case "image_url", "video_url" -> address(in, name);
      case "input_audio" -> audio(in);
      case "file" -> file(in);
      case "thinking" -> thinking(in);
      case "signature" -> {
        int mark = in.mark();
        String seal = OpenAi.orEmpty(OpenAi.looseText(in));
        signature = seal.isEmpty() ? null : new Signature(seal, Signature.CLAUDE);
        rest.add(name, in.textSince(mark));
      }
      // Mistral's way to give a document: an address, or a data: URL.
      case "document_url" -> media = media(in, null);
      case "document_name" -> {
        int mark = in.mark();
        fileName = OpenAi.looseText(in);
        rest.add(name, in.textSince(mark));
      }
      case "cache_control" -> {
        String json = in.raw();
        cache = CacheControl.read(json);
        if (cache == null) {
          rest.add(name, json);
        }
      }
      default -> rest.add(name, in.raw());
    }
  }

  /** An image's address: an object at OpenAI, a string at Mistral, too. */
  private void address(JsonReader in, String name) {
    if (in.peek() == JsonReader.Kind.TEXT) {
      media = media(in, null);
      return;
    }
    RestBuilder inner = new RestBuilder(OpenAi.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      switch (member) {
        case "url" -> media = media(in, null);
        case "detail" -> detail = OpenAi.textOrNull(in);
        default -> inner.add(member, in.raw());
      }
    }
    rest.addInner(name, inner.build());
  }

  private void audio(JsonReader in) {
    if (in.peek() == JsonReader.Kind.TEXT) {
      // Mistral's way; bytes come without their kind, so that only an address can be understood.
      String data = in.text();
      media = data.contains("://") ? new Media.Remote(data, null) : null;
      return;
    }
    RestBuilder inner = new RestBuilder(OpenAi.PROTOCOL);
    String data = null;
    String format = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      switch (member) {
        case "data" -> data = in.text();
        case "format" -> format = in.text();
        default -> inner.add(member, in.raw());
      }
    }
    if (data != null && format != null && !format.isEmpty()) {
      media = new Media.Inline(AudioFormats.mediaType(format), data);
    }
    rest.addInner("input_audio", inner.build());
  }

  private void file(JsonReader in) {
    RestBuilder inner = new RestBuilder(OpenAi.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "filename" -> fileName = in.text();
        case "file_id" -> media = new Media.Uploaded(in.text(), OpenAi.PROTOCOL);
        case "file_data" -> media = media(in, "application/pdf");
        default -> inner.add(member, in.raw());
      }
    }
    rest.addInner("file", inner.build());
  }

  /** Mistral's thinking is a list of text parts, Anthropic's a string beside its signature. */
  private void thinking(JsonReader in) {
    StringBuilder all = new StringBuilder();
    if (in.peek() == JsonReader.Kind.TEXT) {
      all.append(in.text());
    } else {
      for (Part part : content(in)) {
        if (part instanceof Part.Text piece) {
          all.append(piece.text());
        }
      }
    }
    thoughts = all.toString();
  }

  private @Nullable Part thought() {
    return thoughts == null
        ? null
        : new Part.Thinking(thoughts, Part.Thinking.Form.FULL, signature, restWithout("signature"));
  }

  /** What was left over but for a member that only some kinds of parts have. */
  private Rest restWithout(String name) {
    List<Rest.Member> left = new ArrayList<>(rest.build().members());
    left.removeIf(member -> member.name().equals(name));
    return Rest.of(OpenAi.PROTOCOL, left);
  }

  /**
   * Reads an address or a {@code data:} URL.
   *
   * @param bare the media type of base 64 without a URL around it; {@code null} where only URLs are
   *     taken
   */
  private static Media media(JsonReader in, @Nullable String bare) {
    int mark = in.mark();
    String url = in.text();
    if (url.regionMatches(true, 0, "data:", 0, 5)) {
      int comma = url.indexOf(BASE64_MARK);
      if (comma <= 5) {
        throw in.misshapen("a data: URL with a media type and base 64", mark);
      }
      return new Media.Inline(url.substring(5, comma), url.substring(comma + BASE64_MARK.length()));
    }
    if (url.isEmpty()) {
      throw in.misshapen("an address or a data: URL, but is empty", mark);
    }
    if (bare == null || url.contains("://")) {
      return new Media.Remote(url, null);
    }
    return new Media.Inline(bare, url);
  }
}
