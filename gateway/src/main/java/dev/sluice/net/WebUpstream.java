package dev.sluice.net;

import dev.sluice.config.ProviderSettings;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.AddressResolverGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Calls to origins that are named only when they are called, perhaps by somebody who means ill: by
 * HTTP/1.1, with a connection for each call, without a proxy, and only to addresses that a rule
 * admits. Safe for all event loops; a call stays on its own.
 */
public final class WebUpstream {

  private final Transport transport;
  private final UpstreamConnector.Reach reach;
  private final UpstreamPool.Bounds oneCall;
  private final UpstreamPool.Figures figures = new UpstreamPool.Figures();

  /** Read with the first call that needs it: it takes long, and many gateways never do. */
  private final AtomicReference<@Nullable CompletableFuture<SslContext>> tls =
      new AtomicReference<>();

  /**
   * Without a connection.
   *
   * @param rule asked for every address before it is connected to
   * @param connect how long a connection may take
   */
  public WebUpstream(
      Transport transport,
      AddressResolverGroup<InetSocketAddress> resolvers,
      AddressRule rule,
      Duration connect) {
    this.transport = transport;
    this.reach = new UpstreamConnector.Reach(resolvers, rule);
    this.oneCall = new UpstreamPool.Bounds(1, 1, 0, connect.toNanos());
  }

  /**
   * Starts a call.
   *
   * @param loop the event loop that owns the call; must be the current thread's
   * @param origin where to; without a proxy, which would look the host up by itself; the system's
   *     authorities are trusted
   * @param request what to send; owned by the upstream from here on
   * @param listener told as {@link Upstream#call} says
   */
  public UpstreamCall call(
      EventLoop loop, Origin origin, UpstreamRequest request, UpstreamListener listener) {
    assert loop.inEventLoop();
    if (origin.proxy() != null) {
      throw new IllegalArgumentException("a proxy would look the host up by itself");
    }
    Call call = new Call(loop, origin, request, listener);
    if (origin.secure()) {
      call.awaitTls();
    } else {
      call.begin(null);
    }
    return call;
  }

  /** Open connections. */
  public long openConnections() {
    return figures.open().sum();
  }

  private CompletableFuture<SslContext> tls() {
    CompletableFuture<SslContext> known = tls.get();
    if (known != null) {
      return known;
    }
    CompletableFuture<SslContext> made = new CompletableFuture<>();
    if (!tls.compareAndSet(null, made)) {
      return tls();
    }
    Thread.startVirtualThread(() -> {
      try {
        made.complete(UpstreamTls.ofSystem(UpstreamTls.Offer.HTTP1));
      } catch (IOException | RuntimeException e) {
        tls.set(null);
        made.completeExceptionally(e);
      }
    });
    return made;
  }

  /** A call that may have to wait for what TLS needs. Owned by its event loop. */
  private final class Call implements UpstreamCall {
    private final EventLoop loop;
    private final Origin origin;
    private final UpstreamRequest request;
    private final UpstreamListener listener;
    private @Nullable HttpCall begun;
    private boolean paused;
    private boolean cancelled;

    Call(EventLoop loop, Origin origin, UpstreamRequest request, UpstreamListener listener) {
      this.loop = loop;
      this.origin = origin;
      this.request = request;
      this.listener = listener;
    }

    void awaitTls() {
      tls()
          .whenComplete((context, failure) ->
              loop.execute(() -> {
                if (cancelled) {
                  return;
                }
                if (failure == null) {
                  begin(UpstreamTls.at(origin, context));
                  return;
                }
                cancel();
                listener.failed(
                    new UpstreamFailure(
                        UpstreamFailure.Kind.TLS_FAILED, "no authorities to trust"));
              }));
    }

    void begin(@Nullable UpstreamTls by) {
      UpstreamConnector connector =
          new UpstreamConnector(
              origin,
              by,
              ProviderSettings.HttpVersion.HTTP_1_1,
              transport,
              reach,
              oneCall.connectNanos());
      UpstreamPool pool = new UpstreamPool(loop, connector, oneCall, figures);
      HttpCall call = new HttpCall(pool, request, listener);
      begun = call;
      if (paused) {
        call.pause();
      }
      pool.start(call);
      // What waits for its connection gets it all the same; it is closed behind the call.
      pool.close();
    }

    @Override
    public void pause() {
      paused = true;
      if (begun != null) {
        begun.pause();
      }
    }

    @Override
    public void resume() {
      paused = false;
      if (begun != null) {
        begun.resume();
      }
    }

    @Override
    public void cancel() {
      if (begun != null) {
        begun.cancel();
      } else if (!cancelled) {
        cancelled = true;
        request.body().release();
      }
    }
  }
}
