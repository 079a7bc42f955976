package dev.sluice.bench;

import dev.sluice.config.ServerSettings;
import dev.sluice.net.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A provider for measuring, that speaks each {@link Wire} over HTTP/1.1. Answers whole with 1.2 KB,
 * or streams frames of some 250 bytes, each stamped with the time it was sent. The words of the
 * request say how, as they pass every front door: {@code mock_frames=500 mock_rate=50} where it
 * asks for a stream, or {@code mock_delay_ms=20} for a whole answer.
 */
final class MockUpstream implements AutoCloseable {

  /** Precedes how many frames a stream has. */
  static final String FRAMES = "mock_frames=";

  /** Precedes how many of them come in a second. */
  static final String RATE = "mock_rate=";

  /** Precedes how long a whole answer takes, in milliseconds. */
  static final String DELAY = "mock_delay_ms=";

  private static final int BACKLOG = 4096;

  private final Transport transport;
  private final Channel listening;

  private MockUpstream(Transport transport, Channel listening) {
    this.transport = transport;
    this.listening = listening;
  }

  /**
   * Listens on the loopback interface, with one event loop.
   *
   * @param port 0 takes any that is free
   * @throws InterruptedException while waiting for the port
   */
  static MockUpstream open(int port) throws InterruptedException {
    Transport transport = Transport.open(ServerSettings.Transport.AUTO, 1);
    EventLoop loop = transport.loops().getFirst();
    Pacer pacer = new Pacer(System.nanoTime());
    loop.execute(() -> turn(loop, pacer));
    Channel listening =
        new ServerBootstrap()
            .group(transport.group())
            .channelFactory(transport.serverSockets())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new HttpRequestDecoder(), new MockConnection(pacer));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .sync()
            .channel();
    return new MockUpstream(transport, listening);
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  private static void turn(EventLoop loop, Pacer pacer) {
    if (loop.isShuttingDown()) {
      return;
    }
    pacer.advance(System.nanoTime());
    loop.schedule(() -> turn(loop, pacer), Pacer.SLOT_NANOS, TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    listening.close().awaitUninterruptibly();
    transport.close();
  }
}
