package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Json;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VoiceTest {

  private static final Signature SEAL = new Signature("seal", Signature.CLAUDE);

  /** One of each kind that speaks of a choice. */
  private static List<ChatEvent> of(int choice) {
    return List.of(
        new ChatEvent.TextDelta(choice, "text"),
        new ChatEvent.ReasoningDelta(choice, 2, Part.Thinking.Form.FULL, "thought"),
        new ChatEvent.ReasoningSignature(choice, 2, SEAL),
        new ChatEvent.SealedReasoning(choice, 3, SEAL),
        new ChatEvent.RefusalDelta(choice, "no"),
        new ChatEvent.ToolCallStart(choice, 4, "id", "name", Part.ToolCall.Kind.FUNCTION, SEAL),
        new ChatEvent.ToolCallDelta(choice, 4, "{}"),
        new ChatEvent.CitationFound(
            choice, new Citation("http://x", "title", "quote", 1, 2, Rest.NONE)),
        new ChatEvent.AudioDelta(choice, new Json("{}")),
        new ChatEvent.LogprobsDelta(choice, new Json("{}")),
        new ChatEvent.ForeignPart(choice, new Part.Foreign("p", "t", new Json("{}"))),
        new ChatEvent.Extra(choice, Rest.NONE),
        new ChatEvent.Finished(choice, new Finish(FinishReason.STOP)));
  }

  /** One of each kind that speaks of the whole answer. */
  private static List<ChatEvent> ofAll() {
    return List.of(
        new ChatEvent.Start("id", 1, "model", null, Rest.NONE),
        new ChatEvent.UsageReport(Usage.NONE, Rest.NONE),
        new ChatEvent.Extra(ChatEvent.WHOLE_ANSWER, Rest.NONE),
        new ChatEvent.Failure(new dev.sluice.chat.Fault.UpstreamUnreachable("gone")),
        new ChatEvent.End());
  }

  private static List<ChatEvent> heard(int choice, List<ChatEvent> said) {
    List<ChatEvent> heard = new ArrayList<>();
    Voice voice = new Voice(choice, heard::add);
    said.forEach(voice::accept);
    return heard;
  }

  @Test
  void everyKindOfEventIsSpokenOf() {
    List<Class<?>> kinds = new ArrayList<>();
    Stream.concat(of(0).stream(), ofAll().stream()).forEach(event -> kinds.add(event.getClass()));

    assertThat(kinds).contains(ChatEvent.class.getPermittedSubclasses());
  }

  @Test
  void whatIsSaidOfTheFirstChoiceIsSaidOfAnother() {
    assertThat(heard(5, of(0))).isEqualTo(of(5));
  }

  @Test
  void whatIsSaidOfAllIsHandedOn() {
    assertThat(heard(5, ofAll())).isEqualTo(ofAll());
  }

  @Test
  void choicesThatNobodyAskedForAreLeftOut() {
    assertThat(heard(5, of(1))).isEmpty();
  }
}
