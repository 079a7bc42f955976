package dev.sluice.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.OpenAIException;
import com.openai.errors.RateLimitException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import dev.sluice.app.Gateway;
import dev.sluice.config.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** OpenAI's own Java client at poolside's front door, with nothing changed but its base URL. */
class PoolsideOpenAiJavaTest {

  private static Gateway gateway;
  private static OpenAIClient client;

  @BeforeAll
  static void start() throws Exception {
    // The client's accumulator takes an empty finish reason for the last one, and a chunk with
    // usage for one without choices.
    Path file = Files.createTempFile("sluice", ".yaml");
    try {
      Files.writeString(
          file,
          "server: { port: 0 }\nadmin: { port: 0 }\n"
              + "dialects: { poolside: { unfinished: \"null\", usage_chunk: own } }\n");
      gateway =
          Gateway.open(new SettingsLoader(name -> null, Gateway.DIALECTS).load(file), name -> null);
    } finally {
      Files.delete(file);
    }
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl("http://127.0.0.1:" + gateway.address().getPort() + "/poolside/openai/v1")
            .apiKey("ps-none")
            .maxRetries(0)
            .build();
  }

  @AfterAll
  static void stop() {
    client.close();
    gateway.close();
  }

  private static ChatCompletionCreateParams.Builder ask(String model, String text) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
  }

  private static ChatCompletion streamed(ChatCompletionCreateParams params) {
    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      stream.stream().forEach(accumulator::accumulate);
    }
    return accumulator.chatCompletion();
  }

  @Test
  void plainCompletions() {
    ChatCompletion answer =
        client.chat().completions().create(ask("demo/echo", "Hello, é漢😀!").build());

    assertThat(answer.choices().getFirst().message().content()).contains("Hello, é漢😀!");
    assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
  }

  @Test
  void streamedCompletionsWithUsage() {
    ChatCompletion answer =
        streamed(
            ask("demo/echo", "Hello, é漢😀!")
                .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build());

    assertThat(answer.choices().getFirst().message().content()).contains("Hello, é漢😀!");
    assertThat(answer.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
  }

  @Test
  void streamedToolCalls() {
    ChatCompletionFunctionTool tool =
        ChatCompletionFunctionTool.builder()
            .function(
                FunctionDefinition.builder()
                    .name("get_weather")
                    .parameters(
                        FunctionParameters.builder()
                            .putAdditionalProperty("type", JsonValue.from("object"))
                            .putAdditionalProperty(
                                "properties",
                                JsonValue.from(Map.of("city", Map.of("type", "string"))))
                            .putAdditionalProperty(
                                "required", JsonValue.from(new String[] {"city"}))
                            .build())
                    .build())
            .build();

    ChatCompletion answer =
        streamed(ask("demo/echo", "please get_weather for me").addTool(tool).build());

    assertThat(answer.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
    var call =
        answer
            .choices()
            .getFirst()
            .message()
            .toolCalls()
            .orElseThrow()
            .getFirst()
            .asFunction()
            .function();
    assertThat(call.name()).isEqualTo("get_weather");
    assertThat(call.arguments()).startsWith("{").contains("\"city\"").endsWith("}");
  }

  @Test
  void errorsHaveTheirTypes() {
    assertThatThrownBy(() -> client.chat().completions().create(ask("nobody/x", "hi").build()))
        .isInstanceOf(BadRequestException.class);
    assertThatThrownBy(() -> client.chat().completions().create(ask("demo/fail-429", "hi").build()))
        .isInstanceOf(RateLimitException.class);
    assertThatThrownBy(() -> client.chat().completions().create(ask("demo/fail-503", "hi").build()))
        .isInstanceOf(InternalServerException.class);
  }

  @Test
  void aBrokenStreamIsAnError() {
    assertThatThrownBy(() -> streamed(ask("demo/cut", "go").build()))
        .isInstanceOf(OpenAIException.class);
  }

  @Test
  void modelsAreListed() {
    assertThat(client.models().list().data())
        .anySatisfy(model -> assertThat(model.id()).isEqualTo("demo/echo"));
  }
}
