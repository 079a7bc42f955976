package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.ServerSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransportTest {

  private static final int SOCKETS = 20;

  /**
   * Connects, has it acknowledge later, and tells what the kernel says of that before and after.
   */
  private static void assertAcknowledgesLater(
      ServerSettings.Transport kind, ChannelOption<Boolean> option) throws IOException {
    try (ServerSocket peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Transport transport = Transport.open(kind, 1)) {
      Channel channel =
          new Bootstrap()
              .group(transport.group())
              .channelFactory(transport.sockets())
              .handler(new ChannelInboundHandlerAdapter())
              .connect(peer.getLocalSocketAddress())
              .syncUninterruptibly()
              .channel();
      try (Socket _ = peer.accept()) {
        assertThat(channel.config().getOption(option)).isTrue();

        transport.acknowledgeLater(channel);

        assertThat(channel.config().getOption(option)).isFalse();
      } finally {
        channel.close().syncUninterruptibly();
      }
      // A connection that is gone is nobody's failure.
      transport.acknowledgeLater(channel);
    }
  }

  @Test
  void ioUringTellsTheKernelToAcknowledgeLater() throws IOException {
    assumeThat(IoUring.isAvailable()).isTrue();
    assertAcknowledgesLater(ServerSettings.Transport.IO_URING, IoUringChannelOption.TCP_QUICKACK);
  }

  @Test
  void epollTellsTheKernelToAcknowledgeLater() throws IOException {
    assumeThat(Epoll.isAvailable()).isTrue();
    assertAcknowledgesLater(ServerSettings.Transport.EPOLL, EpollChannelOption.TCP_QUICKACK);
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTO", "NIO"})
  void socketsThatAreBeingClosedTellSoBeforeTheirLoopsEnd(ServerSettings.Transport kind) {
    AtomicInteger told = new AtomicInteger();
    Transport transport = Transport.open(kind, 1);
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < SOCKETS; i++) {
      channels.add(
          new Bootstrap()
              .group(transport.group())
              .channelFactory(transport.datagrams())
              .handler(
                  new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelUnregistered(ChannelHandlerContext ctx) {
                      told.incrementAndGet();
                    }
                  })
              .bind(InetAddress.getLoopbackAddress(), 0)
              .syncUninterruptibly()
              .channel());
    }

    channels.forEach(Channel::close);
    transport.close();

    assertThat(told).hasValue(SOCKETS);
  }

  @Test
  void aLoopThatEndsByItselfIsTold() {
    AtomicInteger told = new AtomicInteger();
    try (Transport transport = Transport.open(ServerSettings.Transport.AUTO, 2)) {
      transport.whenBroken(told::incrementAndGet);

      transport.loops().getFirst().shutdownGracefully(0, 0, TimeUnit.SECONDS);

      await().until(() -> told.get() == 1);
    }
    assertThat(told).hasValue(1);
  }

  @Test
  void loopsThatAreClosedAreNot() {
    AtomicInteger told = new AtomicInteger();
    try (Transport transport = Transport.open(ServerSettings.Transport.AUTO, 2)) {
      transport.whenBroken(told::incrementAndGet);
    }
    assertThat(told).hasValue(0);
  }
}
