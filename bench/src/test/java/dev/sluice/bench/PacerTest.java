package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacerTest {

  private static final long MILLI = Pacer.SLOT_NANOS;

  private long now = 5 * MILLI;
  private final Pacer pacer = new Pacer(now);

  /** Notes when it has its turns, and says after so many that it has no more. */
  private final class Sender implements Pacer.Paced {
    private final List<Long> turns = new ArrayList<>();
    private final int most;

    Sender(int most) {
      this.most = most;
    }

    @Override
    public Pacer.Next turn() {
      turns.add(now / MILLI);
      return turns.size() == most ? Pacer.Next.DONE : Pacer.Next.AGAIN;
    }
  }

  private void advanceTo(long millis) {
    while (now < millis * MILLI) {
      now += MILLI;
      pacer.advance(now);
    }
  }

  @Test
  void turnsComeOneGapApart() {
    Sender sender = new Sender(4);
    pacer.add(sender, 10 * MILLI, 20 * MILLI);

    advanceTo(200);

    assertThat(sender.turns).containsExactly(10L, 30L, 50L, 70L);
    assertThat(pacer.waiting()).isZero();
  }

  @Test
  void aGapLongerThanTheWheelIsKept() {
    Sender sender = new Sender(3);
    pacer.add(sender, 10 * MILLI, 3000 * MILLI);

    advanceTo(7000);

    assertThat(sender.turns).containsExactly(10L, 3010L, 6010L);
  }

  @Test
  void aGapOfNoWholeMillisecondsDoesNotDrift() {
    Sender sender = new Sender(Integer.MAX_VALUE);
    pacer.add(sender, 10 * MILLI, MILLI * 10 / 3);

    advanceTo(1010);

    assertThat(sender.turns).hasSizeBetween(300, 301);
  }

  @Test
  void whatWasMissedInAPauseIsMadeUpFor() {
    Sender sender = new Sender(Integer.MAX_VALUE);
    pacer.add(sender, 10 * MILLI, 10 * MILLI);

    now = 5000 * MILLI;
    pacer.advance(now);
    advanceTo(6000);

    assertThat(sender.turns).hasSize(600);
  }

  @Test
  void whoCannotSendNowIsAskedAgainInAMillisecondAndLosesNothing() {
    List<Long> sent = new ArrayList<>();
    pacer.add(
        () -> {
          if (now / MILLI >= 10 && now / MILLI < 35) {
            return Pacer.Next.LATER;
          }
          sent.add(now / MILLI);
          return sent.size() == 4 ? Pacer.Next.DONE : Pacer.Next.AGAIN;
        },
        10 * MILLI,
        10 * MILLI);

    advanceTo(100);

    assertThat(sent).containsExactly(35L, 36L, 37L, 40L);
  }
}
