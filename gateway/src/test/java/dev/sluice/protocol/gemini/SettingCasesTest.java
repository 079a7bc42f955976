package dev.sluice.protocol.gemini;

import static dev.sluice.protocol.gemini.Codec.SCHEMA;
import static dev.sluice.protocol.gemini.Codec.STUDIO;
import static dev.sluice.protocol.gemini.Codec.VERTEX;
import static dev.sluice.protocol.gemini.Codec.encoded;
import static dev.sluice.protocol.gemini.Codec.hi;
import static dev.sluice.protocol.gemini.Codec.json;
import static dev.sluice.protocol.gemini.Codec.old;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Disclosure;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Tool;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.gemini.GeminiAbilities.Feature;
import dev.sluice.protocol.gemini.GeminiAbilities.Level;
import dev.sluice.protocol.gemini.GeminiAbilities.Reasoning;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The hard cases of settings. */
class SettingCasesTest {

  @Test
  @DisplayName("case 35: the token limit is cut to the model's, and nothing is made up")
  void tokensMax() {
    GeminiAbilities small =
        new GeminiAbilities(
            100, BigDecimal.TWO, 5, 1, new Reasoning.None(), Set.of(Feature.JSON_SCHEMA));
    Losses losses = new Losses();

    JsonNode cut =
        encoded(hi().tokensMax(500L).build(), GeminiRequestOptions.vertex(small), losses);

    assertThat(cut.path("generationConfig")).isEqualTo(json("{'maxOutputTokens':100}"));
    assertThat(losses.fields()).containsExactly("max_tokens");
    assertThat(encoded(hi().build(), STUDIO).has("generationConfig")).isFalse();
  }

  @Test
  @DisplayName("case 37: a temperature beyond the model's is cut, and that is said")
  void temperature() {
    Losses losses = new Losses();

    JsonNode wire = encoded(hi().temperature(new BigDecimal("2.5")).build(), STUDIO, losses);

    assertThat(wire.at("/generationConfig/temperature").asInt()).isEqualTo(2);
    assertThat(losses.fields()).containsExactly("temperature");
    JsonWriter out = new JsonWriter();
    GeminiRequests.encode(
        hi().temperature(new BigDecimal("0.70")).build(), STUDIO, out, new Losses());
    assertThat(out.toString()).contains("0.70");
  }

  @Test
  @DisplayName("case 38: what the protocol knows of sampling is carried, all else named")
  void sampling() {
    ChatRequest request =
        hi().topK(40L)
            .topP(new BigDecimal("0.9"))
            .seed(7L)
            .presencePenalty(BigDecimal.ONE)
            .frequencyPenalty(BigDecimal.ONE)
            .minP(BigDecimal.ONE)
            .repetitionPenalty(BigDecimal.ONE)
            .logitBias(new Json("{}"))
            .build();
    Losses losses = new Losses();
    Losses more = new Losses();

    JsonNode wire = encoded(request, STUDIO, losses);
    encoded(request, old(), more);

    assertThat(wire.path("generationConfig"))
        .isEqualTo(
            json("{'topP':0.9,'topK':40,'seed':7,'presencePenalty':1,'frequencyPenalty':1}"));
    assertThat(losses.fields()).containsExactly("min_p", "repetition_penalty", "logit_bias");
    assertThat(more.fields())
        .containsExactly(
            "presence_penalty", "frequency_penalty", "min_p", "repetition_penalty", "logit_bias");
  }

  @Test
  @DisplayName("case 39: stop sequences are counted, and empty ones left out")
  void stop() {
    Losses losses = new Losses();

    JsonNode wire =
        encoded(hi().stop(List.of("a", "", "b", " ", "d", "e", "f")).build(), STUDIO, losses);

    assertThat(wire.at("/generationConfig/stopSequences")).isEqualTo(json("['a','b',' ','d','e']"));
    assertThat(losses.fields()).containsExactly("stop");
  }

  @Test
  @DisplayName("case 40: several answers are asked for, as many as the model gives")
  void several() {
    Losses losses = new Losses();

    assertThat(
            encoded(hi().choices(2L).build(), STUDIO)
                .at("/generationConfig/candidateCount")
                .asInt())
        .isEqualTo(2);
    encoded(hi().choices(100L).build(), STUDIO, losses);
    assertThat(losses.fields()).containsExactly("n");
  }

  @Test
  @DisplayName("case 41: log probabilities are asked for where the model has them")
  void logprobs() {
    ChatRequest request = hi().logprobs(true).topLogprobs(3L).build();
    Losses losses = new Losses();

    assertThat(encoded(request, STUDIO).path("generationConfig"))
        .isEqualTo(json("{'responseLogprobs':true,'logprobs':3}"));
    encoded(request, old(), losses);
    assertThat(losses.fields()).containsExactly("logprobs", "top_logprobs");
  }

