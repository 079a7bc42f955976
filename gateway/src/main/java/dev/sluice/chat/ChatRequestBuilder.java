package dev.sluice.chat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link ChatRequest} together. Owned by one thread. What is not set was not said; the
 * settings' meaning, units and ranges are told by the records that they end up in.
 */
public final class ChatRequestBuilder {

  private String model;
  private final List<Message> messages = new ArrayList<>();

  private final List<Tool> tools = new ArrayList<>();
  private @Nullable ToolChoice toolChoice;
  private @Nullable Boolean parallelToolCalls;
  private ToolSettings.Style toolStyle = ToolSettings.Style.TOOLS;

  private @Nullable BigDecimal temperature;
  private @Nullable BigDecimal topP;
  private @Nullable Long topK;
  private @Nullable BigDecimal minP;
  private @Nullable BigDecimal frequencyPenalty;
  private @Nullable BigDecimal presencePenalty;
  private @Nullable BigDecimal repetitionPenalty;
  private @Nullable Long seed;
  private @Nullable Json logitBias;

  private @Nullable Long tokensMax;
  private List<String> stop = List.of();
  private @Nullable Long choices;
  private @Nullable ResponseFormat format;
  private @Nullable Boolean logprobs;
  private @Nullable Long topLogprobs;
  private List<String> modalities = List.of();
  private @Nullable Json audio;
  private @Nullable Json prediction;
  private @Nullable String verbosity;

  private ReasoningSettings reasoning = ReasoningSettings.NONE;

  private @Nullable String tier;
  private @Nullable Boolean store;
  private @Nullable String user;
  private @Nullable String safetyIdentifier;
  private @Nullable Json metadata;
  private @Nullable String promptCacheKey;
  private @Nullable String promptCacheRetention;

  private ChatRequest.Delivery delivery = ChatRequest.Delivery.WHOLE;
  private Rest rest = Rest.NONE;

  ChatRequestBuilder(String model) {
    this.model = model;
  }

  ChatRequestBuilder(ChatRequest request) {
    model = request.model();
    messages.addAll(request.messages());
    toolSettings(request.tools());
    sampling(request.sampling());
    output(request.output());
    reasoning = request.reasoning();
    service(request.service());
    delivery = request.delivery();
    rest = request.rest();
  }

  public ChatRequestBuilder model(String name) {
    model = name;
    return this;
  }

  /** Adds a message behind those that are there. */
  public ChatRequestBuilder message(Message message) {
    messages.add(message);
    return this;
  }

  /** Takes these in place of all messages that are there. */
  public ChatRequestBuilder messages(List<? extends Message> all) {
    messages.clear();
    messages.addAll(all);
    return this;
  }

  /** Adds a tool behind those that are there. */
  public ChatRequestBuilder tool(Tool tool) {
    tools.add(tool);
    return this;
  }

  public ChatRequestBuilder toolChoice(@Nullable ToolChoice choice) {
    toolChoice = choice;
    return this;
  }

  public ChatRequestBuilder parallelToolCalls(@Nullable Boolean parallel) {
    parallelToolCalls = parallel;
    return this;
  }

  public ChatRequestBuilder toolStyle(ToolSettings.Style style) {
    toolStyle = style;
    return this;
  }

  /** Takes all that is said of tools from there. */
  public ChatRequestBuilder toolSettings(ToolSettings settings) {
    tools.clear();
    tools.addAll(settings.tools());
    toolChoice = settings.choice();
    parallelToolCalls = settings.parallel();
    toolStyle = settings.style();
    return this;
  }

  public ChatRequestBuilder temperature(@Nullable BigDecimal value) {
    temperature = value;
    return this;
  }

  public ChatRequestBuilder topP(@Nullable BigDecimal value) {
    topP = value;
    return this;
  }

  public ChatRequestBuilder topK(@Nullable Long value) {
    topK = value;
    return this;
  }

  public ChatRequestBuilder minP(@Nullable BigDecimal value) {
    minP = value;
    return this;
  }

  public ChatRequestBuilder frequencyPenalty(@Nullable BigDecimal value) {
    frequencyPenalty = value;
    return this;
  }

  public ChatRequestBuilder presencePenalty(@Nullable BigDecimal value) {
    presencePenalty = value;
    return this;
  }

  public ChatRequestBuilder repetitionPenalty(@Nullable BigDecimal value) {
    repetitionPenalty = value;
    return this;
  }

  public ChatRequestBuilder seed(@Nullable Long value) {
    seed = value;
    return this;
  }

