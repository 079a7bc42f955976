package dev.sluice.http;

import dev.sluice.net.ServerExchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.SocketAddress;

/** An exchange with a web page, whose response says that the page may read it. */
final class CorsExchange implements ServerExchange {

  private final ServerExchange exchange;
  private final String origin;

  CorsExchange(ServerExchange exchange, String origin) {
    this.exchange = exchange;
    this.origin = origin;
  }

  private HttpHeaders shared(HttpHeaders headers) {
    headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, "*");
    headers.add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
    return headers;
  }

  @Override
  public void send(HttpResponseStatus status, HttpHeaders headers, ByteBuf body) {
    exchange.send(status, shared(headers), body);
  }

  @Override
  public void start(HttpResponseStatus status, HttpHeaders headers) {
    exchange.start(status, shared(headers));
  }

  @Override
  public EventLoop eventLoop() {
    return exchange.eventLoop();
  }

  @Override
  public ByteBufAllocator alloc() {
    return exchange.alloc();
  }

  @Override
  public HttpMethod method() {
    return exchange.method();
  }

  @Override
  public String uri() {
    return exchange.uri();
  }

  @Override
  public HttpHeaders headers() {
    return exchange.headers();
  }

  @Override
  public SocketAddress remoteAddress() {
    return exchange.remoteAddress();
  }

  @Override
  public String listener() {
    return exchange.listener();
  }

  @Override
  public boolean secure() {
    return exchange.secure();
  }

  @Override
  public boolean isWritable() {
    return exchange.isWritable();
  }

  @Override
  public boolean started() {
    return exchange.started();
  }

  @Override
  public void continueBody() {
    exchange.continueBody();
  }

  @Override
  public void write(ByteBuf data) {
    exchange.write(data);
  }

  @Override
  public void flush() {
    exchange.flush();
  }

  @Override
  public void end() {
    exchange.end();
  }

  @Override
  public void abort() {
    exchange.abort();
  }

  @Override
  public void closeAfter() {
    exchange.closeAfter();
  }
}
