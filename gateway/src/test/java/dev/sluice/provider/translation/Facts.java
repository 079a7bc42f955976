package dev.sluice.provider.translation;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Json;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.recorded.Recordings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a request says, each thing under the name that a client of OpenAI's protocol has for it: in
 * the order in which it is said, and by whom, but not in which message, since protocols cut
 * conversations into messages each in its own way.
 */
final class Facts {

  private final Map<String, List<Object>> facts = new TreeMap<>();

  private Facts(ChatRequest request) {
    conversation(request.messages());
    tools(request);
    add("temperature", number(request.sampling().temperature()));
    add("top_p", number(request.sampling().topP()));
    add("top_k", request.sampling().topK());
    add("min_p", number(request.sampling().minP()));
    add("frequency_penalty", number(request.sampling().frequencyPenalty()));
    add("presence_penalty", number(request.sampling().presencePenalty()));
    add("repetition_penalty", number(request.sampling().repetitionPenalty()));
    add("seed", request.sampling().seed());
    add("logit_bias", tree(request.sampling().logitBias()));
    add("max_tokens", request.output().tokensMax());
    request.output().stop().forEach(text -> add("stop", text));
    Long choices = request.output().choices();
    add("n", Long.valueOf(1).equals(choices) ? null : choices); // One is what everybody gives.
    format(request.output().format());
    add("logprobs", Boolean.TRUE.equals(request.output().logprobs()) ? true : null);
    add("top_logprobs", request.output().topLogprobs());
    request.output().modalities().forEach(one -> add("modalities", one));
    add("audio", tree(request.output().audio()));
    add("prediction", tree(request.output().prediction()));
    add("verbosity", request.output().verbosity());
    if (!request.reasoning().equals(ReasoningSettings.NONE)) {
      add("reasoning_effort", request.reasoning());
    }
    add("service_tier", request.service().tier());
    add("store", request.service().store());
    add("user", request.service().user());
    add("safety_identifier", request.service().safetyIdentifier());
    add("metadata", tree(request.service().metadata()));
    add("prompt_cache_key", request.service().promptCacheKey());
    add("prompt_cache_retention", request.service().promptCacheRetention());
    // Whether a stream tells its usage is left to the protocol.
    add("stream", request.delivery() == ChatRequest.Delivery.WHOLE ? null : true);
    rest("", request.rest());
  }

  /** The names of what two requests do not say alike. */
  static Set<String> differences(ChatRequest one, ChatRequest other) {
    Map<String, List<Object>> ours = new Facts(one).facts;
    Map<String, List<Object>> theirs = new Facts(other).facts;
    Set<String> names = new TreeSet<>(ours.keySet());
    names.addAll(theirs.keySet());
    names.removeIf(name -> ours.getOrDefault(name, List.of()).equals(theirs.get(name)));
    return names;
  }

  private void add(String name, @Nullable Object value) {
    if (value != null) {
      facts.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }
  }

  private static @Nullable Object number(@Nullable BigDecimal number) {
    return number == null ? null : number.stripTrailingZeros();
  }

  private static @Nullable Object tree(@Nullable Json json) {
    return json == null ? null : Recordings.MAPPER.readTree(json.text());
  }

  private void rest(String prefix, Rest rest) {
    rest.members().forEach(member -> add(prefix + member.name(), tree(member.value())));
  }

