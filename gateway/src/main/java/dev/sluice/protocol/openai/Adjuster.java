package dev.sluice.protocol.openai;

import dev.sluice.chat.CallIds;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequestBuilder;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.OutputSettings;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.chat.SamplingSettings;
import dev.sluice.chat.ServiceSettings;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes of a request the one that a server with {@link OpenAiDeviations} wants. */
final class Adjuster {

  /** What a server is told that wants the word in its messages. */
  static final String ANSWER_IN_JSON = "Answer with a JSON object.";

  private static final String JSON = "json";
  private static final Json ANY = new Json("\"any\"");
  private static final Json NO_PARAMETERS = new Json("{\"type\":\"object\",\"properties\":{}}");

  private final OpenAiDeviations deviations;
  private final Losses losses;

  Adjuster(OpenAiDeviations deviations, Losses losses) {
    this.deviations = deviations;
    this.losses = losses;
  }

  ChatRequest adjust(ChatRequest request) {
    ChatRequestBuilder adjusted = request.toBuilder();
    adjusted.messages(new MessageAdjuster(deviations, losses).adjust(request.messages()));
    tools(request.tools(), adjusted);
    Rest rest = seed(request.sampling(), request.rest(), adjusted);
    sampling(request.sampling(), adjusted);
    output(request.output(), adjusted);
    format(request, adjusted);
    service(request.service(), adjusted);
    adjusted.reasoning(reasoning(request.reasoning()));
    if (deviations.streamUsage() == OpenAiDeviations.StreamUsage.ALWAYS) {
      rest = without(rest, "stream_options");
      if (request.delivery() == ChatRequest.Delivery.STREAM_WITH_USAGE) {
        adjusted.delivery(ChatRequest.Delivery.STREAM);
      }
    }
    return adjusted.rest(reasonless(rest)).build();
  }

  /** Leaves out the words for reasoning that only other providers know. */
  private Rest reasonless(Rest rest) {
    if (deviations.efforts() == OpenAiDeviations.Efforts.ALL) {
      return rest;
    }
    Rest left = rest;
    for (String name : List.of("reasoning_effort", "reasoning", "thinking")) {
      if (left.isOf(OpenAi.PROTOCOL) && left.find(name) != null) {
        losses.add(name);
        left = without(left, name);
      }
    }
    return left;
  }

  /** The same fields but that one. */
  private static Rest without(Rest rest, String name) {
    if (!rest.isOf(OpenAi.PROTOCOL) || rest.find(name) == null) {
      return rest;
    }
    List<Rest.Member> left = new ArrayList<>(rest.members());
    left.removeIf(member -> member.name().equals(name));
    return Rest.of(OpenAi.PROTOCOL, left);
  }

  /** The same fields with that one, which takes the place of another of its name. */
  static Rest with(Rest rest, String name, String value, Losses losses) {
    losses.addUnlessOf(OpenAi.PROTOCOL, "", rest);
    Rest left = rest.isOf(OpenAi.PROTOCOL) ? without(rest, name) : Rest.NONE;
    List<Rest.Member> all = new ArrayList<>(left.members());
    all.add(new Rest.Member(name, new Json(value)));
    return Rest.of(OpenAi.PROTOCOL, all);
  }

  private Rest seed(SamplingSettings sampling, Rest rest, ChatRequestBuilder adjusted) {
    Long seed = sampling.seed();
    if (seed == null || deviations.seed() == OpenAiDeviations.Seed.SEED) {
      return rest;
    }
    adjusted.seed(null);
    if (seed < 0) {
      losses.add("seed");
      return rest;
    }
    return with(rest, "random_seed", Long.toString(seed), losses);
  }

  private void tools(ToolSettings settings, ChatRequestBuilder adjusted) {
    if (deviations.choice() == OpenAiDeviations.Choice.OPENAI) {
      return;
    }
    List<Tool> offered = new ArrayList<>(settings.tools().size());
    Set<String> only =
        settings.choice() instanceof ToolChoice.Allowed allowed ? allowed.lookup() : null;
    for (Tool tool : settings.tools()) {
      switch (tool) {
        case Tool.Function function -> {
          if (isAllowed(function.name(), settings.choice(), only)) {
            offered.add(described(function));
          }
        }
        // Free text has no word here.
        case Tool.Custom _ -> losses.add("tools.custom");
        case Tool.Foreign _ -> offered.add(tool);
      }
    }
    adjusted.toolSettings(
        new ToolSettings(
            offered,
            choice(settings.choice(), !offered.isEmpty()),
            offered.isEmpty() ? null : settings.parallel(),
            ToolSettings.Style.TOOLS));
  }

  private Tool described(Tool.Function function) {
    boolean lacking =
        function.parameters() == null && deviations.schemas() == OpenAiDeviations.Schemas.REQUIRED;
    return lacking
        ? new Tool.Function(
            function.name(),
            function.description(),
            NO_PARAMETERS,
            function.strict(),
            function.cache(),
            function.rest())
        : function;
  }

