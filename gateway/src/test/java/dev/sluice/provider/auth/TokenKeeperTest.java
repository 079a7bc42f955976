package dev.sluice.provider.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TokenKeeperTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final ManualTime time = new ManualTime();
  private final AtomicInteger fetches = new AtomicInteger();
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final List<TokenKeeper<?>> opened = new ArrayList<>();

  @BeforeEach
  void listen() {
    logged.start();
    logger().addAppender(logged);
  }

  @AfterEach
  void close() {
    logger().detachAppender(logged);
    opened.forEach(TokenKeeper::close);
    await().until(() -> time.waiting() == 0);
  }

  @Test
  void fetchesNothingBeforeItIsStarted() {
    keeper(this::hourly);

    assertThat(fetches).hasValue(0);
  }

  @Test
  void hasAFaultOfItsOwnUntilTheFirstTokenComes() {
    CountDownLatch slow = new CountDownLatch(1);
    TokenKeeper<String> keeper =
        keeper(() -> {
          slow.await();
          return hourly();
        });

    assertThatThrownBy(keeper::current)
        .isInstanceOfSatisfying(
            GatewayException.class,
            e -> assertThat(e.fault()).isInstanceOf(Fault.UpstreamUnreachable.class));
    assertThat(keeper.isValid()).isFalse();
    slow.countDown();
    await().until(keeper::isValid);

    assertThat(keeper.current()).isEqualTo("token-1");
    assertThat(keeper.secondsLeft()).isEqualTo(3600);
  }

  @Test
  void renewsAheadOfTheEnd() throws Exception {
    TokenKeeper<String> keeper = started(this::hourly);

    advance(Duration.ofMinutes(38)); // 80 % less a fifth at random is 38.4 minutes.
    assertThat(keeper.current()).isEqualTo("token-1");
    advance(Duration.ofMinutes(10));
    await().until(() -> keeper.renewals() == 2);

    assertThat(keeper.current()).isEqualTo("token-2");
  }

  @Test
  void aRefusedTokenIsRenewedAtOnceButNotOverAndOver() throws Exception {
    TokenKeeper<String> keeper = started(this::hourly);
    CountDownLatch told = new CountDownLatch(2);

    assertThat(keeper.renew(told::countDown)).isTrue();
    await().until(() -> keeper.renewals() == 2);
    assertThat(keeper.current()).isEqualTo("token-2");
    await().until(() -> told.getCount() == 1);
    await().until(() -> !keeper.renew(told::countDown));
    assertThat(keeper.renewals()).isEqualTo(2);

    advance(Duration.ofSeconds(11));
    assertThat(keeper.renew(told::countDown)).isTrue();
    await().until(() -> keeper.renewals() == 3);
  }

  @Test
  void whoRenewsATokenThatIsBeingRenewedIsToldOfTheSame() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    TokenKeeper<String> keeper =
        started(() -> {
          if (fetches.get() > 0) {
            slow.await();
          }
          return hourly();
        });
    CountDownLatch told = new CountDownLatch(3);

    for (int i = 0; i < 3; i++) {
      assertThat(keeper.renew(told::countDown)).isTrue();
    }
    assertThat(told.getCount()).isEqualTo(3);
    slow.countDown();

    assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(keeper.renewals()).isEqualTo(2);
  }

  @Test
  void theFirstOutcomeIsToldToWhoWaitedAndToWhoComesLater() throws Exception {
    CountDownLatch told = new CountDownLatch(2);
    TokenKeeper<String> keeper = keeper(this::hourly);

    keeper.afterFirst(told::countDown);
    await().until(keeper::hasOutcome);
    keeper.afterFirst(told::countDown);

    assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aShortLifeIsHalved() throws Exception {
    TokenKeeper<String> keeper = started(() -> token(Duration.ofMinutes(4)));

    advance(Duration.ofSeconds(90));
    assertThat(keeper.renewals()).isEqualTo(1);
    advance(Duration.ofSeconds(30));
    await().until(() -> keeper.renewals() == 2);
  }

  @Test
  void aTokenOfUnknownLifeIsLookedUpAgain() throws Exception {
    TokenKeeper<String> keeper =
        started(() -> new Token<>("token-" + fetches.incrementAndGet(), null));

    assertThat(keeper.secondsLeft()).isEqualTo(-1);
    advance(Duration.ofMinutes(5));
    await().until(() -> keeper.renewals() == 2);

    assertThat(keeper.current()).isEqualTo("token-2");
  }

  @Test
  void isNotUsedInItsLastSeconds() throws Exception {
    TokenKeeper<String> keeper =
        started(() -> {
          if (fetches.get() > 0) {
            throw new IOException("away");
          }
          return hourly();
        });

    advance(HOUR.minusSeconds(6));
    assertThat(keeper.current()).isEqualTo("token-1");
    advance(Duration.ofSeconds(1));

    assertThatThrownBy(keeper::current).isInstanceOf(GatewayException.class);
  }

  @Test
  void triesAgainAfterAFailureWithPausesThatGrow() throws Exception {
    TokenKeeper<String> keeper =
        keeper(() -> {
          if (fetches.incrementAndGet() < 4) {
            throw new IOException("away");
          }
          return token(HOUR);
        });

    assertThat(keeper.awaitFirst(Duration.ofSeconds(5))).isFalse();
    time.settle();
    advance(Duration.ofSeconds(1));
    await().until(() -> keeper.failures() == 2);
    time.settle();
    advance(Duration.ofSeconds(1));
    assertThat(keeper.failures()).isEqualTo(2);
    advance(Duration.ofSeconds(1));
    await().until(() -> keeper.failures() == 3);
    time.settle();
    advance(Duration.ofSeconds(4));
    await().until(keeper::isValid);

    assertThat(keeper.current()).isEqualTo("token-5");
    assertThat(logged.list)
        .anyMatch(event -> event.getFormattedMessage().contains("renewed again"));
  }

  @Test
  void aTokenThatComesExpiredIsAFailure() throws Exception {
    TokenKeeper<String> keeper = keeper(() -> token(Duration.ZERO));

    assertThat(keeper.awaitFirst(Duration.ofSeconds(5))).isFalse();

    assertThat(keeper.failures()).isEqualTo(1);
    time.settle();
  }

  @Test
  void whateverTheSourceThrowsIsAFailure() throws Exception {
    TokenKeeper<String> keeper =
        keeper(() -> {
          throw new IllegalArgumentException("a library's own");
        });

    assertThat(keeper.awaitFirst(Duration.ofSeconds(5))).isFalse();
    assertThat(logged.list.getFirst().getFormattedMessage()).contains("a library's own");
    time.settle();
  }

  @Test
  void fetchesOnceHoweverManyAsk() throws Exception {
    CountDownLatch asked = new CountDownLatch(64);
    TokenKeeper<String> keeper =
        keeper(() -> {
          asked.await();
          return hourly();
        });
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      callers.add(
          Thread.startVirtualThread(() -> {
            try {
              keeper.current();
            } catch (GatewayException _) {
              asked.countDown();
            }
          }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    await().until(keeper::isValid);
    time.settle();

    assertThat(fetches).hasValue(1);
    assertThat(keeper.renewals()).isEqualTo(1);
  }

  @Test
  void logsNoSecretThatALibraryPutsIntoItsMessage() throws Exception {
    String secret = "ya29." + "a0AfH6SMBx".repeat(8);
    TokenKeeper<String> keeper =
        keeper(() -> {
          throw new IOException("400 Bad Request: assertion=" + secret + " token: " + secret);
        });

    keeper.awaitFirst(Duration.ofSeconds(5));
    time.settle();

    String message = logged.list.getFirst().getFormattedMessage();
    assertThat(message).contains("400 Bad Request").doesNotContain("a0AfH6SMBx");
    assertThat(logged.list.getFirst().getThrowableProxy()).isNull();
  }

  @Test
  void endsWhenItIsClosedInTheMiddleOfAFetch() throws Exception {
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    TokenKeeper<String> keeper =
        keeper(() -> {
          fetching.countDown();
          try {
            new CountDownLatch(1).await();
            throw new IllegalStateException("unreachable");
          } finally {
            ended.countDown();
          }
        });
    keeper.start();
    fetching.await();

    keeper.close();

    ended.await();
    assertThat(logged.list).isEmpty();
  }

  @Test
  void isNotStartedAgainOnceItIsClosed() {
    TokenKeeper<String> keeper = keeper(this::hourly);

    keeper.close();

    assertThatThrownBy(keeper::current).isInstanceOf(GatewayException.class);
    assertThat(fetches).hasValue(0);
  }

  private TokenKeeper<String> started(TokenSource<String> source) throws InterruptedException {
    TokenKeeper<String> keeper = keeper(source);
    assertThat(keeper.awaitFirst(Duration.ofSeconds(5))).isTrue();
    time.settle();
    return keeper;
  }

  private TokenKeeper<String> keeper(TokenSource<String> source) {
    TokenKeeper<String> keeper = new TokenKeeper<>("up", source, time.timing());
    opened.add(keeper);
    return keeper;
  }

  private Token<String> hourly() {
    return token(HOUR);
  }

  private Token<String> token(Duration life) {
    return new Token<>("token-" + fetches.incrementAndGet(), time.instant().plus(life));
  }

  /** Moves the clock by steps that no nap is longer than, as real time would. */
  private void advance(Duration by) throws InterruptedException {
    long steps = by.toSeconds() / 10;
    for (long i = 0; i < steps; i++) {
      time.advance(Duration.ofSeconds(10));
      time.settle();
    }
    time.advance(by.minusSeconds(steps * 10));
    time.settle();
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(TokenKeeper.class);
  }
}
