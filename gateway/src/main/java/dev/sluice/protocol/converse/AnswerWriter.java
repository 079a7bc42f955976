package dev.sluice.protocol.converse;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Citation;
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
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one whole answer. */
final class AnswerWriter {

  private static final String MODEL_FIELDS = "additionalModelResponseFields";
  private static final Set<String> OUTPUT = Set.of("output");

  private final JsonWriter out;
  private final Losses losses;
  private boolean refused;
  private boolean calls;

  AnswerWriter(JsonWriter out, Losses losses) {
    this.out = out;
    this.losses = losses;
  }

  void write(ChatResponse response) {
    out.beginObject().name("output").beginObject().name("message").beginObject();
    out.name("role").text("assistant").name("content").beginArray();
    Choice choice = response.choices().isEmpty() ? null : response.choices().getFirst();
    if (choice != null) {
      message(choice.message());
      losses.addUnlessOf(Converse.PROTOCOL, "choices.", choice.rest());
      if (choice.logprobs() != null) {
        losses.add("logprobs");
      }
    }
    if (response.choices().size() > 1) {
      losses.add("choices");
    }
    out.endArray();
    if (choice != null) {
      losses.addUnlessOf(Converse.PROTOCOL, "message.", choice.message().rest());
      Converse.rest(out, choice.message().rest());
    }
    out.endObject();
    Converse.inner(out, response.rest(), "output");
    out.endObject();
    stop(choice == null ? null : choice.finish(), response.rest());
    losses.addUnlessOf(Converse.PROTOCOL, "usage.", response.usageRest());
    out.name("usage");
    UsageFigures.write(out, response.usage(), response.usageRest());
    Tiers.write(out, response.tier());
    losses.addUnlessOf(Converse.PROTOCOL, "", response.rest());
    Converse.rest(out, response.rest(), OUTPUT);
    out.endObject();
  }

  private void stop(@Nullable Finish finish, Rest rest) {
    if (finish == null) {
      return;
    }
    Finish told = told(finish, calls, refused);
    out.name("stopReason").text(Finishes.word(told));
    if (told.stopSequence() != null && !Converse.hasInner(rest, MODEL_FIELDS)) {
      out.name(MODEL_FIELDS).beginObject();
      out.name("stop_sequence").text(told.stopSequence()).endObject();
    }
  }

  /** The end as a client of this protocol must be told of it. */
  static Finish told(Finish finish, boolean calls, boolean refused) {
    if (refused) {
      return Finishes.refused(finish);
    }
    // Some servers say "stop" where they call tools; clients here run tools by this word alone.
    return calls && finish.reason() == FinishReason.STOP && finish.providerReason() == null
        ? new Finish(FinishReason.TOOL_CALLS)
        : finish;
  }

  private void message(Message.Assistant message) {
    CitedText cited = new CitedText(Converse.PROTOCOL, message.citations());
    for (Part part : message.parts()) {
      switch (part) {
        case Part.Text text -> {
          losses.addUnlessOf(Converse.PROTOCOL, "content.", text.rest());
          text(text, cited.shown(text));
          lostSignature(text.signature());
        }
        case Part.Refusal refusal -> {
          refused = true;
          losses.addUnlessOf(Converse.PROTOCOL, "content.", refusal.rest());
          out.beginObject().name("text").text(refusal.text()).endObject();
        }
        case Part.Thinking thinking -> {
          losses.addUnlessOf(Converse.PROTOCOL, "content.", thinking.rest());
          Signature seal = thinking.signature();
          thinking(out, thinking, seal == null ? null : Seals.write(seal));
        }
        case Part.SealedThinking thinking -> {
          losses.addUnlessOf(Converse.PROTOCOL, "content.", thinking.rest());
          sealed(out, Redacted.write(thinking.sealed()));
        }
        case Part.ToolCall call -> {
          calls = true;
          out.beginObject().name("toolUse").beginObject();
          out.name("toolUseId").text(call.id()).name("name").text(call.name());
          out.name("input").raw(input(call));
          losses.addUnlessOf(Converse.PROTOCOL, "content.", call.rest());
          Converse.rest(out, call.rest());
          out.endObject().endObject();
          lostSignature(call.signature());
        }
        case Part.Foreign foreign -> {
          if (foreign.protocol().equals(Converse.PROTOCOL)) {
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
  }

  private void text(Part.Text text, List<Citation> citations) {
    text(out, text, citations);
  }

  /** Writes a text, together with what it cites. */
  static void text(JsonWriter out, Part.Text text, List<Citation> citations) {
    boolean left = !text.rest().isEmpty() && text.rest().isOf(Converse.PROTOCOL);
    if (citations.isEmpty() && !left) {
      out.beginObject().name("text").text(text.wording()).endObject();
      return;
    }
    out.beginObject().name("citationsContent").beginObject();
    out.name("content").beginArray();
    out.beginObject().name("text").text(text.wording()).endObject().endArray();
    out.name("citations").beginArray();
    for (Citation citation : citations) {
      Citations.write(out, citation);
    }
    out.endArray();
    Converse.rest(out, text.rest());
    out.endObject().endObject();
  }

  /** Writes open thoughts. */
  static void thinking(JsonWriter out, Part.Thinking thinking, @Nullable String seal) {
    out.beginObject().name("reasoningContent").beginObject();
    out.name("reasoningText").beginObject().name("text").text(thinking.text());
    out.member("signature", seal);
    Converse.rest(out, thinking.rest());
    out.endObject().endObject().endObject();
  }

  /** Writes sealed thoughts. */
  static void sealed(JsonWriter out, String base64) {
    out.beginObject().name("reasoningContent").beginObject();
    out.name("redactedContent").text(base64).endObject().endObject();
  }

  /** The object that a call's arguments are. */
  static String input(Part.ToolCall call) {
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
}
