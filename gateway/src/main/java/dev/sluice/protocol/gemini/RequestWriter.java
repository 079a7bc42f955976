package dev.sluice.protocol.gemini;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.OutputSettings;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.chat.SamplingSettings;
import dev.sluice.chat.ServiceSettings;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.gemini.GeminiAbilities.Feature;
import dev.sluice.protocol.gemini.GeminiRequestOptions.TierField;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one request. */
final class RequestWriter {

  private static final String CACHED = "cachedContent";
  private static final String RESOLUTION = "mediaResolution";

  private final GeminiRequestOptions options;
  private final GeminiAbilities abilities;
  private final GeminiToolNames names;
  private final JsonWriter out;
  private final Losses losses;

  RequestWriter(
      GeminiRequestOptions options, GeminiToolNames names, JsonWriter out, Losses losses) {
    this.options = options;
    this.abilities = options.abilities();
    this.names = names;
    this.out = out;
    this.losses = losses;
  }

  void write(ChatRequest request) {
    Rest rest = request.rest();
    Set<String> merged = new HashSet<>(Set.of(RequestReader.GENERATION, ToolReader.CONFIG));
    // What is cached holds instruction and tools already; saying them again is refused.
    boolean cached = Gemini.find(rest, CACHED) != null;
    out.beginObject();
    ContentWriter contents = new ContentWriter(options, names, out, losses);
    contents.write(request.messages(), cached);
    if (cached) {
      if (!request.tools().tools().isEmpty() || Gemini.find(rest, ToolReader.CONFIG) != null) {
        losses.add("tools");
      }
    } else {
      ToolWriter tools = new ToolWriter(abilities, names, out, losses);
      tools.write(request.tools(), Gemini.find(rest, ToolReader.CONFIG));
    }
    generation(request, contents.resolution());
    service(request.service());
    losses.addUnlessOf(Gemini.PROTOCOL, "", rest);
    Gemini.rest(out, rest, merged);
    out.endObject();
  }

  private void generation(ChatRequest request, @Nullable String resolution) {
    Settings settings = new Settings(new JsonWriter());
    settings.write(request, resolution);
    String members = settings.members.toString();
    if (!members.equals("{}")) {
      out.name(RequestReader.GENERATION).raw(members);
    }
  }

  /** The members of {@code generationConfig}, which is left out where there are none. */
  private final class Settings {
    private final JsonWriter members;

    private Settings(JsonWriter members) {
      this.members = members;
    }

    private void write(ChatRequest request, @Nullable String resolution) {
      Rest rest = request.rest();
      Json left = Gemini.find(rest, RequestReader.GENERATION);
      members.beginObject();
      sampling(request.sampling());
      output(request.output());
      boolean tools = !request.tools().tools().isEmpty();
      format(request.output().format(), tools);
      Json thinking = left == null ? null : Members.find(left, RequestReader.THINKING);
      new ThinkingWriter(options, members, losses).write(request.reasoning(), thinking);
      if (resolution != null && (left == null || Members.find(left, RESOLUTION) == null)) {
        members.name(RESOLUTION).text(resolution);
      }
      if (left != null) {
        Members.write(members, left, RequestReader.THINKING);
      }
      members.endObject();
    }

    private void sampling(SamplingSettings sampling) {
      BigDecimal temperature = sampling.temperature();
      if (temperature != null && temperature.compareTo(abilities.temperatureMax()) > 0) {
        losses.add("temperature");
        temperature = abilities.temperatureMax();
      }
      members.member("temperature", temperature);
      members.member("topP", sampling.topP());
      members.member("topK", sampling.topK());
      members.member("seed", sampling.seed());
      if (abilities.has(Feature.PENALTIES)) {
        members.member("presencePenalty", sampling.presencePenalty());
        members.member("frequencyPenalty", sampling.frequencyPenalty());
      } else {
        lost("presence_penalty", sampling.presencePenalty());
        lost("frequency_penalty", sampling.frequencyPenalty());
      }
      lost("min_p", sampling.minP());
      lost("repetition_penalty", sampling.repetitionPenalty());
      lost("logit_bias", sampling.logitBias());
    }

