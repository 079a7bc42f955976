package dev.sluice.compat.requests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.compat.requests.Asks.Ask;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The providers with protocols of their own, models of different abilities, and their shapes. */
enum Takers {
  ANTHROPIC(
      "anthropic",
      List.of(
          "claude-sonnet-4-5", "claude-opus-4-7", "claude-3-7-sonnet-latest", "claude-unheard-of")),
  GEMINI("gemini", List.of("gemini-2.5-flash", "gemini-3-pro-preview", "gemini-unheard-of")),
  VERTEX("vertex, project: some-project, location: global", List.of("gemini-2.5-pro")),
  CLAUDE_ON_VERTEX("vertex, project: some-project, location: global", List.of("claude-opus-4-7")),
  BEDROCK(
      "bedrock, region: us-east-1",
      List.of(
          "anthropic.claude-sonnet-4-5-20250929-v1:0",
          "anthropic.claude-opus-4-7",
          "amazon.nova-pro-v1:0",
          "meta.llama3-3-70b-instruct-v1:0",
          "openai.gpt-oss-120b-1:0",
          "cohere.command-r-plus-v1:0",
          "unheard.of-v1:0")),
  CLAUDE_ON_BEDROCK(
      "bedrock, region: us-east-1, bedrock_api: invoke",
      List.of("anthropic.claude-3-5-sonnet-20240620-v1:0")),
  COHERE(
      "cohere",
      List.of(
          "command-a-03-2025",
          "command-a-reasoning-08-2025",
          "command-a-vision-07-2025",
          "command-r7b-12-2024")),
  MISTRAL(
      "mistral",
      List.of("mistral-large-latest", "magistral-medium-latest", "voxtral-small-latest"));

  /**
   * What other providers' clients add to OpenAI's protocol. Mistral speaks that protocol, too, and
   * gets such members as they came.
   */
  private static final Set<String> STRANGERS =
      Set.of(
          "clear_thinking",
          "eager_input_streaming",
          "echo",
          "preset",
          "provider",
          "reasoning_format",
          "safety_model",
          "web_search_options");

  private final String kind;
  private final List<String> models;

  Takers(String kind, List<String> models) {
    this.kind = kind;
    this.models = models;
  }

  /** The provider's name in the configuration. */
  String provider() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What the configuration says of it. */
  String kind() {
    return kind;
  }

  List<String> models() {
    return models;
  }

  /** Whether it is another host of what is asked elsewhere: then it gets the samples only. */
  boolean isHost() {
    return switch (this) {
      case VERTEX, CLAUDE_ON_VERTEX, CLAUDE_ON_BEDROCK -> true;
      case ANTHROPIC, GEMINI, BEDROCK, COHERE, MISTRAL -> false;
    };
  }

  /** The request as a client may ask it of this provider without a file being fetched. */
  Ask withoutFetching(Ask ask) {
    return switch (this) {
      case BEDROCK, CLAUDE_ON_BEDROCK, CLAUDE_ON_VERTEX -> ask.withoutAddresses();
      case ANTHROPIC, GEMINI, VERTEX, COHERE, MISTRAL -> ask;
    };
  }

  /** What was sent, without what is the client's own affair. */
  String ours(String sent) {
    if (this != MISTRAL) {
      return sent;
    }
    ObjectNode request = (ObjectNode) Trees.read(sent);
    request.remove(STRANGERS);
    for (Iterator<JsonNode> tools = request.path("tools").iterator(); tools.hasNext(); ) {
      ObjectNode tool = (ObjectNode) tools.next();
      tool.remove(STRANGERS);
      if (!tool.path("type").asText().equals("function")) {
        tools.remove(); // Another provider's own tool.
      }
    }
    return request.toString();
  }

  /** All shapes; those with clients are open until they are closed. */
  static Map<Takers, Shape> shapes() {
    return Map.of(
        ANTHROPIC, new AnthropicShape(AnthropicShape.Host.ANTHROPIC),
        GEMINI, new GeminiShape(GeminiShape.Host.STUDIO),
        VERTEX, new GeminiShape(GeminiShape.Host.VERTEX),
        CLAUDE_ON_VERTEX, new AnthropicShape(AnthropicShape.Host.CLOUD),
        BEDROCK, new ConverseShape(),
        CLAUDE_ON_BEDROCK, new AnthropicShape(AnthropicShape.Host.CLOUD),
        COHERE, new CohereShape(),
        MISTRAL, new MistralShape());
  }
}
