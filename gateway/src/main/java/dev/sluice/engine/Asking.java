package dev.sluice.engine;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.RequestHead;
import dev.sluice.json.JsonWriter;
import dev.sluice.provider.Credential;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Secrets;
import dev.sluice.provider.media.MediaFetcher;
import dev.sluice.provider.media.MemoryBudget;
import dev.sluice.provider.translation.Translator;
import dev.sluice.routing.Plan;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What leads up to one target's call: its request is written, in its own protocol where it has one,
 * after the files have come that it takes only as bytes. Owned by the exchange's event loop.
 */
final class Asking implements MediaFetcher.Callback {

  /** For what is made beside the loop, whose own allocator keeps memory for each thread. */
  private static final ByteBufAllocator UNPOOLED = UnpooledByteBufAllocator.DEFAULT;

  /** How many times its bytes a request of many small messages takes as the model says it. */
  private static final int REQUEST_GROWTH = 8;

  /** How many times its bytes each more of the requests takes that it becomes. */
  private static final int COPY_GROWTH = 2;

  private final Exchange exchange;
  private final Attempt attempt;
  private final Plan.Step step;
  private final Credential credential;
  private final RequestHead head;

  /** What is asked, as long as it may be asked again. */
  private @Nullable Inquiry inquiry;

  private MediaFetcher.@Nullable Fetching fetching;
  private long claimed;
  private boolean working;
  private boolean closed;

  Asking(
      Exchange exchange, Attempt attempt, Plan.Step step, Credential credential, RequestHead head) {
    this.exchange = exchange;
    this.attempt = attempt;
    this.step = step;
    this.credential = credential;
    this.head = head;
    this.inquiry = exchange.inquiry();
  }

  private Asking(Asking before, Attempt attempt, Inquiry inquiry) {
    this.exchange = before.exchange;
    this.attempt = attempt;
    this.step = before.step;
    this.credential = before.credential;
    this.head = before.head;
    this.inquiry = inquiry;
  }

  /** The same target is asked {@code other} for {@code next}. */
  Asking again(Attempt next, Inquiry other) {
    return new Asking(this, next, other);
  }

  private Inquiry inquiry() {
    Inquiry what = inquiry;
    if (what == null) {
      throw new IllegalStateException("it was let go of");
    }
    return what;
  }

  /**
   * What is asked, in OpenAI's protocol. For large requests it is to be written beside the loop,
   * where it needs nothing of this object, which may be let go of meanwhile.
   */
  Supplier<byte[]> openAi() {
    Inquiry what = inquiry();
    int asked = step.asked();
    String model = step.target().model();
    return () -> {
      ByteBuf body = what.openAiBody(asked, model, UNPOOLED);
      byte[] bytes = ByteBufUtil.getBytes(body);
      body.release();
      return bytes;
    };
  }

  /**
   * Asks the target, now or when the request is translated and the files are there.
   *
   * @throws GatewayException where it cannot be asked that
   */
  void begin() {
    Provider provider = step.target().provider();
    Serving serving = exchange.serving();
    Inquiry what = inquiry();
    if (provider.translator() == null) {
      boolean costly = provider.rewriting() != null || what instanceof RepeatedInquiry;
      if (costly && isLarge()) {
        aside(() -> Outgoing.same(besideLoop(), what, serving), this::send);
      } else {
        send(Outgoing.same(inLoop(), what, serving));
      }
      return;
    }
    claim(REQUEST_GROWTH);
    int asked = step.asked();
    String model = step.target().model();
    if (isLarge()) {
      aside(() -> what.chat(asked, model, UNPOOLED), this::fetch);
    } else {
      fetch(what.chat(asked, model, alloc()));
    }
  }

  private void fetch(ChatRequest asked) {
    Translator translator = translator();
    int rewritten = Copies.writtenAnew(asked, step.target().provider(), translator);
    if (rewritten > 0) {
      claim(COPY_GROWTH * rewritten);
    }
    MediaFetcher.Fetching begun =
        exchange
            .serving()
            .media()
            .fetch(
                asked,
                translator.needs(step.target().model()),
                exchange.client().eventLoop(),
                this);
    if (closed || inquiry == null) {
      begun.close();
    } else {
      fetching = begun;
    }
  }

