package dev.sluice.protocol.openai;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.chat.OutputSettings;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Disclosure;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.chat.SamplingSettings;
import dev.sluice.chat.ServiceSettings;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Extensions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one request. */
final class RequestWriter {

  /** What OpenAI wants a schema to be called, where the client gave no name. */
  private static final String SCHEMA_NAME = "response";

  private final OpenAiRequestOptions options;
  private final JsonWriter out;
  private final Losses losses;
  private final Set<String> merged = new HashSet<>();

  RequestWriter(OpenAiRequestOptions options, JsonWriter out, Losses losses) {
    this.options = options;
    this.out = out;
    this.losses = losses;
  }

  void write(ChatRequest request) {
    out.beginObject();
    if (!request.model().isEmpty()) {
      out.name("model").text(request.model());
    }
    new MessageWriter(options, request.tools().style(), out, losses).write(request.messages());
    tools(request.tools());
    sampling(request.sampling());
    output(request.output());
    reasoning(request.reasoning(), request.rest());
    service(request.service());
    delivery(request);
    losses.addUnlessOf(OpenAi.PROTOCOL, "", request.rest());
    OpenAi.rest(out, request.rest(), merged);
    out.endObject();
  }

  private boolean extended(String field) {
    if (options.extensions() == Extensions.WRITE) {
      return true;
    }
    losses.add(field);
    return false;
  }

  private void tools(ToolSettings settings) {
    boolean old = settings.style() == ToolSettings.Style.FUNCTIONS;
    if (!settings.tools().isEmpty()) {
      out.name(old ? "functions" : "tools").beginArray();
      for (Tool tool : settings.tools()) {
        switch (tool) {
          case Tool.Function function -> {
            if (old) {
              function(function, function.rest());
            } else {
              wrapped(function);
            }
          }
          case Tool.Custom custom -> custom(custom);
          case Tool.Foreign foreign -> {
            if (foreign.protocol().equals(OpenAi.PROTOCOL)) {
              out.raw(foreign.json().text());
            } else {
              losses.add("tools." + foreign.type());
            }
          }
        }
      }
      out.endArray();
    }
    choice(settings, old);
    out.member("parallel_tool_calls", settings.parallel());
  }

  private void wrapped(Tool.Function function) {
    out.beginObject().name("type").text("function").name("function");
    Rest inner = function.rest();
    out.beginObject();
    declaration(function);
    OpenAi.inner(out, inner, "function");
    out.endObject();
    cache(function.cache());
    losses.addUnlessOf(OpenAi.PROTOCOL, "tools.", inner);
    OpenAi.rest(out, inner, Set.of("function"));
    out.endObject();
  }

  private void function(Tool.Function function, Rest rest) {
    out.beginObject();
    declaration(function);
    losses.addUnlessOf(OpenAi.PROTOCOL, "functions.", rest);
    OpenAi.rest(out, rest);
    out.endObject();
  }

  private void declaration(Tool.Function function) {
    out.name("name").text(function.name());
    out.member("description", function.description());
    OpenAi.member(out, "parameters", function.parameters());
    out.member("strict", function.strict());
  }

  private void custom(Tool.Custom custom) {
    out.beginObject().name("type").text("custom").name("custom").beginObject();
    out.name("name").text(custom.name());
    out.member("description", custom.description());
    OpenAi.member(out, "format", custom.format());
    OpenAi.inner(out, custom.rest(), "custom");
    out.endObject();
    cache(custom.cache());
    losses.addUnlessOf(OpenAi.PROTOCOL, "tools.", custom.rest());
    OpenAi.rest(out, custom.rest(), Set.of("custom"));
    out.endObject();
  }

  private void cache(@Nullable CacheHint hint) {
    if (hint != null && extended("cache_control")) {
      out.name("cache_control").raw(CacheControl.write(hint));
    }
  }

