package dev.sluice.provider.auth;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.protocol.openai.Scrub;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a token and renews it ahead of its end.
 *
 * <p>However many requests ask there is never more than one fetch under way. A virtual thread of
 * the keeper's fetches, and one more where a provider has refused the token. It fetches again after
 * about {@value #LIFE_USED_PERCENT} % of the token's life or five minutes ahead of its end,
 * whichever is earlier, so that a failure leaves time to recover; a little earlier at random, so
 * that a fleet does not come at once. A failed fetch is repeated after a pause that doubles from
 * one second to thirty, and the token at hand is used for as long as it is valid.
 *
 * <p>Event loops only read: {@link #current} looks at one field and the clock.
 */
public final class TokenKeeper<T> implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TokenKeeper.class);

  private static final int LIFE_USED_PERCENT = 80;
  private static final Duration AHEAD = Duration.ofMinutes(5);

  /** A token of unknown life may be exchanged behind our back: a file that is written anew. */
  private static final Duration UNKNOWN_LIFE = Duration.ofMinutes(5);

  /** Not used in its last seconds: it must still be valid when the request arrives. */
  private static final Duration LAST_SECONDS = Duration.ofSeconds(5);

  private static final Duration BETWEEN_MIN = Duration.ofSeconds(1);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);

  /** The clock is looked at this often: it may jump, as when a machine was asleep. */
  private static final Duration NAP_MAX = Duration.ofSeconds(15);

  /** A provider that refuses tokens however new they are must not make us fetch without end. */
  private static final Duration BETWEEN_REFUSALS = Duration.ofSeconds(10);

  private static final int DETAIL_CHARS_MAX = 300;

  private enum Phase {
    NEW,
    STARTED,
    CLOSED
  }

  /** Waits; may be woken by an interrupt. */
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  /** What time is to a keeper. */
  record Timing(InstantSource clock, Pause pause, RandomGenerator random) {
    static Timing real() {
      return new Timing(InstantSource.system(), Thread::sleep, RandomGenerator.getDefault());
    }
  }

  private final String name;
  private final TokenSource<T> source;
  private final Timing timing;
  private final Thread thread;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);
  private final CountDownLatch firstOutcome = new CountDownLatch(1);

  private final LongAdder renewals = new LongAdder();
  private final LongAdder failures = new LongAdder();

  /** Held while a token is fetched, so that there is one fetch at a time. */
  private final ReentrantLock fetching = new ReentrantLock();

  /** Told of the next outcome; as many as there are requests that wait for it. */
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  private final AtomicBoolean renewing = new AtomicBoolean();

  /** When a refused token was last renewed; written by who has set {@link #renewing}. */
  private volatile @Nullable Instant refused;

  /** Written by who holds {@link #fetching}, read by everyone. */
  private volatile @Nullable Token<T> held;

  /** Of who holds {@link #fetching}. */
  private int failuresInRow;

  /**
   * A keeper without a token, that has not been started.
   *
   * @param name whose token it is, for the log
   */
  TokenKeeper(String name, TokenSource<T> source, Timing timing) {
    this.name = name;
    this.source = source;
    this.timing = timing;
    this.thread = Thread.ofVirtual().name("credential-" + name).unstarted(this::keep);
  }

  /** Begins to fetch. Idempotent, and does nothing after {@link #close}. */
  public void start() {
    if (phase.compareAndSet(Phase.NEW, Phase.STARTED)) {
      thread.start();
    }
  }

  /**
   * The token's value. Starts the keeper where nobody has.
   *
   * @throws GatewayException where there is none that is valid now
   */
  T current() {
    Token<T> token = held;
    if (token != null && isUsable(token)) {
      return token.value();
    }
    start();
    // The client's own credential is not at stake, and the next call may find a token.
    throw new GatewayException(
        new Fault.UpstreamUnreachable("the gateway has no valid credential for the provider"));
  }

  /** The token's value, however old; {@code null} where there was none yet. */
  @Nullable T held() {
    Token<T> token = held;
    return token == null ? null : token.value();
  }

  /**
   * Waits until the first fetch has succeeded or failed. Starts the keeper where nobody has. Not
   * for event loops.
   *
   * @return whether there is a valid token
   */
  public boolean awaitFirst(Duration atMost) throws InterruptedException {
    start();
    return firstOutcome.await(atMost.toMillis(), TimeUnit.MILLISECONDS) && isValid();
  }

  /** Whether the first fetch has succeeded or failed. */
  public boolean hasOutcome() {
    return firstOutcome.getCount() == 0;
  }

  /**
   * Calls {@code then} when the first fetch has succeeded or failed, from whatever thread that may
   * be. Starts the keeper where nobody has. Never blocks.
   */
  public void afterFirst(Runnable then) {
    start();
    waiting.add(then);
    boolean over = hasOutcome() || phase.get() == Phase.CLOSED;
    if (over && waiting.remove(then)) {
      then.run();
    }
  }

  /**
   * Fetches a new token now, since the one at hand was refused, and calls {@code then} when that
   * has succeeded or failed, from whatever thread that may be. Never blocks.
   *
   * @return whether {@code then} will be called: not where a refused token was renewed just before
   */
  public boolean renew(Runnable then) {
    if (phase.get() != Phase.STARTED) {
      return false;
    }
    if (!renewing.compareAndSet(false, true)) {
      waiting.add(then);
      if (!renewing.get() && waiting.remove(then)) {
        then.run();
      }
      return true;
    }
    Instant now = timing.clock().instant();
    Instant last = refused;
    if (last != null && now.isBefore(last.plus(BETWEEN_REFUSALS))) {
      renewing.set(false);
      tellWaiting();
      return false;
    }
    refused = now;
    waiting.add(then);
    log.warn("{}: the provider has refused the credential, which is renewed now", name);
    Thread.ofVirtual().name("credential-again-" + name).start(this::renewNow);
    return true;
  }

  private void renewNow() {
    try {
      fetchAlone();
    } catch (InterruptedException _) {
      // Nobody interrupts this thread; whoever waits is told all the same.
    } finally {
      renewing.set(false);
      tellWaiting();
    }
  }

  private void tellWaiting() {
    // As many as were there at the most: who comes now may wait for something else.
    for (int left = waiting.size(); left > 0; left--) {
      Runnable next = waiting.poll();
      if (next == null) {
        return;
      }
      next.run();
    }
  }

  /** Whether there is a valid token. */
  public boolean isValid() {
    Token<T> token = held;
    return token != null && isUsable(token);
  }

  /** How long the token is valid; 0 where there is none, -1 where nothing says. */
  public long secondsLeft() {
    Token<T> token = held;
    if (token == null) {
      return 0;
    }
    Instant expires = token.expires();
    return expires == null
        ? -1
        : Math.max(0, Duration.between(timing.clock().instant(), expires).toSeconds());
  }

  /** Tokens fetched so far. */
  public long renewals() {
    return renewals.sum();
  }

  /** Fetches that failed so far. */
  public long failures() {
    return failures.sum();
  }

  /** Stops renewing; the token at hand is used for as long as it is valid. */
  @Override
  public void close() {
    if (phase.getAndSet(Phase.CLOSED) == Phase.STARTED) {
      thread.interrupt();
    }
  }

  private boolean isUsable(Token<T> token) {
    Instant expires = token.expires();
    return expires == null || timing.clock().instant().isBefore(expires.minus(LAST_SECONDS));
  }

  private void keep() {
    try {
      while (phase.get() == Phase.STARTED) {
        Instant due = timing.clock().instant().plus(fetchAlone());
        Duration left = Duration.between(timing.clock().instant(), due);
        while (left.isPositive() && phase.get() == Phase.STARTED) {
          timing.pause().of(left.compareTo(NAP_MAX) < 0 ? left : NAP_MAX);
          left = Duration.between(timing.clock().instant(), due);
        }
      }
    } catch (InterruptedException _) {
      // Only close() interrupts: this is the thread's end.
    } finally {
      tellWaiting();
    }
  }

  private Duration fetchAlone() throws InterruptedException {
    fetching.lockInterruptibly();
    try {
      return fetch();
    } finally {
      fetching.unlock();
      if (!renewing.get()) {
        tellWaiting();
      }
    }
  }

  /** Fetches once, and says how long to wait for the next time. */
  private Duration fetch() throws InterruptedException {
    try {
      Token<T> token = source.fetch();
      if (!isUsable(token)) {
        throw new TokenException("the token had already expired when it came");
      }
      return renewed(token);
    } catch (IOException | RuntimeException e) {
      if (phase.get() == Phase.CLOSED) {
        // What an interrupt breaks is no failure.
        return BETWEEN_MIN;
      }
      return failed(e);
    }
  }

  private Duration renewed(Token<T> token) {
    held = token;
    renewals.increment();
    Duration wait = spread(life(token));
    if (failuresInRow > 0) {
      log.info("{}: the credential is renewed again", name);
      failuresInRow = 0;
    }
    log.debug("{}: the credential is good until {}", name, token.expires());
    firstOutcome.countDown();
    return wait;
  }

  /** How much of a token's life is used before it is renewed. */
  private Duration life(Token<T> token) {
    Instant expires = token.expires();
    if (expires == null) {
      return UNKNOWN_LIFE;
    }
    Duration left = Duration.between(timing.clock().instant(), expires);
    Duration used = left.multipliedBy(LIFE_USED_PERCENT).dividedBy(100);
    Duration ahead = left.minus(AHEAD);
    if (left.compareTo(AHEAD.multipliedBy(2)) < 0) {
      return left.dividedBy(2);
    }
    return used.compareTo(ahead) < 0 ? used : ahead;
  }

  private Duration failed(Exception e) {
    failures.increment();
    failuresInRow++;
    int doublings = Math.min(failuresInRow - 1, 5);
    Duration backoff = BETWEEN_MIN.multipliedBy(1L << doublings);
    Duration wait = spread(backoff.compareTo(BACKOFF_MAX) < 0 ? backoff : BACKOFF_MAX);
    log.warn(
        "{}: the credential cannot be renewed, {}; trying again in {} s{}",
        name,
        detail(e),
        Math.max(1, wait.toSeconds()),
        isValid() ? ", the one at hand is good for " + secondsLeft() + " s" : "");
    firstOutcome.countDown();
    return wait;
  }

  /** Up to a fifth shorter, so that those who start together do not come together. */
  private Duration spread(Duration wait) {
    Duration spread =
        Duration.ofMillis((long) (wait.toMillis() * (1 - timing.random().nextDouble() / 5)));
    return spread.compareTo(BETWEEN_MIN) < 0 ? BETWEEN_MIN : spread;
  }

  /** What a log may say: libraries put into their messages what they were given. */
  private static String detail(Exception e) {
    String message = e.getMessage();
    if (e instanceof TokenException && message != null) {
      return message;
    }
    String said = message == null ? "" : ": " + Scrub.text(message);
    String all = e.getClass().getSimpleName() + said;
    return all.length() <= DETAIL_CHARS_MAX ? all : all.substring(0, DETAIL_CHARS_MAX) + "…";
  }

  @Override
  public String toString() {
    return "TokenKeeper[" + name + "]";
  }
}
