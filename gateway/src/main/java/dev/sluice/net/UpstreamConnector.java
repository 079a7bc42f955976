package dev.sluice.net;

import dev.sluice.config.ProviderSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
  private final Reach reach;
  private final int connectMillis;

  /**
   * How a host's addresses are found.
   *
   * @param rule which of them may be connected to; with a proxy it is the proxy's that are asked
   *     for
   */
  record Reach(AddressResolverGroup<InetSocketAddress> resolvers, AddressRule rule) {}

  UpstreamConnector(
      Origin origin,
      @Nullable UpstreamTls tls,
      ProviderSettings.HttpVersion http,
      Transport transport,
      Reach reach,
      long connectNanos) {
    this.origin = origin;
    this.tls = tls;
    this.http = http;
    this.transport = transport;
    this.reach = reach;
    this.connectMillis = (int) TimeUnit.NANOSECONDS.toMillis(connectNanos);
  }

  String hostHeader() {
    return origin.hostHeader();
  }

  boolean secure() {
    return origin.secure();
  }

  /** How many calls one connection will take, as far as settings tell. */
  int callsExpected() {
    return http == ProviderSettings.HttpVersion.HTTP_2
        ? Http2UpstreamConnection.STREAMS_AT_FIRST
        : 1;
  }

  /** Opens a connection and tells the pool of it, or of the failure; never before this returns. */
  void connect(EventLoop loop, UpstreamPool pool) {
    new Opening(loop, pool).resolve();
  }

  /**
   * A connection that is being opened: its host's name resolved, an address connected, the proxy
   * passed, the handshake done, all within the connect timeout. Owned by its event loop.
   */
  private final class Opening extends ChannelInitializer<Channel> {
    private final EventLoop loop;
    private final UpstreamPool pool;
    private final Future<?> deadline;
    private @Nullable Channel channel;
    private @Nullable HttpProxyHandler proxied;
    private @Nullable SslHandler secured;
    private boolean over;

    Opening(EventLoop loop, UpstreamPool pool) {
      this.loop = loop;
      this.pool = pool;
      this.deadline =
          loop.schedule(
              () -> fail(UpstreamFailure.Kind.CONNECT_TIMEOUT, "connect timeout"),
              connectMillis,
              TimeUnit.MILLISECONDS);
    }

    void resolve() {
      OutgoingProxy proxy = origin.proxy();
      InetSocketAddress first =
          proxy == null
              ? InetSocketAddress.createUnresolved(origin.host(), origin.port())
              : InetSocketAddress.createUnresolved(proxy.host(), proxy.port());
      reach
          .resolvers()
          .getResolver(loop)
          .resolveAll(first)
          .addListener((Future<List<InetSocketAddress>> resolved) ->
              loop.execute(() -> {
                if (resolved.isSuccess() && !resolved.getNow().isEmpty()) {
                  connectToAdmitted(resolved.getNow());
                } else {
                  fail(UpstreamFailure.Kind.UNRESOLVED, first.getHostString());
                }
              }));
    }

    private void connectToAdmitted(List<InetSocketAddress> found) {
      List<InetSocketAddress> admitted = new ArrayList<>(found.size());
      for (InetSocketAddress address : found) {
        if (reach.rule().admits(address.getAddress())) {
          admitted.add(address);
        }
      }
      if (admitted.isEmpty()) {
        fail(UpstreamFailure.Kind.ADDRESS_REFUSED, "no address that may be connected to");
      } else {
        tryAddress(spread(admitted), 0);
      }
    }

    private void tryAddress(List<InetSocketAddress> addresses, int index) {
      if (over) {
        return;
      }
      InetSocketAddress address = addresses.get(index);
      int attempts = Math.min(addresses.size(), ADDRESSES_MAX);
      Bootstrap bootstrap =
          new Bootstrap()
              .group(loop)
              .channelFactory(transport.sockets())
              // An address that swallows everything must leave time for the next one.
              .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.max(1, connectMillis / attempts))
              .option(ChannelOption.TCP_NODELAY, true)
              .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
              .option(ChannelOption.RECVBUF_ALLOCATOR, transport.reads())
              .disableResolver()
              .handler(this);
      OutgoingProxy proxy = origin.proxy();
      proxied = proxy == null ? null : handler(proxy, address);
      ChannelFuture connecting =
          bootstrap.connect(
              proxy == null
                  ? address
                  : InetSocketAddress.createUnresolved(origin.host(), origin.port()));
      channel = connecting.channel();
      connecting.addListener((ChannelFuture connected) -> {
        if (connected.isSuccess()) {
          passProxy(connected.channel());
        } else if (index + 1 < attempts) {
          loop.execute(() -> tryAddress(addresses, index + 1));
        } else if (connected.cause() instanceof ConnectTimeoutException) {
          fail(UpstreamFailure.Kind.CONNECT_TIMEOUT, "connect timeout");
        } else {
          fail(UpstreamFailure.Kind.CONNECT_FAILED, name(connected.cause()));
        }
      });
    }

    private HttpProxyHandler handler(OutgoingProxy proxy, InetSocketAddress address) {
      HttpProxyHandler handler =
          proxy.user() == null || proxy.password() == null
              ? new HttpProxyHandler(address)
              : new HttpProxyHandler(address, proxy.user(), proxy.password());
      handler.setConnectTimeoutMillis(connectMillis);
      return handler;
    }

    @Override
    protected void initChannel(Channel opened) {
      if (proxied != null) {
        opened.pipeline().addLast(proxied);
      }
      if (tls != null) {
        secured = tls.handler(opened, connectMillis);
        opened.pipeline().addLast(secured);
      }
      opened.pipeline().addLast(LastHandler.INSTANCE);
    }

    private void passProxy(Channel connected) {
      if (proxied == null) {
        shakeHands(connected);
        return;
      }
      proxied
          .connectFuture()
          .addListener(passed -> {
            if (passed.isSuccess()) {
              shakeHands(connected);
            } else {
              fail(UpstreamFailure.Kind.CONNECT_FAILED, "the proxy does not lead there");
            }
          });
    }

    private void shakeHands(Channel connected) {
      SslHandler handler = secured;
      if (handler == null) {
        ready(connected, http == ProviderSettings.HttpVersion.HTTP_2);
        return;
      }
      handler
          .handshakeFuture()
          .addListener(done -> {
            boolean http2 = ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol());
            if (!done.isSuccess()) {
              fail(UpstreamFailure.Kind.TLS_FAILED, "the handshake failed: " + name(done.cause()));
            } else if (!http2 && http == ProviderSettings.HttpVersion.HTTP_2) {
              fail(UpstreamFailure.Kind.TLS_FAILED, "the upstream does not offer HTTP/2");
            } else {
              ready(connected, http2);
            }
          });
    }

    private void ready(Channel connected, boolean http2) {
      if (over) {
        return;
      }
      if (!connected.isActive()) {
        fail(UpstreamFailure.Kind.CONNECT_FAILED, "closed at once");
        return;
      }
      connected.pipeline().remove(LastHandler.INSTANCE);
      if (http2) {
        settle(Http2UpstreamConnection.open(connected, pool, UpstreamConnector.this));
        return;
      }
      HttpDecoderConfig config =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(ANSWER_LINE_MAX)
              .setMaxHeaderSize(ANSWER_HEADERS_MAX);
      Http1UpstreamConnection connection =
          Http1UpstreamConnection.open(connected, transport, pool, hostHeader(), config);
      succeed();
      pool.connected(connection);
    }

    private void settle(Http2UpstreamConnection connection) {
      connection
          .settled()
          .addListener(settled -> {
            if (!settled.isSuccess()) {
              fail(UpstreamFailure.Kind.PROTOCOL_ERROR, "the upstream does not speak HTTP/2");
            } else if (!over) {
              succeed();
              connection.pooled();
              pool.connected(connection);
            }
          });
    }

    private void succeed() {
      over = true;
      deadline.cancel(false);
    }

    private void fail(UpstreamFailure.Kind kind, String detail) {
      if (over) {
        return;
      }
      over = true;
      deadline.cancel(false);
      if (channel != null) {
        channel.close();
      }
      pool.connectFailed(new UpstreamFailure(kind, detail));
    }
  }

  /**
   * Stands behind what opens a connection, and passes nothing on: what fails there is told by its
   * future, and Netty would log what nobody takes as a warning.
   */
  @ChannelHandler.Sharable
  private static final class LastHandler extends ChannelInboundHandlerAdapter {
    static final LastHandler INSTANCE = new LastHandler();

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  /**
   * Begins somewhere else each time among those addresses that are as good as the first: those of
   * its family.
   */
  private static List<InetSocketAddress> spread(List<InetSocketAddress> addresses) {
    Class<?> family = addresses.getFirst().getAddress().getClass();
    int alike = 1;
    while (alike < addresses.size()
        && addresses.get(alike).getAddress().getClass().equals(family)) {
      alike++;
    }
    if (alike == 1) {
      return addresses;
    }
    List<InetSocketAddress> spread = new ArrayList<>(addresses);
    Collections.rotate(spread.subList(0, alike), ThreadLocalRandom.current().nextInt(alike));
    return spread;
  }

  private static String name(@Nullable Throwable cause) {
    return cause == null ? "closed" : cause.getClass().getSimpleName();
  }
}
