package dev.sluice.provider.translation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.anthropic.AnthropicRequests;
import dev.sluice.protocol.cohere.CohereRequests;
import dev.sluice.protocol.converse.ConverseRequests;
import dev.sluice.protocol.gemini.GeminiRequests;
import dev.sluice.protocol.openai.OpenAiRequestOptions;
import dev.sluice.protocol.openai.OpenAiRequests;
import dev.sluice.provider.catalogue.Catalogue;
import dev.sluice.provider.catalogue.CodecAbilities;
import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real requests of OpenAI's protocol, into each other protocol as the catalogue has its model, and
 * back: they say the same but for what is declared as lost, and for what is listed here as said
 * otherwise there. Nothing is listed that does not happen.
 */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class RoundTripTest {

  private static final Catalogue CATALOGUE = Catalogue.load();

  private static final String OLD_WORDS = "functions are tools there";
  private static final String IN_PATH = "a stream is asked for by the path";
  private static final String NO_CHOICE =
      "a tool that must be called is the only one offered, and one that must not is not offered";
  private static final String BY_TOOL = "JSON of some form is the input of a tool there";
  private static final String UNNAMED = "a schema has no name there";
  private static final String ALWAYS_STRICT = "schemas are always held to there";
  private static final String BUDGETS = "efforts are budgets there";
  private static final String FIRST_WORD = "the user speaks first, or has no empty turn";
  private static final String LATE = "late instructions are tagged words of the user's";
  private static final String NO_LIMIT = "a limit at its end limits nothing";
  private static final String NARROW = "what schemas can't say there stands in their descriptions";
  private static final String HINT = "a hint for which it has no word";
  private static final String UNTYPED = "what an address leads to is not said there";
  private static final String STRICT_CHOICE = "that arguments fit is part of the choice there";
  private static final String SOUND = "sound is a string there";
  private static final String IDS = "ids are nine letters and digits there";
  private static final String SEED = "the seed has another name there";
  private static final String HISTORY = "tools of the history are offered anew";

  /** A protocol, and what it says in words of its own, by OpenAI's names, and why. */
  enum Way {
    ANTHROPIC(
        "claude-sonnet-4-5",
        Map.ofEntries(
            Map.entry("functions", OLD_WORDS),
            Map.entry("max_tokens", "it wants a limit; that of the model is none"),
            Map.entry("messages.content.image_url.detail", HINT),
            Map.entry("messages.system.text", LATE),
            Map.entry("messages.user.text", FIRST_WORD + "; " + LATE),
            Map.entry("parallel_tool_calls", BY_TOOL),
            Map.entry("reasoning_effort", BUDGETS),
            Map.entry("response_format", BY_TOOL),
            Map.entry("response_format.json_schema.name", UNNAMED),
            Map.entry("response_format.json_schema.schema", NARROW),
            Map.entry("response_format.json_schema.strict", ALWAYS_STRICT),
            Map.entry("tool_choice", BY_TOOL + "; " + NO_CHOICE),
            Map.entry("tools.function.description", BY_TOOL),
            Map.entry("tools.function.name", BY_TOOL + "; " + HISTORY),
            Map.entry("tools.function.parameters", BY_TOOL + "; " + HISTORY),
            Map.entry("top_p", NO_LIMIT))),
    GEMINI(
        "gemini-2.5-flash",
        Map.ofEntries(
            Map.entry("functions", OLD_WORDS),
            Map.entry("messages.content.image_url.detail", HINT),
            Map.entry("messages.system.text", LATE),
            Map.entry("messages.user.file", UNTYPED),
            Map.entry("messages.user.image_url", UNTYPED),
            Map.entry("messages.user.text", FIRST_WORD + "; " + LATE),
            Map.entry("reasoning_effort", BUDGETS),
            Map.entry("response_format.json_schema.name", UNNAMED),
            Map.entry("response_format.json_schema.strict", ALWAYS_STRICT),
            Map.entry("tool_choice", STRICT_CHOICE),
            Map.entry("tools.function.strict", STRICT_CHOICE))),
    CONVERSE(
        "anthropic.claude-sonnet-4-5-20250929-v1:0",
        Map.ofEntries(
            Map.entry(
                "additionalModelRequestFields", "one call at a time is said in Claude's own words"),
            Map.entry("functions", OLD_WORDS),
            Map.entry(
                "messages.content.file.filename",
                "documents have names of few kinds of characters there, and each its own"),
            Map.entry("messages.system.text", LATE),
            Map.entry("messages.user.text", FIRST_WORD + "; " + LATE),
            Map.entry("parallel_tool_calls", "one call at a time is said in Claude's own words"),
            Map.entry("reasoning_effort", BUDGETS),
            Map.entry("response_format", BY_TOOL),
            Map.entry("response_format.json_schema.schema", NARROW),
            Map.entry("response_format.json_schema.strict", ALWAYS_STRICT),
            Map.entry("stream", IN_PATH),
            Map.entry("tool_choice", BY_TOOL + "; " + NO_CHOICE),
            Map.entry("tools.function.description", BY_TOOL + "; " + NO_CHOICE),
            Map.entry("tools.function.name", BY_TOOL + "; " + NO_CHOICE + "; " + HISTORY),
            Map.entry("tools.function.parameters", BY_TOOL + "; " + NO_CHOICE + "; " + HISTORY),
            Map.entry("tools.function.strict", NO_CHOICE),
            Map.entry("top_p", NO_LIMIT))),
    COHERE(
        "command-a-03-2025",
        Map.ofEntries(
            Map.entry("functions", OLD_WORDS),
            Map.entry("reasoning_effort", "it thinks or does not; this model does not"),
            Map.entry("response_format.json_schema.name", UNNAMED),
            Map.entry("response_format.json_schema.strict", ALWAYS_STRICT),
            Map.entry("tool_choice", NO_CHOICE),
            Map.entry("tools.function.description", NO_CHOICE),
            Map.entry("tools.function.name", NO_CHOICE),
            Map.entry("tools.function.parameters", NO_CHOICE),
            Map.entry("tools.function.strict", "all tools are strict, or none"),
            Map.entry("top_p", NO_LIMIT))),
    MISTRAL(
        "mistral-large-latest",
        Map.ofEntries(
            Map.entry("functions", OLD_WORDS),
            Map.entry("messages.assistant.text", "the assistant has the word after tools"),
            Map.entry("messages.content.input_audio", SOUND),
            Map.entry("messages.tool_call_id", IDS),
            Map.entry("messages.tool_calls.id", IDS),
            Map.entry("messages.user.input_audio", SOUND),
            Map.entry("random_seed", SEED),
            Map.entry("reasoning_effort", "it knows two efforts"),
            Map.entry("seed", SEED),
            Map.entry("tool_choice", NO_CHOICE),
            Map.entry("tools.function.description", NO_CHOICE),
            Map.entry("tools.function.name", NO_CHOICE),
            Map.entry("tools.function.parameters", NO_CHOICE)));

    private final String model;
    private final Map<String, String> otherwise;

    Way(String model, Map<String, String> otherwise) {
      this.model = model;
      this.otherwise = otherwise;
    }

    /** The request as it reads once it was written in this protocol. */
    ChatRequest through(ChatRequest asked, Losses losses) {
      JsonWriter body = new JsonWriter();
      Translator translator = translator();
      if (translator == null) {
        body = mistral(asked, losses);
      } else {
        translator.translate(asked, EmptyHttpHeaders.INSTANCE, body, losses);
      }
      byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
      return switch (this) {
        case ANTHROPIC -> AnthropicRequests.decode(bytes, 0, bytes.length);
        case GEMINI -> GeminiRequests.decode(bytes, 0, bytes.length, model, asked.delivery());
        case CONVERSE -> ConverseRequests.decode(bytes, 0, bytes.length);
        case COHERE -> CohereRequests.decode(bytes, 0, bytes.length);
        case MISTRAL -> OpenAiRequests.decode(bytes, 0, bytes.length);
      };
    }

    private @Nullable Translator translator() {
      return switch (this) {
        case ANTHROPIC ->
            new AnthropicTranslator(
                model -> CodecAbilities.anthropic(CATALOGUE.card("anthropic", model)),
                Policy.USUAL);
        case GEMINI ->
            new GeminiTranslator(
                model -> CodecAbilities.gemini(CATALOGUE.card("gemini", model)), Policy.USUAL);
        case CONVERSE ->
            new BedrockTranslator(
                model -> CodecAbilities.converse(CATALOGUE.card("bedrock", model)), Policy.USUAL);
        case COHERE ->
            new CohereTranslator(model -> CodecAbilities.cohere(CATALOGUE.card("cohere", model)));
        case MISTRAL -> null;
      };
    }

    private JsonWriter mistral(ChatRequest asked, Losses losses) {
      JsonWriter body = new JsonWriter();
      OpenAiRequests.encode(asked, OpenAiRequestOptions.MISTRAL, body, losses);
      return body;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatComesBackIsWhatWasAskedButForWhatIsListed(Way way) {
    Map<String, String> undeclared = new TreeMap<>();
    Map<String, String> needless = new TreeMap<>();
    int carried = 0;
    for (Recorded recorded : Recordings.ofOpenAi()) {
      byte[] bytes = recorded.request().toString().getBytes(StandardCharsets.UTF_8);
      ChatRequest asked =
          OpenAiRequests.decode(bytes, 0, bytes.length).toBuilder().model(way.model).build();
      Losses losses = new Losses();
      ChatRequest back;
      try {
        back = way.through(asked, losses);
      } catch (GatewayException _) {
        continue; // Sounds, and addresses that nobody has fetched here.
      }
      carried++;
      Set<String> differences = Facts.differences(asked, back);
      for (String name : differences) {
        if (losses.fields().stream().noneMatch(lost -> covers(lost, name))) {
          undeclared.putIfAbsent(name, recorded.name());
        }
      }
      for (String lost : losses.fields()) {
        if (differences.stream().noneMatch(name -> covers(lost, name))) {
          needless.putIfAbsent(lost, recorded.name());
        }
      }
    }

    assertThat(carried).isGreaterThan(350);
    assertThat(undeclared.keySet())
        .as("%s", undeclared)
        .containsExactlyInAnyOrderElementsOf(way.otherwise.keySet());
    assertThat(needless.keySet()).as("%s", needless).isSubsetOf("tool_choice");
  }

  /** Whether what is declared as lost tells of what differs. */
  private static boolean covers(String lost, String name) {
    return name.equals(lost)
        || name.startsWith(lost + ".")
        || (lost.equals("messages.reasoning_content") && name.equals("messages.reasoning_details"))
        || (lost.equals("tools.strict") && name.equals("tools.function.strict"));
  }
}
