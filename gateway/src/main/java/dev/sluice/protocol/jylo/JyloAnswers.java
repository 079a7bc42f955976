package dev.sluice.protocol.jylo;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whole answers of Jylo's inference API, out of the model. The page's objects are closed, so that
 * tool calls, thoughts, log probabilities and the details of usage have no place in them.
 */
public final class JyloAnswers {

  static final String ASSISTANT = "assistant";

  private JyloAnswers() {}

  /**
   * What is told where the provider did not say it.
   *
   * @param id the answer's id
   * @param model who answered
   */
  public record Defaults(String id, String model) {}

  /** Writes {@code response} to {@code out}, where nothing may stand before. */
  public static void encode(ChatResponse response, Defaults defaults, JsonWriter out) {
    String id = response.id();
    String model = response.model();
    out.beginObject();
    out.name("id").text(id == null ? defaults.id() : id);
    out.name("model").text(model == null ? defaults.model() : model);
    out.name("choices").beginArray();
    List<Choice> choices = response.choices();
    for (int i = 0; i < choices.size(); i++) {
      Choice choice = choices.get(i);
      String refusal = refusal(choice.message());
      String text = choice.message().text();
      Finish finish = choice.finish();
      String shown = text.isEmpty() && !refusal.isEmpty() ? refusal : text;
      boolean silent = shown.isEmpty() && saysNothing(choice);
      String reason =
          refusal.isEmpty() || finish == null ? Words.finishReason(finish) : Words.REFUSED;
      choice(out, choice.index(), silent ? null : shown, reason);
    }
    out.endArray();
    usage(out, response.usage());
    out.endObject();
  }

  /** Writes one choice. */
  static void choice(JsonWriter out, int index, @Nullable String text, @Nullable String reason) {
    out.beginObject().name("index").number(index);
    out.name("message").beginObject().name("role").text(ASSISTANT).name("content");
    if (text == null) {
      out.nothing();
    } else {
      out.text(text);
    }
    out.endObject().name("finishReason");
    if (reason == null) {
      out.nothing();
    } else {
      out.text(reason);
    }
    out.endObject();
  }

  /** Writes the member {@code usage}, if anything is known. */
  static void usage(JsonWriter out, Usage usage) {
    if (!usage.isReported()) {
      return;
    }
    long prompt = Math.max(0, usage.promptTokens());
    long completion = Math.max(0, usage.completionTokens());
    long total = usage.totalTokens() < 0 ? prompt + completion : usage.totalTokens();
    out.name("usage").beginObject();
    out.name("promptTokens").number(int32(prompt));
    out.name("completionTokens").number(int32(completion));
    out.name("totalTokens").number(int32(total));
    out.endObject();
  }

  private static long int32(long count) {
    return Math.min(count, Integer.MAX_VALUE);
  }

  /** Whether an empty text would be wrong: the model called tools, or its words were kept back. */
  private static boolean saysNothing(Choice choice) {
    Finish finish = choice.finish();
    boolean keptBack = finish != null && finish.reason() == FinishReason.CONTENT_FILTER;
    return keptBack || !choice.message().toolCalls().isEmpty();
  }

  private static String refusal(Message.Assistant message) {
    StringBuilder words = new StringBuilder();
    for (Part part : message.parts()) {
      if (part instanceof Part.Refusal refusal) {
        words.append(refusal.text());
      }
    }
    return words.toString();
  }
}
