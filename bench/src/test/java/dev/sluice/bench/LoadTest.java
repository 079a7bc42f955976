package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The load generators against the mock provider, in one process. */
class LoadTest {

  private static MockUpstream mock;

  @BeforeAll
  static void open() throws InterruptedException {
    mock = MockUpstream.open(0);
  }

  @AfterAll
  static void close() {
    mock.close();
  }

  private static Door door() {
    return new Door(mock.port(), Target.PATH, "m");
  }

  @Test
  void aClosedLoopIsAnsweredWithoutFailure() throws InterruptedException {
    LoadReport report = LoadGenerator.run(door(), new Load.Closed(4), 0, 500);

    assertThat(report.failed()).isZero();
    assertThat(report.answers()).isPositive();
    assertThat(report.p50Nanos()).isBetween(1L, report.p99Nanos());
  }

  @Test
  void streamsAreAllOpenAtTheEndAndLoseNoFrame() throws InterruptedException {
    LoadReport report = LoadGenerator.run(door(), new Load.Streams(20, 50), 0, 1000);

    assertThat(report.failed()).isZero();
    assertThat(report.framesLost()).isZero();
    assertThat(report.open()).isEqualTo(20);
    assertThat(report.frames()).isPositive();
  }

  @Test
  void whatIsRefusedFailsAndItsFramesAreLost() throws InterruptedException {
    Door wrong = new Door(mock.port(), "/nowhere", "m");

    LoadReport report = LoadGenerator.run(wrong, new Load.Streams(3, 10), 0, 100);

    assertThat(report.failed()).isEqualTo(3);
    assertThat(report.framesLost()).isEqualTo(3 * 12);
    assertThat(report.open()).isZero();
  }

  @Test
  void slicesTakeTurnsAndEachHasAllItsRequests() throws InterruptedException {
    Map<Integer, List<LoadReport>> reports = new ConcurrentHashMap<>();
    List<Integer> order = new ArrayList<>();

    boolean whole =
        LatencySlices.run(
            List.of(door(), new Door(mock.port(), "/nowhere", "m")),
            new LatencySlices.Plan(2, 400, 2, 25),
            (report, place) -> {
              order.add(place);
              reports.computeIfAbsent(place, _ -> new ArrayList<>()).add(report);
            });

    assertThat(whole).isTrue();
    assertThat(order).containsExactly(0, 1, 1, 0);
    assertThat(reports.get(0))
        .allSatisfy(report -> {
          assertThat(report.answers()).isBetween(9L, 11L);
          assertThat(report.failed()).isZero();
        });
    assertThat(reports.get(1))
        .allSatisfy(report -> {
          assertThat(report.answers()).isZero();
          assertThat(report.failed()).isGreaterThan(9);
        });
  }

  @Test
  void aReportIsReadAsItWasWritten() {
    Histogram latencies = new Histogram(3);
    latencies.recordValue(1000);
    LoadReport report = LoadReport.of(1, 2, 3, 4, 5, latencies);

    assertThat(LoadReport.isReport(report.encode())).isTrue();
    assertThat(LoadReport.decode(report.encode())).isEqualTo(report);
    assertThatThrownBy(() -> LoadReport.decode("report answers=1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDoorIsReadAsItWasWritten() {
    Door door = new Door(80, "/v1/chat/completions", "a,b");

    assertThat(Door.decode(door.encode())).isEqualTo(door);
    assertThatThrownBy(() -> Door.decode("80,/v1")).isInstanceOf(IllegalArgumentException.class);
  }
}
