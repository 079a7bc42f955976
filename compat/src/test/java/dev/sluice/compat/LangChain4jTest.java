package dev.sluice.compat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.sluice.app.Gateway;
import dev.sluice.config.SettingsLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** LangChain4j, with nothing changed but its base URL. */
class LangChain4jTest {

  private static Gateway gateway;
  private static String baseUrl;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        Gateway.open(
            new SettingsLoader(name -> null, Gateway.DIALECTS)
                .defaults()
                .withPort(0)
                .withAdminPort(0),
            name -> null);
    baseUrl = "http://127.0.0.1:" + gateway.address().getPort() + "/v1";
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void plainAnswersAndTools() {
    OpenAiChatModel model =
        OpenAiChatModel.builder().baseUrl(baseUrl).apiKey("none").modelName("demo/echo").build();

    assertThat(model.chat("Hello there")).isEqualTo("Hello there");
    ChatResponse response =
        model.chat(
            ChatRequest.builder()
                .messages(UserMessage.from("Use the clock, please"))
                .toolSpecifications(
                    ToolSpecification.builder()
                        .name("clock")
                        .parameters(
                            JsonObjectSchema.builder()
                                .addStringProperty("zone")
                                .required("zone")
                                .build())
                        .build())
                .build());
    assertThat(response.aiMessage().toolExecutionRequests().getFirst().name()).isEqualTo("clock");
    assertThat(response.tokenUsage().totalTokenCount()).isPositive();
  }

  @Test
  void streamedAnswers() throws Exception {
    OpenAiStreamingChatModel model =
        OpenAiStreamingChatModel.builder()
            .baseUrl(baseUrl)
            .apiKey("none")
            .modelName("demo/lorem-40-2ms")
            .build();
    CompletableFuture<ChatResponse> done = new CompletableFuture<>();
    StringBuilder text = new StringBuilder();

    model.chat(
        "go",
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String partial) {
            text.append(partial);
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            done.complete(response);
          }

          @Override
          public void onError(Throwable error) {
            done.completeExceptionally(error);
          }
        });

    assertThat(done.get(20, TimeUnit.SECONDS).aiMessage().text()).isEqualTo(text.toString());
    assertThat(text).startsWith("lorem ipsum");
  }
}
