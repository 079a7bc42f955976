package dev.sluice.protocol.openai;

import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonWriter;
import java.util.List;

/** Writes a message's thoughts beside its content. */
final class ThoughtWriter {

  private ThoughtWriter() {}

  /** Writes all thoughts that have words as one string, unless there are none. */
  static void text(JsonWriter out, String name, List<Part> parts) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Part.Thinking thinking) {
        text.append(thinking.text());
      }
    }
    if (!text.isEmpty()) {
      out.name(name).text(text.toString());
    }
  }

  /** Whether the thoughts are more than one string can say. */
  static boolean needDetails(List<Part> parts) {
    int blocks = 0;
    for (Part part : parts) {
      if (part instanceof Part.SealedThinking
          || (part instanceof Part.Text text && text.signature() != null)) {
        return true;
      }
      if (part instanceof Part.Thinking thinking) {
        blocks++;
        if (thinking.signature() != null
            || thinking.form() == Part.Thinking.Form.SUMMARY
            || (!thinking.rest().isEmpty() && thinking.rest().isOf(OpenAi.PROTOCOL))
            || blocks > 1) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Writes {@code reasoning_details}. A thought's index counts the pieces before it. The seal on a
   * text is a sealed thought behind it.
   */
  static void details(JsonWriter out, List<Part> parts) {
    out.name("reasoning_details").beginArray();
    for (int i = 0; i < parts.size(); i++) {
      switch (parts.get(i)) {
        case Part.Thinking thinking -> ReasoningDetails.write(out, thinking, i);
        case Part.SealedThinking thinking -> ReasoningDetails.write(out, thinking, i);
        case Part.Text text -> {
          Signature seal = text.signature();
          if (seal != null) {
            ReasoningDetails.write(out, new Part.SealedThinking(seal, Rest.NONE), i + 1);
          }
        }
        case Part.Image _,
            Part.Audio _,
            Part.Video _,
            Part.File _,
            Part.Refusal _,
            Part.ToolCall _,
            Part.Foreign _ -> {
          // They stand in the content or in tool_calls.
        }
      }
    }
    out.endArray();
  }
}
