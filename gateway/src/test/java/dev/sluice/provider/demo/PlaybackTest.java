package dev.sluice.provider.demo;

import static dev.sluice.provider.demo.DemoCalls.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpMethod;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaybackTest {

  private static final String PATH = "/v1/chat/completions";
  private static final String STREAM = ",\"stream\":true";

  @SuppressWarnings("NullAway.Init")
  private DemoCalls demo;

  @BeforeEach
  void start() {
    demo = new DemoCalls();
  }

  @AfterEach
  void stop() {
    demo.close();
  }

  @Test
  void nothingComesWhilePausedAndAllOfItAfterwards() {
    String request = body("lorem-300", "go", STREAM);
    DemoCalls.Answer answer =
        demo.start(
            HttpMethod.POST,
            PATH,
            request,
            told -> {
              if (told.pieceCount() == 5) {
                told.call().pause();
                told.call().pause();
              }
            });
    answer.pieces(5);
    demo.settle();

    assertThat(answer.pieceCount()).isEqualTo(5);
    assertThat(answer.isOver()).isFalse();
    demo.on(() -> {
      answer.call().resume();
      answer.call().resume();
    });
    assertThat(answer.chunks()).hasSize(302);
  }

  @Test
  void paceStopsUnderPause() {
    DemoCalls.Answer slow = demo.start(HttpMethod.POST, PATH, body("lorem-50-5ms", "go", STREAM));
    slow.pieces(2);
    demo.on(slow.call()::pause);
    long then = slow.pieceCount();

    // Another answer at twice that pace shows that time went by, without a clock of ours.
    demo.post(body("lorem-20-10ms", "go", STREAM)).ended();

    assertThat(slow.pieceCount()).isEqualTo(then);
    demo.on(slow.call()::resume);
    assertThat(slow.chunks()).hasSize(52);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lorem-2000", "lorem-20-2ms", "cut-5", "slow-5ms", "stall", "hang"})
  void nothingIsToldAfterACancel(String model) {
    DemoCalls.Answer atOnce = demo.start(HttpMethod.POST, PATH, body(model, "go", STREAM));
    demo.on(atOnce.call()::cancel);
    String told = atOnce.events.toString();
    DemoCalls.Answer within =
        demo.start(
            HttpMethod.POST,
            PATH,
            body("lorem-200", "go", STREAM),
            answer -> {
              if (answer.pieceCount() == 3) {
                answer.call().cancel();
              }
            });
    within.pieces(3);
    demo.post(body("lorem-10-5ms", "go", STREAM)).ended();

    assertThat(atOnce.events.toString()).isEqualTo(told);
    assertThat(within.events.toString()).isEqualTo("chddd");
    demo.on(() -> {
      within.call().resume();
      within.call().cancel();
    });
    demo.settle();
    assertThat(within.events.toString()).isEqualTo("chddd");
  }

  @Test
  void aCancelInTheSameTurnTellsNothingAtAll() {
    DemoCalls.Answer answer = new DemoCalls.Answer(demo.loop(), told -> {});
    demo.on(() -> {
      answer.call = demo.call(demo.loop(), body("echo", "x", ""), answer);
      answer.call().cancel();
    });
    demo.settle();

    assertThat(answer.events.toString()).isEmpty();
  }

  @Test
  void aCancelledWaitHoldsNothing() {
    EmbeddedChannel channel = new EmbeddedChannel();
    DemoCalls.Answer answer = new DemoCalls.Answer(channel.eventLoop(), told -> {});
    answer.call = demo.call(channel.eventLoop(), body("slow-600s", "x", ""), answer);
    channel.runPendingTasks();
    assertThat(channel.runScheduledPendingTasks()).as("it waits").isPositive();

    answer.call().cancel();

    assertThat(channel.runScheduledPendingTasks()).as("nothing is scheduled").isEqualTo(-1);
    channel.finishAndReleaseAll();
  }

  @Test
  void aLongAnswerLeavesTheLoopToOthersInBetween() {
    DemoCalls.Answer big = demo.start(HttpMethod.POST, PATH, body("big-2000-10", "x", STREAM));
    DemoCalls.Answer small = demo.post(body("echo", "quick", "")).ended();

    assertThat(small.status).isEqualTo(200);
    assertThat(big.isOver()).as("the long answer was not played in one go").isFalse();
    big.ended();
  }

  @Test
  void cancelAfterTheEndDoesNothing() {
    DemoCalls.Answer answer = demo.post(body("echo", "x", "")).ended();
    String told = answer.events.toString();

    demo.on(answer.call()::cancel);
    demo.on(answer.call()::resume);
    demo.settle();

    assertThat(answer.events.toString()).isEqualTo(told);
  }
}
