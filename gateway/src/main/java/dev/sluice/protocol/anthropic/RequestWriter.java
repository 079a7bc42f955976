package dev.sluice.protocol.anthropic;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Part;
import dev.sluice.chat.ReasoningSettings.Disclosure;
import dev.sluice.chat.ServiceSettings;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Tool;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.anthropic.AnthropicAbilities.Addresses;
import dev.sluice.protocol.anthropic.AnthropicAbilities.Display;
import dev.sluice.protocol.anthropic.AnthropicAbilities.LateInstructions;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Platform;
import dev.sluice.protocol.rewording.CacheMarks;
import dev.sluice.protocol.rewording.Carriable;
import dev.sluice.protocol.rewording.Conversation;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.Efforts;
import dev.sluice.protocol.rewording.FormatPlan;
import dev.sluice.protocol.rewording.Instructions;
import dev.sluice.protocol.rewording.MediaTypes;
import dev.sluice.protocol.rewording.OfferedTools;
import dev.sluice.protocol.rewording.ReasoningPlan;
import dev.sluice.protocol.rewording.SamplingPlan;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one request. */
final class RequestWriter {

  private final ChatRequest request;
  private final AnthropicRequestOptions options;
  private final AnthropicAbilities abilities;
  private final JsonWriter out;
  private final Losses losses;
  private final Set<String> merged = new HashSet<>();

  RequestWriter(
      ChatRequest request, AnthropicRequestOptions options, JsonWriter out, Losses losses) {
    this.request = request;
    this.options = options;
    this.abilities = options.abilities();
    this.out = out;
    this.losses = losses;
  }

  Disguise write() {
    // Whatever may refuse the request comes before the first byte.
    Conversation conversation = conversation();
    List<Tool> tools = OfferedTools.of(request.tools(), Anthropic.PROTOCOL, losses);
    FormatPlan format = FormatPlan.of(request, Anthropic.PROTOCOL, means(), losses);
    boolean forced =
        format.way() == FormatPlan.Way.TOOL || OfferedTools.isForced(request.tools(), tools);
    ReasoningPlan reasoning =
        ReasoningPlan.of(
            request,
            new ReasoningPlan.Rules(
                abilities.outputTokensMax(), kind(), abilities.efforts(), options.shortage()),
            forced ? ReasoningPlan.Forced.YES : ReasoningPlan.Forced.NO,
            conversation,
            losses);
    if (format.way() == FormatPlan.Way.FORMAT && format.description() != null) {
      losses.add("response_format.json_schema.description");
    }

    Disguise disguise = new Disguise();
    CacheMarks marks = new CacheMarks(marksMax(), tools, conversation, losses);
    out.beginObject();
    platform();
    out.name("max_tokens").number(reasoning.tokensMax());
    new ToolWriter(abilities, disguise, marks, out, losses)
        .write(request.tools(), tools, format, conversation.toolNames());
    new BlockWriter(abilities, disguise, marks, out, losses).write(conversation);
    sampling(reasoning);
    stop();
    thinking(reasoning);
    outputConfig(reasoning, format);
    service();
    if (request.delivery() != ChatRequest.Delivery.WHOLE
        && options.platform() != Platform.BEDROCK) {
      out.name("stream").bool(true);
    }
    losses.addUnlessOf(Anthropic.PROTOCOL, "", request.rest());
    // A header, but for Bedrock, and then it comes with the options.
    merged.add("anthropic_beta");
    Anthropic.rest(out, request.rest(), merged);
    out.endObject();
    return disguise;
  }

  private Conversation conversation() {
    boolean late = abilities.lateInstructions() == LateInstructions.ACCEPTED;
    Instructions instructions = options.instructions();
    if (instructions == Instructions.IN_PLACE && !late) {
      instructions = Instructions.TAGGED;
    }
    return Conversation.of(
        request.messages(),
        new Conversation.Rules(Anthropic.PROTOCOL, instructions, options.unanswered()),
        new Carriable(Anthropic.PROTOCOL, Signature.CLAUDE, this::refusal, losses),
        losses);
  }

  private @Nullable String refusal(Part part, Media source) {
    if (part instanceof Part.Audio) {
      return "this provider can't hear";
    }
    if (part instanceof Part.Video) {
      return "this provider can't see films";
    }
    return switch (source) {
      case Media.Remote remote -> {
        boolean web = remote.url().startsWith("https://") || remote.url().startsWith("http://");
        yield web && abilities.addresses() == Addresses.ACCEPTED
            ? null
            : "this provider takes bytes, and no such address";
      }
      case Media.Inline inline ->
          MediaTypes.isCarried(MediaTypes.of(inline))
              ? null
              : "this provider takes images, PDFs and plain text";
      case Media.Uploaded uploaded ->
          uploaded.protocol().equals(Anthropic.PROTOCOL)
              ? null
              : "a file that was uploaded to another provider is not here";
      case Media.Written _ -> null;
    };
  }

  private FormatPlan.Means means() {
    return switch (abilities.schemas()) {
      case BY_TOOL -> FormatPlan.Means.TOOL;
      case BY_FORMAT -> FormatPlan.Means.FORMAT;
    };
  }

  private ReasoningPlan.Kind kind() {
    return switch (abilities.reasoning()) {
      case NONE -> ReasoningPlan.Kind.NONE;
      case BUDGET -> ReasoningPlan.Kind.BUDGET;
      case BUDGET_OR_ADAPTIVE -> ReasoningPlan.Kind.BUDGET_OR_ADAPTIVE;
      case ADAPTIVE -> ReasoningPlan.Kind.ADAPTIVE;
    };
  }

