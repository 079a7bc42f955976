package dev.sluice.protocol.converse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Usage;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The hard cases of what answers cost, and of the frames that say so. */
class UsageCasesTest {

  private static final String START = "messageStart {\"role\":\"assistant\"}";
  private static final String THOUGHT =
      "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"text\":\"h\u00fcm\"}}}";
  private static final String TEXT =
      "contentBlockDelta {\"contentBlockIndex\":1,\"delta\":{\"text\":\"\u4f60\u597d \ud83c\udf0d\"}}";
  private static final String STOP = "messageStop {\"stopReason\":\"end_turn\"}";

  private static String metadata(String usage) {
    return "metadata {\"usage\":" + usage + ",\"metrics\":{\"latencyMs\":7}}";
  }

  private static List<Usage> reports(List<ChatEvent> events) {
    return events.stream()
        .filter(ChatEvent.UsageReport.class::isInstance)
        .map(event -> ((ChatEvent.UsageReport) event).usage())
        .toList();
  }

  @Test
  @DisplayName("case 54: thoughts are within the output, and nothing says how many they were")
  void thoughtsAreWithinTheOutput() {
    ChatResponse answer =
        Codec.answer(
            "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":["
                + "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"hm\",\"signature\":\"c2ln\"}}},"
                + "{\"text\":\"42\"}]}},\"stopReason\":\"end_turn\","
                + "\"usage\":{\"inputTokens\":10,\"outputTokens\":30,\"totalTokens\":40}}");

    assertThat(answer.usage().completionTokens()).isEqualTo(30);
    assertThat(answer.usage().reasoningTokens()).isEqualTo(Usage.UNKNOWN);
    assertThat(answer.usage().answerTokens()).isEqualTo(30);

    // What another provider counts as thoughts is within its completion, and is not added again.
    Usage counted = Usage.builder().prompt(10).completion(30).reasoning(25).build();
    Losses losses = new Losses();
    List<ChatEvent> events =
        List.of(
            new ChatEvent.Finished(0, answer.choices().getFirst().finish()),
            new ChatEvent.UsageReport(counted, dev.sluice.chat.Rest.NONE),
            new ChatEvent.End());
    byte[] written = Codec.write(events, losses);
    Usage read = reports(Codec.events(written, written.length)).getLast();
    assertThat(read.completionTokens()).isEqualTo(30);
    assertThat(read.totalTokens()).isEqualTo(40);
  }

  @Test
  @DisplayName("case 56: a stream tells its usage once and at its end; one that is cut has none")
  void aStreamsUsageComesOnceAndLast() {
    String usage = "{\"inputTokens\":10,\"outputTokens\":5,\"totalTokens\":15}";

    assertThat(reports(Codec.events(START, TEXT, STOP, metadata(usage))))
        .containsExactly(Usage.builder().prompt(10).completion(5).total(15).build());
    assertThat(reports(Codec.events(START, TEXT))).isEmpty();
    // A second report goes over the first one, and is not added to it.
    assertThat(
            reports(
                Codec.events(
                    START,
                    metadata("{\"inputTokens\":10,\"outputTokens\":1}"),
                    TEXT,
                    STOP,
                    metadata("{\"outputTokens\":5,\"totalTokens\":15}"))))
        .last()
        .isEqualTo(Usage.builder().prompt(10).completion(5).total(15).build());
  }

  @Test
  @DisplayName("case 60: what is written to the cache for an hour is told from the rest")
  void hoursAndMinutesAreToldApart() {
    String usage =
        "{\"inputTokens\":10,\"outputTokens\":5,\"totalTokens\":345,\"cacheReadInputTokens\":100,"
            + "\"cacheWriteInputTokens\":230,\"cacheDetails\":"
            + "[{\"ttl\":\"1h\",\"inputTokens\":200},{\"ttl\":\"5m\",\"inputTokens\":30}]}";

    Usage told = reports(Codec.events(START, TEXT, STOP, metadata(usage))).getLast();

    assertThat(told.cacheWriteHourTokens()).isEqualTo(200);
    assertThat(told.cacheWriteFiveMinuteTokens()).isEqualTo(30);
    assertThat(told.uncachedTokens()).isEqualTo(10);
    assertThat(told.promptTokens()).isEqualTo(340);
    // Where nothing is said of how long, the cheaper kind is all that there is.
    Usage plain =
        reports(
                Codec.events(
                    START,
                    TEXT,
                    STOP,
                    metadata(
                        "{\"inputTokens\":10,\"outputTokens\":5,\"cacheWriteInputTokens\":30}")))
            .getLast();
    assertThat(plain.cacheWriteFiveMinuteTokens()).isEqualTo(30);
    assertThat(plain.cacheWriteHourTokens()).isEqualTo(Usage.UNKNOWN);
  }

  @Test
  @DisplayName("case 66: frames may be cut at any byte, within characters, heads and checksums")
  void framesAreCutAnywhere() {
    byte[] stream =
        Codec.stream(
            START, THOUGHT, TEXT, STOP, metadata("{\"inputTokens\":1,\"outputTokens\":2}"));
    List<ChatEvent> whole = Codec.events(stream, stream.length);

    assertThat(whole.getLast()).isEqualTo(new ChatEvent.End());
    assertThat(whole).contains(new ChatEvent.TextDelta(0, "\u4f60\u597d \ud83c\udf0d"));
    for (int size = 1; size < stream.length; size++) {
      assertThat(Codec.events(stream, size)).as("pieces of %d bytes", size).isEqualTo(whole);
    }
  }
}
