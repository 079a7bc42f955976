package dev.sluice.dialect.bifrost;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.config.DialectSettings;
import dev.sluice.dialect.Bearer;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.FaultContext;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.MediaTypes;
import dev.sluice.dialect.ModelEntry;
import dev.sluice.dialect.OpenApi;
import dev.sluice.dialect.Operation;
import dev.sluice.dialect.Presented;
import dev.sluice.dialect.Rendered;
import dev.sluice.dialect.ReplyWriter;
import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.Served;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.Scan;
import dev.sluice.json.ScanOptions;
import dev.sluice.json.ShapeScanner;
import dev.sluice.json.Violation;
import dev.sluice.protocol.sse.SseText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;

/** The front door that speaks Maxim Bifrost's chat API. */
public final class BifrostDialect implements Dialect {

  /** The name in configuration, metrics and paths. */
  public static final String NAME = "bifrost";

  static final String CHAT_PATH = "/v1/chat/completions";
  static final String MODELS_PATH = "/v1/models";

  private static final int VIOLATIONS_MAX = 8;
  private static final AsciiString RAW_RESPONSE = AsciiString.cached("x-bf-send-back-raw-response");

  /** Where Bifrost's clients put a virtual key, beside {@code authorization}. */
  static final List<AsciiString> KEY_HEADERS =
      List.of(
          AsciiString.cached("x-bf-vk"),
          AsciiString.cached("x-api-key"),
          AsciiString.cached("x-goog-api-key"));

  private static final Operation CHAT = new Operation.Chat();
  private static final Operation MODELS = new Operation.Models(Operation.Entry.CALLERS);
  private static final Operation PAGE = new Operation.Page();
  private static final Operation UNKNOWN = new Operation.Unknown();

  private static final OpenApi API = new OpenApi(() -> BifrostApi.DESCRIPTION);

  private final ShapeScanner scanner;
  private final DialectSettings.ExtraFields extraFields;

  /**
   * The dialect.
   *
   * @param jsonDepthMax how deep a request may nest
   */
  public BifrostDialect(DialectSettings.BifrostSettings settings, int jsonDepthMax) {
    this.extraFields = settings.extraFields();
    this.scanner =
        new ShapeScanner(
            BifrostFields.REQUEST,
            new ScanOptions(jsonDepthMax, VIOLATIONS_MAX, ScanOptions.Duplicates.REFUSED));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Operation operation(HttpMethod method, String path) {
    return switch (path) {
      case CHAT_PATH -> Operation.posted(method, CHAT);
      case MODELS_PATH -> Operation.read(method, MODELS);
      case OpenApi.PATH -> Operation.read(method, PAGE);
      default -> UNKNOWN;
    };
  }

  @Override
  public Presented presented(RequestHead head) {
    HttpHeaders headers = head.headers();
    for (int i = 0; i < KEY_HEADERS.size(); i++) {
      String value = headers.get(KEY_HEADERS.get(i));
      if (value != null && !value.isBlank()) {
        return new Presented.Key(value.strip());
      }
    }
    return Bearer.presented(headers);
  }

  @Override
  public void checkHead(RequestHead head) {
    MediaTypes.requireJson(head.headers());
  }

  @Override
  public Inquiry read(RequestHead head, ByteBuf body) {
    int from = body.arrayOffset() + body.readerIndex();
    int to = from + body.readableBytes();
    Scan scan;
    try {
      scan = scanner.scan(body.array(), from, to);
    } catch (MalformedJson e) {
      throw new GatewayException(new Fault.MalformedBody(e.reason(), e.offset()));
    }
    if (!scan.violations().isEmpty()) {
      List<Fault.Violation> told = new ArrayList<>();
      for (Violation violation : scan.violations()) {
        told.add(
            new Fault.Violation(violation.path(), violation.words(), violation.offset(), null));
      }
      throw new GatewayException(new Fault.InvalidRequest(told));
    }
    return new BifrostInquiry(scan, to);
  }

  @Override
  public ReplyWriter reply(RequestHead head, Inquiry inquiry, Served served) {
    String raw = head.headers().get(RAW_RESPONSE);
    return new BifrostReply(
        (BifrostInquiry) inquiry,
        served,
        extraFields,
        "true".equalsIgnoreCase(raw)
            ? BifrostReply.RawResponse.WANTED
            : BifrostReply.RawResponse.UNWANTED);
  }

  @Override
  public Rendered fault(Fault fault, FaultContext context) {
    return BifrostFaults.render(fault, context);
  }

  @Override
  public ByteBuf broken(Fault fault, FaultContext context, ByteBufAllocator alloc) {
    byte[] data = BifrostFaults.body(fault, context);
    ByteBuf out = alloc.directBuffer(data.length + 16);
    SseText.writeData(data, out);
    return out;
  }

  @Override
  public Rendered models(RequestHead head, List<ModelEntry> models) {
    return BifrostModels.page(head.query(), models);
  }

  @Override
  public Rendered page(RequestHead head) {
    return API.page(head);
  }
}
