package dev.sluice.protocol.openai;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Part;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says in the words of OpenAI's clients what Mistral's thinking models say as a list of parts:
 * texts become the content, thoughts {@code reasoning_content}, references annotations. All other
 * bytes of the answer or of the stream's frame stay as they are.
 */
public final class ContentParts {

  private final byte[] bytes;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int copied;

  private ContentParts(byte[] bytes, int from) {
    this.bytes = bytes;
    this.copied = from;
  }

  /**
   * Rewrites {@code bytes[from, to)}, a whole answer or the data of a stream's frame.
   *
   * @return {@code null} where no content is a list of such parts
   * @throws dev.sluice.json.MalformedJson where the text is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is not an answer
   */
  public static byte @Nullable [] flattened(byte[] bytes, int from, int to) {
    ContentParts parts = new ContentParts(bytes, from);
    JsonReader in = new JsonReader(bytes, from, to, OpenAi.NAMES);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("choices") && in.peek() == JsonReader.Kind.ARRAY) {
        for (boolean next = in.enterArray(); next; next = in.nextItem()) {
          parts.choice(in);
        }
      } else {
        in.skip();
      }
    }
    in.end();
    if (parts.copied == from) {
      return null;
    }
    parts.out.write(bytes, parts.copied, to - parts.copied);
    return parts.out.toByteArray();
  }

  private void choice(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return;
    }
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      boolean message = name.equals("delta") || name.equals("message");
      if (message && in.peek() == JsonReader.Kind.OBJECT) {
        message(in);
      } else {
        in.skip();
      }
    }
  }

  private void message(JsonReader in) {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("content") && in.peek() == JsonReader.Kind.ARRAY) {
        int start = in.mark();
        List<Part> content = PartReader.content(in);
        String said = said(content);
        if (said != null) {
          out.write(bytes, copied, start - copied);
          out.writeBytes(said.getBytes(StandardCharsets.UTF_8));
          copied = in.cursor().at();
        }
      } else {
        in.skip();
      }
    }
  }

  /** The content's value and the members behind it; {@code null} where a part has no words. */
  private static @Nullable String said(List<Part> content) {
    StringBuilder text = new StringBuilder();
    List<Citation> citations = new ArrayList<>();
    boolean texts = false;
    boolean thoughts = false;
    for (Part part : References.taken(content, citations)) {
      switch (part) {
        case Part.Text piece -> {
          texts = true;
          text.append(piece.text());
        }
        case Part.Thinking _ -> thoughts = true;
        case Part.Image _,
            Part.Audio _,
            Part.Video _,
            Part.File _,
            Part.Refusal _,
            Part.SealedThinking _,
            Part.ToolCall _,
            Part.Foreign _ -> {
          return null;
        }
      }
    }
    JsonWriter out = new JsonWriter();
    out.beginObject().name("content");
    if (texts || !thoughts) {
      out.text(text.toString());
    } else {
      out.nothing();
    }
    if (thoughts) {
      ThoughtWriter.text(out, "reasoning_content", content);
    }
    Citations.write(out, citations, new Losses());
    String members = out.toString();
    return members.substring(members.indexOf(':') + 1);
  }
}
