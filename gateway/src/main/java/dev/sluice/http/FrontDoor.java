package dev.sluice.http;

import dev.sluice.access.Caller;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.FaultContext;
import dev.sluice.dialect.Operation;
import dev.sluice.dialect.Rendered;
import dev.sluice.dialect.RequestHead;
import dev.sluice.engine.Engine;
import dev.sluice.engine.Headers;
import dev.sluice.engine.ModelListing;
import dev.sluice.net.DirectMemory;
import dev.sluice.net.Refusal;
import dev.sluice.net.RequestReceiver;
import dev.sluice.net.ServerExchange;
import dev.sluice.net.ServerHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Every request's first room: finds the dialect that answers, holds the bounds on bodies and on
 * requests under way, and answers health checks itself. Shared by all event loops.
 */
public final class FrontDoor implements ServerHandler {

  private static final Duration OVERLOAD_RETRY = Duration.ofSeconds(1);

  private final Doors doors;
  private final Engine engine;
  private final ModelListing listing;
  private final Health health;
  private final Bounds bounds;
  private final DirectMemory memory;
  private final Cors cors;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * Bounds on requests.
   *
   * @param bodyBytesMax the largest body
   * @param requestsMax the most requests under way
   */
  public record Bounds(int bodyBytesMax, int requestsMax) {}

  /**
   * A front door.
   *
   * @param memory where that is short, nobody is let in
   * @param origins of web pages that may call; {@code *} for all
   */
  public FrontDoor(
      Doors doors,
      Engine engine,
      ModelListing listing,
      Health health,
      Bounds bounds,
      DirectMemory memory,
      List<String> origins) {
    this.doors = doors;
    this.engine = engine;
    this.listing = listing;
    this.health = health;
    this.bounds = bounds;
    this.memory = memory;
    this.cors = new Cors(origins);
  }

  /** Requests under way. */
  public int underWay() {
    return underWay.get();
  }

  @Override
  public RequestReceiver request(ServerExchange exchange) {
    String origin = cors.origin(exchange);
    if (origin == null) {
      return enter(exchange);
    }
    CorsExchange shared = new CorsExchange(exchange, origin);
    if (Cors.isPreflight(exchange)) {
      String requestId = RequestIds.choose(exchange.headers().get(Headers.REQUEST_ID));
      send(shared, requestId, Cors.preflight(exchange));
      return Ignoring.INSTANCE;
    }
    return enter(shared);
  }

  private RequestReceiver enter(ServerExchange exchange) {
    long startedNanos = System.nanoTime();
    String uri = exchange.uri();
    int question = uri.indexOf('?');
    String path = question < 0 ? uri : uri.substring(0, question);
    Rendered healthy =
        doors.isOwned(exchange.listener()) ? null : health.answer(exchange.method(), path);
    if (healthy != null) {
      exchange.send(healthy.status(), healthy.headers(), Unpooled.wrappedBuffer(healthy.body()));
      return Ignoring.INSTANCE;
    }
    Doors.Door door = doors.find(exchange, path);
    Dialect dialect = door.dialect();
    RequestHead head = head(exchange, door, question < 0 ? "" : uri.substring(question + 1));
    Operation operation = dialect.operation(exchange.method(), head.path());
    return switch (operation) {
      case Operation.Chat _ -> chat(exchange, dialect, head, startedNanos);
      case Operation.Models models -> models(exchange, dialect, head, models.entry());
      case Operation.Page _ -> page(exchange, dialect, head);
      case Operation.Unknown _ ->
          refuse(
              exchange,
              dialect,
              head,
              new Fault.UnknownPath(
                  "there is no " + exchange.method().name() + " " + shown(path) + " here"));
      case Operation.WrongMethod wrong ->
          refuse(
              exchange,
              dialect,
              head,
              new Fault.MethodNotAllowed(
                  exchange.method().name()
                      + " is not allowed here; use "
                      + String.join(" or ", wrong.allowed()),
                  wrong.allowed()));
    };
  }

  private RequestReceiver chat(
      ServerExchange exchange, Dialect dialect, RequestHead head, long startedNanos) {
    Caller caller;
    try {
      caller = engine.serving().access().admit(dialect.presented(head));
      dialect.checkHead(head);
    } catch (GatewayException e) {
      return refuse(exchange, dialect, head, e.fault());
    }
    long length = contentLength(head.headers());
    if (length > bounds.bodyBytesMax()) {
      return refuse(exchange, dialect, head, tooLarge());
    }
    if (memory.isShort()) {
      return refuse(exchange, dialect, head, outOfMemory());
    }
    if (underWay.incrementAndGet() > bounds.requestsMax()) {
      underWay.decrementAndGet();
      return refuse(
          exchange,
          dialect,
          head,
          new Fault.Overloaded("the gateway is busy; try again soon", OVERLOAD_RETRY));
    }
    exchange.continueBody();
    Engine.Visitor visitor = new Engine.Visitor(exchange, dialect, head, caller, startedNanos);
    return new Visit(this, visitor, length);
  }

