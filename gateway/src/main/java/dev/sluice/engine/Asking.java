package dev.sluice.engine;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.dialect.RequestHead;
import dev.sluice.net.ServerExchange;
import dev.sluice.provider.Credential;
import dev.sluice.provider.Provider;
import dev.sluice.provider.Secrets;
import dev.sluice.provider.media.MediaFetcher;
import dev.sluice.provider.translation.Translator;
import dev.sluice.routing.Plan;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What leads up to one target's call: its request is written, in its own protocol where it has one,
 * after the files have come that it takes only as bytes. Owned by the exchange's event loop.
 */
final class Asking implements MediaFetcher.Callback {

  /** How many times its bytes a request of many small messages takes as the model says it. */
  private static final int REQUEST_GROWTH = 8;

  private final Exchange exchange;
  private final Attempt attempt;
  private final Plan.Step step;
  private final Credential credential;
  private final RequestHead head;

  private MediaFetcher.@Nullable Fetching fetching;
  private long claimed;
  private boolean closed;

  Asking(
      Exchange exchange, Attempt attempt, Plan.Step step, Credential credential, RequestHead head) {
    this.exchange = exchange;
    this.attempt = attempt;
    this.step = step;
    this.credential = credential;
    this.head = head;
  }

  /**
   * Asks the target, now or when the files are there.
   *
   * @throws GatewayException where it cannot be asked that
   */
  void begin() {
    ServerExchange client = exchange.client();
    String model = step.target().model();
    Translator translator = step.target().provider().translator();
    if (translator == null) {
      send(
          Outgoing.same(
              new Outgoing.Means(step, credential, head, alloc()),
              exchange.inquiry(),
              exchange.serving()));
      return;
    }
    claim();
    ChatRequest asked = exchange.inquiry().chat(step.asked(), model, client.alloc());
    MediaFetcher.Fetching begun =
        exchange.serving().media().fetch(asked, translator.needs(model), client.eventLoop(), this);
    if (closed) {
      begun.close();
    } else {
      fetching = begun;
    }
  }

  @Override
  public void fetched(ChatRequest asked) {
    try {
      send(
          Outgoing.translated(
              new Outgoing.Means(step, credential, head, alloc()),
              exchange.inquiry(),
              asked,
              exchange.serving()));
    } catch (GatewayException e) {
      attempt.fail(e.fault());
    } catch (RuntimeException e) {
      attempt.close();
      exchange.bug(e);
    }
  }

  /** What the target is convinced with. */
  Credential credential() {
    return credential;
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
  private void claim() {
    long bytes = exchange.bodyBytes();
    if (bytes > Interpreter.SMALL_BYTES_MAX) {
      long more = bytes * REQUEST_GROWTH;
      if (!exchange.holdings().take(more)) {
        throw new GatewayException(Holdings.tooMuch());
      }
      claimed = more;
    }
  }

  private void unclaim() {
    if (claimed > 0) {
      exchange.holdings().give(claimed);
      claimed = 0;
    }
  }

  private ByteBufAllocator alloc() {
    return exchange.client().alloc();
  }

  private void send(Outgoing made) {
    Provider provider = step.target().provider();
    attempt.sent(made);
    attempt.started(
        provider.upstream().call(exchange.client().eventLoop(), made.request(), attempt));
    unclaim();
    if (!exchange.client().isWritable()) {
      attempt.pause();
    }
  }

  /** Gives up what is on its way, and the memory that files hold. Idempotent. */
  void close() {
    closed = true;
    unclaim();
    MediaFetcher.Fetching held = fetching;
    if (held != null) {
      held.close();
    }
  }
}
