package dev.sluice.protocol.anthropic;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.rewording.Arguments;
import dev.sluice.protocol.rewording.CitedText;
import dev.sluice.protocol.rewording.Seals;
import org.jspecify.annotations.Nullable;

/** Writes one whole answer. */
final class AnswerWriter {

  private final AnthropicAnswerOptions options;
  private final JsonWriter out;
  private final Losses losses;
  private boolean refused;
  private boolean calls;

  AnswerWriter(AnthropicAnswerOptions options, JsonWriter out, Losses losses) {
    this.options = options;
    this.out = out;
    this.losses = losses;
  }

  void write(ChatResponse response) {
    out.beginObject();
    out.name("id").text(response.id() == null ? options.id() : response.id());
    out.name("type").text("message").name("role").text("assistant");
    String model = options.model() == null ? response.model() : options.model();
    out.name("model").text(Anthropic.orEmpty(model));
    out.name("content").beginArray();
    Choice choice = response.choices().isEmpty() ? null : response.choices().getFirst();
    if (choice != null) {
      message(choice.message());
      losses.addUnlessOf(Anthropic.PROTOCOL, "choices.", choice.rest());
      if (choice.logprobs() != null) {
        losses.add("logprobs");
      }
    }
    if (response.choices().size() > 1) {
      losses.add("choices");
    }
    out.endArray();
    stop(choice == null ? null : choice.finish());
    losses.addUnlessOf(Anthropic.PROTOCOL, "usage.", response.usageRest());
    out.name("usage");
    UsageFigures.write(out, response.usage(), response.tier(), response.usageRest());
    losses.addUnlessOf(Anthropic.PROTOCOL, "", response.rest());
    Anthropic.rest(out, response.rest());
    out.endObject();
  }

  private void stop(@Nullable Finish finish) {
    out.name("stop_reason");
    if (finish == null) {
      out.nothing().name("stop_sequence").nothing();
      return;
    }
    out.text(Finishes.word(told(finish))).name("stop_sequence");
    if (finish.stopSequence() == null) {
      out.nothing();
    } else {
      out.text(finish.stopSequence());
    }
  }

  private Finish told(Finish finish) {
    if (refused) {
      return Finishes.refused(finish);
    }
    // Some servers say "stop" where they call tools; clients here run tools by this word alone.
    return calls && finish.reason() == FinishReason.STOP && finish.providerReason() == null
        ? new Finish(FinishReason.TOOL_CALLS)
        : finish;
  }

  private void message(Message.Assistant message) {
    CitedText cited = new CitedText(Anthropic.PROTOCOL, message.citations());
    for (Part part : message.parts()) {
      switch (part) {
        case Part.Text text -> {
          begin("text").name("text").text(text.wording());
          Citations.write(out, cited.shown(text));
          end(text.rest());
          lostSignature(text.signature());
        }
        case Part.Refusal refusal -> {
          refused = true;
          begin("text").name("text").text(refusal.text());
          end(refusal.rest());
        }
        case Part.Thinking thinking -> {
          Signature signature = thinking.signature();
          begin("thinking").name("thinking").text(thinking.text());
          out.name("signature").text(signature == null ? "" : Seals.write(signature));
          end(thinking.rest());
        }
        case Part.SealedThinking thinking -> {
          begin("redacted_thinking").name("data").text(Seals.write(thinking.sealed()));
          end(thinking.rest());
        }
        case Part.ToolCall call -> {
          calls = true;
          begin("tool_use").name("id").text(call.id()).name("name").text(call.name());
          out.name("input").raw(input(call));
          end(call.rest());
          lostSignature(call.signature());
        }
        case Part.Foreign foreign -> {
          if (foreign.protocol().equals(Anthropic.PROTOCOL)) {
            out.raw(foreign.json().text());
          } else {
            losses.add("content." + foreign.type());
          }
        }
        case Part.Image _, Part.Audio _, Part.Video _, Part.File _ -> losses.add("content");
      }
    }
    if (cited.hasLost()) {
      losses.add("annotations");
    }
    if (message.audio() != null) {
      losses.add("audio");
    }
    losses.addUnlessOf(Anthropic.PROTOCOL, "message.", message.rest());
  }

  private static String input(Part.ToolCall call) {
    return switch (call.kind()) {
      case FUNCTION -> Arguments.object(call.arguments());
      case CUSTOM -> Arguments.ofFreeText(call.arguments());
    };
  }

  private void lostSignature(@Nullable Signature signature) {
    if (signature != null) {
      losses.add("content.signature");
    }
  }

  private JsonWriter begin(String type) {
    return out.beginObject().name("type").text(type);
  }

  private void end(Rest rest) {
    losses.addUnlessOf(Anthropic.PROTOCOL, "content.", rest);
    Anthropic.rest(out, rest);
    out.endObject();
  }
}
