package dev.sluice.dialect.assemblyai;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.config.DialectSettings;
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
import dev.sluice.protocol.sse.SseText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The front door that speaks AssemblyAI's LLM Gateway API. Stateless but for the counts of its rate
 * windows.
 */
public final class AssemblyAiDialect implements Dialect {

  /** The name in configuration, metrics and paths. */
  public static final String NAME = "assemblyai";

  static final String CHAT_PATH = "/v1/chat/completions";
  static final String MODELS_PATH = "/v1/models";

  private static final int UUID_LENGTH = 36;

  private static final Operation CHAT = new Operation.Chat();
  private static final Operation MODELS = new Operation.Models(Operation.Entry.EVERYBODY);
  private static final Operation PAGE = new Operation.Page();
  private static final Operation UNKNOWN = new Operation.Unknown();

  private static final OpenApi API = new OpenApi(() -> AssemblyAiApi.DESCRIPTION);

  private final RequestReader reader;
  private final DialectSettings.@Nullable RateLimitSettings rateLimit;
  private final @Nullable RateWindows windows;

  /**
   * The dialect.
   *
   * @param jsonDepthMax how deep a request may nest
   */
  public AssemblyAiDialect(DialectSettings.AssemblyAiSettings settings, int jsonDepthMax) {
    this.reader = new RequestReader(settings.maxTokens(), jsonDepthMax);
    this.rateLimit = settings.rateLimit();
    this.windows =
        rateLimit == null
            ? null
            : new RateWindows(rateLimit.requests(), rateLimit.per(), System::nanoTime);
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

  /** The whole {@code authorization} is a key; {@code Bearer} before it is allowed. */
  @Override
  public Presented presented(RequestHead head) {
    String value = head.headers().get(HttpHeaderNames.AUTHORIZATION);
    if (value == null) {
      return new Presented.Nothing();
    }
    String key = value.strip();
    if (key.isEmpty() || key.toLowerCase(Locale.ROOT).equals("bearer")) {
      return new Presented.Unusable();
    }
    String token = Bearer.token(key);
    return new Presented.Key(token == null ? key : token);
  }

  @Override
  public void checkHead(RequestHead head) {
    MediaTypes.requireJson(head.headers());
  }

  @Override
  public Inquiry read(RequestHead head, ByteBuf body) {
    int from = body.arrayOffset() + body.readerIndex();
    int to = from + body.readableBytes();
    return new AssemblyAiInquiry(reader, reader.read(body.array(), from, to), to);
  }

  /** An id of a request is a UUID here, in answers as in errors. */
  @Override
  public boolean takesRequestId(String id) {
    if (id.length() != UUID_LENGTH) {
      return false;
    }
    for (int i = 0; i < UUID_LENGTH; i++) {
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      char c = id.charAt(i);
      if (hyphen ? c != '-' : Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void admitted(Inquiry inquiry, String caller) {
    RateWindows counted = windows;
    if (counted == null) {
      return;
    }
    RateWindows.Standing standing = counted.take(caller, inquiry.model());
    switch (standing.verdict()) {
      case ADMITTED -> ((AssemblyAiInquiry) inquiry).stands(standing);
      case REFUSED ->
          throw new GatewayException(
              new Fault.RateLimited(
                  AssemblyAiFaults.TOO_MANY, Duration.ofSeconds(standing.resetSeconds())));
    }
  }

  @Override
  public ReplyWriter reply(RequestHead head, Inquiry inquiry, Served served) {
    return new AssemblyAiReply((AssemblyAiInquiry) inquiry, head.requestId(), served);
  }

  @Override
  public Rendered fault(Fault fault, FaultContext context) {
    Rendered rendered = AssemblyAiFaults.render(fault, context);
    DialectSettings.RateLimitSettings limit = rateLimit;
    if (limit != null
        && fault instanceof Fault.RateLimited limited
        && limited.retryAfter() != null
        && context.model() != null) {
      RateHeaders.set(
          limit.requests(),
          0,
          AssemblyAiFaults.seconds(limited.retryAfter()),
          context.model(),
          rendered.headers());
    }
    return rendered;
  }

  @Override
  public ByteBuf broken(Fault fault, FaultContext context, ByteBufAllocator alloc) {
    byte[] data = AssemblyAiFaults.event(fault, context);
    ByteBuf out = alloc.directBuffer(data.length + 16);
    SseText.writeData(data, out);
    return out;
  }

  @Override
  public Rendered models(RequestHead head, List<ModelEntry> models) {
    List<ModelEntry> sorted = new ArrayList<>(models);
    sorted.sort(Comparator.comparing(ModelEntry::id));
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    return new Rendered(
        HttpResponseStatus.OK,
        headers,
        OpenAiModels.open(sorted).append('}').toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Rendered page(RequestHead head) {
    return API.page(head);
  }
}
