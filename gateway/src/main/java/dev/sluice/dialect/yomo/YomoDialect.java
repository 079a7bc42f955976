package dev.sluice.dialect.yomo;

import dev.sluice.chat.Fault;
import dev.sluice.chat.Fault.Unauthenticated.Reason;
import dev.sluice.chat.GatewayException;
import dev.sluice.config.DialectSettings.YomoSettings;
import dev.sluice.config.Secret;
import dev.sluice.dialect.Bearer;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.FaultContext;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.MediaTypes;
import dev.sluice.dialect.ModelEntry;
import dev.sluice.dialect.OpenAiModels;
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
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The front door that speaks YoMo's LLM Bridge API. */
public final class YomoDialect implements Dialect {

  /** The name in configuration, metrics and paths. */
  public static final String NAME = "yomo";

  static final String CHAT_PATH = "/v1/chat/completions";
  static final String MODELS_PATH = "/v1/models";
  static final String INVOKE_PATH = "/invoke";
  static final String OVERVIEW_PATH = "/overview";

  private static final int VIOLATIONS_MAX = 8;

  /** What YoMo's own list says of when its models were made. */
  private static final long CREATED = 1_715_367_049L;

  /** Who all models are said to belong to. */
  private static final String OWNER = "system";

  private static final Operation CHAT = new Operation.Chat();
  private static final Operation MODELS = new Operation.Models(Operation.Entry.CALLERS);
  private static final Operation PAGE = new Operation.Page();
  private static final Operation UNKNOWN = new Operation.Unknown();

  private static final OpenApi API = new OpenApi(() -> YomoApi.DESCRIPTION);

  private static final byte[] NO_FUNCTIONS =
      "{\"Functions\":[]}\n".getBytes(StandardCharsets.US_ASCII);

  private final byte @Nullable [] token;
  private final @Nullable String defaultModel;
  private final SystemPrompt systemPrompt;
  private final ShapeScanner chatScanner;
  private final ShapeScanner invokeScanner;

  /**
   * The dialect.
   *
   * @param jsonDepthMax how deep a request may nest
   */
  public YomoDialect(YomoSettings settings, int jsonDepthMax) {
    Secret secret = settings.token();
    this.token = secret == null ? null : secret.value().getBytes(StandardCharsets.UTF_8);
    this.defaultModel = settings.defaultModel();
    String prompt = settings.systemPrompt();
    this.systemPrompt = new SystemPrompt(prompt == null ? "" : prompt, settings.systemPromptMode());
    ScanOptions options =
        new ScanOptions(jsonDepthMax, VIOLATIONS_MAX, ScanOptions.Duplicates.REFUSED);
    this.chatScanner = new ShapeScanner(YomoFields.REQUEST, options);
    this.invokeScanner = new ShapeScanner(YomoFields.INVOKE, options);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> ownPaths() {
    return List.of(INVOKE_PATH, OVERVIEW_PATH);
  }

  @Override
  public Operation operation(HttpMethod method, String path) {
    return switch (path) {
      case CHAT_PATH, INVOKE_PATH -> Operation.posted(method, CHAT);
      case MODELS_PATH -> Operation.read(method, MODELS);
      case OVERVIEW_PATH, OpenApi.PATH -> Operation.read(method, PAGE);
      default -> UNKNOWN;
    };
  }

  @Override
  public Presented presented(RequestHead head) {
    Presented presented = Bearer.presented(head.headers());
    byte[] wanted = token;
    if (wanted == null) {
      return presented;
    }
    return switch (presented) {
      case Presented.Key key
          when MessageDigest.isEqual(wanted, key.text().getBytes(StandardCharsets.UTF_8)) ->
          new Presented.Accepted();
      case Presented.Key _ -> throw refused("the token is wrong", Reason.UNKNOWN);
      case Presented.Unusable _ -> throw refused("no bearer token is given", Reason.MALFORMED);
      case Presented.Nothing _, Presented.Accepted _ ->
          throw refused("no token is given", Reason.MISSING);
    };
  }

  private static GatewayException refused(String message, Reason reason) {
    return new GatewayException(new Fault.Unauthenticated(message, reason));
  }

  /** The product reads a body as JSON whatever it is said to be; only compressed ones it cannot. */
  @Override
  public void checkHead(RequestHead head) {
    MediaTypes.requireUncompressed(head.headers());
  }

  @Override
  public Inquiry read(RequestHead head, ByteBuf body) {
    int from = body.arrayOffset() + body.readerIndex();
    int to = from + body.readableBytes();
    if (head.path().equals(INVOKE_PATH)) {
      return new InvokeInquiry(scan(invokeScanner, body, from, to), model(""), systemPrompt);
    }
    Scan scan = scan(chatScanner, body, from, to);
    List<Messages.Message> messages = Messages.in(scan, YomoFields.MESSAGES);
    List<Fault.Violation> violations = Messages.violations(messages, scan);
    if (!violations.isEmpty()) {
      throw new GatewayException(new Fault.InvalidRequest(violations));
    }
    String asked = scan.has(YomoFields.MODEL) ? scan.text(YomoFields.MODEL) : "";
    return new YomoInquiry(scan, to, model(asked), messages, systemPrompt);
  }

  private static Scan scan(ShapeScanner scanner, ByteBuf body, int from, int to) {
    Scan scan;
    try {
      scan = scanner.scan(body.array(), from, to);
    } catch (MalformedJson e) {
      throw new GatewayException(
          new Fault.MalformedBody(YomoWords.malformed(e, body.array(), from, to), e.offset()));
    }
    if (!scan.violations().isEmpty()) {
      List<Fault.Violation> told = new ArrayList<>();
      for (Violation violation : scan.violations()) {
        told.add(
            new Fault.Violation(
                violation.path(), YomoWords.violated(violation), violation.offset(), null));
      }
      throw new GatewayException(new Fault.InvalidRequest(told));
    }
    return scan;
  }

  /** The model asked for, or the default: a client need not name one. */
  private String model(String asked) {
    if (!asked.isEmpty() && !asked.equals("auto")) {
      return asked;
    }
    if (defaultModel == null) {
      throw new GatewayException(
          Fault.InvalidRequest.of("model", "default model is not configured"));
    }
    return defaultModel;
  }

  @Override
  public ReplyWriter reply(RequestHead head, Inquiry inquiry, Served served) {
    return inquiry instanceof InvokeInquiry invoke ? new InvokeReply(invoke) : new YomoReply();
  }

  @Override
  public Rendered fault(Fault fault, FaultContext context) {
    return YomoFaults.render(fault);
  }

  /**
   * The status is gone, so the bare error stands where the next event would, and no end after it.
   */
  @Override
  public ByteBuf broken(Fault fault, FaultContext context, ByteBufAllocator alloc) {
    byte[] body = YomoFaults.body(fault);
    return alloc.directBuffer(body.length).writeBytes(body);
  }

  @Override
  public Rendered models(RequestHead head, List<ModelEntry> models) {
    List<ModelEntry> shown =
        models.stream()
            .map(model -> new ModelEntry(model.id(), OWNER, CREATED, model.uuid()))
            .sorted(Comparator.comparing(ModelEntry::id))
            .toList();
    return json(OpenAiModels.open(shown).append('}').toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Rendered page(RequestHead head) {
    return head.path().equals(OpenApi.PATH) ? API.page(head) : json(NO_FUNCTIONS);
  }

  private static Rendered json(byte[] body) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    return new Rendered(HttpResponseStatus.OK, headers, body);
  }
}