  public ChatRequestBuilder logitBias(@Nullable Json object) {
    logitBias = object;
    return this;
  }

  /** Takes all that is said of sampling from there. */
  public ChatRequestBuilder sampling(SamplingSettings settings) {
    temperature = settings.temperature();
    topP = settings.topP();
    topK = settings.topK();
    minP = settings.minP();
    frequencyPenalty = settings.frequencyPenalty();
    presencePenalty = settings.presencePenalty();
    repetitionPenalty = settings.repetitionPenalty();
    seed = settings.seed();
    logitBias = settings.logitBias();
    return this;
  }

  public ChatRequestBuilder tokensMax(@Nullable Long value) {
    tokensMax = value;
    return this;
  }

  public ChatRequestBuilder stop(List<String> texts) {
    stop = List.copyOf(texts);
    return this;
  }

  public ChatRequestBuilder choices(@Nullable Long value) {
    choices = value;
    return this;
  }

  public ChatRequestBuilder format(@Nullable ResponseFormat value) {
    format = value;
    return this;
  }

  public ChatRequestBuilder logprobs(@Nullable Boolean wanted) {
    logprobs = wanted;
    return this;
  }

  public ChatRequestBuilder topLogprobs(@Nullable Long value) {
    topLogprobs = value;
    return this;
  }

  public ChatRequestBuilder modalities(List<String> words) {
    modalities = List.copyOf(words);
    return this;
  }

  public ChatRequestBuilder audio(@Nullable Json object) {
    audio = object;
    return this;
  }

  public ChatRequestBuilder prediction(@Nullable Json object) {
    prediction = object;
    return this;
  }

  public ChatRequestBuilder verbosity(@Nullable String word) {
    verbosity = word;
    return this;
  }

  /** Takes all that is said of the output from there. */
  public ChatRequestBuilder output(OutputSettings settings) {
    tokensMax = settings.tokensMax();
    stop = settings.stop();
    choices = settings.choices();
    format = settings.format();
    logprobs = settings.logprobs();
    topLogprobs = settings.topLogprobs();
    modalities = settings.modalities();
    audio = settings.audio();
    prediction = settings.prediction();
    verbosity = settings.verbosity();
    return this;
  }

  public ChatRequestBuilder reasoning(ReasoningSettings settings) {
    reasoning = settings;
    return this;
  }

  public ChatRequestBuilder tier(@Nullable String word) {
    tier = word;
    return this;
  }

  public ChatRequestBuilder store(@Nullable Boolean allowed) {
    store = allowed;
    return this;
  }

  public ChatRequestBuilder user(@Nullable String id) {
    user = id;
    return this;
  }

  public ChatRequestBuilder safetyIdentifier(@Nullable String id) {
    safetyIdentifier = id;
    return this;
  }

  public ChatRequestBuilder metadata(@Nullable Json object) {
    metadata = object;
    return this;
  }

  public ChatRequestBuilder promptCacheKey(@Nullable String key) {
    promptCacheKey = key;
    return this;
  }

  public ChatRequestBuilder promptCacheRetention(@Nullable String word) {
    promptCacheRetention = word;
    return this;
  }

  /** Takes all that is said of the service from there. */
  public ChatRequestBuilder service(ServiceSettings settings) {
    tier = settings.tier();
    store = settings.store();
    user = settings.user();
    safetyIdentifier = settings.safetyIdentifier();
    metadata = settings.metadata();
    promptCacheKey = settings.promptCacheKey();
    promptCacheRetention = settings.promptCacheRetention();
    return this;
  }

  public ChatRequestBuilder delivery(ChatRequest.Delivery value) {
    delivery = value;
    return this;
  }

  public ChatRequestBuilder rest(Rest unknown) {
    rest = unknown;
    return this;
  }

  /** The request as said so far. */
  public ChatRequest build() {
    return new ChatRequest(
        model,
        messages,
        new ToolSettings(tools, toolChoice, parallelToolCalls, toolStyle),
        new SamplingSettings(
            temperature,
            topP,
            topK,
            minP,
            frequencyPenalty,
            presencePenalty,
            repetitionPenalty,
            seed,
            logitBias),
        new OutputSettings(
            tokensMax,
            stop,
            choices,
            format,
            logprobs,
            topLogprobs,
            modalities,
            audio,
            prediction,
            verbosity),
        reasoning,
        new ServiceSettings(
            tier, store, user, safetyIdentifier, metadata, promptCacheKey, promptCacheRetention),
        delivery,
        rest);
  }
}
