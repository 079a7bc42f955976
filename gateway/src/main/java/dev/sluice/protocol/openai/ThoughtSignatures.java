package dev.sluice.protocol.openai;

import dev.sluice.chat.Signature;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes {@code extra_content.google.thought_signature}, where Gemini's own server of
 * this protocol keeps the seal on a call.
 */
final class ThoughtSignatures {

  private ThoughtSignatures() {}

  /** The seal that {@code extra_content} holds; {@code null} where it holds anything else, too. */
  static @Nullable Signature read(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    JsonReader in = new JsonReader(bytes, 0, bytes.length, OpenAi.NAMES);
    String text = only(in, "google", "thought_signature");
    return text == null || text.isEmpty() ? null : new Signature(text, Signature.GEMINI);
  }

  private static @Nullable String only(JsonReader in, String outer, String inner) {
    if (in.peek() != JsonReader.Kind.OBJECT || !in.enterObject() || !in.name().equals(outer)) {
      return null;
    }
    if (in.peek() != JsonReader.Kind.OBJECT || !in.enterObject() || !in.name().equals(inner)) {
      return null;
    }
    String text = OpenAi.looseText(in);
    boolean more = in.nextMember();
    return more || in.nextMember() ? null : text;
  }

  /** The {@code extra_content} that holds {@code signature}. */
  static String write(Signature signature) {
    return "{\"google\":{\"thought_signature\":" + JsonText.quote(signature.text()) + "}}";
  }
}