  private void choice(ToolSettings settings, boolean old) {
    ToolChoice choice = settings.choice();
    if (choice == null) {
      return;
    }
    String name = old ? "function_call" : "tool_choice";
    switch (choice) {
      case ToolChoice.Auto _ -> out.name(name).text("auto");
      case ToolChoice.None _ -> out.name(name).text("none");
      case ToolChoice.Required _ -> out.name(name).text("required");
      case ToolChoice.Named named -> {
        out.name(name).beginObject();
        if (old) {
          out.name("name").text(named.name());
        } else {
          named(named.name(), settings.tools());
        }
        out.endObject();
      }
      case ToolChoice.Allowed allowed -> {
        out.name(name).beginObject().name("type").text("allowed_tools");
        out.name("allowed_tools").beginObject().name("mode");
        out.text(
            switch (allowed.mode()) {
              case AUTO -> "auto";
              case REQUIRED -> "required";
            });
        out.name("tools").beginArray();
        for (String tool : allowed.names()) {
          out.beginObject();
          named(tool, settings.tools());
          out.endObject();
        }
        out.endArray().endObject().endObject();
      }
      case ToolChoice.Foreign foreign -> {
        if (foreign.protocol().equals(OpenAi.PROTOCOL)) {
          out.name(name).raw(foreign.json().text());
        } else {
          losses.add("tool_choice");
        }
      }
    }
  }

  private void named(String name, List<Tool> tools) {
    String type = "function";
    for (Tool tool : tools) {
      if (tool instanceof Tool.Custom custom && custom.name().equals(name)) {
        type = "custom";
      }
    }
    out.name("type").text(type).name(type).beginObject().name("name").text(name).endObject();
  }

  private void sampling(SamplingSettings sampling) {
    out.member("temperature", sampling.temperature());
    out.member("top_p", sampling.topP());
    out.member("frequency_penalty", sampling.frequencyPenalty());
    out.member("presence_penalty", sampling.presencePenalty());
    out.member("seed", sampling.seed());
    OpenAi.member(out, "logit_bias", sampling.logitBias());
    extension("top_k", sampling.topK());
    extension("min_p", sampling.minP());
    extension("repetition_penalty", sampling.repetitionPenalty());
  }

  private void extension(String name, @Nullable Number value) {
    if (value != null && extended(name)) {
      out.member(name, value);
    }
  }

  private void output(OutputSettings output) {
    switch (options.tokens()) {
      case MAX_TOKENS -> out.member("max_tokens", output.tokensMax());
      case MAX_COMPLETION_TOKENS -> out.member("max_completion_tokens", output.tokensMax());
    }
    texts("stop", output.stop());
    out.member("n", output.choices());
    format(output.format());
    out.member("logprobs", output.logprobs());
    out.member("top_logprobs", output.topLogprobs());
    texts("modalities", output.modalities());
    OpenAi.member(out, "audio", output.audio());
    OpenAi.member(out, "prediction", output.prediction());
    out.member("verbosity", output.verbosity());
  }

  private void texts(String name, List<String> texts) {
    if (!texts.isEmpty()) {
      out.name(name).beginArray();
      for (String text : texts) {
        out.text(text);
      }
      out.endArray();
    }
  }

  private void format(@Nullable ResponseFormat format) {
    switch (format) {
      case null -> {
        // Nothing was said.
      }
      case ResponseFormat.Text _ -> type("text");
      case ResponseFormat.AnyObject _ -> type("json_object");
      case ResponseFormat.Schema schema -> {
        out.name("response_format").beginObject().name("type").text("json_schema");
        out.name("json_schema").beginObject();
        String name = schema.name();
        if (name == null && options.extensions() == Extensions.DROP) {
          name = SCHEMA_NAME;
        }
        out.member("name", name);
        out.member("description", schema.description());
        OpenAi.member(out, "schema", schema.schema());
        out.member("strict", schema.strict());
        losses.addUnlessOf(OpenAi.PROTOCOL, "response_format.", schema.rest());
        OpenAi.rest(out, schema.rest());
        out.endObject().endObject();
      }
      case ResponseFormat.Foreign foreign -> {
        if (foreign.protocol().equals(OpenAi.PROTOCOL)) {
          OpenAi.member(out, "response_format", foreign.json());
        } else {
          losses.add("response_format");
        }
      }
    }
  }

  private void type(String type) {
    out.name("response_format").beginObject().name("type").text(type).endObject();
  }

  private void reasoning(ReasoningSettings reasoning, Rest rest) {
    switch (options.reasoning()) {
      case EFFORT -> effort(reasoning);
      case OBJECT -> object(reasoning, rest);
      case THINKING -> thinking(reasoning, rest);
    }
  }