  private Translator translator() {
    Translator translator = step.target().provider().translator();
    if (translator == null) {
      throw new IllegalStateException("nothing to translate for " + step.target());
    }
    return translator;
  }

  @Override
  public void fetched(ChatRequest asked) {
    Serving serving = exchange.serving();
    Inquiry what = inquiry();
    ByteBufAllocator loops = alloc();
    try {
      if (isLarge()) {
        aside(() -> Outgoing.translated(besideLoop(), what, asked, serving, loops), this::send);
      } else {
        send(Outgoing.translated(inLoop(), what, asked, serving, loops));
      }
    } catch (RuntimeException e) {
      unsent(e);
    }
  }

  private boolean isLarge() {
    return exchange.body().readableBytes() > Aside.BYTES_MIN;
  }

  private Outgoing.Means besideLoop() {
    return new Outgoing.Means(step, credential, head, UNPOOLED, new JsonWriter());
  }

  private Outgoing.Means inLoop() {
    return new Outgoing.Means(step, credential, head, alloc(), exchange.house().loop().writer());
  }

  /** Does what takes long beside the loop, and goes on with its result unless this was closed. */
  private <T> void aside(Supplier<T> work, Consumer<T> next) {
    working = true;
    exchange
        .house()
        .aside()
        .run(
            exchange.client().eventLoop(),
            exchange.body(),
            work,
            result -> {
              rested();
              goOn(result, next);
            },
            failure -> {
              rested();
              if (!closed) {
                unsent(failure);
              }
            });
  }

  private <T> void goOn(T result, Consumer<T> next) {
    if (!closed) {
      try {
        next.accept(result);
      } catch (RuntimeException e) {
        unsent(e);
      }
    } else if (result instanceof Outgoing made) {
      made.discard();
    }
  }

  private void rested() {
    working = false;
    if (closed) {
      unclaim();
    }
  }

  private void unsent(RuntimeException e) {
    if (e instanceof GatewayException refused) {
      attempt.fail(refused.fault());
    } else {
      attempt.close();
      exchange.bug(e);
    }
  }

  /** What the target is convinced with. */
  Credential credential() {
    return credential;
  }

  /** What says the client's name for the model; {@code null} where the provider's is to stay. */
  @Nullable AskedName naming() {
    return AskedName.of(step, exchange.inquiry());
  }

  /** The fault without what the target is convinced with. */
  Fault hidden(Fault fault) {
    return Secrets.hidden(fault, credential);
  }

  @Override
  public void failed(Fault fault) {
    attempt.fail(fault);
  }

  /** Sets memory aside for what a large request becomes on its way into another protocol. */
  private void claim(int growth) {
    long bytes = exchange.body().readableBytes();
    if (bytes > Interpreter.SMALL_BYTES_MAX) {
      long more = bytes * growth;
      if (!exchange.house().holdings().take(more)) {
        throw new GatewayException(MemoryBudget.tooMuch());
      }
      claimed += more;
    }
  }

  private void unclaim() {
    if (claimed > 0) {
      exchange.house().holdings().give(claimed);
      claimed = 0;
    }
  }

  private ByteBufAllocator alloc() {
    return exchange.client().alloc();
  }

  private void send(Outgoing made) {
    Provider provider = step.target().provider();
    attempt.sent(made);
    EventLoop loop = exchange.client().eventLoop();
    Copies copies = made.copies();
    if (copies == null) {
      attempt.started(provider.upstream().call(loop, made.request(), attempt));
    } else {
      Fan fan = new Fan(attempt, copies.braid());
      attempt.started(fan);
      fan.start(provider.upstream(), loop, copies.requests());
    }
    unclaim();
    if (!exchange.client().isWritable()) {
      attempt.pause();
    }
  }

  /** An answer has begun: lets go of what was asked, and of the files that came for it. */
  void letGo() {
    inquiry = null;
    MediaFetcher.Fetching held = fetching;
    if (held != null) {
      fetching = null;
      held.close();
    }
  }

  /** Gives up what is on its way, and the memory that files hold. Idempotent. */
  void close() {
    closed = true;
    if (!working) {
      unclaim();
    }
    MediaFetcher.Fetching held = fetching;
    if (held != null) {
      held.close();
    }
  }
}
