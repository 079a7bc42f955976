package dev.sluice.fuzz;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.openai.OpenAiRequests;
import dev.sluice.provider.catalogue.Cards;
import dev.sluice.provider.catalogue.Catalogue;
import dev.sluice.provider.catalogue.CodecAbilities;
import dev.sluice.provider.translation.AnthropicTranslator;
import dev.sluice.provider.translation.BedrockTranslator;
import dev.sluice.provider.translation.CohereTranslator;
import dev.sluice.provider.translation.GeminiTranslator;
import dev.sluice.provider.translation.Policy;
import dev.sluice.provider.translation.Translation;
import dev.sluice.provider.translation.Translator;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The protocols of providers, each with a model that takes nearly everything. */
final class Wires {

  private static final Catalogue CATALOGUE = Catalogue.load();
  private static final Cards CLAUDE = CATALOGUE.cards("anthropic", "anthropic");
  private static final Cards GOOGLE = CATALOGUE.cards("gemini", "gemini");
  private static final Cards AMAZON = CATALOGUE.cards("bedrock", "bedrock");
  private static final Cards COMMAND = CATALOGUE.cards("cohere", "cohere");

  static final Translator ANTHROPIC =
      new AnthropicTranslator(
          _ -> CodecAbilities.anthropic(CLAUDE.of("claude-opus-4-5")), Policy.USUAL);
  static final Translator INVOKED =
      AnthropicTranslator.invoked(
          _ -> CodecAbilities.anthropic(CLAUDE.of("claude-opus-4-5")), Policy.USUAL);
  static final Translator GEMINI =
      new GeminiTranslator(_ -> CodecAbilities.gemini(GOOGLE.of("gemini-2.5-pro")), Policy.USUAL);
  static final Translator CONVERSE =
      new BedrockTranslator(
          _ -> CodecAbilities.converse(AMAZON.of("anthropic.claude-sonnet-4-5-20250929-v1:0")),
          Policy.USUAL);
  static final Translator PLAIN_CONVERSE =
      new BedrockTranslator(
          _ -> CodecAbilities.converse(AMAZON.of("meta.llama3-3-70b-instruct-v1:0")), Policy.USUAL);
  static final Translator COHERE =
      new CohereTranslator(_ -> CodecAbilities.cohere(COMMAND.of("command-a-03-2025")));

  static final List<Translator> ALL =
      List.of(ANTHROPIC, INVOKED, GEMINI, CONVERSE, PLAIN_CONVERSE, COHERE);

  /** Tools with names that some protocols refuse, and a format that some know as a tool only. */
  private static final String ASKED =
      """
      {"model":"m","stream":true,"messages":[{"role":"user","content":"Hi"}],
       "tools":[{"type":"function","function":{"name":"look up","parameters":{"type":"object"}}},
         {"type":"function","function":{"name":"look_up","parameters":{"type":"object"}}}],
       "response_format":{"type":"json_schema","json_schema":{"name":"n",
         "schema":{"type":"object","properties":{"a":{"type":"string"}}}}}}
      """;

  private Wires() {}

  /** A translation whose answers are to be read. */
  static Translation asked(Translator translator) {
    return translator.translate(
        request(ASKED), EmptyHttpHeaders.INSTANCE, new JsonWriter(), new Losses());
  }

  static ChatRequest request(String openAi) {
    byte[] bytes = openAi.getBytes(StandardCharsets.UTF_8);
    return OpenAiRequests.decode(bytes, 0, bytes.length);
  }
}
