package dev.sluice.provider.media;

import dev.sluice.config.MediaSettings;
import dev.sluice.net.Origin;
import dev.sluice.net.UpstreamCall;
import dev.sluice.net.UpstreamFailure;
import dev.sluice.net.UpstreamListener;
import dev.sluice.net.UpstreamRequest;
import dev.sluice.net.WebUpstream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way, over redirects, each of which is looked at as the first address was. Owned
 * by its event loop.
 */
final class Download implements UpstreamListener {

  private final WebUpstream web;
  private final MediaSettings settings;
  private final EventLoop loop;
  private final Ending ending;
  private final Gathered gathered;

  private @Nullable WebAddress at;
  private @Nullable UpstreamCall call;
  private int redirects;
  private boolean over;

  /** Told once how it ends, unless it was cancelled; never while {@link #begin} runs. */
  interface Ending {

    /** All of it is here. */
    void complete(Gathered gathered);

    /**
     * It is not to be had.
     *
     * @param reason a sentence's end behind "could not be fetched: ", without a part of the address
     */
    void unavailable(String reason);

    /** All files together hold too much. */
    void noRoom();
  }

  Download(
      WebUpstream web, MediaSettings settings, MemoryBudget budget, EventLoop loop, Ending ending) {
    this.web = web;
    this.settings = settings;
    this.loop = loop;
    this.ending = ending;
    this.gathered = new Gathered(budget, settings.maxBytes().intBytes());
  }

  /** What is wrong with an address before anything is asked; {@code null} for nothing. */
  static @Nullable String wrong(WebAddress address, MediaSettings settings) {
    if (!settings.ports().contains(address.port())) {
      return "the address names a port that is not gone to";
    }
    List<String> allowed = settings.allow();
    for (String pattern : allowed) {
      if (isLike(address.host(), pattern)) {
        return null;
      }
    }
    return allowed.isEmpty() ? null : "the address names a host that is not gone to";
  }

  /** A pattern is a name, or {@code *.} and what a name must end in. */
  private static boolean isLike(String host, String pattern) {
    return pattern.startsWith("*.")
        ? host.length() > pattern.length() - 1
            && host.regionMatches(
                true, host.length() - pattern.length() + 1, pattern, 1, pattern.length() - 1)
        : host.equalsIgnoreCase(pattern);
  }

  /** Begins with an address that nothing is wrong with. */
  void begin(WebAddress address) {
    at = address;
    HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
    headers.set(HttpHeaderNames.USER_AGENT, "sluice");
    headers.set(HttpHeaderNames.ACCEPT, "*/*");
    headers.set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
    call =
        web.call(
            loop,
            new Origin(address.secure(), address.host(), address.port(), null, null),
            new UpstreamRequest(HttpMethod.GET, address.target(), headers, Unpooled.EMPTY_BUFFER),
            this);
  }

  /** Gives up; nothing is told any more. Idempotent. */
  void cancel() {
    over = true;
    gathered.close();
    hangUp();
  }

  private void hangUp() {
    UpstreamCall held = call;
    call = null;
    if (held != null) {
      held.cancel();
    }
  }

  private void unavailable(String reason) {
    if (!over) {
      cancel();
      ending.unavailable(reason);
    }
  }

  @Override
  public void connected() {}

  @Override
  public void head(HttpResponseStatus status, HttpHeaders headers) {
    if (over) {
      return;
    }
    switch (status.code()) {
      case 200 -> body(headers);
      case 301, 302, 303, 307, 308 -> redirect(headers.getAll(HttpHeaderNames.LOCATION));
      default -> unavailable("its server answered with status " + status.code());
    }
  }

  private void body(HttpHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding != null && !HttpHeaderValues.IDENTITY.contentEqualsIgnoreCase(encoding.strip())) {
      unavailable("its server sent it compressed, which was not asked for");
      return;
    }
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    // The connection has seen to it that this is one plain number, if it is there.
    if (length != null && isMore(length.strip(), settings.maxBytes().bytes())) {
      tooLarge();
    }
  }

  private static boolean isMore(String digits, long most) {
    try {
      return Long.parseLong(digits) > most;
    } catch (NumberFormatException _) {
      return true;
    }
  }

  private void tooLarge() {
    unavailable("it is larger than " + settings.maxBytes().bytes() + " bytes");
  }

  private void redirect(List<String> locations) {
    WebAddress from = at;
    if (from == null || locations.size() != 1) {
      unavailable("its server redirects to nowhere");
      return;
    }
    if (redirects == settings.redirects()) {
      unavailable("its server redirects more than " + settings.redirects() + " times");
      return;
    }
    switch (from.follow(locations.getFirst())) {
      case WebAddress.Read.Bad bad ->
          unavailable("its server redirects to an address that " + bad.reason());
      case WebAddress.Read.Good good -> {
        String wrong = wrong(good.address(), settings);
        if (from.secure() && !good.address().secure()) {
          unavailable("its server redirects from https to http");
        } else if (wrong != null) {
          unavailable("its server redirects, and " + wrong);
        } else {
          redirects++;
          hangUp();
          begin(good.address());
        }
      }
    }
  }

  @Override
  public void data(ByteBuf data) {
    try {
      if (over) {
        return;
      }
      switch (gathered.add(data)) {
        case KEPT -> {}
        case TOO_LARGE -> tooLarge();
        case NO_ROOM -> {
          cancel();
          ending.noRoom();
        }
      }
    } finally {
      data.release();
    }
  }

  @Override
  public void readComplete() {}

  @Override
  public void end() {
    if (over) {
      return;
    }
    call = null;
    over = true;
    ending.complete(gathered);
  }

  @Override
  public void failed(UpstreamFailure failure) {
    call = null;
    unavailable(
        switch (failure.kind()) {
          case UNRESOLVED -> "its host has no address";
          case ADDRESS_REFUSED -> "its host is on a network that is not gone to";
          case CONNECT_FAILED, POOL_EXHAUSTED -> "its host cannot be connected to";
          case CONNECT_TIMEOUT -> "its host cannot be connected to in time";
          case TLS_FAILED -> "no secure connection to its host can be made";
          case CLOSED_BEFORE_ANSWER -> "its server did not answer";
          case CLOSED_WITHIN_ANSWER -> "its server broke off";
          case PROTOCOL_ERROR -> "its server's answer is not valid HTTP";
        });
  }
}