    private void output(OutputSettings output) {
      Long tokensMax = output.tokensMax();
      if (tokensMax != null && tokensMax > abilities.outputTokensMax()) {
        losses.add("max_tokens");
        tokensMax = abilities.outputTokensMax();
      }
      members.member("maxOutputTokens", tokensMax);
      stop(output.stop());
      Long choices = output.choices();
      if (choices != null && choices > abilities.choicesMax()) {
        losses.add("n");
        choices = abilities.choicesMax();
      }
      members.member("candidateCount", choices);
      if (abilities.has(Feature.LOGPROBS)) {
        members.member("responseLogprobs", output.logprobs());
        members.member("logprobs", output.topLogprobs());
      } else {
        lost("logprobs", Boolean.TRUE.equals(output.logprobs()) ? output.logprobs() : null);
        lost("top_logprobs", output.topLogprobs());
      }
      if (!output.modalities().isEmpty()) {
        members.name("responseModalities").beginArray();
        for (String word : output.modalities()) {
          members.text(word.toUpperCase(Locale.ROOT));
        }
        members.endArray();
      }
      lost("audio", output.audio());
      lost("prediction", output.prediction());
      lost("verbosity", output.verbosity());
    }

    /** Entries without anything to find are refused there, and so are too many. */
    private void stop(List<String> texts) {
      List<String> usable = texts.stream().filter(text -> !text.isEmpty()).toList();
      if (usable.size() > abilities.stopMax()) {
        losses.add("stop");
        usable = usable.subList(0, abilities.stopMax());
      }
      if (!usable.isEmpty()) {
        members.name("stopSequences").beginArray();
        for (String text : usable) {
          members.text(text);
        }
        members.endArray();
      }
    }

    private void format(@Nullable ResponseFormat format, boolean tools) {
      boolean structured =
          format instanceof ResponseFormat.Schema || format instanceof ResponseFormat.AnyObject;
      if (structured && tools && !abilities.has(Feature.SCHEMA_WITH_TOOLS)) {
        // Tools go first: an answer without a schema can be checked, one without tools is lost.
        losses.add("response_format");
        return;
      }
      switch (format) {
        case null -> {
          // Nothing was said.
        }
        case ResponseFormat.Text _ -> mediaType(RequestReader.TEXT);
        case ResponseFormat.AnyObject _ -> mediaType(RequestReader.JSON);
        case ResponseFormat.Schema schema -> schema(schema);
        case ResponseFormat.Foreign foreign -> {
          if (foreign.protocol().equals(Gemini.PROTOCOL)) {
            Members.write(members, foreign.json(), "");
          } else {
            losses.add("response_format");
          }
        }
      }
    }

    private void mediaType(String type) {
      members.name(RequestReader.MEDIA_TYPE).text(type);
    }

    private void schema(ResponseFormat.Schema schema) {
      mediaType(RequestReader.JSON);
      lost("response_format.json_schema.description", schema.description());
      losses.addUnlessOf(Gemini.PROTOCOL, "response_format.json_schema.", schema.rest());
      Json exact = Gemini.find(schema.rest(), RequestReader.SCHEMA);
      Json portable = schema.schema();
      if (exact != null) {
        members.name(RequestReader.SCHEMA).raw(exact.text());
      } else if (portable != null && abilities.has(Feature.JSON_SCHEMA)) {
        members.name(RequestReader.JSON_SCHEMA).raw(portable.text());
      } else if (portable != null && portable.isObject()) {
        members.name(RequestReader.SCHEMA).raw(SchemaWriter.toOwn(portable).text());
      }
    }
  }

  private void service(ServiceSettings service) {
    String tier = service.tier();
    if (tier != null && !tier.equals("auto")) {
      String word = options.tier() == TierField.WRITE ? Tiers.write(tier) : null;
      if (word == null) {
        losses.add("service_tier");
      } else {
        out.name("serviceTier").text(word);
      }
    }
    lost("store", service.store());
    lost("user", service.user());
    lost("safety_identifier", service.safetyIdentifier());
    lost("metadata", service.metadata());
    lost("prompt_cache_key", service.promptCacheKey());
    lost("prompt_cache_retention", service.promptCacheRetention());
  }

  private void lost(String field, @Nullable Object value) {
    if (value != null) {
      losses.add(field);
    }
  }
}
