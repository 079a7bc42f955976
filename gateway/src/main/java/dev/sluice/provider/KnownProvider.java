package dev.sluice.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a provider by its name alone, as data.
 *
 * @param name the name in configuration and before the slash in a model's name
 * @param baseUrl what the provider's own SDK takes; {@code null} where everyone has their own
 * @param baseUrlVariable environment variable that holds the base URL; {@code null} where there is
 *     none
 * @param keyVariables environment variables that may hold the key, the usual one first; empty where
 *     the provider wants no key
 * @param protocol what it speaks
 * @param authentication how the key is sent, and what is done without one
 * @param paths how a request's path is made
 * @param ending what ends a complete stream
 */
public record KnownProvider(
    String name,
    @Nullable String baseUrl,
    @Nullable String baseUrlVariable,
    List<String> keyVariables,
    Protocol protocol,
    Authentication authentication,
    Paths paths,
    StreamEnding ending) {

  /** What a provider speaks. */
  public enum Protocol {
    /** OpenAI's chat completions. */
    OPENAI,
    /** OpenAI's, but with rules of Mistral's own. */
    MISTRAL,
    /** Anthropic's Messages. */
    ANTHROPIC,
    /** Gemini's {@code generateContent}. */
    GEMINI,
    /** Gemini's and, for Claude, Anthropic's, in Google's cloud. */
    VERTEX,
    /** Bedrock's Converse. */
    CONVERSE,
    /** Cohere's second chat protocol. */
    COHERE
  }

  /** How a key is sent, and what convinces the provider where there is no key. */
  public enum Authentication {
    /** {@code authorization: Bearer KEY}. */
    BEARER,
    /** {@code api-key: KEY}, Azure's own; without a key a token of Microsoft Entra. */
    API_KEY,
    /** {@code x-api-key: KEY}, Anthropic's own. */
    X_API_KEY,
    /** {@code x-goog-api-key: KEY}, Google's own. */
    X_GOOG_API_KEY,
    /** {@code authorization: Bearer KEY}; without a key AWS signatures. */
    AWS,
    /** {@code x-goog-api-key: KEY}; without a key a token of Google's. */
    GOOGLE
  }

  /** How a request's path is made from the base URL's. */
  public enum Paths {
    /** {@code /chat/completions} behind a base URL that ends in a version. */
    PLAIN,
    /** {@code /v1/chat/completions} behind a base URL without a version. */
    VERSIONED,
    /**
     * {@code /openai/v1/chat/completions}, or by deployment where an {@code api-version} is
     * configured.
     */
    AZURE
  }

  /** What ends a complete stream. */
  public enum StreamEnding {
    /** {@code data: [DONE]}; a stream that ends without it is broken. */
    DONE_MARKER,
    /** The transfer's own end after a finish reason. */
    TRANSFER_END
  }
}
