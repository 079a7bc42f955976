package dev.sluice.net;

import dev.sluice.config.ServerSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** TLS towards clients, with HTTP/2 by ALPN (RFC 7301). */
final class ServerTls {

  private final SslContext context;

  private ServerTls(SslContext context) {
    this.context = context;
  }

  static ServerTls load(ServerSettings.TlsSettings tls, boolean http2) throws IOException {
    List<String> protocols = new ArrayList<>();
    if (http2) {
      protocols.add(ApplicationProtocolNames.HTTP_2);
    }
    protocols.add(ApplicationProtocolNames.HTTP_1_1);
    try {
      return new ServerTls(
          SslContextBuilder.forServer(new File(tls.certificate()), new File(tls.key()))
              .protocols("TLSv1.3", "TLSv1.2")
              // HTTP/2 forbids the older ones (RFC 9113, section 9.2.2), and nobody needs them.
              .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
              .applicationProtocolConfig(
                  new ApplicationProtocolConfig(
                      ApplicationProtocolConfig.Protocol.ALPN,
                      ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                      ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                      protocols))
              .build());
    } catch (IllegalArgumentException | IOException e) {
      throw new IOException(
          "cannot use certificate " + tls.certificate() + " with key " + tls.key(), e);
    }
  }

  void secure(Channel channel, ServerPipeline next) {
    SslHandler handler = context.newHandler(channel.alloc());
    handler.setHandshakeTimeoutMillis(next.house().settings.timeouts().header().toMillis());
    channel.pipeline().addLast(handler).addLast(new Negotiated(next));
  }

  /** Goes on with the protocol that was agreed on. */
  private static final class Negotiated extends ApplicationProtocolNegotiationHandler {
    private final ServerPipeline next;

    Negotiated(ServerPipeline next) {
      super(ApplicationProtocolNames.HTTP_1_1);
      this.next = next;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
      ChannelPipeline pipeline = ctx.pipeline();
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        next.http2(pipeline);
      } else {
        next.http1(pipeline);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
      if (event == Server.Event.DRAIN) {
        // No request has come before the handshake has ended.
        ctx.close();
        return;
      }
      super.userEventTriggered(ctx, event);
    }

    @Override
    protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
