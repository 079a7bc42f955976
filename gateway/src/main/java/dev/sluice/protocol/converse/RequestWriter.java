package dev.sluice.protocol.converse;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.OutputSettings;
import dev.sluice.chat.Part;
import dev.sluice.chat.ReasoningSettings.Disclosure;
import dev.sluice.chat.Rest;
import dev.sluice.chat.ServiceSettings;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.converse.ConverseAbilities.Instructing;
import dev.sluice.protocol.converse.ConverseAbilities.Parallel;
import dev.sluice.protocol.converse.ConverseAbilities.Thinking;
import dev.sluice.protocol.rewording.CacheMarks;
import dev.sluice.protocol.rewording.Carriable;
import dev.sluice.protocol.rewording.Conversation;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.FormatPlan;
import dev.sluice.protocol.rewording.Instructions;
import dev.sluice.protocol.rewording.Leftovers;
import dev.sluice.protocol.rewording.OfferedTools;
import dev.sluice.protocol.rewording.ReasoningPlan;
import dev.sluice.protocol.rewording.SamplingPlan;
import dev.sluice.protocol.rewording.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one request. */
final class RequestWriter {

  private static final String INFERENCE = "inferenceConfig";
  private static final String OUTPUT = "outputConfig";
  private static final long NO_LIMIT = Long.MAX_VALUE / 2;
  private static final Set<String> MERGED =
      Set.of(INFERENCE, OUTPUT, "toolConfig", Converse.MODEL_FIELDS);

  private final ChatRequest request;
  private final ConverseRequestOptions options;
  private final ConverseAbilities abilities;
  private final JsonWriter out;
  private final Losses losses;

  RequestWriter(
      ChatRequest request, ConverseRequestOptions options, JsonWriter out, Losses losses) {
    this.request = request;
    this.options = options;
    this.abilities = options.abilities();
    this.out = out;
    this.losses = losses;
  }

  Disguise write() {
    // Whatever may refuse the request comes before the first byte.
    Conversation conversation = conversation();
    List<Tool> tools = ToolWriter.offered(request.tools(), abilities, losses);
    FormatPlan format = FormatPlan.of(request, Converse.PROTOCOL, means(), losses);
    boolean forced =
        format.way() == FormatPlan.Way.TOOL || OfferedTools.isForced(request.tools(), tools);
    ThinkingWriter thinking = thinking(conversation, forced);
    SamplingPlan sampling = sampling(thinking);

    Disguise disguise = new Disguise();
    String issuer = abilities.thinking().issuer();
    // A seal whose maker is not known must not end up with somebody else's model.
    disguise.sealedBy(issuer.isEmpty() ? Signature.UNKNOWN : issuer);
    Rest rest = request.rest();
    CacheMarks marks = new CacheMarks(CacheMarks.MARKS_MAX, tools, conversation, losses);
    out.beginObject();
    new ToolWriter(abilities, disguise, marks, out, losses)
        .write(request.tools(), tools, format, conversation.toolNames(), rest);
    new BlockWriter(abilities, disguise, marks, out, losses).write(conversation);
    inferenceConfig(sampling, thinking);
    modelFields(sampling, thinking, tools);
    outputConfig(format);
    service();
    losses.addUnlessOf(Converse.PROTOCOL, "", rest);
    Converse.rest(out, rest, MERGED);
    out.endObject();
    return disguise;
  }

  private Conversation conversation() {
    Instructions instructions = options.instructions();
    if (instructions == Instructions.IN_PLACE && abilities.system() != Instructing.ANYWHERE) {
      instructions = Instructions.TAGGED;
    }
    Conversation conversation =
        Conversation.of(
            request.messages(),
            new Conversation.Rules(Converse.PROTOCOL, instructions, options.unanswered()),
            new Carriable(
                Converse.PROTOCOL,
                abilities.thinking().issuer(),
                (part, source) -> MediaWriter.refusal(part, source, abilities.media()),
                losses),
            losses);
    if (abilities.system() == Instructing.REFUSED && !conversation.system().isEmpty()) {
      List<Turn.Block.Said> tagged = new ArrayList<>();
      for (Part part : conversation.system()) {
        tagged.add(new Turn.Block.Said(Conversation.tagged(part), List.of()));
      }
      conversation.turns().getFirst().said().addAll(0, tagged);
      conversation.system().clear();
    }
    return conversation;
  }

