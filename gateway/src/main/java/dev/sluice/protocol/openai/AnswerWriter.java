package dev.sluice.protocol.openai;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Finish;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ToolSettings;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Extensions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one whole answer. */
final class AnswerWriter {

  private final OpenAiAnswerOptions options;
  private final JsonWriter out;
  private final Losses losses;

  AnswerWriter(OpenAiAnswerOptions options, JsonWriter out, Losses losses) {
    this.options = options;
    this.out = out;
    this.losses = losses;
  }

  void write(ChatResponse response) {
    out.beginObject();
    out.name("id").text(response.id() == null ? options.id() : response.id());
    out.name("object").text("chat.completion");
    out.name("created")
        .number(
            response.createdSeconds() == ChatResponse.UNKNOWN
                ? options.createdSeconds()
                : response.createdSeconds());
    out.name("model")
        .text(OpenAi.orEmpty(options.model() == null ? response.model() : options.model()));
    out.name("choices").beginArray();
    for (Choice choice : response.choices()) {
      choice(choice);
    }
    out.endArray();
    losses.addUnlessOf(OpenAi.PROTOCOL, "usage.", response.usageRest());
    if (!response.usage().equals(Usage.NONE) || !response.usageRest().isEmpty()) {
      out.name("usage");
      UsageWriter.write(out, response.usage(), response.usageRest());
    }
    out.member("service_tier", response.tier());
    losses.addUnlessOf(OpenAi.PROTOCOL, "", response.rest());
    OpenAi.rest(out, response.rest());
    out.endObject();
  }

  private void choice(Choice choice) {
    out.beginObject().name("index").number(choice.index()).name("message");
    message(choice.message());
    out.name("logprobs");
    if (choice.logprobs() == null) {
      out.nothing();
    } else {
      out.raw(choice.logprobs().text());
    }
    finish(out, choice.finish(), options.style());
    losses.addUnlessOf(OpenAi.PROTOCOL, "choices.", choice.rest());
    OpenAi.rest(out, choice.rest());
    out.endObject();
  }

  /** Writes the members that tell how a choice ended. */
  static void finish(JsonWriter out, @Nullable Finish finish, ToolSettings.Style style) {
    out.name("finish_reason");
    if (finish == null) {
      out.nothing();
      return;
    }
    out.text(Finishes.word(finish, style));
    out.member("native_finish_reason", finish.providerReason());
    out.member("stop_reason", finish.stopSequence());
  }

  private void message(Message.Assistant message) {
    StringBuilder text = new StringBuilder();
    StringBuilder refusal = new StringBuilder();
    List<Part.ToolCall> calls = new ArrayList<>();
    boolean thoughts = false;
    boolean hasText = false;
    for (Part part : message.parts()) {
      switch (part) {
        case Part.Text piece -> {
          hasText = true;
          thoughts |= piece.signature() != null;
          text.append(piece.text());
        }
        case Part.Refusal piece -> refusal.append(piece.text());
        case Part.ToolCall call -> calls.add(call);
        case Part.Thinking _, Part.SealedThinking _ -> thoughts = true;
        case Part.Foreign foreign -> losses.add("message.content." + foreign.type());
        case Part.Image _, Part.Audio _, Part.Video _, Part.File _ -> losses.add("message.content");
      }
    }
    out.beginObject().name("role").text("assistant").name("content");
    if (hasText || (calls.isEmpty() && refusal.isEmpty() && message.audio() == null)) {
      out.text(text.toString());
    } else {
      out.nothing();
    }
    out.name("refusal");
    if (refusal.isEmpty()) {
      out.nothing();
    } else {
      out.text(refusal.toString());
    }
    if (thoughts) {
      ThoughtWriter.text(out, "reasoning_content", message.parts());
      if (options.thoughts() == OpenAiAnswerOptions.Thoughts.DETAILS
          && ThoughtWriter.needDetails(message.parts())) {
        ThoughtWriter.details(out, message.parts());
      }
    }
    Citations.write(out, message.citations(), losses);
    OpenAi.member(out, "audio", message.audio());
    calls(calls);
    losses.addUnlessOf(OpenAi.PROTOCOL, "message.", message.rest());
    OpenAi.rest(out, message.rest());
    out.endObject();
  }

  private void calls(List<Part.ToolCall> calls) {
    if (calls.isEmpty()) {
      return;
    }
    if (options.style() == ToolSettings.Style.FUNCTIONS) {
      Part.ToolCall call = calls.getFirst();
      out.name("function_call").beginObject();
      out.name("name").text(call.name()).name("arguments").text(call.arguments()).endObject();
      if (calls.size() > 1) {
        losses.add("message.tool_calls");
      }
      return;
    }
    PartWriter parts = new PartWriter(Extensions.WRITE, out, losses);
    out.name("tool_calls").beginArray();
    for (Part.ToolCall call : calls) {
      parts.call(call, -1);
    }
    out.endArray();
  }
}
