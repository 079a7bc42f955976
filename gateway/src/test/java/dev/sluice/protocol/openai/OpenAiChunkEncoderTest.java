package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Json;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.chat.ToolSettings;
import dev.sluice.chat.Usage;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OpenAiChunkEncoderTest {

  private static final OpenAiAnswerOptions OPTIONS =
      OpenAiAnswersTest.options(ToolSettings.Style.TOOLS);
  private static final Finish STOP = new Finish(FinishReason.STOP);

  private static List<String> encode(OpenAiAnswerOptions options, List<ChatEvent> events) {
    return OpenAiChunksTest.encode(options, events);
  }

  @Test
  @DisplayName("case 64: the role comes first, and all chunks have one id, time and model")
  void chunksHaveOpenAisShape() {
    List<String> frames =
        encode(
            OPTIONS,
            List.of(
                new ChatEvent.Start("r", 1, "m", null, Rest.NONE),
                new ChatEvent.ToolCallStart(0, 0, "c", "f", Part.ToolCall.Kind.FUNCTION, null),
                new ChatEvent.ToolCallDelta(0, 0, "{}"),
                new ChatEvent.Finished(0, new Finish(FinishReason.TOOL_CALLS)),
                new ChatEvent.Finished(0, STOP),
                new ChatEvent.UsageReport(
                    Usage.builder().prompt(1).completion(2).build(), Rest.NONE),
                new ChatEvent.End()));

    String head =
        "{\"id\":\"r\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",";
    assertThat(frames)
        .containsExactly(
            head
                + "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null,"
                + "\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"f\",\"arguments\":\"\"}}]},\"finish_reason\":null}],\"usage\":null}",
            head
                + "\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":"
                + "{\"arguments\":\"{}\"}}]},\"finish_reason\":null}],\"usage\":null}",
            head
                + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}],"
                + "\"usage\":null}",
            head
                + "\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,"
                + "\"total_tokens\":3}}",
            "[DONE]");
  }

  @Test
  @DisplayName("case 57: usage is for clients that asked for it")
  void usageIsKeptFromClientsThatDidNotAskForIt() {
    OpenAiAnswerOptions silent =
        new OpenAiAnswerOptions(
            "i",
            1,
            "served",
            ToolSettings.Style.TOOLS,
            OpenAiAnswerOptions.Thoughts.TEXT,
            OpenAiAnswerOptions.StreamUsage.WITHHOLD);

    List<String> frames =
        encode(
            silent,
            List.of(
                new ChatEvent.ReasoningDelta(0, 0, Part.Thinking.Form.FULL, "t"),
                new ChatEvent.ReasoningSignature(0, 0, new Signature("s", "x")),
                new ChatEvent.TextDelta(0, "a"),
                new ChatEvent.Finished(0, STOP),
                new ChatEvent.UsageReport(Usage.builder().prompt(1).build(), Rest.NONE),
                new ChatEvent.End()));

    assertThat(frames).hasSize(4).noneMatch(frame -> frame.contains("usage"));
    assertThat(frames.getFirst())
        .isEqualTo(
            "{\"id\":\"i\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"served\","
                + "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null,"
                + "\"reasoning_content\":\"t\"},\"finish_reason\":null}]}");
  }

  @Test
  void unknownFieldsRideOnTheNextChunkOfTheirChoice() {
    Rest whole = Rest.of(OpenAi.PROTOCOL, "p", new Json("\"ab\""));
    Rest ofDelta = Rest.of(OpenAi.PROTOCOL, "delta", new Json("{\"channel\":\"final\"}"));

    List<String> frames =
        encode(
            OPTIONS,
            List.of(
                new ChatEvent.Extra(ChatEvent.WHOLE_ANSWER, whole),
                new ChatEvent.Extra(0, ofDelta),
                new ChatEvent.TextDelta(0, "a"),
                new ChatEvent.Extra(0, ofDelta),
                new ChatEvent.End()));

    assertThat(frames).hasSize(3);
    assertThat(frames.getFirst())
        .contains("\"delta\":{\"role\":\"assistant\",\"channel\":\"final\",\"content\":\"a\"}")
        .contains("\"p\":\"ab\"");
    assertThat(frames.get(1)).contains("\"delta\":{\"channel\":\"final\"}").doesNotContain("\"p\"");
  }
}
