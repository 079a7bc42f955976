package dev.sluice.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.RateLimitException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import dev.sluice.app.Gateway;
import dev.sluice.config.SettingsLoader;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's own Java client, with nothing changed but its base URL, at each door it fits. */
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"/v1", "/bifrost/v1", "/yomo/v1", "/assemblyai/v1"})
class OpenAiJavaTest {

  /** Its readers see no event in the bare error that ends a broken stream. */
  private static final String ENDS_BARE = "/yomo/v1";

  private static Gateway gateway;

  private final String door;
  private final OpenAIClient client;

  OpenAiJavaTest(String door) {
    this.door = door;
    this.client =
        OpenAIOkHttpClient.builder()
            .baseUrl("http://127.0.0.1:" + gateway.address().getPort() + door)
            .apiKey("none")
            .maxRetries(0)
            .build();
  }

  @BeforeAll
  static void start() throws Exception {
    gateway =
        Gateway.open(
            new SettingsLoader(name -> null, Gateway.DIALECTS)
                .defaults()
                .withPort(0)
                .withAdminPort(0),
            name -> null);
  }

  @AfterEach
  void close() {
    client.close();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static ChatCompletionCreateParams.Builder ask(String model, String text) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
  }

  @Test
  void plainCompletions() {
    ChatCompletion answer =
        client.chat().completions().create(ask("demo/echo", "Hello, é漢😀!").build());

    assertThat(answer.choices().getFirst().message().content()).contains("Hello, é漢😀!");
    assertThat(answer.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
  }

  @Test
  void streamedCompletionsWithUsage() {
    ChatCompletionCreateParams params =
        ask("demo/lorem-30", "go")
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      List<ChatCompletionChunk> chunks = stream.stream().toList();

      String text =
          chunks.stream()
              .flatMap(chunk -> chunk.choices().stream())
              .flatMap(choice -> choice.delta().content().stream())
              .collect(Collectors.joining());
      assertThat(text).startsWith("lorem ipsum dolor").hasSizeGreaterThan(100);
      assertThat(chunks.getLast().usage().orElseThrow().completionTokens()).isEqualTo(30);
    }
  }

  @Test
  void toolCallsWholeAndStreamed() {
    FunctionParameters parameters =
        FunctionParameters.builder()
            .putAdditionalProperty("type", JsonValue.from("object"))
            .putAdditionalProperty(
                "properties",
                JsonValue.from(Map.of("city", Map.of("type", "string", "minLength", 3))))
            .putAdditionalProperty("required", JsonValue.from(List.of("city")))
            .build();
    ChatCompletionCreateParams params =
        ask("demo/echo", "What is the weather like?")
            .addTool(
                ChatCompletionFunctionTool.builder()
                    .function(
                        FunctionDefinition.builder()
                            .name("get_weather")
                            .parameters(parameters)
                            .build())
                    .build())
            .build();

    ChatCompletion answer = client.chat().completions().create(params);

    assertThat(answer.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
    var call = answer.choices().getFirst().message().toolCalls().orElseThrow().getFirst();
    assertThat(call.asFunction().function().name()).isEqualTo("get_weather");
    assertThat(call.asFunction().function().arguments()).isEqualTo("{\"city\":\"city\"}");
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      String arguments =
          stream.stream()
              .flatMap(chunk -> chunk.choices().stream())
              .flatMap(choice -> choice.delta().toolCalls().stream().flatMap(List::stream))
              .flatMap(delta -> delta.function().stream())
              .flatMap(function -> function.arguments().stream())
              .collect(Collectors.joining());
      assertThat(arguments).isEqualTo("{\"city\":\"city\"}");
    }
  }

  @Test
  void structuredOutput() {
    ResponseFormatJsonSchema.JsonSchema.Schema schema =
        ResponseFormatJsonSchema.JsonSchema.Schema.builder()
            .putAdditionalProperty("type", JsonValue.from("object"))
            .putAdditionalProperty(
                "properties",
                JsonValue.from(Map.of("age", Map.of("type", "integer", "minimum", 18))))
            .putAdditionalProperty("required", JsonValue.from(List.of("age")))
            .build();
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(
                ask("demo/echo", "Who?")
                    .responseFormat(
                        ResponseFormatJsonSchema.builder()
                            .jsonSchema(
                                ResponseFormatJsonSchema.JsonSchema.builder()
                                    .name("person")
                                    .schema(schema)
                                    .build())
                            .build())
                    .build());

    assertThat(answer.choices().getFirst().message().content()).contains("{\"age\":18}");
  }

  @Test
  void errorsHaveTheirTypes() {
    assertThatThrownBy(() -> client.chat().completions().create(ask("dmo/echo", "x").build()))
        .isInstanceOf(BadRequestException.class);
    assertThatThrownBy(() -> client.chat().completions().create(ask("demo/fail-429", "x").build()))
        .isInstanceOf(RateLimitException.class);
    assertThatThrownBy(() -> client.chat().completions().create(ask("demo/fail-404", "x").build()))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> client.chat().completions().create(ask("demo/fail-500", "x").build()))
        .isInstanceOf(InternalServerException.class);
  }

  @Test
  void aBrokenStreamIsNotTakenForACompleteOne() {
    assumeFalse(door.equals(ENDS_BARE));
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(ask("demo/cut", "x").build())) {
      assertThatThrownBy(() -> stream.stream().toList()).isInstanceOf(OpenAIException.class);
    }
  }

  @Test
  void modelsAreListed() {
    assertThat(client.models().list().data()).extracting("id").isNotEmpty();
  }
}