  /** Empty words say nothing, and are refused by some. */
  private static @Nullable String said(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  private void cache(@Nullable CacheHint hint) {
    add("cache_control", hint);
  }

  private void conversation(List<Message> messages) {
    for (Message message : messages) {
      String who =
          switch (message) {
            case Message.System _, Message.Developer _ -> "system";
            case Message.User _ -> "user";
            case Message.Assistant _ -> "assistant";
            case Message.ToolResult _ -> "tool";
          };
      switch (message) {
        case Message.System system -> add("messages.name", system.name());
        case Message.Developer developer -> add("messages.name", developer.name());
        case Message.User user -> add("messages.name", user.name());
        case Message.Assistant assistant -> {
          add("messages.name", assistant.name());
          assistant.citations().forEach(citation -> add("messages.annotations", citation));
          add("messages.audio", tree(assistant.audio()));
        }
        case Message.ToolResult result -> {
          add("messages.tool_call_id", result.callId());
          cache(result.cache());
        }
      }
      for (Part part : message.parts()) {
        part(who, part);
      }
      rest("messages.", message.rest());
    }
  }

  private void part(String who, Part part) {
    String at = "messages." + who + ".";
    switch (part) {
      case Part.Text text -> {
        add(at + "text", text.text());
        seal(text.signature());
        cache(text.cache());
        rest("messages.content.", text.rest());
      }
      case Part.Image image -> {
        media(at + "image_url", image.source());
        add("messages.content.image_url.detail", image.detail());
        cache(image.cache());
        rest("messages.content.", image.rest());
      }
      case Part.Audio audio -> {
        media(at + "input_audio", audio.source());
        cache(audio.cache());
        rest("messages.content.", audio.rest());
      }
      case Part.Video video -> {
        media(at + "video_url", video.source());
        cache(video.cache());
        rest("messages.content.", video.rest());
      }
      case Part.File file -> {
        media(at + "file", file.source());
        add("messages.content.file.filename", file.name());
        cache(file.cache());
        rest("messages.content.", file.rest());
      }
      case Part.Refusal refusal -> {
        add("messages.refusal", refusal.text());
        rest("messages.content.", refusal.rest());
      }
      case Part.Thinking thinking -> {
        add("messages.reasoning_details", thinking.text());
        seal(thinking.signature());
        rest("messages.content.", thinking.rest());
      }
      case Part.SealedThinking thinking -> seal(thinking.sealed());
      case Part.ToolCall call -> {
        add("messages.tool_calls.id", call.id());
        add("messages.tool_calls.function.name", call.name());
        add(
            "messages.tool_calls.function.arguments",
            call.arguments().isBlank() ? "{}" : tree(new Json(call.arguments())).toString());
        seal(call.signature());
        cache(call.cache());
        rest("messages.tool_calls.", call.rest());
      }
      case Part.Foreign foreign -> add("messages.content." + foreign.type(), tree(foreign.json()));
    }
  }

  private void media(String name, Media media) {
    add(
        name,
        switch (media) {
          case Media.Remote remote -> remote.url();
          case Media.Inline inline -> inline;
          case Media.Written written -> written.text();
          case Media.Uploaded uploaded -> uploaded.id();
        });
  }

  private void seal(@Nullable Signature signature) {
    add("messages.reasoning_details.signature", signature);
  }

  private void tools(ChatRequest request) {
    for (Tool tool : request.tools().tools()) {
      switch (tool) {
        case Tool.Function function -> {
          add("tools.function.name", function.name());
          add("tools.function.description", said(function.description()));
          add("tools.function.parameters", tree(function.parameters()));
          add("tools.function.strict", function.strict());
          cache(function.cache());
          rest("tools.", function.rest());
        }
        case Tool.Custom custom -> {
          add("tools.custom", custom.name());
          add("tools.custom.description", custom.description());
          add("tools.custom.format", tree(custom.format()));
          cache(custom.cache());
        }
        case Tool.Foreign foreign -> add("tools." + foreign.type(), tree(foreign.json()));
      }
    }
    ToolChoice choice = request.tools().choice();
    // Whether to choose is said by the offer alone.
    add("tool_choice", choice instanceof ToolChoice.Auto ? null : choice);
    add(
        "parallel_tool_calls",
        Boolean.TRUE.equals(request.tools().parallel()) ? null : request.tools().parallel());
    add("functions", request.tools().style());
  }

  private void format(@Nullable ResponseFormat format) {
    switch (format) {
      case null -> {}
      case ResponseFormat.Text _ -> add("response_format", "text");
      case ResponseFormat.AnyObject _ -> add("response_format", "json_object");
      case ResponseFormat.Schema schema -> {
        add("response_format", "json_schema");
        add("response_format.json_schema.name", schema.name());
        add("response_format.json_schema.description", schema.description());
        add("response_format.json_schema.schema", tree(schema.schema()));
        add("response_format.json_schema.strict", schema.strict());
        rest("response_format.json_schema.", schema.rest());
      }
      case ResponseFormat.Foreign foreign -> add("response_format", tree(foreign.json()));
    }
  }
}