  private FormatPlan.Means means() {
    return switch (abilities.schemas()) {
      case NONE -> FormatPlan.Means.NONE;
      case BY_TOOL -> FormatPlan.Means.TOOL;
      case BY_FORMAT -> FormatPlan.Means.FORMAT;
    };
  }

  private ThinkingWriter thinking(Conversation conversation, boolean forced) {
    Thinking thinking = abilities.thinking();
    if (request.reasoning().disclosure() == Disclosure.HIDDEN) {
      losses.add("reasoning.exclude");
    }
    boolean limited = request.output().tokensMax() != null;
    return switch (thinking.kind()) {
      case WORD, NOVA -> ThinkingWriter.byWord(request.reasoning(), thinking, limited, losses);
      case NONE, BUDGET, BUDGET_OR_ADAPTIVE, ADAPTIVE ->
          new ThinkingWriter(
              ReasoningPlan.of(
                  request,
                  new ReasoningPlan.Rules(
                      longest(),
                      ThinkingWriter.kind(thinking),
                      thinking.efforts(),
                      options.shortage()),
                  forced ? ReasoningPlan.Forced.YES : ReasoningPlan.Forced.NO,
                  conversation,
                  losses),
              null,
              ThinkingWriter.Switch.UNTOUCHED);
    };
  }

  /** Where the client says nothing, the provider takes the model's own limit, whatever it is. */
  private long longest() {
    boolean open =
        abilities.outputTokensMax() == ConverseAbilities.UNKNOWN
            && request.output().tokensMax() == null;
    return open ? NO_LIMIT : abilities.outputTokensMax();
  }

  private SamplingPlan sampling(ThinkingWriter thinking) {
    SamplingPlan.Takes takes =
        switch (abilities.sampling()) {
          case ALL -> SamplingPlan.Takes.ALL;
          case EITHER -> SamplingPlan.Takes.EITHER;
          case NONE -> SamplingPlan.Takes.NONE;
        };
    boolean forbidden = thinking.forbidsSampling(abilities.thinking());
    if (forbidden && thinking.plan() == null) {
      // Nova, at its hardest, takes none at all.
      takes = SamplingPlan.Takes.NONE;
    }
    SamplingPlan.Thinks thinks = forbidden ? SamplingPlan.Thinks.YES : SamplingPlan.Thinks.NO;
    return SamplingPlan.of(request.sampling(), takes, thinks, losses);
  }

  private @Nullable Long tokensMax(ThinkingWriter thinking) {
    Long asked = request.output().tokensMax();
    ReasoningPlan plan = thinking.plan();
    if (asked == null) {
      return null;
    }
    if (plan != null && plan.thinking() == ReasoningPlan.Thinking.ENABLED) {
      return plan.tokensMax();
    }
    long most = abilities.outputTokensMax();
    return most == ConverseAbilities.UNKNOWN ? asked : Long.valueOf(Math.min(asked, most));
  }

  private void inferenceConfig(SamplingPlan sampling, ThinkingWriter thinking) {
    OutputSettings output = request.output();
    Long tokensMax = tokensMax(thinking);
    List<String> stop = SamplingPlan.stop(output, losses);
    if (stop.size() > abilities.stopTextsMax()) {
      losses.add("stop");
      stop = stop.subList(0, abilities.stopTextsMax());
    }
    SamplingPlan.unspeakable(output, losses);
    boolean silent =
        tokensMax == null
            && sampling.temperature() == null
            && sampling.topP() == null
            && stop.isEmpty();
    if (silent && !Converse.hasInner(request.rest(), INFERENCE)) {
      return;
    }
    out.name(INFERENCE).beginObject();
    out.member("maxTokens", tokensMax);
    out.member("temperature", sampling.temperature());
    out.member("topP", sampling.topP());
    if (!stop.isEmpty()) {
      out.name("stopSequences").beginArray();
      stop.forEach(out::text);
      out.endArray();
    }
    Converse.inner(out, request.rest(), INFERENCE);
    out.endObject();
  }

