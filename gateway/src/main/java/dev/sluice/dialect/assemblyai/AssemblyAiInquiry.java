package dev.sluice.dialect.assemblyai;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.dialect.Inquiry;
import dev.sluice.json.JsonCursor;
import dev.sluice.json.Scan;
import dev.sluice.protocol.openai.OpenAiDeviations.StreamUsage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request of the AssemblyAI dialect: its own bytes, and who is asked after its model. Owned by
 * its exchange's event loop.
 */
final class AssemblyAiInquiry implements Inquiry {

  /** How many fallbacks are tried at most. */
  static final int DEPTH_MAX = 2;

  private static final RetryRule RETRY = new RetryRule(1, Duration.ofMillis(500));
  private static final byte[] RETRY_NAME = "retry".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DEPTH_NAME = "depth".getBytes(StandardCharsets.US_ASCII);

  private final RequestReader reader;
  private final AssemblyAiRequest request;
  private final int to;
  private final String model;
  private final Config config;
  private final List<Fallback> fallbacks;
  private final List<String> fallbackModels;
  private final long readNanos = System.nanoTime();

  /** Where the caller stands in its rate window; set once the request is let in. */
  private RateWindows.@Nullable Standing standing;

  /** What {@code fallback_config} says. */
  private record Config(RetryRule retry, int depth) {}

  /**
   * An inquiry.
   *
   * @param to where the request's text ends
   * @throws GatewayException where the request with a fallback's members would not be right
   */
  AssemblyAiInquiry(RequestReader reader, AssemblyAiRequest request, int to) {
    this.reader = reader;
    this.request = request;
    this.to = to;
    Scan scan = request.scan();
    this.model = scan.text(AssemblyAiFields.MODEL);
    this.config = config(scan);
    this.fallbacks = Fallback.list(scan, config.depth());
    this.fallbackModels = fallbacks.isEmpty() ? List.of() : checked();
  }

  AssemblyAiRequest request() {
    return request;
  }

  /** When the request had been read, by {@link System#nanoTime}. */
  long readNanos() {
    return readNanos;
  }

  /** Whether the answer's text is to be made JSON. */
  boolean repairsJson() {
    Scan scan = request.scan();
    int field = AssemblyAiFields.POST_PROCESSING_STEPS;
    // The only step there is, so that any step in the list is this one.
    return scan.hasValue(field)
        && new JsonCursor(
                scan.bytes(), scan.valueStart(field), scan.valueEnd(field), JsonCursor.DEPTH_MAX)
            .enter(']');
  }

  RateWindows.@Nullable Standing standing() {
    return standing;
  }

  void stands(RateWindows.Standing now) {
    standing = now;
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public List<String> fallbacks() {
    return fallbackModels;
  }

  @Override
  public FallbackRule fallbackRule() {
    return FallbackRule.TARGETS_FAILURE;
  }

  @Override
  public RetryRule retryRule() {
    return config.retry();
  }

  @Override
  public boolean stream() {
    return request.envelope().stream();
  }

  @Override
  public boolean usageWanted() {
    return request.envelope().usageWanted();
  }

  @Override
  public ByteBuf openAiBody(int asked, String target, StreamUsage usage, ByteBufAllocator alloc) {
    return asked == 0
        ? request.body(target, usage, alloc)
        : applied(fallbacks.get(asked - 1)).body(target, usage, alloc);
  }

  @Override
  public ChatRequest chat(int asked, String target, ByteBufAllocator alloc) {
    ChatRequest request = Inquiry.super.chat(asked, target, alloc);
    return request.toBuilder().messages(SpokenNames.inContent(request.messages())).build();
  }

  private AssemblyAiRequest applied(Fallback fallback) {
    byte[] text = fallback.applied(request.scan(), to);
    return reader.read(text, 0, text.length);
  }

  /** The fallbacks' models, once it is sure that each makes a request that is right. */
  private List<String> checked() {
    List<String> models = new ArrayList<>(fallbacks.size());
    for (int i = 0; i < fallbacks.size(); i++) {
      models.add(fallbacks.get(i).model());
      try {
        applied(fallbacks.get(i));
      } catch (GatewayException e) {
        throw e.fault() instanceof Fault.InvalidRequest invalid
            ? new GatewayException(within("fallbacks[" + i + "]", invalid))
            : e;
      }
    }
    return models;
  }

  private static Fault within(String place, Fault.InvalidRequest invalid) {
    List<Fault.Violation> violations = new ArrayList<>();
    for (Fault.Violation violation : invalid.violations()) {
      violations.add(
          new Fault.Violation(
              place + "." + violation.path(), place + ": " + violation.message(), -1, null));
    }
    return new Fault.InvalidRequest(violations);
  }

  private static Config config(Scan scan) {
    int field = AssemblyAiFields.FALLBACK_CONFIG;
    RetryRule retry = RETRY;
    int depth = DEPTH_MAX;
    if (scan.hasValue(field)) {
      JsonCursor cursor =
          new JsonCursor(
              scan.bytes(), scan.valueStart(field), scan.valueEnd(field), JsonCursor.DEPTH_MAX);
      cursor.peek();
      boolean more = cursor.enter('}');
      while (more) {
        cursor.readName();
        int first = cursor.peek();
        if (first == 'f' && cursor.nameIs(RETRY_NAME)) {
          retry = RetryRule.NEVER;
        }
        if (first != 'n' && cursor.nameIs(DEPTH_NAME)) {
          depth = (int) cursor.readInteger(DEPTH_MAX);
        } else {
          cursor.skipValue(1);
        }
        more = cursor.next('}');
      }
    }
    return new Config(retry, depth);
  }
}
