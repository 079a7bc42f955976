package dev.sluice.provider;

import dev.sluice.provider.KnownProvider.Authentication;
import dev.sluice.provider.KnownProvider.Paths;
import dev.sluice.provider.KnownProvider.Protocol;
import dev.sluice.provider.KnownProvider.StreamEnding;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table of providers known by name. Another one that speaks OpenAI's protocol is one line. */
public final class KnownProviders {

  /** The provider inside this process. */
  public static final String DEMO = "demo";

  private static final Map<String, KnownProvider> TABLE = new LinkedHashMap<>();

  static {
    bearer("openai", "https://api.openai.com/v1", "OPENAI_API_KEY");
    bearer("groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY");
    bearer("deepseek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY");
    bearer("openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY");
    bearer("together", "https://api.together.xyz/v1", "TOGETHER_API_KEY");
    bearer("fireworks", "https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY");
    bearer("cerebras", "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY");
    bearer("xai", "https://api.x.ai/v1", "XAI_API_KEY");
    bearer("nebius", "https://api.tokenfactory.nebius.com/v1", "NEBIUS_API_KEY");
    bearer("huggingface", "https://router.huggingface.co/v1", "HF_TOKEN", "HUGGINGFACE_API_KEY");
    bearer("zai", "https://api.z.ai/api/paas/v4", "ZAI_API_KEY");
    add(
        new KnownProvider(
            "perplexity",
            "https://api.perplexity.ai",
            null,
            List.of("PERPLEXITY_API_KEY"),
            Protocol.OPENAI,
            Authentication.BEARER,
            Paths.PLAIN,
            StreamEnding.TRANSFER_END));
    add(
        new KnownProvider(
            "mistral",
            "https://api.mistral.ai",
            null,
            List.of("MISTRAL_API_KEY"),
            Protocol.MISTRAL,
            Authentication.BEARER,
            Paths.VERSIONED,
            StreamEnding.DONE_MARKER));
    add(
        new KnownProvider(
            "azure",
            null,
            "AZURE_OPENAI_ENDPOINT",
            List.of("AZURE_OPENAI_API_KEY"),
            Protocol.OPENAI,
            Authentication.API_KEY,
            Paths.AZURE,
            StreamEnding.DONE_MARKER));
    add(
        new KnownProvider(
            "anthropic",
            "https://api.anthropic.com",
            "ANTHROPIC_BASE_URL",
            List.of("ANTHROPIC_API_KEY"),
            Protocol.ANTHROPIC,
            Authentication.X_API_KEY,
            Paths.PLAIN,
            StreamEnding.DONE_MARKER));
    add(
        new KnownProvider(
            "gemini",
            "https://generativelanguage.googleapis.com",
            "GOOGLE_GEMINI_BASE_URL",
            List.of("GEMINI_API_KEY", "GOOGLE_API_KEY"),
            Protocol.GEMINI,
            Authentication.X_GOOG_API_KEY,
            Paths.PLAIN,
            StreamEnding.DONE_MARKER));
    add(
        new KnownProvider(
            "vertex",
            null,
            null,
            List.of(),
            Protocol.VERTEX,
            Authentication.GOOGLE,
            Paths.PLAIN,
            StreamEnding.DONE_MARKER));
    add(
        new KnownProvider(
            "bedrock",
            null,
            null,
            List.of("AWS_BEARER_TOKEN_BEDROCK"),
            Protocol.CONVERSE,
            Authentication.AWS,
            Paths.PLAIN,
            StreamEnding.DONE_MARKER));
    add(
        new KnownProvider(
            "cohere",
            "https://api.cohere.com",
            "CO_API_URL",
            List.of("CO_API_KEY", "COHERE_API_KEY"),
            Protocol.COHERE,
            Authentication.BEARER,
            Paths.PLAIN,
            StreamEnding.DONE_MARKER));
    local("ollama", "http://127.0.0.1:11434/v1");
    local("vllm", "http://127.0.0.1:8000/v1");
    local("lmstudio", "http://127.0.0.1:1234/v1");
    local("llama.cpp", "http://127.0.0.1:8080/v1");
  }

  private KnownProviders() {}

  /** What is known about {@code name}; {@code null} where nothing is. */
  public static @Nullable KnownProvider named(String name) {
    return TABLE.get(name);
  }

  /** The whole table, in the order in which it is shown to people. */
  public static Collection<KnownProvider> all() {
    return TABLE.values();
  }

  private static void bearer(String name, String baseUrl, String... keyVariables) {
    add(
        new KnownProvider(
            name,
            baseUrl,
            null,
            List.of(keyVariables),
            Protocol.OPENAI,
            Authentication.BEARER,
            Paths.PLAIN,
            StreamEnding.DONE_MARKER));
  }

  private static void local(String name, String baseUrl) {
    add(
        new KnownProvider(
            name,
            baseUrl,
            null,
            List.of(),
            Protocol.OPENAI,
            Authentication.BEARER,
            Paths.PLAIN,
            StreamEnding.DONE_MARKER));
  }

  private static void add(KnownProvider provider) {
    TABLE.put(provider.name(), provider);
  }
}
