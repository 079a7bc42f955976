package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.ProviderSettings.HttpVersion;
import dev.sluice.config.ProviderSettings.PoolSettings;
import dev.sluice.config.ServerSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event loop and the upstreams that a test opens on it; checks at the end that all is let go.
 */
final class UpstreamHouse implements AutoCloseable {

  private final Transport transport;
  private final AddressResolverGroup<InetSocketAddress> resolvers;
  private final List<HttpUpstream> upstreams = new ArrayList<>();
  private final List<Heard> calls = new ArrayList<>();
  private final List<ByteBuf> bodies = new ArrayList<>();

  UpstreamHouse() {
    this(ServerSettings.Transport.AUTO);
  }

  UpstreamHouse(ServerSettings.Transport kind) {
    this.transport = Transport.open(kind, 1);
    this.resolvers = HttpResolvers.open(transport);
  }

  Transport transport() {
    return transport;
  }

  EventLoop loop() {
    return transport.loops().getFirst();
  }

  /** How an upstream is to be opened; begins with safe bounds and HTTP/1.1 in cleartext. */
  Plan to(int port) {
    return new Plan(port);
  }

  /** An upstream in cleartext on this port of the loopback address. */
  HttpUpstream open(int port) throws IOException {
    return to(port).open();
  }

  Heard get(Upstream upstream) throws Exception {
    return call(upstream, HttpMethod.GET, "");
  }

  Heard post(Upstream upstream, String body) throws Exception {
    return call(upstream, HttpMethod.POST, body);
  }

  Heard call(Upstream upstream, HttpMethod method, String body) throws Exception {
    return start(new Heard(loop()), upstream, method, body);
  }

  /** Starts a call, and waits until the event loop has done so. */
  Heard start(Heard heard, Upstream upstream, HttpMethod method, String body) throws Exception {
    ByteBuf bytes = Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1);
    bodies.add(bytes);
    calls.add(heard);
    DefaultHttpHeaders headers = new DefaultHttpHeaders();
    headers.set("x-call", Integer.toString(calls.size()));
    loop()
        .submit(
            () -> heard.start(upstream, new UpstreamRequest(method, "/path?q=1", headers, bytes)))
        .get();
    return heard;
  }

  /** Lets the event loop look at its sockets, so that what was sent so far is most likely read. */
  void settle() throws Exception {
    loop().submit(() -> {}).get();
    loop().submit(() -> {}).get();
  }

  /** Waits until a gauge has this value. */
  static void awaitGauge(java.util.function.LongSupplier gauge, long value) {
    await()
        .atMost(Duration.ofMillis(RawUpstream.PATIENCE_MILLIS))
        .pollInterval(Duration.ofMillis(1))
        .untilAsserted(() -> assertThat(gauge.getAsLong()).isEqualTo(value));
  }

  /** Knows one host, by these addresses; a host without address is never resolved. */
  static AddressResolverGroup<InetSocketAddress> knowing(String... addresses) {
    return new AddressResolverGroup<>() {
      @Override
      protected InetSocketAddressResolver newResolver(EventExecutor executor) {
        return new InetSocketAddressResolver(
            executor,
            new InetNameResolver(executor) {
              @Override
              protected void doResolve(String host, Promise<InetAddress> promise) {
                throw new UnsupportedOperationException("all addresses are wanted");
              }

              @Override
              protected void doResolveAll(String host, Promise<List<InetAddress>> promise)
                  throws UnknownHostException {
                if (addresses.length == 0) {
                  return;
                }
                List<InetAddress> all = new ArrayList<>();
                for (String address : addresses) {
                  all.add(InetAddress.getByName(address));
                }
                promise.setSuccess(all);
              }
            });
      }
    };
  }

  @Override
  public void close() {
    try {
      upstreams.forEach(HttpUpstream::close);
      for (HttpUpstream upstream : upstreams) {
        awaitGauge(upstream::openConnections, 0);
        awaitGauge(upstream::idleConnections, 0);
        awaitGauge(upstream::waitingCalls, 0);
      }
      for (Heard heard : calls) {
        assertThat(heard.wrong()).as("told out of order").isEmpty();
      }
      for (ByteBuf body : bodies) {
        assertThat(body.refCnt()).as("a request's body is still held").isZero();
      }
    } finally {
      resolvers.close();
      transport.close();
    }
  }

  /** How an upstream is to be opened. */
  final class Plan {
    private final int port;
    private String host = "127.0.0.1";
    private boolean secure;
    private @Nullable OutgoingProxy proxy;
    private @Nullable String authorities;
    private HttpVersion http = HttpVersion.HTTP_1_1;
    private int connections = 16;
    private int waiting = 16;
    private Duration idle = Duration.ofSeconds(30);
    private Duration connect = Duration.ofSeconds(5);
    private AddressResolverGroup<InetSocketAddress> names = resolvers;

    private Plan(int port) {
      this.port = port;
    }

    Plan host(String name) {
      host = name;
      return this;
    }

    /** Speaks TLS and trusts what is in this PEM file, or the system where it is {@code null}. */
    Plan tls(@Nullable String pem) {
      secure = true;
      authorities = pem;
      return this;
    }

    Plan proxy(OutgoingProxy through) {
      proxy = through;
      return this;
    }

    Plan http(HttpVersion version) {
      http = version;
      return this;
    }

    Plan connections(int most) {
      connections = most;
      return this;
    }

    Plan waiting(int most) {
      waiting = most;
      return this;
    }

    Plan idle(Duration most) {
      idle = most;
      return this;
    }

    Plan connect(Duration most) {
      connect = most;
      return this;
    }

    Plan names(AddressResolverGroup<InetSocketAddress> resolving) {
      names = resolving;
      return this;
    }

    HttpUpstream open() throws IOException {
      HttpUpstream upstream =
          new HttpUpstream(
              new Origin(secure, host, port, proxy, authorities),
              http,
              new PoolSettings(connections, waiting, idle),
              connect,
              transport,
              names);
      upstreams.add(upstream);
      return upstream;
    }
  }
}
