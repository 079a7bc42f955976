package dev.sluice.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.gemini.GeminiAbilities;
import dev.sluice.protocol.sse.FrameScanner;
import dev.sluice.provider.translation.GeminiTranslator;
import dev.sluice.provider.translation.Policy;
import dev.sluice.provider.translation.StreamReader;
import dev.sluice.provider.translation.Translation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BraidTest {

  private static final StreamReader.Means MEANS =
      new StreamReader.Means(1 << 20, UnpooledByteBufAllocator.DEFAULT, new FrameScanner.Scratch());

  private static Translation translation() {
    return new GeminiTranslator(_ -> GeminiAbilities.BUDGETED, Policy.USUAL)
        .translate(
            ChatRequest.builder("gemini-x").message(Message.User.of("hi")).build(),
            new DefaultHttpHeaders(),
            new JsonWriter(),
            new Losses());
  }

  private static Braid braid(int strands) {
    List<Translation> all = new ArrayList<>();
    for (int i = 0; i < strands; i++) {
      all.add(translation());
    }
    return new Braid(all);
  }

  private static String candidate(String text, String finish, int prompt, int completion) {
    return "{\"responseId\":\"r"
        + text
        + "\",\"modelVersion\":\"gemini-x\",\"candidates\":[{\"content\":{\"role\":\"model\","
        + "\"parts\":[{\"text\":\""
        + text
        + "\"}]}"
        + (finish.isEmpty() ? "" : ",\"finishReason\":\"" + finish + "\"")
        + "}],\"usageMetadata\":{\"promptTokenCount\":"
        + prompt
        + ",\"candidatesTokenCount\":"
        + completion
        + "}}";
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, UTF_8);
  }

  private static ChatResponse whole(Braid braid, String... answers) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < answers.length; i++) {
      braid.holds(i, answers[i].length());
      all.append(answers[i]);
    }
    byte[] together = all.toString().getBytes(UTF_8);
    return braid.whole(together, 0, together.length);
  }

  @RepeatedTest(50)
  @DisplayName("case 40: however the pieces of the streams come, each choice is told in its order")
  void piecesComeAsTheyCome(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    Braid braid = braid(3);
    StreamReader reader = braid.stream(MEANS);
    List<ChatEvent> told = new ArrayList<>();
    List<StringBuilder> left = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      left.add(
          new StringBuilder("data: ")
              .append(candidate(name + "1", "", 10, 1))
              .append("\n\ndata: ")
              .append(candidate(name + "2", "STOP", 10, 2))
              .append("\n\n"));
    }
    List<Integer> open = new ArrayList<>(List.of(0, 1, 2));

    while (!open.isEmpty()) {
      assertThat(told).doesNotHaveAnyElementsOfTypes(ChatEvent.End.class);
      int strand = open.get(random.nextInt(open.size()));
      StringBuilder rest = left.get(strand);
      if (rest.isEmpty()) {
        open.remove(Integer.valueOf(strand));
        braid.turnToEndOf(strand);
        reader.feed(Unpooled.EMPTY_BUFFER, told::add);
      } else {
        int length = 1 + random.nextInt(rest.length());
        braid.turnTo(strand);
        reader.feed(bytes(rest.substring(0, length)), told::add);
        rest.delete(0, length);
      }
    }
    reader.end(told::add);
    reader.close();

    List<String> texts = new ArrayList<>(List.of("", "", ""));
    int starts = 0;
    Usage last = Usage.NONE;
    for (ChatEvent event : told) {
      switch (event) {
        case ChatEvent.Start _ -> starts++;
        case ChatEvent.TextDelta text ->
            texts.set(text.choice(), texts.get(text.choice()) + text.text());
        case ChatEvent.UsageReport report -> last = report.usage();
        default -> {}
      }
    }
    assertThat(texts).containsExactly("a1a2", "b1b2", "c1c2");
    assertThat(starts).isOne();
    assertThat(last.promptTokens()).isEqualTo(30);
    assertThat(last.completionTokens()).isEqualTo(6);
    assertThat(braid.usage()).isEqualTo(last);
    assertThat(told.getLast()).isInstanceOf(ChatEvent.End.class);
    assertThat(told.stream().filter(ChatEvent.Finished.class::isInstance)).hasSize(3);
    assertThat(braid.isComplete()).isTrue();
  }

  @Test
  @DisplayName("case 40: a stream that ends before it is complete breaks all")
  void anUnfinishedStreamBreaksAll() {
    Braid braid = braid(2);
    StreamReader reader = braid.stream(MEANS);
    List<ChatEvent> told = new ArrayList<>();
    braid.turnTo(1);
    reader.feed(bytes("data: " + candidate("a", "", 10, 1) + "\n\n"), told::add);
    braid.turnToEndOf(1);

    reader.feed(Unpooled.EMPTY_BUFFER, told::add);

    assertThat(told.getLast()).isInstanceOf(ChatEvent.Failure.class);
    assertThat(braid.isComplete()).isFalse();
  }

  @Test
  @DisplayName("case 40: whole answers become one, whose usage is the sum")
  void wholeAnswersBecomeOne() {
    Braid braid = braid(2);

    ChatResponse read =
        whole(braid, candidate("a", "STOP", 10, 1), candidate("b", "MAX_TOKENS", 10, 2));

    assertThat(read.id()).isEqualTo("ra");
    assertThat(read.choices()).extracting(choice -> choice.index()).containsExactly(0, 1);
    assertThat(read.choices())
        .extracting(choice -> ((Part.Text) choice.message().parts().getFirst()).text())
        .containsExactly("a", "b");
    assertThat(read.choices())
        .extracting(choice -> choice.finish() == null ? null : choice.finish().reason())
        .containsExactly(FinishReason.STOP, FinishReason.LENGTH);
    assertThat(read.usage().promptTokens()).isEqualTo(20);
    assertThat(read.usage().completionTokens()).isEqualTo(3);
    assertThat(braid.usage()).isEqualTo(read.usage());
  }

  @Test
  @DisplayName("case 40: one choice in which the model failed is the failure of all")
  void oneFailedChoiceIsTheFailureOfAll() {
    ChatResponse read =
        whole(
            braid(2),
            candidate("a", "STOP", 10, 1),
            candidate("b", "MALFORMED_FUNCTION_CALL", 10, 2));

    assertThat(read.choices()).hasSize(1);
    assertThat(read.choices().getFirst().index()).isEqualTo(1);
    assertThat(read.usage().promptTokens()).isEqualTo(20);
  }

  @ParameterizedTest
  @DisplayName("case 40: an answer that cannot be read does not hide the usage of those behind it")
  @CsvSource({"0, <html>", "1, <html>", "2, <html>", "0, ''", "1, ''", "2, ''", "1, []"})
  void anUnreadableAnswerHidesNoUsage(int place, String unreadable) {
    Braid braid = braid(3);
    String[] answers = new String[3];
    Arrays.fill(answers, candidate("a", "STOP", 10, 5));
    answers[place] = unreadable;

    assertThatThrownBy(() -> whole(braid, answers))
        .isInstanceOfAny(MalformedJson.class, MisshapenJson.class);

    assertThat(braid.usage().promptTokens()).isEqualTo(20);
    assertThat(braid.usage().completionTokens()).isEqualTo(10);
  }

  @Test
  @DisplayName("case 40: of answers that nobody reads at least the usage is taken")
  void whatIsNotReadIsCounted() {
    Braid braid = braid(4);
    ByteBuf cut = bytes("data: " + candidate("a", "", 10, 1) + "\n\ndata: {\"cand");
    ByteBuf complete = bytes(candidate("b", "STOP", 20, 2));
    ByteBuf torn = bytes("{\"candidates\":[");
    ByteBuf nonsense = bytes("data: nonsense\n\n");

    braid.count(0, cut, MEANS);
    braid.count(1, complete);
    braid.count(2, torn);
    braid.count(3, nonsense, MEANS);

    assertThat(braid.usage().promptTokens()).isEqualTo(30);
    assertThat(braid.usage().completionTokens()).isEqualTo(3);
    for (ByteBuf each : List.of(cut, complete, torn, nonsense)) {
      assertThat(each.refCnt()).isOne();
      each.release();
    }
  }
}