  /** A mark on the whole request takes one of the places. */
  private int marksMax() {
    boolean marked = Anthropic.hasInner(request.rest(), CacheControl.NAME);
    return marked ? CacheMarks.MARKS_MAX - 1 : CacheMarks.MARKS_MAX;
  }

  private void platform() {
    switch (options.platform()) {
      case ANTHROPIC -> {
        if (!request.model().isEmpty()) {
          out.name("model").text(request.model());
        }
      }
      case VERTEX -> out.name("anthropic_version").text("vertex-2023-10-16");
      case BEDROCK -> {
        out.name("anthropic_version").text("bedrock-2023-05-31");
        texts("anthropic_beta", options.betas());
      }
    }
  }

  private void texts(String name, List<String> texts) {
    if (!texts.isEmpty()) {
      out.name(name).beginArray();
      texts.forEach(out::text);
      out.endArray();
    }
  }

  private void sampling(ReasoningPlan reasoning) {
    SamplingPlan.Takes takes =
        switch (abilities.sampling()) {
          case ALL -> SamplingPlan.Takes.ALL;
          case EITHER -> SamplingPlan.Takes.EITHER;
          case NONE -> SamplingPlan.Takes.NONE;
        };
    SamplingPlan.Thinks thinks =
        reasoning.thinks() ? SamplingPlan.Thinks.YES : SamplingPlan.Thinks.NO;
    SamplingPlan plan = SamplingPlan.of(request.sampling(), takes, thinks, losses);
    out.member("temperature", plan.temperature());
    out.member("top_p", plan.topP());
    out.member("top_k", plan.topK());
  }

  private void stop() {
    texts("stop_sequences", SamplingPlan.stop(request.output(), losses));
    SamplingPlan.unspeakable(request.output(), losses);
  }

  private void thinking(ReasoningPlan reasoning) {
    Disclosure disclosure = request.reasoning().disclosure();
    if (disclosure == Disclosure.HIDDEN && abilities.display() == Display.FIXED) {
      losses.add("reasoning.exclude");
    }
    boolean left = Anthropic.hasInner(request.rest(), "thinking");
    merged.add("thinking");
    String type =
        switch (reasoning.thinking()) {
          case UNSTATED -> null;
          case DISABLED -> "disabled";
          case ENABLED -> "enabled";
          case ADAPTIVE -> "adaptive";
        };
    if (type == null && !left) {
      return;
    }
    out.name("thinking").beginObject();
    out.member("type", type);
    if (reasoning.thinking() == ReasoningPlan.Thinking.ENABLED) {
      out.name("budget_tokens").number(reasoning.budgetTokens());
    }
    if (reasoning.thinks() && abilities.display() == Display.SETTABLE) {
      switch (disclosure) {
        case UNSTATED -> {
          // The provider's own way.
        }
        case SHOWN, SUMMARY -> out.name("display").text("summarized");
        case HIDDEN -> out.name("display").text("omitted");
      }
    }
    Anthropic.inner(out, request.rest(), "thinking");
    out.endObject();
  }

  private void outputConfig(ReasoningPlan reasoning, FormatPlan format) {
    Json schema = format.way() == FormatPlan.Way.TOOL ? null : format.schema();
    boolean left = Anthropic.hasInner(request.rest(), "output_config");
    merged.add("output_config");
    if (reasoning.effort() == null && schema == null && !left) {
      return;
    }
    out.name("output_config").beginObject();
    if (reasoning.effort() != null) {
      out.name("effort").text(Efforts.word(reasoning.effort()));
    }
    if (schema != null && format.way() == FormatPlan.Way.FOREIGN) {
      out.name("format").raw(schema.text());
    } else if (schema != null) {
      out.name("format").beginObject().name("type").text("json_schema");
      out.name("schema").raw(schema.text());
      Anthropic.rest(out, format.rest());
      out.endObject();
    }
    Anthropic.inner(out, request.rest(), "output_config");
    out.endObject();
  }

  private void service() {
    ServiceSettings service = request.service();
    String user = service.safetyIdentifier() == null ? service.user() : service.safetyIdentifier();
    merged.add("metadata");
    if (user != null || Anthropic.hasInner(request.rest(), "metadata")) {
      out.name("metadata").beginObject();
      if (user != null) {
        out.name("user_id")
            .text(
                switch (options.users()) {
                  case HASHED -> hash(user);
                  case AS_GIVEN -> user;
                });
      }
      Anthropic.inner(out, request.rest(), "metadata");
      out.endObject();
    }
    tier(service.tier());
    if (Boolean.TRUE.equals(service.store())) {
      losses.add("store");
    }
    if (service.metadata() != null) {
      losses.add("metadata");
    }
    if (service.promptCacheKey() != null) {
      losses.add("prompt_cache_key");
    }
    if (service.promptCacheRetention() != null) {
      losses.add("prompt_cache_retention");
    }
  }

  private void tier(@Nullable String tier) {
    if (tier == null) {
      return;
    }
    switch (tier) {
      case "auto" -> out.name("service_tier").text("auto");
      case "default" -> out.name("service_tier").text("standard_only");
      default -> losses.add("service_tier");
    }
  }

  private static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
