package dev.sluice.provider.translation;

import dev.sluice.chat.ChatRequest;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Platform;

/** Who serves Anthropic's models: each has paths of its own. */
sealed interface ClaudeHost {

  /** How the body is written there. */
  Platform platform();

  /** Where a request goes, below the base URL's own path. */
  String path(ChatRequest request);

  /** Anthropic itself. */
  record Own() implements ClaudeHost {
    @Override
    public Platform platform() {
      return Platform.ANTHROPIC;
    }

    @Override
    public String path(ChatRequest request) {
      return "/v1/messages";
    }
  }

  /** Google's Vertex. */
  record Vertex(GoogleCloud cloud) implements ClaudeHost {
    @Override
    public Platform platform() {
      return Platform.VERTEX;
    }

    @Override
    public String path(ChatRequest request) {
      return cloud.path("anthropic", request.model())
          + switch (request.delivery()) {
            case WHOLE -> ":rawPredict";
            case STREAM, STREAM_WITH_USAGE -> ":streamRawPredict";
          };
    }
  }

  /** Bedrock's InvokeModel. */
  record Bedrock() implements ClaudeHost {
    @Override
    public Platform platform() {
      return Platform.BEDROCK;
    }

    @Override
    public String path(ChatRequest request) {
      return "/model/"
          + GoogleCloud.encoded(request.model()).replace(":", "%3A")
          + switch (request.delivery()) {
            case WHOLE -> "/invoke";
            case STREAM, STREAM_WITH_USAGE -> "/invoke-with-response-stream";
          };
    }
  }
}
