package dev.sluice.net;

import dev.sluice.config.ServerSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** How sockets are driven, and the event loops that drive them. */
public final class Transport implements AutoCloseable {

  /** How sockets are driven. */
  public enum Kind {
    IO_URING,
    EPOLL,
    NIO
  }

  private static final long CLOSE_MILLIS_MAX = 5000;
  private static final long SOCKETS_CLOSE_MILLIS_MAX = 1000;

  private final Kind kind;
  private final EventLoopGroup group;
  private final DirectMemory memory;
  private final ThriftyReads reads;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final List<EventLoop> loops;

  /** What is open of connecting and datagram sockets; a {@link Server} sees to its own. */
  private final ChannelGroup sockets = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  private Transport(Kind kind, EventLoopGroup group, DirectMemory memory) {
    this.kind = kind;
    this.group = group;
    this.memory = memory;
    this.reads = new ThriftyReads(memory);
    List<EventLoop> all = new ArrayList<>();
    for (EventExecutor executor : group) {
      all.add((EventLoop) executor);
    }
    this.loops = List.copyOf(all);
  }

  /**
   * Starts event loops.
   *
   * @param wanted how sockets should be driven; {@code AUTO} takes the best that the kernel allows
   * @param threads how many loops; 0 means one per core
   * @throws IllegalStateException where the wanted way is not to be had on this machine
   */
  public static Transport open(ServerSettings.Transport wanted, int threads) {
    return open(wanted, threads, DirectMemory.ofNetty());
  }

  /** Starts event loops whose buffers come from this memory. */
  static Transport open(ServerSettings.Transport wanted, int threads, DirectMemory memory) {
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    return switch (wanted) {
      case AUTO -> best(count, memory);
      case IO_URING -> open(Kind.IO_URING, count, memory);
      case EPOLL -> open(Kind.EPOLL, count, memory);
      case NIO -> open(Kind.NIO, count, memory);
    };
  }

  private static Transport best(int threads, DirectMemory memory) {
    for (Kind kind : Kind.values()) {
      if (isAvailable(kind)) {
        try {
          return open(kind, threads, memory);
        } catch (RuntimeException e) {
          // A kernel may offer what a sandbox then forbids; the next kind is as good a start.
          if (kind == Kind.NIO) {
            throw e;
          }
        }
      }
    }
    throw new IllegalStateException("no transport is available");
  }

  private static Transport open(Kind kind, int threads, DirectMemory memory) {
    if (!isAvailable(kind)) {
      throw new IllegalStateException("transport " + kind + " is not available on this machine");
    }
    IoHandlerFactory handlers =
        switch (kind) {
          case IO_URING -> IoUringIoHandler.newFactory();
          case EPOLL -> EpollIoHandler.newFactory();
          case NIO -> NioIoHandler.newFactory();
        };
    return new Transport(
        kind,
        new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("loop"), handlers),
        memory);
  }

  private static boolean isAvailable(Kind kind) {
    return switch (kind) {
      case IO_URING -> IoUring.isAvailable();
      case EPOLL -> Epoll.isAvailable();
      case NIO -> true;
    };
  }

  /** How sockets are driven. */
  public Kind kind() {
    return kind;
  }

  /** What sockets' buffers take. */
  public DirectMemory memory() {
    return memory;
  }

  /** How much is read at once. */
  ThriftyReads reads() {
    return reads;
  }

  /** All event loops. */
  public EventLoopGroup group() {
    return group;
  }

  /** All event loops, one by one. */
  public List<EventLoop> loops() {
    return loops;
  }

  /** Makes listening sockets. */
  public ChannelFactory<? extends ServerChannel> serverSockets() {
    return switch (kind) {
      case IO_URING -> IoUringServerSocketChannel::new;
      case EPOLL -> EpollServerSocketChannel::new;
      case NIO -> NioServerSocketChannel::new;
    };
  }

  /** Makes connecting sockets. */
  public ChannelFactory<? extends Channel> sockets() {
    return switch (kind) {
      case IO_URING -> () -> noted(new IoUringSocketChannel());
      case EPOLL -> () -> noted(new EpollSocketChannel());
      case NIO -> () -> noted(new NioSocketChannel());
    };
  }

  /** Makes datagram sockets. */
  public ChannelFactory<? extends DatagramChannel> datagrams() {
    return switch (kind) {
      case IO_URING -> () -> noted(new IoUringDatagramChannel());
      case EPOLL -> () -> noted(new EpollDatagramChannel());
      case NIO -> () -> noted(new NioDatagramChannel());
    };
  }

  private <T extends Channel> T noted(T made) {
    sockets.add(made);
    return made;
  }

  /**
   * Has the kernel acknowledge what comes every second time, or 40 ms late, in place of at once. It
   * goes back to its own ways by itself where 40 ms pass without more. Does nothing where the
   * kernel cannot be told.
   *
   * @param channel of {@link #sockets}, connected
   */
  void acknowledgeLater(Channel channel) {
    try {
      switch (kind) {
        case IO_URING -> channel.config().setOption(IoUringChannelOption.TCP_QUICKACK, false);
        case EPOLL -> channel.config().setOption(EpollChannelOption.TCP_QUICKACK, false);
        case NIO -> {
          // Java's own sockets have no such option.
        }
      }
    } catch (ChannelException _) {
      // It only saves time; whether the connection is broken is for who reads it to find.
    }
  }

  /**
   * Has {@code then} run, once and on a thread of its own, where a loop ends that nobody has
   * closed, as by an error that Netty did not expect: what it served is served by nobody any more.
   */
  public void whenBroken(Runnable then) {
    for (EventLoop loop : loops) {
      loop.terminationFuture()
          .addListener(_ -> {
            if (closing.compareAndSet(false, true)) {
              then.run();
            }
          });
    }
  }

  /** Closes sockets and ends all loops; waits for them at most a few seconds. */
  @Override
  public void close() {
    closing.set(true);
    // Where io_uring has begun to close a socket, its loop must still be there to end that.
    sockets.close(Channel::isRegistered).awaitUninterruptibly(SOCKETS_CLOSE_MILLIS_MAX);
    group
        .shutdownGracefully(0, CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_MILLIS_MAX);
  }
}
