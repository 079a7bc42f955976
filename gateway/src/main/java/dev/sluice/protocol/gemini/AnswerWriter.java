package dev.sluice.protocol.gemini;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Citation;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonWriter;
import java.util.List;

/** Writes one whole answer. */
final class AnswerWriter {

  private final GeminiAnswerOptions options;
  private final JsonWriter out;
  private final Losses losses;

  AnswerWriter(GeminiAnswerOptions options, JsonWriter out, Losses losses) {
    this.options = options;
    this.out = out;
    this.losses = losses;
  }

  void write(ChatResponse response) {
    out.beginObject();
    if (!isBlocked(response)) {
      out.name("candidates").beginArray();
      for (Choice choice : response.choices()) {
        choice(choice);
      }
      out.endArray();
    }
    losses.addUnlessOf(Gemini.PROTOCOL, "usage.", response.usageRest());
    usage(response.usage());
    UsageFigures.write(out, response.usage(), response.usageRest(), response.tier());
    String model = options.model() == null ? response.model() : options.model();
    out.name("modelVersion").text(Gemini.orEmpty(model));
    boolean exact = Gemini.find(response.rest(), "createTime") != null;
    if (response.createdSeconds() != ChatResponse.UNKNOWN && !exact) {
      out.name("createTime").text(AnswerFields.written(response.createdSeconds()));
    }
    out.name("responseId").text(response.id() == null ? options.id() : response.id());
    losses.addUnlessOf(Gemini.PROTOCOL, "", response.rest());
    Gemini.rest(out, response.rest());
    out.endObject();
  }

  /** Whether the prompt itself was kept from the model, for which the wire has no candidates. */
  private static boolean isBlocked(ChatResponse response) {
    Json feedback = Gemini.find(response.rest(), "promptFeedback");
    if (feedback == null || Members.find(feedback, "blockReason") == null) {
      return false;
    }
    for (Choice choice : response.choices()) {
      if (!choice.message().parts().isEmpty()
          || choice.finish() == null
          || choice.finish().reason() != FinishReason.CONTENT_FILTER) {
        return false;
      }
    }
    return true;
  }

  /** Notes figures that the wire has no place for. */
  private void usage(Usage usage) {
    if (usage.cacheWriteTokens() > 0) {
      losses.add("usage.cache_write_tokens");
    }
  }

  private void choice(Choice choice) {
    Message.Assistant message = choice.message();
    PartWriter parts = PartWriter.ofAnswer(options.callIds(), out, losses);
    TextOffsets offsets = new TextOffsets();
    out.beginObject().name("content").beginObject();
    boolean any = false;
    for (Part part : message.parts()) {
      if (!parts.carriesForModel(part)) {
        continue;
      }
      if (!any) {
        any = true;
        out.name("parts").beginArray();
      }
      switch (part) {
        case Part.ToolCall call -> parts.call(call);
        case Part.Text text -> {
          offsets.add(text.text());
          parts.said(text);
        }
        case Part.Image _,
            Part.Audio _,
            Part.Video _,
            Part.File _,
            Part.Refusal _,
            Part.Thinking _,
            Part.SealedThinking _,
            Part.Foreign _ ->
            parts.said(part);
      }
    }
    if (any) {
      out.endArray();
    }
    out.name("role").text("model");
    losses.addUnlessOf(Gemini.PROTOCOL, "message.", message.rest());
    Gemini.rest(out, message.rest());
    out.endObject();
    if (message.audio() != null) {
      losses.add("message.audio");
    }
    if (choice.finish() != null) {
      out.name("finishReason").text(Finishes.word(choice.finish()));
    }
    out.name("index").number(choice.index());
    citations(out, message.citations(), choice.rest(), offsets);
    if (choice.logprobs() != null) {
      Logprobs.write(out, choice.logprobs());
    }
    losses.addUnlessOf(Gemini.PROTOCOL, "choices.", choice.rest());
    Gemini.rest(out, choice.rest());
    out.endObject();
  }

  /** Writes citations, unless they stand among the unknown fields in the words they came in. */
  static void citations(JsonWriter out, List<Citation> citations, Rest exact, TextOffsets offsets) {
    if (!citations.isEmpty()
        && Gemini.find(exact, Citations.GROUNDING) == null
        && Gemini.find(exact, Citations.CITATION) == null) {
      Citations.write(out, citations, offsets);
    }
  }
}
