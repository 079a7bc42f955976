package dev.sluice.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Losses;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.anthropic.AnthropicAnswerOptions;
import dev.sluice.protocol.anthropic.AnthropicAnswers;
import dev.sluice.protocol.cohere.CohereAnswerOptions;
import dev.sluice.protocol.cohere.CohereAnswers;
import dev.sluice.protocol.converse.ConverseAnswers;
import dev.sluice.protocol.gemini.GeminiAnswerOptions;
import dev.sluice.protocol.gemini.GeminiAnswers;
import dev.sluice.protocol.gemini.GeminiRequestOptions.CallIdField;
import dev.sluice.protocol.openai.AnswerReader;
import dev.sluice.protocol.openai.ErrorReader;
import dev.sluice.protocol.openai.OpenAiAnswerOptions;
import dev.sluice.protocol.openai.OpenAiAnswers;
import dev.sluice.provider.translation.Translation;
import dev.sluice.provider.translation.Translator;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Whole answers, errors and lists of models: each is read or refused, and can then be written. */
class AnswerFuzzTest {

  static final OpenAiAnswerOptions WRITTEN =
      new OpenAiAnswerOptions(
          "chatcmpl-1",
          1,
          null,
          ToolSettings.Style.TOOLS,
          OpenAiAnswerOptions.Thoughts.DETAILS,
          OpenAiAnswerOptions.StreamUsage.REPORT);

  @FuzzTest
  void openAi(byte[] input) {
    Checks.read(() -> AnswerReader.read(input, 0, input.length));
    ErrorReader.read(input, 0, input.length);
    check(Checks.read(() -> OpenAiAnswers.decode(input, 0, input.length)), input.length);
  }

  @FuzzTest
  void anthropic(byte[] input) {
    check(Wires.ANTHROPIC, input);
  }

  @FuzzTest
  void invoked(byte[] input) {
    check(Wires.INVOKED, input);
  }

  @FuzzTest
  void gemini(byte[] input) {
    check(Wires.GEMINI, input);
  }

  @FuzzTest
  void converse(byte[] input) {
    check(Wires.CONVERSE, input);
  }

  @FuzzTest
  void cohere(byte[] input) {
    check(Wires.COHERE, input);
  }

  private static void check(Translator translator, byte[] input) {
    Translation asked = Wires.asked(translator);
    check(Checks.read(() -> asked.whole(input, 0, input.length)), input.length);
    asked.error(429, EmptyHttpHeaders.INSTANCE, input, 0, input.length);
    Checks.bounded(translator.models(input, 0, input.length).size(), input.length);
  }

  private static void check(Optional<ChatResponse> read, int readBytes) {
    read.ifPresent(answer -> {
      written(readBytes, (out, losses) -> OpenAiAnswers.encode(answer, WRITTEN, out, losses));
      written(
          readBytes,
          (out, losses) ->
              AnthropicAnswers.encode(
                  answer, new AnthropicAnswerOptions("msg_1", null, 0), out, losses));
      written(
          readBytes,
          (out, losses) ->
              GeminiAnswers.encode(
                  answer, new GeminiAnswerOptions("1", null, CallIdField.WRITE), out, losses));
      written(readBytes, (out, losses) -> ConverseAnswers.encode(answer, out, losses));
      written(
          readBytes,
          (out, losses) -> CohereAnswers.encode(answer, new CohereAnswerOptions("1"), out, losses));
    });
  }

  private static void written(int readBytes, BiConsumer<JsonWriter, Losses> writing) {
    JsonWriter out = new JsonWriter();
    writing.accept(out, new Losses());
    Checks.wellFormed(out, readBytes);
  }
}
