package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers requests as their path says.
 *
 * <ul>
 *   <li>{@code /early…}: at once, {@code /early-big} at length, whatever body is on its way
 *   <li>{@code /held…}: when the test says so
 *   <li>{@code /stream-N}: N lines as a stream, after the request's end
 *   <li>{@code /open-N}: N lines as a stream that does not end
 *   <li>{@code /endless}: a stream as long as the client takes it
 *   <li>{@code /big-N}: N bytes whole
 *   <li>{@code /broken}: a stream that breaks off
 *   <li>{@code /unwanted}: without asking for a body that waits to be asked for
 *   <li>{@code /meddling}: with headers that are not the handler's to give
 *   <li>{@code /splitting}: with a header that holds a line's end
 *   <li>{@code /memoryless}: not at all, since there is no memory for it
 *   <li>{@code /status-N}: with this status
 *   <li>anything else: with what was asked, in words
 * </ul>
 */
final class Answers implements ServerHandler {

  private static final String BIG = "x".repeat(30_000_000);
  private static final int PIECE_BYTES = 64 * 1024;
  private static final long WAIT_SECONDS_MAX = 10;

  /** Requests that wait for the test's answer. */
  final BlockingQueue<ServerExchange> held = new LinkedBlockingQueue<>();

  /** What befell bodies and clients. */
  final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  /** Requests that arrived. */
  final AtomicInteger requests = new AtomicInteger();

  /** What endless streams have written. */
  final AtomicLong writtenBytes = new AtomicLong();

  @Override
  public RequestReceiver request(ServerExchange exchange) {
    requests.incrementAndGet();
    String uri = exchange.uri();
    if (!uri.startsWith("/unwanted")) {
      exchange.continueBody();
    }
    Reception reception = new Reception(exchange);
    if (uri.startsWith("/early") || uri.startsWith("/unwanted")) {
      send(exchange, HttpResponseStatus.OK, uri.equals("/early-big") ? BIG : "early");
    }
    return reception;
  }

  @Override
  public void refused(ServerExchange exchange, Refusal refusal) {
    HttpResponseStatus status =
        switch (refusal) {
          case MALFORMED -> HttpResponseStatus.BAD_REQUEST;
          case URI_TOO_LONG -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
          case HEADERS_TOO_LARGE -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
          case TOO_SLOW -> HttpResponseStatus.REQUEST_TIMEOUT;
          case STOPPING, OUT_OF_MEMORY -> HttpResponseStatus.SERVICE_UNAVAILABLE;
          case EXPECTATION_FAILED -> HttpResponseStatus.EXPECTATION_FAILED;
          case VERSION_UNSUPPORTED -> HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED;
        };
    send(exchange, status, refusal.name());
  }

  /** The next request that waits for an answer. */
  ServerExchange nextHeld() throws InterruptedException {
    ServerExchange exchange = held.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    if (exchange == null) {
      throw new AssertionError("no request came that is to be held");
    }
    return exchange;
  }

