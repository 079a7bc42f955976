package dev.sluice.dialect.poolside;

import dev.sluice.chat.Fault;
import dev.sluice.config.DialectSettings;
import dev.sluice.dialect.Bearer;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.FaultContext;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.ModelEntry;
import dev.sluice.dialect.Operation;
import dev.sluice.dialect.Presented;
import dev.sluice.dialect.Rendered;
import dev.sluice.dialect.ReplyWriter;
import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.Served;
import dev.sluice.protocol.sse.SseText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The front door that speaks poolside's OpenAI-compatible API. */
public final class PoolsideDialect implements Dialect {

  /** The name in configuration, metrics and paths. */
  public static final String NAME = "poolside";

  private static final byte[] ERROR_EVENT = "event: error\n".getBytes(StandardCharsets.US_ASCII);

  private static final Operation CHAT = new Operation.Chat();
  private static final Operation MODELS = new Operation.Models(Operation.Entry.CALLERS);
  private static final Operation PAGE = new Operation.Page();
  private static final Operation UNKNOWN = new Operation.Unknown();

  private final PoolsideRequests requests;
  private final DialectSettings.PoolsideSettings settings;

  /**
   * The dialect.
   *
   * @param jsonDepthMax how deep a request may nest
   */
  public PoolsideDialect(DialectSettings.PoolsideSettings settings, int jsonDepthMax) {
    this.requests = new PoolsideRequests(jsonDepthMax);
    this.settings = settings;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> ownPaths() {
    return List.of("/openai");
  }

  @Override
  public Operation operation(HttpMethod method, String path) {
    return switch (path) {
      case "/openai/v1/chat/completions" -> Operation.posted(method, CHAT);
      case "/openai/v1/models" -> Operation.read(method, MODELS);
      default -> {
        if (!SchemaPages.has(path)) {
          yield UNKNOWN;
        }
        yield Operation.read(method, PAGE);
      }
    };
  }

  @Override
  public Presented presented(RequestHead head) {
    return Bearer.presented(head.headers());
  }

  @Override
  public void checkHead(RequestHead head) {
    PoolsideRequests.requireJson(head.headers());
  }

  @Override
  public Inquiry read(RequestHead head, ByteBuf body) {
    int from = body.arrayOffset() + body.readerIndex();
    int to = from + body.readableBytes();
    return new PoolsideInquiry(requests.scan(body.array(), from, to), to);
  }

  @Override
  public ReplyWriter reply(RequestHead head, Inquiry inquiry, Served served) {
    return new PoolsideReply(head, inquiry, served, settings);
  }

  @Override
  public Rendered fault(Fault fault, FaultContext context) {
    return PoolsideFaults.render(fault, context.head());
  }

  @Override
  public ByteBuf broken(Fault fault, FaultContext context, ByteBufAllocator alloc) {
    byte[] data = PoolsideFaults.event(fault);
    ByteBuf out = alloc.directBuffer(ERROR_EVENT.length + data.length + 16);
    out.writeBytes(ERROR_EVENT);
    SseText.writeData(data, out);
    return out;
  }

  @Override
  public Rendered models(RequestHead head, List<ModelEntry> models) {
    return PoolsideModels.list(head, models);
  }

  @Override
  public Rendered page(RequestHead head) {
    return SchemaPages.page(head);
  }
}
