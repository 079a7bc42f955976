package dev.sluice.engine;

import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Usage;
import dev.sluice.config.TranslationSettings.UnfitAnswer;
import dev.sluice.dialect.Served;
import dev.sluice.protocol.openai.AnswerReader;
import dev.sluice.protocol.openai.UsageSum;
import dev.sluice.provider.checking.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that one exchange's whole answer has the form that was asked for, as far as a second
 * call can. Owned by its event loop.
 *
 * <h2>How it works</h2>
 *
 * <p>A complete answer is checked beside the loop. Where it does not fit, the same target is asked
 * once more, by an attempt of its own, with the answer and what is wrong with it behind the
 * conversation. The first answer is kept meanwhile, and goes out where the second call fails, where
 * its answer says nothing, or where the request runs out of time. Otherwise the second answer goes
 * out whether it fits or not. Either has the usage of both.
 */
final class Repair {

  private static final byte[] FORMAT = "_format".getBytes(StandardCharsets.US_ASCII);

  private final Attempt first;
  private final Asking asking;
  private @Nullable Attempt second;

  /** The first answer, as long as it may go out. */
  private @Nullable Answered kept;

  /** The second answer, while it is checked. */
  private @Nullable Answered later;

  private Finding.Form form = new Finding.Form(null);
  private @Nullable Outcome outcome;

