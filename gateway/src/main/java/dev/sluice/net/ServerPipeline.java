package dev.sluice.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;

/**
 * Builds a client connection's pipeline once it is known which HTTP it speaks.
 *
 * @param house what all connections share
 * @param listener the listener's name
 */
record ServerPipeline(ServerHouse house, String listener) {

  void http1(ChannelPipeline pipeline) {
    StrictRequestDecoder decoder = new StrictRequestDecoder(house.decoderConfig());
    pipeline.addLast(decoder).addLast(new Http1Connection(house, listener, decoder));
  }

  void http2(ChannelPipeline pipeline) {
    Http2Settings settings =
        Http2Settings.defaultSettings()
            .maxConcurrentStreams(house.settings.limits().h2Streams())
            .maxHeaderListSize(house.settings.limits().headers().bytes());
    pipeline
        .addLast(
            Http2FrameCodecBuilder.forServer()
                .initialSettings(settings)
                .gracefulShutdownTimeoutMillis(house.settings.drainTimeout().toMillis())
                .build())
        .addLast(new Http2MultiplexHandler(new Streams()))
        .addLast(new Http2Connection(house));
  }

  /** Sets a new stream up. */
  private final class Streams extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel stream) {
      stream
          .pipeline()
          .addLast(new Http2RequestCodec())
          .addLast(new Http2ServerStream(house, listener));
    }
  }
}
