package dev.sluice.net;

import dev.sluice.config.ProviderSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens connections to one origin. Safe for all event loops. */
final class UpstreamConnector {

  /** How many of a host's addresses are tried for one connection. */
  private static final int ADDRESSES_MAX = 3;

  private static final int ANSWER_HEADERS_MAX = 64 * 1024;
  private static final int ANSWER_LINE_MAX = 8 * 1024;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(256 * 1024, 1024 * 1024);

  private final Origin origin;
  private final @Nullable UpstreamTls tls;
  private final ProviderSettings.HttpVersion http;
  private final Transport transport;
  private final AddressResolverGroup<InetSocketAddress> resolvers;
  private final int connectMillis;

  UpstreamConnector(
      Origin origin,
      @Nullable UpstreamTls tls,
      ProviderSettings.HttpVersion http,
      Transport transport,
      AddressResolverGroup<InetSocketAddress> resolvers,
      long connectNanos) {
    this.origin = origin;
    this.tls = tls;
    this.http = http;
    this.transport = transport;
    this.resolvers = resolvers;
    this.connectMillis = (int) TimeUnit.NANOSECONDS.toMillis(connectNanos);
  }

  String hostHeader() {
    return origin.hostHeader();
  }

  boolean secure() {
    return origin.secure();
  }

  /** Opens a connection and tells the pool of it, or of the failure; never before this returns. */
  void connect(EventLoop loop, UpstreamPool pool) {
    OutgoingProxy proxy = origin.proxy();
    InetSocketAddress first =
        proxy == null
            ? InetSocketAddress.createUnresolved(origin.host(), origin.port())
            : InetSocketAddress.createUnresolved(proxy.host(), proxy.port());
    AddressResolver<InetSocketAddress> resolver = resolvers.getResolver(loop);
    Future<List<InetSocketAddress>> resolving = resolver.resolveAll(first);
    resolving.addListener((Future<List<InetSocketAddress>> resolved) -> {
      if (resolved.isSuccess() && !resolved.getNow().isEmpty()) {
        loop.execute(() -> tryAddress(loop, pool, resolved.getNow(), 0));
      } else {
        loop.execute(() ->
            pool.connectFailed(
                new UpstreamFailure(UpstreamFailure.Kind.UNRESOLVED, first.getHostString())));
      }
    });
  }

  private void tryAddress(
      EventLoop loop, UpstreamPool pool, List<InetSocketAddress> addresses, int index) {
    Opening opening = new Opening(pool);
    ChannelFuture connecting =
        new Bootstrap()
            .group(loop)
            .channelFactory(transport.sockets())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(opening)
            .connect(addresses.get(index));
    connecting.addListener((ChannelFuture connected) -> {
      if (!connected.isSuccess()) {
        boolean more = index + 1 < Math.min(addresses.size(), ADDRESSES_MAX);
        if (more && !isTimeout(connected.cause())) {
          tryAddress(loop, pool, addresses, index + 1);
        } else {
          pool.connectFailed(failure(connected.cause()));
        }
        return;
      }
      opening.connected(connected.channel());
    });
  }

  private static boolean isTimeout(@Nullable Throwable cause) {
    return cause instanceof io.netty.channel.ConnectTimeoutException;
  }

  private static UpstreamFailure failure(@Nullable Throwable cause) {
    if (isTimeout(cause)) {
      return new UpstreamFailure(UpstreamFailure.Kind.CONNECT_TIMEOUT, "connect timeout");
    }
    if (cause instanceof SSLException) {
      return new UpstreamFailure(UpstreamFailure.Kind.TLS_FAILED, cause.getClass().getSimpleName());
    }
    String name = cause == null ? "closed" : cause.getClass().getSimpleName();
    return new UpstreamFailure(UpstreamFailure.Kind.CONNECT_FAILED, name);
  }

  /** Sets a new connection up and tells the pool when it can be used. */
  private final class Opening extends ChannelInitializer<Channel> {
    private final UpstreamPool pool;
    private @Nullable SslHandler handshake;

    Opening(UpstreamPool pool) {
      this.pool = pool;
    }

    @Override
    protected void initChannel(Channel channel) {
      OutgoingProxy proxy = origin.proxy();
      if (proxy != null) {
        InetSocketAddress address = new InetSocketAddress(proxy.host(), proxy.port());
        HttpProxyHandler handler =
            proxy.user() == null || proxy.password() == null
                ? new HttpProxyHandler(address)
                : new HttpProxyHandler(address, proxy.user(), proxy.password());
        handler.setConnectTimeoutMillis(connectMillis);
        channel.pipeline().addLast(handler);
      }
      if (tls != null) {
        SslHandler handler = tls.handler(channel, connectMillis);
        handshake = handler;
        channel.pipeline().addLast(handler);
      }
    }

    void connected(Channel channel) {
      SslHandler handler = handshake;
      if (handler == null) {
        ready(channel, http == ProviderSettings.HttpVersion.HTTP_2);
        return;
      }
      handler
          .handshakeFuture()
          .addListener(done -> {
            if (!done.isSuccess()) {
              channel.close();
              pool.connectFailed(
                  new UpstreamFailure(UpstreamFailure.Kind.TLS_FAILED, "the handshake failed"));
            } else {
              ready(channel, ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol()));
            }
          });
    }

    private void ready(Channel channel, boolean http2) {
      if (!channel.isActive()) {
        pool.connectFailed(
            new UpstreamFailure(UpstreamFailure.Kind.CONNECT_FAILED, "closed at once"));
        return;
      }
      if (http2) {
        pool.connected(Http2UpstreamConnection.open(channel, pool, UpstreamConnector.this));
        return;
      }
      HttpDecoderConfig config =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(ANSWER_LINE_MAX)
              .setMaxHeaderSize(ANSWER_HEADERS_MAX);
      pool.connected(Http1UpstreamConnection.open(channel, pool, hostHeader(), config));
    }
  }
}
