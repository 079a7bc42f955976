package dev.sluice.protocol.cohere;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.OutputSettings;
import dev.sluice.chat.Part;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Disclosure;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.SamplingSettings;
import dev.sluice.chat.ServiceSettings;
import dev.sluice.chat.Tool;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.cohere.CohereAbilities.Formats;
import dev.sluice.protocol.cohere.CohereAbilities.Reasoning;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.Efforts;
import dev.sluice.protocol.rewording.SamplingPlan;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one request. */
final class RequestWriter {

  /** The most tokens that an effort may stand for. */
  private static final long BUDGET_TOKENS_MAX = 31_000;

  /** The provider takes no more texts that end an answer. */
  private static final int STOP_MAX = 5;

  private static final long TOP_K_MAX = 500;
  private static final BigDecimal TOP_P_LEAST = new BigDecimal("0.01");
  private static final BigDecimal TOP_P_MOST = new BigDecimal("0.99");

  private final ChatRequest request;
  private final CohereAbilities abilities;
  private final JsonWriter out;
  private final Losses losses;
  private final Disguise disguise = new Disguise();
  private final Set<String> merged = new HashSet<>();

  RequestWriter(ChatRequest request, CohereAbilities abilities, JsonWriter out, Losses losses) {
    this.request = request;
    this.abilities = abilities;
    this.out = out;
    this.losses = losses;
  }

  Disguise write() {
    // What can be refused is refused before the first byte.
    MessageWriter.check(request.messages());
    ToolWriter tools = new ToolWriter(abilities, disguise, out, losses);
    List<Tool> offered = tools.offered(request.tools());

    out.beginObject();
    if (!request.model().isEmpty()) {
      out.name("model").text(request.model());
    }
    MessageWriter messages = new MessageWriter(abilities, disguise, out, losses);
    messages.write(request.messages());
    documents(messages.documents());
    tools.write(request.tools(), offered);
    sampling(request.sampling());
    output(request.output());
    format(request.output().format(), !offered.isEmpty());
    thinking(request.reasoning());
    service(request.service());
    if (request.delivery() != ChatRequest.Delivery.WHOLE) {
      out.name("stream").bool(true);
    }
    losses.addUnlessOf(Cohere.PROTOCOL, "", request.rest());
    Cohere.rest(out, request.rest(), merged);
    out.endObject();
    return disguise;
  }

  private void documents(List<Part.File> given) {
    if (given.isEmpty()) {
      return;
    }
    merged.add("documents");
    out.name("documents").beginArray();
    Json kept = Cohere.own(request.rest(), "documents");
    if (kept != null) {
      String items = kept.text().substring(1, kept.text().length() - 1).strip();
      if (!items.isEmpty()) {
        out.raw(items);
      }
    }
    for (Part.File file : given) {
      Documents.write(out, file, Cohere.orEmpty(Documents.text(file)));
    }
    out.endArray();
  }

  private void sampling(SamplingSettings sampling) {
    clamped("temperature", sampling.temperature());
    BigDecimal topP = sampling.topP();
    if (topP != null) {
      // One is as good as the most that is taken; to leave it out would mean 0.75.
      BigDecimal p = topP.compareTo(TOP_P_MOST) > 0 ? TOP_P_MOST : topP;
      out.name("p").number(p.compareTo(TOP_P_LEAST) < 0 ? TOP_P_LEAST : p);
    }
    Long topK = sampling.topK();
    // Some servers take -1 for all, which is what saying nothing means here.
    if (topK != null && topK > 0) {
      if (topK > TOP_K_MAX) {
        losses.add("top_k");
      }
      out.name("k").number(Math.min(topK, TOP_K_MAX));
    }
    clamped("frequency_penalty", sampling.frequencyPenalty());
    clamped("presence_penalty", sampling.presencePenalty());
    Long seed = sampling.seed();
    if (seed != null && seed >= 0) {
      out.name("seed").number(seed);
    } else if (seed != null) {
      losses.add("seed");
    }
    if (sampling.minP() != null) {
      losses.add("min_p");
    }
    BigDecimal repetition = sampling.repetitionPenalty();
    if (repetition != null && repetition.compareTo(BigDecimal.ONE) != 0) {
      losses.add("repetition_penalty");
    }
    if (sampling.logitBias() != null) {
      losses.add("logit_bias");
    }
  }