  private void effort(ReasoningSettings reasoning) {
    ReasoningSettings.Effort effort = reasoning.effort();
    Long budget = reasoning.budgetTokens();
    if (budget != null) {
      losses.add("reasoning.max_tokens");
      effort = effort == null ? Efforts.ofBudget(budget) : effort;
    }
    switch (reasoning.mode()) {
      case UNSTATED -> {
        // The effort says it all.
      }
      case OFF -> effort = ReasoningSettings.Effort.NONE;
      case ON, ADAPTIVE -> {
        if (effort == null) {
          losses.add("reasoning.enabled");
        }
      }
    }
    if (reasoning.disclosure() != Disclosure.UNSTATED) {
      losses.add("reasoning.exclude");
    }
    if (effort != null) {
      out.name("reasoning_effort").text(Efforts.word(effort));
    }
  }

  private void object(ReasoningSettings reasoning, Rest rest) {
    boolean left = rest.isOf(OpenAi.PROTOCOL) && rest.find("reasoning") != null;
    if (reasoning.equals(ReasoningSettings.NONE) && !left) {
      return;
    }
    merged.add("reasoning");
    out.name("reasoning").beginObject();
    if (reasoning.effort() != null) {
      out.name("effort").text(Efforts.word(reasoning.effort()));
    }
    out.member("max_tokens", reasoning.budgetTokens());
    switch (reasoning.mode()) {
      case UNSTATED -> {
        // Effort or budget say it.
      }
      case ON, ADAPTIVE -> out.name("enabled").bool(true);
      case OFF -> out.name("enabled").bool(false);
    }
    switch (reasoning.disclosure()) {
      case UNSTATED -> {
        // The server's own way.
      }
      case SHOWN, SUMMARY -> out.name("exclude").bool(false);
      case HIDDEN -> out.name("exclude").bool(true);
    }
    OpenAi.inner(out, rest, "reasoning");
    out.endObject();
  }

  private void thinking(ReasoningSettings reasoning, Rest rest) {
    if (reasoning.effort() != null) {
      out.name("reasoning_effort").text(Efforts.word(reasoning.effort()));
    }
    if (reasoning.disclosure() != Disclosure.UNSTATED) {
      losses.add("reasoning.exclude");
    }
    boolean left = rest.isOf(OpenAi.PROTOCOL) && rest.find("thinking") != null;
    if (reasoning.mode() == Mode.UNSTATED && reasoning.budgetTokens() == null && !left) {
      return;
    }
    merged.add("thinking");
    out.name("thinking").beginObject();
    switch (reasoning.mode()) {
      case UNSTATED -> {
        if (reasoning.budgetTokens() != null) {
          out.name("type").text("enabled");
        }
      }
      case ON -> out.name("type").text("enabled");
      case OFF -> out.name("type").text("disabled");
      case ADAPTIVE -> out.name("type").text("adaptive");
    }
    out.member("budget_tokens", reasoning.budgetTokens());
    OpenAi.inner(out, rest, "thinking");
    out.endObject();
  }

  private void service(ServiceSettings service) {
    out.member("service_tier", service.tier());
    out.member("store", service.store());
    out.member("user", service.user());
    out.member("safety_identifier", service.safetyIdentifier());
    OpenAi.member(out, "metadata", service.metadata());
    out.member("prompt_cache_key", service.promptCacheKey());
    out.member("prompt_cache_retention", service.promptCacheRetention());
  }

  private void delivery(ChatRequest request) {
    boolean usage =
        switch (request.delivery()) {
          case WHOLE -> {
            yield false;
          }
          case STREAM -> {
            out.name("stream").bool(true);
            yield false;
          }
          case STREAM_WITH_USAGE -> {
            out.name("stream").bool(true);
            yield true;
          }
        };
    Rest rest = request.rest();
    if (usage || (rest.isOf(OpenAi.PROTOCOL) && rest.find("stream_options") != null)) {
      merged.add("stream_options");
      out.name("stream_options").beginObject();
      if (usage) {
        out.name("include_usage").bool(true);
      }
      OpenAi.inner(out, rest, "stream_options");
      out.endObject();
    }
  }
}