  private RequestReceiver models(
      ServerExchange exchange, Dialect dialect, RequestHead head, Operation.Entry entry) {
    if (entry == Operation.Entry.CALLERS) {
      try {
        engine.serving().access().admit(dialect.presented(head));
      } catch (GatewayException e) {
        return refuse(exchange, dialect, head, e.fault());
      }
    }
    listing.list(
        exchange.eventLoop(),
        models -> {
          Rendered rendered;
          try {
            rendered = dialect.models(head, models);
          } catch (GatewayException e) {
            rendered = dialect.fault(e.fault(), FaultContext.of(head));
          }
          send(exchange, head.requestId(), rendered);
        });
    return Ignoring.INSTANCE;
  }

  private RequestReceiver page(ServerExchange exchange, Dialect dialect, RequestHead head) {
    Rendered rendered;
    try {
      rendered = dialect.page(head);
    } catch (GatewayException e) {
      rendered = dialect.fault(e.fault(), FaultContext.of(head));
    }
    send(exchange, head.requestId(), rendered);
    return Ignoring.INSTANCE;
  }

  @Override
  public void refused(ServerExchange exchange, Refusal refusal) {
    Fault fault =
        switch (refusal) {
          case MALFORMED -> new Fault.BadHttp("the request is not well-formed HTTP");
          case URI_TOO_LONG -> new Fault.UriTooLong("the request line is too long");
          case HEADERS_TOO_LARGE -> new Fault.HeadersTooLarge("the headers are too large");
          case TOO_SLOW -> new Fault.RequestTooSlow("the request did not arrive in time");
          case OUT_OF_MEMORY -> outOfMemory();
          case STOPPING -> stopping();
          case EXPECTATION_FAILED ->
              new Fault.ExpectationFailed("only 100-continue can be expected");
          case VERSION_UNSUPPORTED -> new Fault.BadHttp("this HTTP version is not spoken here");
        };
    String uri = exchange.uri();
    int question = uri.indexOf('?');
    Doors.Door door = doors.find(exchange, question < 0 ? uri : uri.substring(0, question));
    refuse(exchange, door.dialect(), head(exchange, door, ""), fault);
  }

  RequestReceiver refuse(ServerExchange exchange, Dialect dialect, RequestHead head, Fault fault) {
    send(exchange, head.requestId(), dialect.fault(fault, FaultContext.of(head)));
    return Ignoring.INSTANCE;
  }

  private static RequestHead head(ServerExchange exchange, Doors.Door door, String query) {
    return new RequestHead(
        door.entrance(),
        query,
        exchange.secure() ? "https" : "http",
        exchange.headers(),
        RequestIds.choose(exchange.headers().get(Headers.REQUEST_ID), door.dialect()));
  }

  Engine engine() {
    return engine;
  }

  int bodyBytesMax() {
    return bounds.bodyBytesMax();
  }

  Fault tooLarge() {
    return new Fault.BodyTooLarge(
        "the request body is larger than " + bounds.bodyBytesMax() + " bytes",
        bounds.bodyBytesMax());
  }

  private static Fault outOfMemory() {
    return new Fault.Overloaded("the gateway is out of memory; try again soon", OVERLOAD_RETRY);
  }

  /** What is told where the gateway stops before an answer has ended. */
  static Fault stopping() {
    return new Fault.Overloaded("the gateway stops; try again soon", OVERLOAD_RETRY);
  }

  void left() {
    underWay.decrementAndGet();
  }

  private static void send(ServerExchange exchange, String requestId, Rendered rendered) {
    HttpHeaders headers = rendered.headers();
    headers.set(Headers.REQUEST_ID, requestId);
    ByteBuf body = exchange.alloc().buffer(Math.max(1, rendered.body().length));
    exchange.send(rendered.status(), headers, body.writeBytes(rendered.body()));
  }

  private static long contentLength(HttpHeaders headers) {
    String value = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (value == null) {
      return -1;
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException _) {
      return Long.MAX_VALUE;
    }
  }

  private static String shown(String path) {
    int most = 200;
    return path.length() <= most ? path : path.substring(0, most) + "…";
  }

  /** Takes the rest of a request that has been answered. */
  private enum Ignoring implements RequestReceiver {
    INSTANCE;

    @Override
    public void data(ByteBuf data) {
      data.release();
    }

    @Override
    public void end() {}

    @Override
    public void bodyFailed(Refusal refusal) {}

    @Override
    public void clientGone() {}

    @Override
    public void serverStops() {}

    @Override
    public void writabilityChanged() {}
  }
}
