package dev.sluice.protocol.cohere;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.rewording.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Writes one whole answer. */
final class AnswerWriter {

  /** What a call without arguments has. */
  static final String NO_ARGUMENTS = "{}";

  private final CohereAnswerOptions options;
  private final JsonWriter out;
  private final Losses losses;

  AnswerWriter(CohereAnswerOptions options, JsonWriter out, Losses losses) {
    this.options = options;
    this.out = out;
    this.losses = losses;
  }

  void write(ChatResponse response) {
    Choice choice = response.choices().isEmpty() ? null : response.choices().getFirst();
    out.beginObject();
    out.name("id").text(response.id() == null ? options.id() : response.id());
    boolean calls = choice != null && !choice.message().toolCalls().isEmpty();
    Finish finish = choice == null ? null : choice.finish();
    if (finish != null) {
      out.name("finish_reason").text(Finishes.word(told(finish, calls)));
    }
    out.name("message").beginObject().name("role").text("assistant");
    if (choice != null) {
      message(choice.message());
      losses.addUnlessOf(Cohere.PROTOCOL, "choices.", choice.rest());
      if (choice.logprobs() != null) {
        losses.add("logprobs");
      }
    }
    if (response.choices().size() > 1) {
      losses.add("choices");
    }
    out.endObject();
    losses.addUnlessOf(Cohere.PROTOCOL, "usage.", response.usageRest());
    if (!UsageFigures.isSilent(response.usage(), response.usageRest())) {
      out.name("usage");
      UsageFigures.write(out, response.usage(), response.usageRest());
    }
    losses.addUnlessOf(Cohere.PROTOCOL, "", response.rest());
    Cohere.rest(out, response.rest());
    out.endObject();
  }

  /** Some servers say "stop" where they call tools; clients here run tools by this word alone. */
  static Finish told(Finish finish, boolean calls) {
    return calls && finish.reason() == FinishReason.STOP && finish.providerReason() == null
        ? new Finish(FinishReason.TOOL_CALLS)
        : finish;
  }

  private void message(Message.Assistant message) {
    List<Part> content = new ArrayList<>();
    List<Part.ToolCall> calls = new ArrayList<>();
    StringBuilder plan = new StringBuilder();
    for (Part part : message.parts()) {
      switch (part) {
        case Part.Text text -> {
          content.add(text);
          lostSignature(text.signature() != null);
        }
        case Part.Refusal refusal ->
            content.add(new Part.Text(refusal.text(), null, null, refusal.rest()));
        case Part.Thinking thinking -> {
          lostSignature(thinking.signature() != null);
          if (thinking.rest().equals(MessageReader.PLAN)) {
            plan.append(thinking.text());
          } else if (!thinking.text().isEmpty()) {
            content.add(thinking);
          }
        }
        case Part.SealedThinking _ -> losses.add("message.reasoning_details");
        case Part.ToolCall call -> calls.add(call);
        case Part.Foreign foreign -> {
          if (foreign.protocol().equals(Cohere.PROTOCOL)) {
            content.add(foreign);
          } else {
            losses.add("content." + foreign.type());
          }
        }
        case Part.Image _, Part.Audio _, Part.Video _, Part.File _ -> losses.add("content");
      }
    }
    calls(plan, calls);
    content(content);
    citations(message.citations(), content);
    if (message.audio() != null) {
      losses.add("audio");
    }
    losses.addUnlessOf(Cohere.PROTOCOL, "message.", message.rest());
    Cohere.rest(out, message.rest());
  }

  private void lostSignature(boolean lost) {
    if (lost) {
      losses.add("message.reasoning_details");
    }
  }

  private void calls(StringBuilder plan, List<Part.ToolCall> calls) {
    if (!plan.isEmpty()) {
      out.name("tool_plan").text(plan.toString());
    }
    if (calls.isEmpty()) {
      return;
    }
    out.name("tool_calls").beginArray();
    for (Part.ToolCall call : calls) {
      lostSignature(call.signature() != null);
      losses.addUnlessOf(Cohere.PROTOCOL, "tool_calls.", call.rest());
      call(out, call, call.name());
    }
    out.endArray();
  }

  /** Writes a call. */
  static void call(JsonWriter out, Part.ToolCall call, String name) {
    out.beginObject().name("id").text(call.id()).name("type").text("function");
    out.name("function").beginObject().name("name").text(name);
    out.name("arguments").text(arguments(call));
    Cohere.inner(out, call.rest(), "function");
    out.endObject();
    Cohere.rest(out, call.rest(), Set.of("function"));
    out.endObject();
  }

  private void content(List<Part> content) {
    if (content.isEmpty()) {
      return;
    }
    out.name("content").beginArray();
    for (Part part : content) {
      switch (part) {
        case Part.Text text -> block("text", text.text(), text.rest());
        case Part.Thinking thinking -> block("thinking", thinking.text(), thinking.rest());
        case Part.Foreign foreign -> out.raw(foreign.json().text());
        case Part.Image _,
            Part.Audio _,
            Part.Video _,
            Part.File _,
            Part.Refusal _,
            Part.SealedThinking _,
            Part.ToolCall _ ->
            throw new IllegalStateException("no content: " + part.getClass());
      }
    }
    out.endArray();
  }

  private void block(String type, String text, Rest rest) {
    losses.addUnlessOf(Cohere.PROTOCOL, "content.", rest);
    out.beginObject().name("type").text(type).name(type).text(text);
    Cohere.rest(out, rest);
    out.endObject();
  }

  private void citations(List<Citation> citations, List<Part> content) {
    if (citations.isEmpty()) {
      return;
    }
    out.name("citations").beginArray();
    for (Citation citation : citations) {
      losses.addUnlessOf(Cohere.PROTOCOL, "citations.", citation.rest());
      Citations.write(out, citation, content);
    }
    out.endArray();
  }

  /** The arguments as the protocol wants them: never empty. */
  private static String arguments(Part.ToolCall call) {
    return switch (call.kind()) {
      case FUNCTION -> call.arguments().isBlank() ? NO_ARGUMENTS : call.arguments();
      case CUSTOM -> Arguments.ofFreeText(call.arguments());
    };
  }
}
