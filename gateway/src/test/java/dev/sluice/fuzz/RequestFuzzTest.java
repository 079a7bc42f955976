package dev.sluice.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.anthropic.AnthropicRequests;
import dev.sluice.protocol.cohere.CohereRequests;
import dev.sluice.protocol.converse.ConverseRequests;
import dev.sluice.protocol.gemini.GeminiRequests;
import dev.sluice.protocol.openai.OpenAiDeviations;
import dev.sluice.protocol.openai.OpenAiRequestOptions;
import dev.sluice.protocol.openai.OpenAiRequests;
import dev.sluice.provider.translation.Translator;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.util.List;
import java.util.Optional;

/** Requests of every protocol: each is read or refused, and what was read can be written. */
class RequestFuzzTest {

  private static final List<OpenAiRequestOptions> WRITTEN =
      List.of(
          OpenAiRequestOptions.OFFICIAL,
          OpenAiRequestOptions.COMPATIBLE,
          OpenAiRequestOptions.MISTRAL);

  @FuzzTest
  void openAi(byte[] input) {
    check(Checks.read(() -> OpenAiRequests.decode(input, 0, input.length)), input.length);
  }

  @FuzzTest
  void anthropic(byte[] input) {
    check(Checks.read(() -> AnthropicRequests.decode(input, 0, input.length)), input.length);
  }

  @FuzzTest
  void gemini(byte[] input) {
    check(
        Checks.read(
            () -> GeminiRequests.decode(input, 0, input.length, "m", ChatRequest.Delivery.WHOLE)),
        input.length);
  }

  @FuzzTest
  void converse(byte[] input) {
    check(Checks.read(() -> ConverseRequests.decode(input, 0, input.length)), input.length);
  }

  @FuzzTest
  void cohere(byte[] input) {
    check(Checks.read(() -> CohereRequests.decode(input, 0, input.length)), input.length);
  }

  private static void check(Optional<ChatRequest> read, int readBytes) {
    read.ifPresent(request -> {
      for (OpenAiRequestOptions options : WRITTEN) {
        Checks.made(() -> openAi(request, options, readBytes));
      }
      for (Translator translator : Wires.ALL) {
        Checks.made(() -> translated(translator, request))
            .ifPresent(body -> Checks.wellFormed(body, readBytes));
      }
    });
  }

  private static JsonWriter translated(Translator translator, ChatRequest request) {
    JsonWriter body = new JsonWriter();
    translator.translate(request, EmptyHttpHeaders.INSTANCE, body, new Losses());
    return body;
  }

  private static JsonWriter openAi(
      ChatRequest request, OpenAiRequestOptions options, int readBytes) {
    JsonWriter out = new JsonWriter();
    OpenAiRequests.encode(request, options, out, new Losses());
    Checks.wellFormed(out, readBytes);
    byte[] bytes = out.toBytes();
    OpenAiDeviations.MISTRAL.needsAdjusting(bytes, 0, bytes.length);
    return out;
  }
}
