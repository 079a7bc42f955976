package dev.sluice.protocol.openai;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Content;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Extensions;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Instructions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request's messages. A tool's result may hold text only, so that images and documents in
 * it go into a user's message behind the results.
 */
final class MessageWriter {

  private final OpenAiRequestOptions options;
  private final ToolSettings.Style style;
  private final JsonWriter out;
  private final Losses losses;
  private final PartWriter parts;
  private final Map<String, String> toolNames = new HashMap<>();
  private final List<Part> fromTools = new ArrayList<>();

  MessageWriter(
      OpenAiRequestOptions options, ToolSettings.Style style, JsonWriter out, Losses losses) {
    this.options = options;
    this.style = style;
    this.out = out;
    this.losses = losses;
    this.parts = new PartWriter(options.extensions(), out, losses);
  }

  /** Writes the member {@code messages}. */
  void write(List<Message> messages) {
    out.name("messages").beginArray();
    for (Message message : messages) {
      if (!(message instanceof Message.ToolResult)) {
        flushFromTools();
      }
      losses.addUnlessOf(OpenAi.PROTOCOL, "messages.", message.rest());
      switch (message) {
        case Message.System system -> said("system", system.name(), system.parts(), system.rest());
        case Message.Developer developer -> {
          String role = options.instructions() == Instructions.AS_SYSTEM ? "system" : "developer";
          said(role, developer.name(), developer.parts(), developer.rest());
        }
        case Message.User user -> said("user", user.name(), user.parts(), user.rest());
        case Message.Assistant assistant -> assistant(assistant);
        case Message.ToolResult result -> result(result);
      }
    }
    flushFromTools();
    out.endArray();
  }

  private void flushFromTools() {
    if (!fromTools.isEmpty()) {
      out.beginObject().name("role").text("user").name("content");
      parts.list(fromTools);
      out.endObject();
      fromTools.clear();
    }
  }

  private void said(String role, @Nullable String name, List<Part> content, Rest rest) {
    out.beginObject().name("role").text(role).name("content");
    if (options.content() == Content.STRINGS && !role.equals("user")) {
      out.text(joined(content));
    } else {
      parts.content(content);
    }
    out.member("name", name);
    OpenAi.rest(out, rest);
    out.endObject();
  }

  private String joined(List<Part> content) {
    StringBuilder text = new StringBuilder();
    for (Part part : content) {
      if (part instanceof Part.Text piece) {
        text.append(text.isEmpty() ? "" : "\n\n").append(piece.text());
        if (piece.cache() != null) {
          losses.add("cache_control");
        }
      } else {
        losses.add("messages.content");
      }
    }
    return text.toString();
  }

  private void result(Message.ToolResult result) {
    List<Part> texts = new ArrayList<>();
    for (Part part : result.parts()) {
      switch (part) {
        case Part.Text _, Part.Refusal _, Part.Foreign _ -> texts.add(part);
        case Part.Image _, Part.Audio _, Part.Video _, Part.File _ -> fromTools.add(part);
        case Part.Thinking _, Part.SealedThinking _, Part.ToolCall _ ->
            losses.add("messages.content");
      }
    }
    String name = result.name();
    out.beginObject();
    if (style == ToolSettings.Style.FUNCTIONS) {
      out.name("role").text("function");
      name = name == null ? toolNames.get(result.callId()) : name;
    } else {
      out.name("role").text("tool").name("tool_call_id").text(result.callId());
    }
    out.member("name", name);
    out.name("content");
    if (options.content() == Content.STRINGS) {
      out.text(joined(texts));
    } else {
      parts.content(texts);
    }
    cache(result.cache());
    OpenAi.rest(out, result.rest());
    out.endObject();
  }

  private void cache(@Nullable CacheHint hint) {
    if (hint == null) {
      return;
    }
    if (options.extensions() == Extensions.WRITE) {
      out.name("cache_control").raw(CacheControl.write(hint));
    } else {
      losses.add("cache_control");
    }
  }

  private void assistant(Message.Assistant assistant) {
    List<Part> content = new ArrayList<>();
    List<Part.ToolCall> calls = new ArrayList<>();
    StringBuilder refusal = new StringBuilder();
    boolean thoughts = false;
    for (Part part : assistant.parts()) {
      switch (part) {
        case Part.Text text -> {
          thoughts |= text.signature() != null;
          if (!text.wording().isEmpty()) {
            content.add(text);
          }
        }
        case Part.Foreign foreign -> content.add(foreign);
        case Part.Refusal piece -> refusal.append(piece.text());
        case Part.ToolCall call -> {
          calls.add(call);
          toolNames.put(call.id(), call.name());
        }
        case Part.Thinking thinking -> {
          thoughts = true;
          if (options.thoughts() == OpenAiRequestOptions.Thoughts.PARTS) {
            content.add(thinking);
          }
        }
        case Part.SealedThinking _ -> thoughts = true;
        case Part.Image _, Part.Audio _, Part.Video _, Part.File _ ->
            losses.add("messages.content");
      }
    }
    out.beginObject().name("role").text("assistant").name("content");
    if (!content.isEmpty()) {
      parts.content(content);
    } else if (calls.isEmpty() && refusal.isEmpty() && assistant.audio() == null) {
      out.text("");
    } else {
      // Some servers refuse "" beside calls.
      out.nothing();
    }
    if (thoughts) {
      thoughts(assistant.parts());
    }
    if (!refusal.isEmpty()) {
      out.name("refusal").text(refusal.toString());
    }
    out.member("name", assistant.name());
    Citations.write(out, assistant.citations(), losses);
    OpenAi.member(out, "audio", assistant.audio());
    calls(calls);
    OpenAi.rest(out, assistant.rest());
    out.endObject();
  }

  private void thoughts(List<Part> all) {
    switch (options.thoughts()) {
      case OMIT -> losses.add("messages.reasoning_content");
      case REASONING_CONTENT -> ThoughtWriter.text(out, "reasoning_content", all);
      case REASONING -> ThoughtWriter.text(out, "reasoning", all);
      case DETAILS -> ThoughtWriter.details(out, all);
      case PARTS -> {
        // They stand in the content.
      }
    }
  }

  private void calls(List<Part.ToolCall> calls) {
    if (calls.isEmpty()) {
      return;
    }
    if (style == ToolSettings.Style.FUNCTIONS) {
      Part.ToolCall call = calls.getFirst();
      out.name("function_call").beginObject();
      out.name("name").text(call.name()).name("arguments").text(call.arguments());
      out.endObject();
      if (calls.size() > 1) {
        losses.add("messages.tool_calls");
      }
      return;
    }
    out.name("tool_calls").beginArray();
    for (Part.ToolCall call : calls) {
      parts.call(call, -1);
    }
    out.endArray();
  }
}