  /** What became of an answer that was to have a form. */
  enum Outcome {
    FITS("fits"),
    /** The second answer fits. */
    REPAIRED("repaired"),
    /** The second answer does not fit, either. */
    MISFIT("misfit"),
    /** There was no second answer. */
    FAILED("misfit"),
    TOO_LARGE("unchecked"),
    OUT_OF_TIME("unchecked"),
    BAD_SCHEMA("unchecked");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }
  }

  /**
   * A complete answer.
   *
   * @param by who sends it
   * @param bytes in an array; owned by whoever holds this
   */
  record Answered(WholeAnswer by, ByteBuf bytes, AnswerReader.Facts facts, long endNanos) {}

  /**
   * What was found of a second answer.
   *
   * @param finding {@code null} where it says nothing at all, so that the first one goes out
   * @param added the answer that goes out, with the usage of both calls; {@code null} where it
   *     stays as it is
   */
  private record Second(@Nullable Finding finding, byte @Nullable [] added) {}

  private Repair(Attempt first, Asking asking) {
    this.first = first;
    this.asking = asking;
  }

  /** Who checks the whole answer to {@code asking}; {@code null} where nobody does. */
  static @Nullable Repair of(Attempt attempt, @Nullable Asking asking) {
    if (asking == null || attempt.target().provider().unfitAnswers() == UnfitAnswer.PASSED) {
      return null;
    }
    Exchange exchange = attempt.exchange();
    return !exchange.inquiry().stream() && maySay(exchange.body())
        ? new Repair(attempt, asking)
        : null;
  }

  /**
   * Whether a request may have a {@code response_format}, which some doors take in any case, and
   * any may be sent in escapes, or in UTF-16. Where it may, and where it is large, it is read
   * beside the loop.
   */
  private static boolean maySay(ByteBuf asked) {
    byte[] bytes = asked.array();
    int from = asked.arrayOffset() + asked.readerIndex();
    int end = from + asked.readableBytes() - FORMAT.length;
    if (end - from > Aside.BYTES_MIN || (from < end && isWide(bytes, from))) {
      return true;
    }
    for (int i = from; i < end; i++) {
      if ((bytes[i] == '_' && isFormat(bytes, i)) || (bytes[i] == '\\' && bytes[i + 1] == 'u')) {
        return true;
      }
    }
    return false;
  }

  /** Whether a text is in UTF-16, as its first character shows, or the one behind a mark. */
  private static boolean isWide(byte[] bytes, int from) {
    return bytes[from] == 0 || bytes[from + 1] == 0 || bytes[from + 2] == 0 || bytes[from + 3] == 0;
  }

  private static boolean isFormat(byte[] bytes, int at) {
    for (int i = 1; i < FORMAT.length; i++) {
      if ((bytes[at + i] | ' ') != FORMAT[i]) {
        return false;
      }
    }
    return true;
  }

  /** What the client is told of the answer's form; {@code null} for nothing. */
  @Nullable String word() {
    Outcome become = outcome;
    return become == null ? null : become.word;
  }

  /** What both calls have cost. */
  Usage usage() {
    Attempt other = second;
    return other == null ? first.ownUsage() : first.ownUsage().plus(other.ownUsage());
  }

  /** Takes a complete answer, and sees to it that one goes out. */
  void take(Answered answered) {
    Answered earlier = kept;
    if (earlier == null) {
      takeFirst(answered);
    } else {
      takeSecond(earlier, answered);
    }
  }

  private void takeFirst(Answered answered) {
    kept = answered;
    Exchange exchange = first.exchange();
    if (exchange.body().readableBytes() <= Aside.BYTES_MIN) {
      check(Finding.Asked.in(asking.openAi().get()), answered);
      return;
    }
    Supplier<byte[]> request = asking.openAi();
    exchange
        .house()
        .aside()
        .run(
            exchange.client().eventLoop(),
            exchange.body(),
            () -> Finding.Asked.in(request.get()),
            asked -> goOn(() -> check(asked, answered)),
            exchange::bug);
  }

  private void check(Finding.Asked asked, Answered answered) {
    if (kept == null) {
      return; // It has gone out, or its client has left.
    }
    Finding.Form wanted = asked.form();
    if (wanted == null) {
      sendKept(answered.endNanos());
      return;
    }
    ByteBuf bytes = answered.bytes();
    look(
        () -> Finding.of(wanted, bytes),
        () -> Finding.late(wanted),
        finding -> found(finding, answered.endNanos()),
        bytes);
  }

  /**
   * Looks at answers beside the loop, and goes on in it.
   *
   * @param late what is found where there is no time to look
   */
  private <T> void look(Supplier<T> work, Supplier<T> late, Consumer<T> next, ByteBuf... answers) {
    for (ByteBuf answer : answers) {
      answer.retain();
    }
    Exchange exchange = first.exchange();
    exchange
        .house()
        .checks()
        .runSoon(
            exchange.client().eventLoop(),
            exchange.body(),
            work,
            late,
            found -> {
              release(answers);
              goOn(() -> next.accept(found));
            },
            failure -> {
              release(answers);
              exchange.bug(failure);
            });
  }

  private static void release(ByteBuf... answers) {
    for (ByteBuf answer : answers) {
      answer.release();
    }
  }

  /** Goes on in the loop; whatever breaks there ends the request. */
  private void goOn(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      first.exchange().bug(e);
    }
  }

  private void found(Finding finding, long endNanos) {
    if (kept == null) {
      return;
    }
    switch (finding.verdict()) {
      case null -> sendKept(endNanos);
      case Verdict.Fits _ -> {
        become(Outcome.FITS);
        sendKept(endNanos);
      }
      case Verdict.Unchecked unchecked -> {
        become(unchecked(unchecked.reason()));
        sendKept(endNanos);
      }
      case Verdict.Misfit misfit -> askAgain(finding, misfit.complaint());
    }
  }

  private void askAgain(Finding finding, String complaint) {
    form = finding.form();
    // What the first call has set aside goes back before the second one needs it.
    first.drop();
    Exchange exchange = first.exchange();
    Served before = first.served();
    Served served = new Served(before.provider(), before.model(), before.attempt());
    Attempt next = new Attempt(exchange, first.target(), served);
    next.repairs(this);
    second = next;
    exchange.course().attempt();
    exchange.follow(next);
    try {
      next.ask(asking.again(next, inquiry(finding, complaint)));
    } catch (GatewayException e) {
      next.fail(e.fault());
    } catch (RuntimeException e) {
      exchange.bug(e);
    }
  }

  private RepeatedInquiry inquiry(Finding finding, String complaint) {
    String wanted = finding.form().schema() == null ? "JSON" : "JSON that fits the schema";
    return new RepeatedInquiry(
        first.exchange().inquiry(),
        finding.text(),
        "That is not what was asked for:\n"
            + complaint
            + "\nAnswer again, with "
            + wanted
            + " and nothing else.");
  }

  private void takeSecond(Answered earlier, Answered answered) {
    later = answered;
    ByteBuf before = earlier.bytes();
    ByteBuf bytes = answered.bytes();
    look(
        () ->
            Finding.hasChoices(bytes)
                ? new Second(Finding.of(form, bytes), added(before, bytes))
                : new Second(null, added(bytes, before)),
        () -> new Second(Finding.late(form), added(before, bytes)),
        found -> foundSecond(found, earlier, answered),
        before,
        bytes);
  }

  private static byte @Nullable [] added(ByteBuf earlier, ByteBuf later) {
    int from = earlier.arrayOffset() + earlier.readerIndex();
    int start = later.arrayOffset() + later.readerIndex();
    return UsageSum.added(
        earlier.array(),
        from,
        from + earlier.readableBytes(),
        later.array(),
        start,
        start + later.readableBytes());
  }

  private void foundSecond(Second found, Answered earlier, Answered answered) {
    if (later == null) {
      return;
    }
    Finding finding = found.finding();
    if (finding == null) {
      become(Outcome.FAILED);
      discardLater();
      kept = null;
      Attempt silent = second;
      if (silent != null) {
        // Nobody follows it any more who would see to the files that it was asked with.
        silent.drop();
      }
      first.exchange().follow(first);
      send(earlier, found.added(), answered.endNanos());
      return;
    }
    become(
        switch (finding.verdict()) {
          case Verdict.Fits _ -> Outcome.REPAIRED;
          case Verdict.Unchecked unchecked -> unchecked(unchecked.reason());
          // Now it is a refusal, a call, or cut.
          case null -> Outcome.MISFIT;
          case Verdict.Misfit _ -> Outcome.MISFIT;
        });
    later = null;
    send(answered, found.added(), answered.endNanos());
  }

  /**
   * Sends an answer.
   *
   * @param added what is sent in place of its bytes; {@code null} for those
   * @param sinceNanos when the last call had ended, by {@link System#nanoTime}
   */
  private void send(Answered answered, byte @Nullable [] added, long sinceNanos) {
    ByteBuf bytes = answered.bytes();
    AnswerReader.Facts facts = answered.facts();
    if (added != null) {
      bytes.release();
      bytes = Unpooled.wrappedBuffer(added);
      facts = AnswerReader.read(added, 0, added.length);
    }
    // The figures that are known best are not always those that the answer can say.
    answered.by().send(bytes, facts.withUsage(usage()), sinceNanos);
  }

  /**
   * A call has failed, or the request has run out of time: the answer that is there goes out.
   *
   * @return whether there was one
   */
  boolean rescues() {
    if (kept == null) {
      return false;
    }
    become(second == null ? Outcome.OUT_OF_TIME : Outcome.FAILED);
    discardLater();
    first.exchange().follow(first);
    // The time since was the second call's, and not the gateway's.
    long nowNanos = System.nanoTime();
    goOn(() -> sendKept(nowNanos));
    return true;
  }

  private void sendKept(long sinceNanos) {
    Answered answered = kept;
    if (answered != null) {
      kept = null;
      answered.by().send(answered.bytes(), answered.facts(), sinceNanos);
    }
  }

  private void become(Outcome what) {
    outcome = what;
    String provider = first.served().provider();
    first.exchange().house().metrics().checked(provider, what.name().toLowerCase(Locale.ROOT));
  }

  private static Outcome unchecked(Verdict.Reason reason) {
    return switch (reason) {
      case TOO_LARGE -> Outcome.TOO_LARGE;
      case OUT_OF_TIME -> Outcome.OUT_OF_TIME;
      case BAD_SCHEMA -> Outcome.BAD_SCHEMA;
    };
  }

  /** Lets go of answers. Idempotent. */
  void close() {
    discardLater();
    Answered answered = kept;
    if (answered != null) {
      kept = null;
      answered.bytes().release();
    }
  }

  private void discardLater() {
    Answered answered = later;
    if (answered != null) {
      later = null;
      answered.bytes().release();
    }
  }
}
