package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameCounterTest {

  private static final String DONE = "data: [DONE]\n\n";

  private final List<Long> stamps = new ArrayList<>();
  private FrameCounter counter = new FrameCounter(stamps::add);

  private static String frame(long sentNanos) {
    return "data: {\"choices\":[{\"delta\":{\"content\":\"t="
        + String.format(java.util.Locale.ROOT, "%019d", sentNanos)
        + "\"}}]}\n\n";
  }

  private void feed(String text) {
    ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    counter.feed(bytes);
    bytes.release();
  }

  @Test
  void countsTheSameHoweverTheStreamIsCut() {
    String stream = ": a comment\n\n" + frame(5) + frame(7).replace("\n", "\r\n") + DONE;

    for (int cut = 0; cut <= stream.length(); cut++) {
      stamps.clear();
      counter = new FrameCounter(stamps::add);
      feed(stream.substring(0, cut));
      feed(stream.substring(cut));

      assertThat(stamps).containsExactly(5L, 7L);
      assertThat(counter.frames()).isEqualTo(2);
      assertThat(counter.isDone()).isTrue();
      assertThat(counter.isDisordered()).isFalse();
    }
  }

  @Test
  void aFrameAfterALaterOneIsDisorder() {
    feed(frame(7) + frame(5) + DONE);

    assertThat(counter.isDisordered()).isTrue();
  }

  @Test
  void aFrameAfterTheEndIsDisorder() {
    feed(frame(5) + DONE + frame(7));

    assertThat(counter.isDisordered()).isTrue();
  }

  @Test
  void aStreamThatBreaksOffIsNotDone() {
    feed(frame(5) + "data: [DON");

    assertThat(counter.isDone()).isFalse();
    assertThat(counter.frames()).isEqualTo(1);
  }

  @Test
  void framesWithoutAStampAreNotCounted() {
    feed("data: {\"usage\":{}}\n\ndata: {\"content\":\"t=12\"}\n\n" + DONE);

    assertThat(counter.frames()).isZero();
    assertThat(counter.isDone()).isTrue();
  }
}
