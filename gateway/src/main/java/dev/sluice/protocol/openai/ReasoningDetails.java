package dev.sluice.protocol.openai;

import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import dev.sluice.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes {@code reasoning_details}, OpenRouter's list of thoughts with their seals, and
 * reads {@code thinking_blocks}, which some gateways send for the same. The {@code index} of a
 * detail says where among a message's pieces it stands.
 */
final class ReasoningDetails {

  /** No index was given. */
  static final int NOWHERE = -1;

  private static final String TEXT = "reasoning.text";
  private static final String SUMMARY = "reasoning.summary";
  private static final String ENCRYPTED = "reasoning.encrypted";

  /**
   * A thought and its place.
   *
   * @param index as given; {@link #NOWHERE} for none
   * @param part thinking or sealed thinking
   */
  record Detail(int index, Part part) {}

  private ReasoningDetails() {}

  /** Reads a list of details; what can't be understood is left out. */
  static List<Detail> read(JsonReader in) {
    if (in.peek() != JsonReader.Kind.ARRAY) {
      in.skip();
      return List.of();
    }
    List<Detail> details = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      if (in.peek() == JsonReader.Kind.OBJECT) {
        Detail detail = detail(in);
        if (detail != null) {
          details.add(detail);
        }
      } else {
        in.skip();
      }
    }
    return details;
  }

  private static @Nullable Detail detail(JsonReader in) {
    String type = null;
    String text = null;
    String signature = null;
    String data = null;
    String format = null;
    int index = NOWHERE;
    RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (name) {
        case "type" -> type = OpenAi.looseText(in);
        // "thinking" is how thinking_blocks call it.
        case "text", "summary", "thinking" -> text = OpenAi.looseText(in);
        case "signature" -> signature = OpenAi.looseText(in);
        case "data" -> data = OpenAi.looseText(in);
        case "format" -> format = OpenAi.looseText(in);
        case "index" -> index = index(in);
        default -> rest.add(name, in.raw());
      }
    }
    boolean block = "thinking".equals(type) || "redacted_thinking".equals(type);
    String issuer = format != null && !format.isEmpty() ? format : Signature.UNKNOWN;
    if (block && issuer.equals(Signature.UNKNOWN)) {
      issuer = Signature.CLAUDE;
    }
    if (data != null && !data.isEmpty()) {
      return new Detail(index, new Part.SealedThinking(new Signature(data, issuer), rest.build()));
    }
    Signature seal =
        signature == null || signature.isEmpty() ? null : new Signature(signature, issuer);
    if (seal == null && format != null) {
      rest.add("format", JsonText.quote(format));
    }
    String thought = OpenAi.orEmpty(text);
    if (thought.isEmpty() && seal == null) {
      return null;
    }
    Part.Thinking.Form form =
        SUMMARY.equals(type) ? Part.Thinking.Form.SUMMARY : Part.Thinking.Form.FULL;
    return new Detail(index, new Part.Thinking(thought, form, seal, rest.build()));
  }

  private static int index(JsonReader in) {
    if (in.peek() != JsonReader.Kind.NUMBER) {
      in.skip();
      return NOWHERE;
    }
    long index = in.cursor().readInteger(NOWHERE);
    return index < 0 || index > Integer.MAX_VALUE ? NOWHERE : (int) index;
  }

  /** Whether any of them has words, so that {@code reasoning} beside them says the same again. */
  static boolean haveText(List<Detail> details) {
    for (Detail detail : details) {
      if (detail.part() instanceof Part.Thinking thinking && !thinking.text().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Puts thoughts among the other pieces of a message. One whose index lies ahead waits for its
   * place; all others stand as early as they can.
   */
  static List<Part> merge(List<Detail> details, List<Part> others) {
    if (details.isEmpty()) {
      return others;
    }
    List<Part> all = new ArrayList<>(details.size() + others.size());
    int next = 0;
    for (Detail detail : details) {
      while (all.size() < detail.index() && next < others.size()) {
        all.add(others.get(next++));
      }
      all.add(detail.part());
    }
    all.addAll(others.subList(next, others.size()));
    return all;
  }

  /** Writes a thought. */
  static void write(JsonWriter out, Part.Thinking thinking, int index) {
    Signature signature = thinking.signature();
    out.beginObject();
    switch (thinking.form()) {
      case FULL -> out.name("type").text(TEXT).name("text").text(thinking.text());
      case SUMMARY -> out.name("type").text(SUMMARY).name("summary").text(thinking.text());
    }
    if (signature != null) {
      out.name("signature").text(signature.text());
    }
    close(out, signature, index, thinking.rest());
  }

  /** Writes a sealed thought. */
  static void write(JsonWriter out, Part.SealedThinking thinking, int index) {
    out.beginObject().name("type").text(ENCRYPTED).name("data").text(thinking.sealed().text());
    close(out, thinking.sealed(), index, thinking.rest());
  }

  private static void close(JsonWriter out, @Nullable Signature signature, int index, Rest rest) {
    if (signature != null) {
      out.name("format").text(signature.issuer());
    }
    out.name("index").number(index);
    OpenAi.rest(out, rest);
    out.endObject();
  }
}
