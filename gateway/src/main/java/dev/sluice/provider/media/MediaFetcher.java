package dev.sluice.provider.media;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.config.MediaSettings;
import dev.sluice.net.AddressRule;
import dev.sluice.net.Transport;
import dev.sluice.net.WebUpstream;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Fetches images and documents that a request names by their address, where the target's provider
 * takes only bytes.
 *
 * <p>An address comes from a stranger, and the gateway stands where strangers may not go. So it is
 * read strictly, its host's name is looked up once, and the connection goes to one of the addresses
 * that were found and judged, not to the name. Nothing of the client's or of the operator's is sent
 * along, and nothing of what the server says is shown but its status. Safe for all event loops.
 */
public final class MediaFetcher {

  /** How long one connection may take. */
  private static final Duration CONNECT = Duration.ofSeconds(3);

  private final WebUpstream web;
  private final MediaSettings settings;
  private final MemoryBudget budget;

  /**
   * A fetcher.
   *
   * @param web asks {@link #rule} for every address before it is connected to
   * @param budget bounds what files hold together
   */
  MediaFetcher(WebUpstream web, MediaSettings settings, MemoryBudget budget) {
    this.web = web;
    this.settings = settings;
    this.budget = budget;
  }

  /**
   * A fetcher.
   *
   * @param budget bounds what files hold together
   */
  public static MediaFetcher open(
      Transport transport,
      AddressResolverGroup<InetSocketAddress> resolvers,
      MediaSettings settings,
      MemoryBudget budget) {
    WebUpstream web = new WebUpstream(transport, resolvers, rule(settings), CONNECT);
    return new MediaFetcher(web, settings, budget);
  }

  /** Which addresses may be connected to. */
  static AddressRule rule(MediaSettings settings) {
    boolean wide = settings.privateNetworks() == MediaSettings.PrivateNetworks.ALLOWED;
    return address ->
        switch (AddressScope.of(address)) {
          case PUBLIC -> true;
          case PRIVATE -> wide;
          case NEVER -> false;
        };
  }

  /** Told once how it ends, on the event loop, unless the fetching was closed before. */
  public interface Callback {

    /**
     * All is there.
     *
     * @param request as it was asked, with bytes in place of addresses that are in need of it
     */
    void fetched(ChatRequest request);

    /** Something is not to be had, or may not be. */
    void failed(Fault fault);
  }

  /** Files on their way, and the memory they hold afterwards. Owned by its event loop. */
  public interface Fetching {

    /**
     * Gives up what is on its way, of which nothing is told any more, and the claim on memory. To
     * be called in any case, when the request that was made of the files is gone. Idempotent.
     */
    void close();
  }

  /**
   * Fetches what {@code needs} asks for, and sees to it that what came with the request is base 64
   * and of the media type that it is said to be.
   *
   * @param loop owns the fetching; must be the current thread's
   * @param callback told perhaps before this returns: where there is nothing to fetch
   */
  public Fetching fetch(ChatRequest request, Needs needs, EventLoop loop, Callback callback) {
    assert loop.inEventLoop();
    MediaFetch fetch = new MediaFetch(request, loop, callback);
    try {
      fetch.collect(settings.fetch() ? needs : Needs.NONE, settings);
    } catch (GatewayException e) {
      callback.failed(e.fault());
      return fetch;
    }
    fetch.begin(settings, ending -> new Download(web, settings, budget, loop, ending), budget);
    return fetch;
  }
}
