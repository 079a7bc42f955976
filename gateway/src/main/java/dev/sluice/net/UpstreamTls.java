package dev.sluice.net;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.io.File;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** TLS towards an upstream: its certificate and its name are always checked. */
final class UpstreamTls {

  private final SslContext context;
  private final Origin origin;

  private UpstreamTls(SslContext context, Origin origin) {
    this.context = context;
    this.origin = origin;
  }

  /** Which protocols are offered to the upstream. */
  enum Offer {
    HTTP1(List.of(ApplicationProtocolNames.HTTP_1_1)),
    HTTP2(List.of(ApplicationProtocolNames.HTTP_2)),
    BOTH(List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1));

    @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
    private final List<String> names;

    Offer(List<String> names) {
      this.names = names;
    }
  }

  /** Reads what is to be trusted; {@code null} for an origin without TLS. */
  static @Nullable UpstreamTls load(Origin origin, Offer offer) throws IOException {
    if (!origin.secure()) {
      return null;
    }
    SslContextBuilder builder = builder(offer);
    String authorities = origin.authorities();
    try {
      if (authorities != null) {
        builder.trustManager(new File(authorities));
      }
      return new UpstreamTls(builder.build(), origin);
    } catch (IllegalArgumentException | IOException e) {
      throw new IOException("cannot use the authorities in " + authorities, e);
    }
  }

  /** What the system trusts, whatever the origin. */
  static SslContext ofSystem(Offer offer) throws IOException {
    return builder(offer).build();
  }

  /** TLS towards {@code origin} by {@code context}. */
  static UpstreamTls at(Origin origin, SslContext context) {
    return new UpstreamTls(context, origin);
  }

  private static SslContextBuilder builder(Offer offer) {
    return SslContextBuilder.forClient()
        .protocols("TLSv1.3", "TLSv1.2")
        .endpointIdentificationAlgorithm("HTTPS")
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                offer.names));
  }

  SslHandler handler(Channel channel, long timeoutMillis) {
    SslHandler handler = context.newHandler(channel.alloc(), origin.host(), origin.port());
    handler.setHandshakeTimeoutMillis(timeoutMillis);
    return handler;
  }
}
