package dev.sluice.net;

import dev.sluice.config.ServerSettings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The listening side: accepts connections and hands their requests to a handler. Its methods are
 * for the thread that starts and stops the gateway, not for event loops.
 */
public final class Server implements AutoCloseable {

  /** What connections are told. */
  enum Event {
    /** The server drains, so that idle ones close. */
    DRAIN,
    /** It waits no longer, so that all end what they have under way, and close. */
    STOP
  }

  private static final int BACKLOG = 4096;

  /** Beyond the high mark a client counts as slow; what it holds back is bounded by it. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 64 * 1024);

  private static final long DRAIN_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** How long clients have to take what they are told last. */
  private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long CLOSE_MILLIS_MAX = 1000;

  private final Transport transport;
  private final ServerHouse house;
  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final List<Channel> listeners = new ArrayList<>();

  /** A server that listens nowhere yet. */
  public Server(Transport transport, ServerHandler handler, ServerSettings settings) {
    this.transport = transport;
    this.house = new ServerHouse(handler, settings, transport.memory(), transport.loops());
  }

  /**
   * Listens.
   *
   * @param name how exchanges call this listener
   * @param port 0 for a free one
   * @param tls certificate and key; {@code null} for cleartext
   * @return where it listens
   * @throws IOException where the address is not to be had, or the certificate cannot be read
   */
  public InetSocketAddress listen(
      String name, String host, int port, ServerSettings.@Nullable TlsSettings tls)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new IOException(
          "cannot listen on " + host + ":" + port,
          new UnknownHostException("the host name is not known"));
    }
    ServerTls secured = tls == null ? null : ServerTls.load(tls, house.settings.http2());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(transport.group())
            .channelFactory(transport.serverSockets())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, transport.reads())
            .childHandler(new Accepting(name, secured));
    io.netty.channel.ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen on " + host + ":" + port, bound.cause());
    }
    listeners.add(bound.channel());
    return (InetSocketAddress) bound.channel().localAddress();
  }

  /** Open client connections. */
  public int connections() {
    return house.connections.get();
  }

  /** Requests under way. */
  public int exchanges() {
    return house.exchanges.get();
  }

  /** Connections closed at once because there were too many. */
  public long refusedConnections() {
    return house.refusedConnections.sum();
  }

  /** Accepts no more connections; those that are open go on. */
  public void stopAccepting() {
    for (Channel listener : listeners) {
      listener.close().awaitUninterruptibly();
    }
    listeners.clear();
  }

  /**
   * Stops accepting, lets requests under way end, and closes their connections after them. Those
   * that have not ended in time are broken off, so that their clients are told, which may take a
   * second more.
   *
   * @return whether all of them ended in time
   */
  public boolean drain(Duration most) {
    house.drain();
    stopAccepting();
    open.forEach(channel -> tell(channel, Event.DRAIN));
    if (awaitEnd(most.toNanos())) {
      return true;
    }
    boolean all = exchanges() == 0;
    open.forEach(channel -> tell(channel, Event.STOP));
    awaitEnd(STOP_NANOS);
    return all;
  }

  /** Waits until nothing is open; whether it came to that. */
  private boolean awaitEnd(long mostNanos) {
    long since = System.nanoTime();
    while (exchanges() > 0 || connections() > 0) {
      if (System.nanoTime() - since >= mostNanos) {
        return false;
      }
      LockSupport.parkNanos(DRAIN_LOOK_NANOS);
    }
    return true;
  }

  private static void tell(Channel channel, Event event) {
    channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(event));
  }

  /** Closes everything at once. */
  @Override
  public void close() {
    stopAccepting();
    open.forEach(Http2Connection::closeAtOnce);
    open.newCloseFuture().awaitUninterruptibly(CLOSE_MILLIS_MAX);
  }

  /** Sets a new connection up. */
  private final class Accepting extends ChannelInitializer<Channel> {
    private final String listener;
    private final @Nullable ServerTls tls;

    Accepting(String listener, @Nullable ServerTls tls) {
      this.listener = listener;
      this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
      if (house.connections.incrementAndGet() > house.settings.limits().connections()) {
        house.connections.decrementAndGet();
        house.refusedConnections.increment();
        channel.close();
        return;
      }
      channel.closeFuture().addListener(_ -> house.connections.decrementAndGet());
      open.add(channel);
      if (tls != null) {
        tls.secure(channel, new ServerPipeline(house, listener));
      } else if (house.settings.http2()) {
        channel.pipeline().addLast(new PrefaceDetector(new ServerPipeline(house, listener), house));
      } else {
        new ServerPipeline(house, listener).http1(channel.pipeline());
      }
      if (house.isDraining()) {
        // Accepted while the others were being told.
        tell(channel, Event.DRAIN);
      }
    }
  }
}