  /** Writes what only some models take; nothing where there is nothing. */
  private void modelFields(SamplingPlan sampling, ThinkingWriter thinking, List<Tool> tools) {
    Rest left = Leftovers.innerOf(Converse.PROTOCOL, request.rest(), Converse.MODEL_FIELDS);
    JsonWriter fields = new JsonWriter().beginObject();
    int empty = fields.length();
    Set<String> written = thinking.write(fields, abilities.thinking(), left);
    topK(fields, sampling.topK(), left, written);
    parallel(fields, tools, written);
    Converse.rest(fields, left, written);
    if (fields.length() > empty) {
      out.name(Converse.MODEL_FIELDS).raw(fields.endObject().toString());
    }
  }

  private void topK(JsonWriter fields, @Nullable Long topK, Rest left, Set<String> written) {
    if (topK == null) {
      return;
    }
    switch (abilities.topK()) {
      case REFUSED -> losses.add("top_k");
      case TOP_K -> {
        fields.name("top_k").number(topK);
        written.add("top_k");
      }
      case K -> {
        fields.name("k").number(topK);
        written.add("k");
      }
      case NOVA -> {
        fields.name(INFERENCE).beginObject().name("topK").number(topK);
        Converse.inner(fields, left, INFERENCE);
        fields.endObject();
        written.add(INFERENCE);
      }
    }
  }

  private void parallel(JsonWriter fields, List<Tool> tools, Set<String> written) {
    if (!Boolean.FALSE.equals(request.tools().parallel()) || tools.isEmpty()) {
      return;
    }
    ToolChoice choice = request.tools().choice();
    boolean free = choice == null || choice instanceof ToolChoice.Auto;
    if (abilities.tools().parallel() == Parallel.FIXED || !free) {
      losses.add("parallel_tool_calls");
      return;
    }
    fields.name("tool_choice").beginObject().name("type").text("auto");
    fields.name("disable_parallel_tool_use").bool(true).endObject();
    written.add("tool_choice");
  }

  private void outputConfig(FormatPlan format) {
    Json schema = format.way() == FormatPlan.Way.TOOL ? null : format.schema();
    if (schema == null && !Converse.hasInner(request.rest(), OUTPUT)) {
      return;
    }
    out.name(OUTPUT).beginObject();
    if (schema != null && format.way() == FormatPlan.Way.FOREIGN) {
      out.name("textFormat").raw(schema.text());
    } else if (schema != null) {
      out.name("textFormat").beginObject().name("type").text("json_schema");
      out.name("structure").beginObject().name("jsonSchema").beginObject();
      // Here a schema is a string.
      out.name("schema").text(schema.text());
      out.member("name", format.name());
      out.member("description", format.description());
      Converse.rest(out, format.rest());
      out.endObject().endObject().endObject();
    }
    Converse.inner(out, request.rest(), OUTPUT);
    out.endObject();
  }

  private void service() {
    ServiceSettings service = request.service();
    tier(service.tier());
    // Metadata ends up in the operator's log; what a client says has no place there.
    if (service.user() != null) {
      losses.add("user");
    }
    if (service.safetyIdentifier() != null) {
      losses.add("safety_identifier");
    }
    if (service.metadata() != null) {
      losses.add("metadata");
    }
    if (Boolean.TRUE.equals(service.store())) {
      losses.add("store");
    }
    if (service.promptCacheKey() != null) {
      losses.add("prompt_cache_key");
    }
    if (service.promptCacheRetention() != null) {
      losses.add("prompt_cache_retention");
    }
  }

  private void tier(@Nullable String tier) {
    if (tier == null || tier.equals("auto")) {
      // The provider's own choice.
      return;
    }
    switch (tier) {
      case "default", "flex", "priority", "reserved" -> Tiers.write(out, tier);
      default -> losses.add("service_tier");
    }
  }
}
