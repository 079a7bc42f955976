package dev.sluice.provider.media;

import static dev.sluice.provider.media.FileServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.config.DataSize;
import dev.sluice.config.MediaSettings;
import dev.sluice.config.MediaSettings.PrivateNetworks;
import dev.sluice.config.ServerSettings;
import dev.sluice.net.AddressRule;
import dev.sluice.net.HttpResolvers;
import dev.sluice.net.Transport;
import dev.sluice.net.WebUpstream;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Fetches files from a server of its own, over real sockets, and counts what is held for them. */
final class Fetches implements AutoCloseable {

  static final byte[] PNG = bytes("\u0089PNG\r\n\u001a\nrest of it");
  static final byte[] PDF = bytes("%PDF-1.7\nrest of it");
  static final int PATIENCE_SECONDS = 20;

  final Transport transport = Transport.open(ServerSettings.Transport.NIO, 1);
  final AddressResolverGroup<InetSocketAddress> resolvers = HttpResolvers.open(transport);
  final EventLoop loop = transport.loops().getFirst();
  final Budget budget = new Budget(100 << 20);
  final CountDownLatch over = new CountDownLatch(1);
  final FileServer server;

  Fetches() throws IOException {
    server = new FileServer();
  }

  /** Ends what still hangs; nothing may be held any more. */
  @Override
  public void close() throws IOException {
    over.countDown();
    server.close();
    assertThat(budget.held.get()).as("bytes that are still held").isZero();
    resolvers.close();
    transport.close();
  }

  MediaSettings settings() {
    return new MediaSettings(
        true,
        new DataSize(4096),
        Duration.ofSeconds(PATIENCE_SECONDS),
        3,
        List.of(server.port()),
        20,
        4,
        List.of(),
        PrivateNetworks.ALLOWED);
  }

  Media.Remote remote(String path) {
    return new Media.Remote(server.url(path), null);
  }

  static Part imageAt(String url) {
    return new Part.Image(new Media.Remote(url, null));
  }

  /** The same settings but for one of them. */
  static MediaSettings but(MediaSettings settings, String name, Object value) {
    try {
      RecordComponent[] components = MediaSettings.class.getRecordComponents();
      Class<?>[] types = new Class<?>[components.length];
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        values[i] =
            components[i].getName().equals(name)
                ? value
                : components[i].getAccessor().invoke(settings);
      }
      return MediaSettings.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  static ChatRequest request(Part... parts) {
    return ChatRequest.builder("m")
        .message(Message.System.of("be brief"))
        .message(new Message.User(List.of(parts), null, Rest.NONE))
        .build();
  }

  static Media.Inline inline(String type, byte[] body) {
    return new Media.Inline(type, Base64.getEncoder().encodeToString(body));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  WebUpstream web(AddressRule rule, AddressResolverGroup<InetSocketAddress> resolving) {
    return new WebUpstream(transport, resolving, rule, Duration.ofSeconds(3));
  }

  /** What the only image turned out to be. */
  Media image(MediaSettings settings) throws Exception {
    ChatRequest fetched = fetched(request(new Part.Image(remote("/a.png"))), settings);
    return ((Part.Image) fetched.messages().get(1).parts().getFirst()).source();
  }

  /** What the client is told of an image under this path. */
  String refusal(String path) throws Exception {
    Fault fault = failed(request(new Part.Image(remote(path))), settings());
    assertThat(violation(fault).path()).isEqualTo("messages[1].content[0].image_url.url");
    return fault.message();
  }

  static Fault.Violation violation(Fault fault) {
    assertThat(fault).isInstanceOf(Fault.InvalidRequest.class);
    return ((Fault.InvalidRequest) fault).violations().getFirst();
  }

  ChatRequest fetched(ChatRequest asked, MediaSettings settings) throws Exception {
    return fetched(asked, settings, Needs.BYTES);
  }

  ChatRequest fetched(ChatRequest asked, MediaSettings settings, Needs needs) throws Exception {
    Ended ended = end(web(MediaFetcher.rule(settings), resolvers), asked, settings, needs);
    assertThat(ended.fault()).isNull();
    return ended.request();
  }

  Fault failed(ChatRequest asked, MediaSettings settings) throws Exception {
    Fault fault =
        end(web(MediaFetcher.rule(settings), resolvers), asked, settings, Needs.BYTES).fault();
    assertThat(fault).isNotNull();
    return fault;
  }

  /** Fetches, waits for the end, and lets go of everything. */
  Ended end(WebUpstream web, ChatRequest asked, MediaSettings settings, Needs needs)
      throws Exception {
    Ended ended = new Ended();
    start(web, asked, settings, needs, ended);
    ended.over.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    loop.submit(() -> ended.fetching.close()).get();
    return ended;
  }

  void start(WebUpstream web, ChatRequest asked, MediaSettings settings, Needs needs, Ended ended)
      throws Exception {
    MediaFetcher fetcher = new MediaFetcher(web, settings, budget);
    loop.submit(() -> ended.fetching = fetcher.fetch(asked, needs, loop, ended)).get();
  }

  /** Resolves every name, each time by the next of these answers, and by the last from then on. */
  @SafeVarargs
  static AddressResolverGroup<InetSocketAddress> answering(
      AtomicInteger asked, List<String>... answers) {
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
                  throws Exception {
                List<InetAddress> found = new ArrayList<>();
                int turn = Math.min(asked.getAndIncrement(), answers.length - 1);
                for (String address : answers[turn]) {
                  found.add(InetAddress.getByName(address));
                }
                promise.setSuccess(found);
              }
            });
      }
    };
  }

  /** How a fetching ended. */
  static final class Ended implements MediaFetcher.Callback {
    final CompletableFuture<Object> over = new CompletableFuture<>();
    volatile MediaFetcher.Fetching fetching;

    @Override
    public void fetched(ChatRequest request) {
      tell(request);
    }

    @Override
    public void failed(Fault fault) {
      tell(fault);
    }

    private void tell(Object end) {
      if (!over.complete(end)) {
        throw new IllegalStateException("told twice: " + end);
      }
    }

    Fault fault() {
      return over.getNow(null) instanceof Fault fault ? fault : null;
    }

    ChatRequest request() {
      return (ChatRequest) over.getNow(null);
    }
  }

  /** Counts what is held now, and the most that was. */
  static final class Budget implements MemoryBudget {
    final AtomicLong held = new AtomicLong();
    final AtomicLong most = new AtomicLong();
    volatile long bytesMax;

    Budget(long bytesMax) {
      this.bytesMax = bytesMax;
    }

    @Override
    public boolean take(long bytes) {
      if (held.addAndGet(bytes) > bytesMax) {
        held.addAndGet(-bytes);
        return false;
      }
      most.accumulateAndGet(held.get(), Math::max);
      return true;
    }

    @Override
    public void give(long bytes) {
      held.addAndGet(-bytes);
    }
  }
}
