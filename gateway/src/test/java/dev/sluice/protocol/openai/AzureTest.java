package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.FinishReason;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Azure's answers say otherwise than OpenAI's do. */
class AzureTest {

  private static final String PREAMBLE =
      "{\"choices\":[],\"created\":0,\"id\":\"\",\"model\":\"\",\"object\":\"\","
          + "\"prompt_filter_results\":[{\"prompt_index\":0,\"content_filter_results\":"
          + "{\"hate\":{\"filtered\":false,\"severity\":\"safe\"}}}]}";
  private static final String FIRST =
      "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"a\"},"
          + "\"content_filter_results\":{\"hate\":{\"filtered\":false}}}],"
          + "\"created\":7,\"id\":\"chatcmpl-1\",\"model\":\"gpt-4o\"}";
  private static final String LAST =
      "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"
          + "\"created\":7,\"id\":\"chatcmpl-1\",\"model\":\"gpt-4o\"}";
  private static final String USAGE =
      "{\"choices\":[],\"created\":7,\"id\":\"chatcmpl-1\",\"model\":\"gpt-4o\","
          + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4}}";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<ChatEvent> events(String... frames) {
    List<ChatEvent> events = new ArrayList<>();
    OpenAiChunkDecoder decoder = new OpenAiChunkDecoder();
    for (String frame : frames) {
      decoder.frame(bytes(frame), 0, bytes(frame).length, events::add);
    }
    decoder.close(events::add);
    return events;
  }

  private static int look(ChunkReader reader, String frame) {
    return reader.look(bytes(frame), 0, bytes(frame).length);
  }

  @Test
  void theFirstFrameIsNotTakenForTheUsage() {
    ChunkReader reader = new ChunkReader();

    assertThat(look(reader, PREAMBLE)).isEqualTo(ChunkReader.NO_CHOICES);
    assertThat(reader.usage().isReported()).isFalse();
    assertThat(look(reader, FIRST)).isEqualTo(ChunkReader.DULL);
    assertThat(look(reader, LAST)).isEqualTo(ChunkReader.FINISH);
    assertThat(look(reader, USAGE)).isEqualTo(ChunkReader.NO_CHOICES | ChunkReader.USAGE);
    assertThat(reader.usage().totalTokens()).isEqualTo(4);
  }

  @Test
  void theAnswerBeginsWithTheFrameThatNamesItAndKeepsTheFiltersWords() {
    Assembled answer = Assembled.of(events(PREAMBLE, FIRST, LAST, USAGE, "[DONE]"));

    assertThat(answer.start.id()).isEqualTo("chatcmpl-1");
    assertThat(answer.start.model()).isEqualTo("gpt-4o");
    assertThat(answer.start.createdSeconds()).isEqualTo(7);
    assertThat(answer.start.rest().find("prompt_filter_results").text()).contains("severity");
    assertThat(answer.choices.get(0).text.toString()).isEqualTo("a");
    assertThat(answer.usage.totalTokens()).isEqualTo(4);
    assertThat(answer.last).isInstanceOf(ChatEvent.End.class);
    assertThat(events(PREAMBLE, FIRST, LAST, "[DONE]"))
        .anySatisfy(event ->
            assertThat(event)
                .isInstanceOfSatisfying(
                    ChatEvent.Extra.class,
                    extra -> assertThat(extra.rest().find("content_filter_results")).isNotNull()));
  }

  @Test
  void aStreamThatIsCutBehindTheFiltersWordsIsAFailure() {
    assertThat(events(PREAMBLE).getLast()).isInstanceOf(ChatEvent.Failure.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"message\":null,", ""})
  void anAnswerThatWasKeptBackIsAnAnswer(String message) {
    String answer =
        "{\"choices\":[{"
            + message
            + "\"content_filter_results\":{\"hate\":{\"filtered\":true,\"severity\":\"high\"}},"
            + "\"finish_reason\":\"content_filter\",\"index\":0,\"logprobs\":null}],\"id\":\"1\","
            + "\"prompt_filter_results\":[{\"prompt_index\":0}],"
            + "\"usage\":{\"completion_tokens\":19,\"prompt_tokens\":15,\"total_tokens\":34}}";

    ChatResponse response = OpenAiAnswers.decode(bytes(answer), 0, bytes(answer).length);

    Choice choice = response.choices().getFirst();
    assertThat(choice.message().parts()).isEmpty();
    assertThat(choice.finish().reason()).isEqualTo(FinishReason.CONTENT_FILTER);
    assertThat(choice.rest().find("content_filter_results").text()).contains("high");
    assertThat(response.rest().find("prompt_filter_results")).isNotNull();
    AnswerReader.Facts facts = AnswerReader.read(bytes(answer), 0, bytes(answer).length);
    assertThat(facts.kind()).isEqualTo(AnswerReader.Kind.ANSWER);
    assertThat(facts.usage().totalTokens()).isEqualTo(34);
  }

  @Test
  void theFiltersRefusalHasItsCode() {
    String error =
        "{\"error\":{\"message\":\"The response was filtered\",\"type\":null,\"param\":\"prompt\","
            + "\"code\":\"content_filter\",\"status\":400,\"innererror\":{\"code\":\"x\"}}}";

    assertThat(ErrorReader.read(bytes(error), 0, bytes(error).length))
        .isEqualTo(
            new ProviderError("The response was filtered", null, "content_filter", "prompt", 400));
    assertThat(AnswerReader.read(bytes(error), 0, bytes(error).length).kind())
        .isEqualTo(AnswerReader.Kind.ERROR);
  }
}