  /** The next thing that befell a body or a client. */
  String nextEvent() throws InterruptedException {
    String event = events.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("nothing happened");
    }
    return event;
  }

  /** Answers a held request. */
  static void release(ServerExchange exchange) {
    exchange
        .eventLoop()
        .execute(() -> send(exchange, HttpResponseStatus.OK, "released " + exchange.uri()));
  }

  /** What becomes of a whole answer to a request whose answer has been started. */
  static String sentBehindAStart(ServerExchange exchange) {
    ByteBuf body = Unpooled.buffer().writeZero(100_000);
    return CompletableFuture.supplyAsync(
            () -> {
              String become;
              try {
                exchange.send(HttpResponseStatus.OK, new DefaultHttpHeaders(), body);
                become = "sent";
              } catch (IllegalStateException _) {
                become = "refused";
              }
              return become + (body.refCnt() == 0 ? " and released" : " and kept");
            },
            exchange.eventLoop())
        .join();
  }

  static void send(ServerExchange exchange, HttpResponseStatus status, String text) {
    exchange.send(
        status, new DefaultHttpHeaders(), Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
  }

  /** One request's body, and its answer. */
  private final class Reception implements RequestReceiver {
    private final ServerExchange exchange;
    private final ByteBuf body = Unpooled.buffer();
    private boolean endless;

    Reception(ServerExchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public void data(ByteBuf data) {
      body.writeBytes(data);
      data.release();
    }

    @Override
    public void end() {
      String uri = exchange.uri();
      if (exchange.started()) {
        return;
      }
      if (uri.startsWith("/held")) {
        held.add(exchange);
      } else if (uri.startsWith("/stream-")) {
        lines(number());
        exchange.end();
      } else if (uri.startsWith("/open-")) {
        lines(number());
        exchange.flush();
        held.add(exchange);
      } else if (uri.equals("/endless")) {
        endless = true;
        exchange.start(HttpResponseStatus.OK, new DefaultHttpHeaders());
        writabilityChanged();
      } else if (uri.startsWith("/big-")) {
        exchange.send(
            HttpResponseStatus.OK,
            new DefaultHttpHeaders(),
            exchange.alloc().buffer(number()).writeZero(number()));
      } else if (uri.startsWith("/heap-")) {
        exchange.send(
            HttpResponseStatus.OK,
            new DefaultHttpHeaders(),
            exchange.alloc().heapBuffer(number()).writeZero(number()));
      } else if (uri.equals("/memoryless")) {
        throw new OutOfMemoryError("none left, says the test");
      } else if (uri.equals("/broken")) {
        lines(2);
        exchange.flush();
        exchange.eventLoop().execute(exchange::abort);
      } else if (uri.equals("/meddling")) {
        exchange.send(
            HttpResponseStatus.OK,
            meddling(),
            Unpooled.copiedBuffer("abc".getBytes(StandardCharsets.US_ASCII)));
      } else if (uri.equals("/splitting")) {
        HttpHeaders headers = unchecked();
        headers.add("x-mine", "a\r\nx-split: b");
        exchange.send(HttpResponseStatus.OK, headers, Unpooled.EMPTY_BUFFER);
      } else if (uri.startsWith("/status-")) {
        send(exchange, HttpResponseStatus.valueOf(number()), "");
      } else {
        send(exchange, HttpResponseStatus.OK, words());
      }
    }

    private int number() {
      return Integer.parseInt(exchange.uri().substring(exchange.uri().indexOf('-') + 1));
    }

    private void lines(int count) {
      exchange.start(HttpResponseStatus.OK, new DefaultHttpHeaders());
      for (int i = 0; i < count; i++) {
        exchange.write(Unpooled.copiedBuffer("line " + i + "\n", StandardCharsets.US_ASCII));
      }
    }

    private String words() {
      return exchange.method() + " " + exchange.uri() + " " + body.toString(StandardCharsets.UTF_8);
    }

    private static HttpHeaders unchecked() {
      return DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    }

    private static HttpHeaders meddling() {
      HttpHeaders headers = unchecked();
      headers.add("connection", "upgrade, x-private");
      headers.add("keep-alive", "timeout=1");
      headers.add("proxy-connection", "keep-alive");
      headers.add("transfer-encoding", "gzip, chunked");
      headers.add("upgrade", "h2c");
      headers.add("content-length", "17");
      headers.add("date", "yesterday");
      return headers;
    }

    @Override
    public void bodyFailed(Refusal refusal) {
      events.add("body " + refusal);
      if (!exchange.started()) {
        refused(exchange, refusal);
      }
    }

    @Override
    public void clientGone() {
      events.add("gone " + exchange.uri());
    }

    @Override
    public void serverStops() {
      events.add("stopped " + exchange.uri());
      if (exchange.uri().startsWith("/open-")) {
        exchange.write(Unpooled.copiedBuffer("stopped\n", StandardCharsets.US_ASCII));
        exchange.end();
      }
    }

    @Override
    public void writabilityChanged() {
      while (endless && exchange.isWritable()) {
        exchange.write(exchange.alloc().directBuffer(PIECE_BYTES).writeZero(PIECE_BYTES));
        exchange.flush();
        writtenBytes.addAndGet(PIECE_BYTES);
      }
    }
  }
}