  /** Writes a number that goes from 0 to 1 here, and further elsewhere. */
  private void clamped(String name, @Nullable BigDecimal value) {
    if (value == null) {
      return;
    }
    if (value.signum() < 0) {
      losses.add(name);
      out.name(name).number(0);
    } else if (value.compareTo(BigDecimal.ONE) > 0) {
      losses.add(name);
      out.name(name).number(1);
    } else {
      out.name(name).number(value);
    }
  }

  private void output(OutputSettings output) {
    if (output.tokensMax() != null) {
      out.name("max_tokens").number(output.tokensMax());
    }
    if (!output.stop().isEmpty()) {
      if (output.stop().size() > STOP_MAX) {
        losses.add("stop");
      }
      out.name("stop_sequences").beginArray();
      for (int i = 0; i < output.stop().size() && i < STOP_MAX; i++) {
        out.text(output.stop().get(i));
      }
      out.endArray();
    }
    SamplingPlan.unspeakable(output, losses);
  }

  private void format(@Nullable ResponseFormat format, boolean offering) {
    boolean free = abilities.formats() == Formats.ALWAYS || !offering;
    switch (format) {
      case null -> {
        // Nothing was said.
      }
      case ResponseFormat.Text _ ->
          out.name("response_format").beginObject().name("type").text("text").endObject();
      case ResponseFormat.AnyObject _ -> {
        if (free) {
          out.name("response_format").beginObject().name("type").text("json_object").endObject();
        } else {
          losses.add("response_format");
        }
      }
      case ResponseFormat.Schema schema -> {
        if (free) {
          schema(schema);
        } else {
          losses.add("response_format");
        }
      }
      case ResponseFormat.Foreign foreign -> {
        if (foreign.protocol().equals(Cohere.PROTOCOL)) {
          out.name("response_format").raw(foreign.json().text());
        } else {
          losses.add("response_format");
        }
      }
    }
  }

  /** The name says nothing to the model, and the provider holds to every schema strictly. */
  private void schema(ResponseFormat.Schema schema) {
    if (schema.description() != null) {
      losses.add("response_format.json_schema.description");
    }
    losses.addUnlessOf(Cohere.PROTOCOL, "response_format.", schema.rest());
    out.name("response_format").beginObject().name("type").text("json_object");
    if (schema.schema() != null) {
      out.name("json_schema").raw(schema.schema().text());
    }
    Cohere.rest(out, schema.rest());
    out.endObject();
  }

  private void thinking(ReasoningSettings reasoning) {
    if (reasoning.disclosure() == Disclosure.HIDDEN) {
      losses.add("reasoning.exclude");
    }
    Json left = Cohere.own(request.rest(), "thinking");
    merged.add("thinking");
    boolean off = reasoning.mode() == Mode.OFF || reasoning.effort() == Effort.NONE;
    boolean on =
        !off
            && (reasoning.mode() != Mode.UNSTATED
                || reasoning.effort() != null
                || reasoning.budgetTokens() != null);
    if (abilities.reasoning() == Reasoning.NONE && on) {
      losses.add("reasoning_effort");
    }
    boolean told = abilities.reasoning() == Reasoning.BUDGET && (on || off);
    if (!told && left == null) {
      return;
    }
    out.name("thinking").beginObject();
    if (told) {
      // A budget alone says as much as the word.
      boolean worded = reasoning.mode() != Mode.UNSTATED || reasoning.effort() != null;
      if (worded) {
        out.name("type").text(off ? "disabled" : "enabled");
      }
      Long budget = reasoning.budgetTokens();
      if (budget == null && on && reasoning.effort() != null) {
        budget = Math.min(Efforts.budgetTokens(reasoning.effort()), BUDGET_TOKENS_MAX);
      }
      if (budget != null) {
        out.name("token_budget").number(budget);
      }
    }
    Cohere.inner(out, request.rest(), "thinking");
    out.endObject();
  }

  private void service(ServiceSettings service) {
    String tier = service.tier();
    if (tier != null && !tier.equals("auto") && !tier.equals("default")) {
      losses.add("service_tier");
    }
    if (Boolean.TRUE.equals(service.store())) {
      losses.add("store");
    }
    if (service.user() != null) {
      losses.add("user");
    }
    if (service.safetyIdentifier() != null) {
      losses.add("safety_identifier");
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
}