  private static boolean isAllowed(
      String name, @Nullable ToolChoice choice, @Nullable Set<String> only) {
    return switch (choice) {
      case null -> true;
      case ToolChoice.Auto _, ToolChoice.None _, ToolChoice.Required _, ToolChoice.Foreign _ ->
          true;
      case ToolChoice.Named named -> named.name().equals(name);
      case ToolChoice.Allowed _ -> only != null && only.contains(name);
    };
  }

  private @Nullable ToolChoice choice(@Nullable ToolChoice choice, boolean offering) {
    if (choice == null) {
      return null;
    }
    boolean free = choice instanceof ToolChoice.None || choice instanceof ToolChoice.Auto;
    if (!offering && !free) {
      losses.add("tool_choice");
      return null;
    }
    return switch (choice) {
      case ToolChoice.Auto _, ToolChoice.None _, ToolChoice.Foreign _ -> choice;
      case ToolChoice.Required _, ToolChoice.Named _ ->
          new ToolChoice.Foreign(OpenAi.PROTOCOL, ANY);
      case ToolChoice.Allowed allowed ->
          switch (allowed.mode()) {
            case AUTO -> new ToolChoice.Auto();
            case REQUIRED -> new ToolChoice.Foreign(OpenAi.PROTOCOL, ANY);
          };
    };
  }

  /** Takes a setting away where the server would refuse it. */
  private <T> void refuse(String field, @Nullable T value, Consumer<@Nullable T> setter) {
    if (value != null && deviations.refused().contains(field)) {
      losses.add(field);
      setter.accept(null);
    }
  }

  private void sampling(SamplingSettings sampling, ChatRequestBuilder adjusted) {
    BigDecimal temperature = sampling.temperature();
    BigDecimal most = deviations.temperatureMax();
    if (temperature != null && most != null && temperature.compareTo(most) > 0) {
      losses.add("temperature");
      adjusted.temperature(most);
    }
    refuse("top_k", sampling.topK(), adjusted::topK);
    refuse("min_p", sampling.minP(), adjusted::minP);
    refuse("repetition_penalty", sampling.repetitionPenalty(), adjusted::repetitionPenalty);
    refuse("logit_bias", sampling.logitBias(), adjusted::logitBias);
  }

  private void output(OutputSettings output, ChatRequestBuilder adjusted) {
    if (Boolean.FALSE.equals(output.logprobs()) && deviations.refused().contains("logprobs")) {
      // Says what is the case anyway.
      adjusted.logprobs(null);
    } else {
      refuse("logprobs", output.logprobs(), adjusted::logprobs);
    }
    refuse("top_logprobs", output.topLogprobs(), adjusted::topLogprobs);
    refuse("audio", output.audio(), adjusted::audio);
    refuse("verbosity", output.verbosity(), adjusted::verbosity);
    if (deviations.refused().contains("modalities") && !output.modalities().isEmpty()) {
      if (!output.modalities().equals(List.of("text"))) {
        losses.add("modalities");
      }
      adjusted.modalities(List.of());
    }
  }

  private void service(ServiceSettings service, ChatRequestBuilder adjusted) {
    refuse("service_tier", service.tier(), adjusted::tier);
    refuse("store", service.store(), adjusted::store);
    refuse("user", service.user(), adjusted::user);
    refuse("safety_identifier", service.safetyIdentifier(), adjusted::safetyIdentifier);
    refuse(
        "prompt_cache_retention", service.promptCacheRetention(), adjusted::promptCacheRetention);
  }

  private void format(ChatRequest request, ChatRequestBuilder adjusted) {
    if (deviations.formats() == OpenAiDeviations.Formats.FREE
        || !(request.output().format() instanceof ResponseFormat.AnyObject)) {
      return;
    }
    List<Message> messages = new ArrayList<>(adjusted.build().messages());
    for (Message message : messages) {
      if (MessageAdjuster.texts(message).toLowerCase(Locale.ROOT).contains(JSON)) {
        return;
      }
    }
    MessageAdjuster.instruct(messages, ANSWER_IN_JSON);
    adjusted.messages(messages);
  }

  private ReasoningSettings reasoning(ReasoningSettings reasoning) {
    if (deviations.efforts() == OpenAiDeviations.Efforts.ALL
        || reasoning.equals(ReasoningSettings.NONE)) {
      return reasoning;
    }
    Effort effort = reasoning.effort();
    Long budget = reasoning.budgetTokens();
    if (budget != null) {
      losses.add("reasoning.max_tokens");
      effort = effort == null ? Efforts.ofBudget(budget) : effort;
    }
    if (reasoning.mode() == Mode.OFF) {
      effort = Effort.NONE;
    } else if (effort == null && reasoning.mode() != Mode.UNSTATED) {
      effort = Effort.HIGH;
    }
    if (effort != null) {
      effort = effort.compareTo(Effort.MINIMAL) <= 0 ? Effort.NONE : Effort.HIGH;
    }
    return new ReasoningSettings(Mode.UNSTATED, effort, null, reasoning.disclosure());
  }

  /** The id in the place of {@code id}, the same for the same. */
  static String callId(String id) {
    return isNine(id) ? id : CallIds.make(id, 0, 0);
  }

  /** Whether the id is nine letters and digits. */
  static boolean isNine(String id) {
    if (id.length() != CallIds.LENGTH) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!plain) {
        return false;
      }
    }
    return true;
  }
}
