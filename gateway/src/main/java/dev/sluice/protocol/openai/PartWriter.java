package dev.sluice.protocol.openai;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Extensions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes parts of messages, and tool calls. */
final class PartWriter {

  private final Extensions extensions;
  private final JsonWriter out;
  private final Losses losses;

  PartWriter(Extensions extensions, JsonWriter out, Losses losses) {
    this.extensions = extensions;
    this.out = out;
    this.losses = losses;
  }

  /** Writes a content: a string where a lone text has nothing else to say. */
  void content(List<Part> parts) {
    if (parts.isEmpty()) {
      out.text("");
    } else if (parts.size() == 1 && parts.getFirst() instanceof Part.Text text && isPlain(text)) {
      out.text(text.wording());
    } else {
      list(parts);
    }
  }

  private boolean isPlain(Part.Text text) {
    if (text.cache() != null && extensions == Extensions.DROP) {
      losses.add("cache_control");
      return text.rest().isEmpty();
    }
    return text.cache() == null && text.rest().isEmpty();
  }

  /** Writes a content as a list. */
  void list(List<Part> parts) {
    out.beginArray();
    for (Part part : parts) {
      part(part);
    }
    out.endArray();
  }

  private void part(Part part) {
    switch (part) {
      case Part.Text text -> {
        begin("text").name("text").text(text.wording());
        end(text.cache(), text.rest(), "");
      }
      case Part.Image image -> {
        String url = url(image.source(), "image_url");
        if (url != null) {
          begin("image_url").name("image_url").beginObject().name("url").text(url);
          out.member("detail", image.detail());
          OpenAi.inner(out, image.rest(), "image_url");
          out.endObject();
          end(image.cache(), image.rest(), "image_url");
        }
      }
      case Part.Video video -> {
        String url = url(video.source(), "video_url");
        if (url != null) {
          begin("video_url").name("video_url").beginObject().name("url").text(url);
          OpenAi.inner(out, video.rest(), "video_url");
          out.endObject();
          end(video.cache(), video.rest(), "video_url");
        }
      }
      case Part.Audio audio -> audio(audio);
      case Part.File file -> file(file);
      case Part.Refusal refusal -> {
        begin("refusal").name("refusal").text(refusal.text());
        end(null, refusal.rest(), "");
      }
      case Part.Thinking thinking -> {
        // Mistral's shape; nobody else takes thoughts as parts.
        begin("thinking").name("thinking").beginArray();
        out.beginObject().name("type").text("text").name("text").text(thinking.text()).endObject();
        out.endArray();
        end(null, thinking.rest(), "");
      }
      case Part.Foreign foreign -> {
        if (foreign.protocol().equals(OpenAi.PROTOCOL)) {
          out.raw(foreign.json().text());
        } else {
          losses.add("messages.content." + foreign.type());
        }
      }
      case Part.SealedThinking _, Part.ToolCall _ -> losses.add("messages.content");
    }
  }

  private JsonWriter begin(String type) {
    return out.beginObject().name("type").text(type);
  }

  private void end(@Nullable CacheHint hint, Rest rest, String object) {
    if (hint != null) {
      if (extensions == Extensions.WRITE) {
        out.name("cache_control").raw(CacheControl.write(hint));
      } else {
        losses.add("cache_control");
      }
    }
    losses.addUnlessOf(OpenAi.PROTOCOL, "messages.content.", rest);
    OpenAi.rest(out, rest, Set.of(object));
    out.endObject();
  }

  private @Nullable String url(Media media, String field) {
    return switch (media) {
      case Media.Remote remote -> remote.url();
      case Media.Inline inline -> dataUrl(inline);
      case Media.Written _, Media.Uploaded _ -> {
        losses.add("messages.content." + field);
        yield null;
      }
    };
  }

  private static String dataUrl(Media.Inline inline) {
    return "data:" + inline.mediaType() + ";base64," + inline.base64();
  }

  private void audio(Part.Audio audio) {
    if (!(audio.source() instanceof Media.Inline inline)) {
      losses.add("messages.content.input_audio");
      return;
    }
    begin("input_audio").name("input_audio").beginObject();
    out.name("data").text(inline.base64());
    out.name("format").text(AudioFormats.format(inline.mediaType()));
    OpenAi.inner(out, audio.rest(), "input_audio");
    out.endObject();
    end(audio.cache(), audio.rest(), "input_audio");
  }

  private void file(Part.File file) {
    if (file.source() instanceof Media.Written written) {
      // The protocol has no documents of plain text, but text it has.
      begin("text").name("text").text(written.text());
      end(file.cache(), file.rest(), "file");
      return;
    }
    if (file.source() instanceof Media.Uploaded uploaded
        && !uploaded.protocol().equals(OpenAi.PROTOCOL)) {
      losses.add("messages.content.file");
      return;
    }
    begin("file").name("file").beginObject();
    out.member("filename", file.name());
    switch (file.source()) {
      case Media.Remote remote -> out.name("file_data").text(remote.url());
      case Media.Inline inline -> out.name("file_data").text(dataUrl(inline));
      case Media.Uploaded uploaded -> out.name("file_id").text(uploaded.id());
      case Media.Written _ -> throw new IllegalStateException("written documents are text");
    }
    OpenAi.inner(out, file.rest(), "file");
    out.endObject();
    end(file.cache(), file.rest(), "file");
  }

  /**
   * Writes a tool call.
   *
   * @param index its number in a stream; negative for none
   */
  void call(Part.ToolCall call, int index) {
    String object =
        switch (call.kind()) {
          case FUNCTION -> "function";
          case CUSTOM -> "custom";
        };
    String arguments =
        switch (call.kind()) {
          case FUNCTION -> "arguments";
          case CUSTOM -> "input";
        };
    out.beginObject();
    if (index >= 0) {
      out.name("index").number(index);
    }
    out.name("id").text(call.id()).name("type").text(object);
    out.name(object).beginObject().name("name").text(call.name());
    out.name(arguments).text(call.arguments());
    OpenAi.inner(out, call.rest(), object);
    out.endObject();
    Signature signature = call.signature();
    if (signature != null
        && extensions == Extensions.WRITE
        && signature.issuer().equals(Signature.GEMINI)) {
      out.name("extra_content").raw(ThoughtSignatures.write(signature));
    }
    if (call.cache() != null) {
      losses.add("cache_control");
    }
    losses.addUnlessOf(OpenAi.PROTOCOL, "messages.tool_calls.", call.rest());
    OpenAi.rest(out, call.rest(), Set.of(object));
    out.endObject();
  }
}
