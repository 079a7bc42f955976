package dev.sluice.bench;

import dev.sluice.config.ServerSettings;
import dev.sluice.config.SettingsLoader;
import dev.sluice.net.LoopTicker;
import dev.sluice.net.Refusal;
import dev.sluice.net.RequestReceiver;
import dev.sluice.net.Server;
import dev.sluice.net.ServerExchange;
import dev.sluice.net.ServerHandler;
import dev.sluice.net.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A provider for measuring: answers whole at once with 1.2 KB, or streams frames of some 250 bytes
 * at a steady pace. What a stream looks like stands in the request: {@code "n_frames":500,
 * "frames_per_second":50}.
 */
final class MockUpstream implements ServerHandler {

  private static final String CHUNK =
      "data: {\"id\":\"chatcmpl-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O\",\"object\":\"chat.completion.chunk\","
          + "\"created\":1700000000,\"model\":\"mock-model-2024-07-18\",\"service_tier\":\"default\","
          + "\"system_fingerprint\":null,\"choices\":[{\"index\":0,\"delta\":{\"content\":\" tok\"},"
          + "\"logprobs\":null,\"finish_reason\":null}]}\n\n";
  private static final String LAST =
      CHUNK.replace("{\"content\":\" tok\"}", "{}").replace("reason\":null", "reason\":\"stop\"")
          + "data: [DONE]\n\n";
  private static final String ANSWER =
      "{\"id\":\"chatcmpl-abc\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"m\","
          + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
          + "word ".repeat(190)
          + "\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":56,"
          + "\"completion_tokens\":31,\"total_tokens\":87}}";

  private final ByteBuf answer = constant(ANSWER);
  private final ByteBuf chunk = constant(CHUNK);
  private final ByteBuf last = constant(LAST);
  private final Map<EventLoop, LoopTicker> tickers = new ConcurrentHashMap<>();

  private MockUpstream() {}

  /** Serves until the process is ended. */
  static void serve(int port) throws IOException, InterruptedException {
    Transport transport = Transport.open(ServerSettings.Transport.AUTO, 1);
    ServerSettings settings =
        new SettingsLoader(name -> null, List.of("bifrost")).defaults().settings().server();
    Server server = new Server(transport, new MockUpstream(), settings);
    server.listen("mock", "127.0.0.1", port, null);
    System.out.println("ready");
    Thread.currentThread().join();
  }

  @Override
  public RequestReceiver request(ServerExchange exchange) {
    return new Asked(exchange);
  }

  @Override
  public void refused(ServerExchange exchange, Refusal refusal) {
    exchange.send(HttpResponseStatus.BAD_REQUEST, new DefaultHttpHeaders(), Unpooled.buffer(0));
  }

  private static ByteBuf constant(String text) {
    return Unpooled.unreleasableBuffer(
        Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII)));
  }

  /** One request. */
  private final class Asked implements RequestReceiver, LoopTicker.Ticked {
    private final ServerExchange exchange;
    private final StringBuilder body = new StringBuilder();
    private LoopTicker.@Nullable Ticket ticket;
    private int left;
    private long nextNanos;
    private long gapNanos;

    Asked(ServerExchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public void data(ByteBuf data) {
      body.append(data.toString(StandardCharsets.UTF_8));
      data.release();
    }

    @Override
    public void end() {
      HttpHeaders headers = new DefaultHttpHeaders();
      if (body.indexOf("\"stream\":true") < 0) {
        headers.set("content-type", "application/json");
        exchange.send(HttpResponseStatus.OK, headers, answer.duplicate());
        return;
      }
      left = number("\"n_frames\":");
      gapNanos = TimeUnit.SECONDS.toNanos(1) / Math.max(1, number("\"frames_per_second\":"));
      headers.set("content-type", "text/event-stream");
      exchange.start(HttpResponseStatus.OK, headers);
      exchange.write(chunk.duplicate());
      exchange.flush();
      // Streams that begin together do not send together.
      nextNanos = System.nanoTime() + (long) (Math.random() * gapNanos);
      ticket = tickers.computeIfAbsent(exchange.eventLoop(), LoopTicker::new).add(this);
      body.setLength(0);
    }

    private int number(String name) {
      int at = body.indexOf(name) + name.length();
      int end = at;
      while (Character.isDigit(body.charAt(end))) {
        end++;
      }
      return Integer.parseInt(body, at, end, 10);
    }

    @Override
    public void tick(long nowNanos) {
      while (left > 0 && nowNanos - nextNanos >= 0) {
        nextNanos += gapNanos;
        left--;
        exchange.write((left == 0 ? last : chunk).duplicate());
        exchange.flush();
      }
      if (left == 0) {
        exchange.end();
        clientGone();
      }
    }

    @Override
    public void bodyFailed(Refusal refusal) {}

    @Override
    public void clientGone() {
      if (ticket != null) {
        ticket.remove();
      }
    }

    @Override
    public void writabilityChanged() {}
  }
}
