package dev.sluice.net;

import dev.sluice.config.ProviderSettings;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;

/** An upstream at the other end of HTTP connections, pooled for each event loop. */
public final class HttpUpstream implements Upstream, AutoCloseable {

  private final IdentityHashMap<EventLoop, UpstreamPool> pools = new IdentityHashMap<>();
  private final UpstreamPool.Figures figures = new UpstreamPool.Figures();

  /**
   * An upstream without a connection yet.
   *
   * @param pool bounds over all event loops
   * @param connect how long a connection may take, and a call may wait for one
   * @throws IOException where the authorities to trust cannot be read
   */
  public HttpUpstream(
      Origin origin,
      ProviderSettings.HttpVersion http,
      ProviderSettings.PoolSettings pool,
      Duration connect,
      Transport transport,
      AddressResolverGroup<InetSocketAddress> resolvers)
      throws IOException {
    UpstreamTls.Offer offer =
        switch (http) {
          case HTTP_1_1 -> UpstreamTls.Offer.HTTP1;
          case HTTP_2 -> UpstreamTls.Offer.HTTP2;
          case AUTO -> UpstreamTls.Offer.BOTH;
        };
    UpstreamConnector connector =
        new UpstreamConnector(
            origin,
            UpstreamTls.load(origin, offer),
            http,
            transport,
            new UpstreamConnector.Reach(resolvers, AddressRule.ANY),
            connect.toNanos());
    List<EventLoop> loops = transport.loops();
    UpstreamPool.Bounds bounds =
        new UpstreamPool.Bounds(
            share(pool.connections(), loops.size()),
            pool.waiting() == 0 ? 0 : share(pool.waiting(), loops.size()),
            pool.idle().toNanos(),
            connect.toNanos());
    for (EventLoop loop : loops) {
      pools.put(loop, new UpstreamPool(loop, connector, bounds, figures));
    }
  }

  @Override
  public UpstreamCall call(EventLoop loop, UpstreamRequest request, UpstreamListener listener) {
    UpstreamPool pool = pools.get(loop);
    if (pool == null) {
      request.body().release();
      throw new IllegalStateException("an event loop that was not told of");
    }
    HttpCall call = new HttpCall(pool, request, listener);
    pool.start(call);
    return call;
  }

  /** Open connections. */
  public long openConnections() {
    return figures.open().sum();
  }

  /** Open connections without a call. */
  public long idleConnections() {
    return figures.idle().sum();
  }

  /** Calls that wait for a connection. */
  public long waitingCalls() {
    return figures.waiting().sum();
  }

  /** Connections that could not be opened so far. */
  public long connectFailures() {
    return figures.connectFailures().sum();
  }

  /** Calls sent again so far, because their connection was stale or refused them unseen. */
  public long staleRetries() {
    return figures.retries().sum();
  }

  /** Closes idle connections now and busy ones when their call has ended. */
  @Override
  public void close() {
    pools.forEach((loop, pool) -> {
      if (!loop.isShuttingDown()) {
        loop.execute(pool::close);
      }
    });
  }

  private static int share(int all, int loops) {
    return Math.max(1, (all + loops - 1) / loops);
  }
}
