package dev.sluice.dialect.jylo;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.config.DialectSettings.JyloSettings;
import dev.sluice.dialect.Bearer;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.FaultContext;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.ModelEntry;
import dev.sluice.dialect.OpenApi;
import dev.sluice.dialect.Operation;
import dev.sluice.dialect.Presented;
import dev.sluice.dialect.Rendered;
import dev.sluice.dialect.ReplyWriter;
import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.RequestHead.Entrance;
import dev.sluice.dialect.Served;
import dev.sluice.protocol.jylo.JyloAnswers;
import dev.sluice.protocol.jylo.JyloRequests;
import dev.sluice.protocol.jylo.JyloRequests.Decoded;
import dev.sluice.protocol.jylo.JyloRequests.UnknownMembers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** The front door that speaks Jylo's inference API, and the part of its settings API that lists. */
public final class JyloDialect implements Dialect {

  /** The name in configuration, metrics and paths. */
  public static final String NAME = "jylo";

  static final String COMPLETIONS = "/inference/completions/";
  static final String MODELS_PATH = "/models";
  static final String MODEL_PATH = "/models/";

  private static final String REGION = "region";
  private static final List<String> REGIONS = List.of("uk", "us", "eu", "au", "jp");

  /** As deep as the framework reads. */
  private static final int DEPTH_MAX = 32;

  /** A longer identifier is cut where it is shown. */
  private static final int SHOWN_MAX = 64;

  private static final Operation CHAT = new Operation.Chat();
  private static final Operation MODELS = new Operation.Models(Operation.Entry.CALLERS);
  private static final Operation PAGE = new Operation.Page();
  private static final Operation UNKNOWN = new Operation.Unknown();

  private static final OpenApi API = new OpenApi(() -> JyloApi.DESCRIPTION);

  private final JyloRequests.Options options;

  /**
   * The dialect.
   *
   * @param jsonDepthMax how deep a request may nest, if the framework's own bound is not lower
   */
  public JyloDialect(JyloSettings settings, int jsonDepthMax) {
    this.options =
        new JyloRequests.Options(
            Math.min(DEPTH_MAX, jsonDepthMax),
            jsonDepthMax,
            settings.strict() ? UnknownMembers.REFUSED : UnknownMembers.IGNORED);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> ownPaths() {
    return List.of("/inference");
  }

  @Override
  public List<String> ownHosts() {
    return List.of("api.{tenant}.{region}.jylo.ai");
  }

  /** What the service's host names tell may stand in the path: {@code /tenant/region/…}. */
  @Override
  public Entrance entrance(String prefix, String path) {
    int second = path.indexOf('/', 1);
    if (second > 1) {
      int third = path.indexOf('/', second + 1);
      int end = third < 0 ? path.length() : third;
      String region = path.substring(second + 1, end).toLowerCase(Locale.ROOT);
      if (REGIONS.contains(region)) {
        String tenant = path.substring(1, second);
        return new Entrance(
            prefix + path.substring(0, end),
            third < 0 ? "/" : path.substring(third),
            Map.of("tenant", tenant, REGION, region));
      }
    }
    return new Entrance(prefix, path, Map.of());
  }

  /** The framework's paths are the same in any case. */
  @Override
  public Operation operation(HttpMethod method, String path) {
    if (hasOneBehind(COMPLETIONS, path)) {
      return Operation.posted(method, CHAT);
    }
    if (path.equalsIgnoreCase(MODELS_PATH) || hasOneBehind(MODEL_PATH, path)) {
      return Operation.read(method, MODELS);
    }
    if (path.equals(OpenApi.PATH)) {
      return Operation.read(method, PAGE);
    }
    return UNKNOWN;
  }

  private static boolean hasOneBehind(String start, String path) {
    return path.length() > start.length()
        && path.regionMatches(true, 0, start, 0, start.length())
        && path.indexOf('/', start.length()) < 0;
  }

  @Override
  public Presented presented(RequestHead head) {
    return Bearer.presented(head.headers());
  }

  @Override
  public void checkHead(RequestHead head) {
    String region = head.entrance().captured().get(REGION);
    if (region != null && !REGIONS.contains(region)) {
      throw new GatewayException(new Fault.UnknownPath("there is no such region"));
    }
    BodyTypes.charset(head.headers());
  }

  @Override
  public Inquiry read(RequestHead head, ByteBuf body) {
    String given = Guids.decoded(head.path().substring(COMPLETIONS.length()));
    UUID model = Guids.parse(given);
    List<Fault.Violation> violations = new ArrayList<>();
    if (model == null) {
      violations.add(invalid("modelIdentifier", given));
    }
    switch (decode(head, body)) {
      case Decoded.Refused refused -> violations.addAll(refused.violations());
      case Decoded.Accepted accepted -> {
        if (model != null) {
          return inquiry(model, accepted.request());
        }
      }
    }
    throw new GatewayException(new Fault.InvalidRequest(violations));
  }

  private static Inquiry inquiry(UUID model, ChatRequest request) {
    return new JyloInquiry(model.toString(), request);
  }

  private static Fault.Violation invalid(String key, String given) {
    String shown = given.length() <= SHOWN_MAX ? given : given.substring(0, SHOWN_MAX) + "…";
    return new Fault.Violation(key, "The value '" + shown + "' is not valid.", -1, null);
  }

  private Decoded decode(RequestHead head, ByteBuf body) {
    Charset charset = BodyTypes.charset(head.headers());
    if (!charset.equals(StandardCharsets.UTF_8)) {
      byte[] bytes = body.toString(charset).getBytes(StandardCharsets.UTF_8);
      return JyloRequests.decode(bytes, 0, bytes.length, options);
    }
    int from = body.arrayOffset() + body.readerIndex();
    return JyloRequests.decode(body.array(), from, from + body.readableBytes(), options);
  }

  @Override
  public ReplyWriter reply(RequestHead head, Inquiry inquiry, Served served) {
    return new JyloReply(new JyloAnswers.Defaults(head.requestId(), served.model()));
  }

  @Override
  public Rendered fault(Fault fault, FaultContext context) {
    return JyloFaults.render(fault, context);
  }

  /** The status is gone, so the problem itself comes as the last event. */
  @Override
  public ByteBuf broken(Fault fault, FaultContext context, ByteBufAllocator alloc) {
    String event = "data: " + JyloFaults.problem(fault, context) + "\n\n";
    byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
    return alloc.directBuffer(bytes.length).writeBytes(bytes);
  }

  @Override
  public Rendered models(RequestHead head, List<ModelEntry> models) {
    String path = head.path();
    if (path.length() <= MODEL_PATH.length()) {
      return json(JyloModels.list(models));
    }
    String given = Guids.decoded(path.substring(MODEL_PATH.length()));
    UUID id = Guids.parse(given);
    if (id == null) {
      throw new GatewayException(
          new Fault.InvalidRequest(List.of(invalid("objectIdentifier", given))));
    }
    String found = JyloModels.one(id, models);
    if (found == null) {
      throw new GatewayException(new Fault.UnknownModel("no model has this id", given, List.of()));
    }
    return json(found);
  }

  @Override
  public Rendered page(RequestHead head) {
    return API.page(head);
  }

  private static Rendered json(String text) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    return new Rendered(HttpResponseStatus.OK, headers, text.getBytes(StandardCharsets.UTF_8));
  }
}