  @ParameterizedTest(name = "case 42: effort {0} is a budget of {1} or the level {2}")
  @CsvSource({
    "NONE, 128, LOW",
    "MINIMAL, 512, LOW",
    "LOW, 1024, LOW",
    "MEDIUM, 2048, HIGH",
    "HIGH, 4096, HIGH",
    "XHIGH, 8192, HIGH",
    "MAX, 10000, HIGH"
  })
  void effort(Effort effort, long budget, String level) {
    ChatRequest request =
        hi().reasoning(new ReasoningSettings(Mode.UNSTATED, effort, null, Disclosure.UNSTATED))
            .build();

    JsonNode budgeted =
        encoded(
            request,
            GeminiRequestOptions.vertex(Codec.thinking(new Reasoning.Budget(128, 10_000))));
    JsonNode levelled =
        encoded(
            request,
            GeminiRequestOptions.vertex(
                Codec.thinking(new Reasoning.Levels(Set.of(Level.LOW, Level.HIGH)))));

    assertThat(budgeted.at("/generationConfig/thinkingConfig/thinkingBudget").asLong())
        .isEqualTo(budget);
    assertThat(levelled.at("/generationConfig/thinkingConfig/thinkingLevel").asString())
        .isEqualTo(level);
    assertThat(levelled.at("/generationConfig/thinkingConfig/includeThoughts").asBoolean(false))
        .isEqualTo(effort != Effort.NONE);
  }

  @Test
  @DisplayName(
      "case 42: an explicit budget is kept, and goes alone; a model that can't think says so")
  void budget() {
    ReasoningSettings both =
        new ReasoningSettings(Mode.UNSTATED, Effort.LOW, 3_000L, Disclosure.HIDDEN);
    ReasoningSettings off = new ReasoningSettings(Mode.OFF, null, null, Disclosure.UNSTATED);
    ReasoningSettings open = new ReasoningSettings(Mode.ADAPTIVE, null, null, Disclosure.SHOWN);
    Losses losses = new Losses();

    assertThat(thinking(both, VERTEX))
        .isEqualTo(json("{'includeThoughts':false,'thinkingBudget':3000}"));
    assertThat(thinking(both, STUDIO))
        .isEqualTo(json("{'includeThoughts':false,'thinkingBudget':3000}"));
    assertThat(thinking(off, VERTEX)).isEqualTo(json("{'thinkingBudget':0}"));
    assertThat(thinking(off, STUDIO)).isEqualTo(json("{'thinkingLevel':'MINIMAL'}"));
    assertThat(thinking(open, VERTEX))
        .isEqualTo(json("{'includeThoughts':true,'thinkingBudget':-1}"));
    encoded(
        hi().reasoning(both).build(),
        GeminiRequestOptions.vertex(Codec.thinking(new Reasoning.None())),
        losses);
    assertThat(losses.fields()).containsExactly("reasoning_effort");
  }

  private static JsonNode thinking(ReasoningSettings settings, GeminiRequestOptions options) {
    return encoded(hi().reasoning(settings).build(), options)
        .at("/generationConfig/thinkingConfig");
  }

  @Test
  @DisplayName("case 43: who the user is, is not for this provider, and that is said")
  void user() {
    Losses losses = new Losses();

    encoded(
        hi().user("u").safetyIdentifier("s").metadata(new Json("{}")).store(true).build(),
        STUDIO,
        losses);

    assertThat(losses.fields()).containsExactly("store", "user", "safety_identifier", "metadata");
  }

  @Test
  @DisplayName("case 44: the tier is asked for in the server's words, where it takes any")
  void tier() {
    Losses losses = new Losses();

    assertThat(encoded(hi().tier("flex").build(), STUDIO).path("serviceTier").asString())
        .isEqualTo("flex");
    assertThat(encoded(hi().tier("default").build(), STUDIO).path("serviceTier").asString())
        .isEqualTo("standard");
    assertThat(encoded(hi().tier("auto").build(), VERTEX).has("serviceTier")).isFalse();
    encoded(hi().tier("flex").build(), VERTEX, losses);
    assertThat(losses.fields()).containsExactly("service_tier");
  }

  @Test
  @DisplayName("cases 45 and 46: a schema goes as it is where it can, and an object needs none")
  void formats() {
    ResponseFormat.Schema schema = new ResponseFormat.Schema("name", null, SCHEMA, true, Rest.NONE);

    assertThat(encoded(hi().format(schema).build(), STUDIO).path("generationConfig"))
        .isEqualTo(
            json(
                "{'responseMimeType':'application/json','responseJsonSchema':"
                    + "{'type':'object','properties':{'a':{'type':'string'}}}}"));
    assertThat(encoded(hi().format(schema).build(), old()).path("generationConfig"))
        .isEqualTo(
            json(
                "{'responseMimeType':'application/json','responseSchema':"
                    + "{'type':'OBJECT','properties':{'a':{'type':'STRING'}}}}"));
    assertThat(
            encoded(hi().format(new ResponseFormat.AnyObject()).build(), STUDIO)
                .path("generationConfig"))
        .isEqualTo(json("{'responseMimeType':'application/json'}"));
    assertThat(
            Codec.request(
                    json("{'contents':[],'generationConfig':{'responseMimeType':"
                            + "'application/json','responseSchema':{'type':'STRING',"
                            + "'nullable':true}}}")
                        .toString())
                .output()
                .format())
        .isInstanceOfSatisfying(
            ResponseFormat.Schema.class,
            read ->
                assertThat(json(read.schema().text()))
                    .isEqualTo(json("{'type':['string','null']}")));
  }

  @Test
  @DisplayName("case 48: tools go before a schema where the model does not take both")
  void schemaAndTools() {
    ChatRequest request =
        hi().format(new ResponseFormat.AnyObject())
            .tool(new Tool.Function("f", null, null))
            .build();
    Losses losses = new Losses();

    assertThat(encoded(request, STUDIO).has("generationConfig")).isTrue();
    assertThat(encoded(request, old(), losses).has("generationConfig")).isFalse();
    assertThat(losses.fields()).containsExactly("response_format");
  }
}
