package dev.sluice.provider.demo;

import dev.sluice.json.JsonText;
import dev.sluice.net.Upstream;
import dev.sluice.net.UpstreamCall;
import dev.sluice.net.UpstreamListener;
import dev.sluice.net.UpstreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The demo provider: answers in this process as a server of OpenAI's protocol would. Safe for all
 * event loops.
 */
public final class DemoUpstream implements Upstream {

  private static final String JSON = "application/json";
  private static final String EVENTS = "text/event-stream; charset=utf-8";
  private static final String HTML = "text/html";
  private static final int BUSY = 503;
  private static final long CREATED = 1_700_000_000L;
  private static final String RETRY_AFTER_SECONDS = "1";

  /** The most JSON tokens in a body: as a tree they take many times the bytes they came in. */
  private static final long TOKENS_MAX = 500_000;

  /** The most that answers under way may hold together, so that they cannot fill the memory. */
  private static final long HELD_CHARS_MAX = 64 << 20;

  private static final String HTML_PAGE =
      "<html><head><title>%s</title></head><body><h1>%s</h1></body></html>";

  /** Made on first use, so that a start does not wait for it. */
  private static final class Holder {
    private static final JsonMapper MAPPER =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder().maxTokenCount(TOKENS_MAX).build())
                    .build())
            .build();

    private Holder() {}
  }

  private final Clock clock;
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong heldChars = new AtomicLong();

  /** How often each flaky model was asked, by its number. */
  private final AtomicIntegerArray flaky = new AtomicIntegerArray(DemoModel.FLAKY_MAX + 1);

  /** A demo whose answers are dated by {@code clock}. */
  public DemoUpstream(Clock clock) {
    this.clock = clock;
  }

  /** The names of its models, without variants. */
  public static List<String> models() {
    return DemoModel.LISTED;
  }

  @Override
  public UpstreamCall call(EventLoop loop, UpstreamRequest request, UpstreamListener listener) {
    assert loop.inEventLoop();
    ByteBuf body = request.body();
    String text;
    try {
      text = body.toString(StandardCharsets.UTF_8);
    } finally {
      body.release();
    }
    String hash = Integer.toHexString(text.hashCode());
    String id = "demo-" + hash + "-" + answers.incrementAndGet();
    Script script;
    try {
      script = answer(request, text, id);
    } catch (DemoError e) {
      HttpHeaders headers = headers(id, JSON);
      if (e.status() == BUSY) {
        headers.set("retry-after", RETRY_AFTER_SECONDS);
      }
      script = whole(e.status(), headers, e.body());
    }
    Playback playback = new Playback(loop, script, listener);
    playback.start();
    return playback;
  }

  private Script answer(UpstreamRequest request, String body, String id) {
    String path = request.path();
    int query = path.indexOf('?');
    path = query < 0 ? path : path.substring(0, query);
    boolean list = path.endsWith("/models");
    if (!list && !path.endsWith("/chat/completions")) {
      throw refused(404, "Invalid URL (" + request.method() + " " + path + ")");
    }
    if (!request.method().equals(list ? HttpMethod.GET : HttpMethod.POST)) {
      throw refused(405, "Not allowed to " + request.method() + " on " + path);
    }
    return list ? whole(200, headers(id, JSON), list()) : chat(body, id);
  }

  private static String list() {
    StringBuilder text = new StringBuilder("{\"object\":\"list\",\"data\":[");
    for (String name : DemoModel.LISTED) {
      text.append(text.charAt(text.length() - 1) == '[' ? "" : ",").append("{\"id\":");
      JsonText.quote(name, text);
      text.append(",\"object\":\"model\",\"created\":").append(CREATED);
      text.append(",\"owned_by\":\"sluice\"}");
    }
    return text.append("]}").toString();
  }

  private Script chat(String body, String id) {
    JsonNode root;
    try {
      root = Holder.MAPPER.readTree(body);
    } catch (StreamConstraintsException _) {
      throw refused(
          400,
          "The demo takes at most "
              + TOKENS_MAX
              + " JSON tokens in a body, none of them very long");
    } catch (JacksonException _) {
      throw refused(400, "We could not parse the JSON body of your request.");
    }
    DemoRequest request = DemoRequest.read(root);
    DemoModel model = request.model();
    switch (model.kind()) {
      case FAIL -> {
        return failure(model.number(), id);
      }
      case FLAKY -> {
        if (flaky.incrementAndGet(model.number()) % model.number() == 0) {
          return failure(503, id);
        }
      }
      case HTML -> {
        String title = HttpResponseStatus.valueOf(model.number()).reasonPhrase();
        return whole(model.number(), headers(id, HTML), HTML_PAGE.replace("%s", title));
      }
      case HANG -> {
        return new Script().ending(new Script.Action.Silence());
      }
      case ECHO,
          LOREM,
          REASONING,
          REFUSAL,
          BIG,
          NO_USAGE,
          SLOW,
          STALL,
          CUT,
          CUT_CLEAN,
          ERROR_MID_STREAM,
          GARBAGE -> {}
    }
    if (heldChars.get() + Composer.expectedChars(request) > HELD_CHARS_MAX) {
      throw busy();
    }
    List<Composer.Composed> choices = new Composer(request).compose();
    long chars = hold(choices);
    CompletionWriter.Stamp stamp = new CompletionWriter.Stamp(id, clock.instant().getEpochSecond());
    try {
      Script script =
          request.stream()
              ? stream(model, headers(id, EVENTS), new ChunkWriter(request, stamp, choices))
              : whole(
                  model, headers(id, JSON), new CompletionWriter(request, stamp, choices).whole());
      return script.whenOver(() -> heldChars.addAndGet(-chars));
    } catch (RuntimeException | Error e) {
      heldChars.addAndGet(-chars);
      throw e;
    }
  }

  /** Counts what an answer holds until it is over, or refuses it where that is too much. */
  private long hold(List<Composer.Composed> choices) {
    long chars = 0;
    for (Composer.Composed choice : choices) {
      chars += choice.content().length();
    }
    if (heldChars.addAndGet(chars) > HELD_CHARS_MAX) {
      heldChars.addAndGet(-chars);
      throw busy();
    }
    return chars;
  }

  private static Script whole(DemoModel model, HttpHeaders headers, String text) {
    if (model.kind() == DemoModel.Kind.ERROR_MID_STREAM) {
      return whole(500, headers, brokenOff().body());
    }
    if (!model.breaks()) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      headers.set("content-length", bytes.length);
      return new Script()
          .opening(model.delayMillis(), new Script.Action.Head(200, headers))
          .ending(new Script.Action.Data(bytes))
          .ending(new Script.Action.End());
    }
    return new Script()
        .opening(model.delayMillis(), new Script.Action.Head(200, headers))
        .ending(Script.data(text.substring(0, text.length() / 2)))
        .ending(last(model));
  }

  private static Script stream(DemoModel model, HttpHeaders headers, Iterator<byte[]> frames) {
    Script script =
        new Script()
            .opening(model.delayMillis(), new Script.Action.Head(200, headers))
            .frames(
                frames, model.breaks() ? model.number() : Integer.MAX_VALUE, model.paceMillis());
    return switch (model.kind()) {
      case ERROR_MID_STREAM ->
          script.ending(Script.data("data: " + brokenOff().body() + "\n\n")).ending(last(model));
      case GARBAGE -> script.ending(Script.data("data: {\"choices\":[{\n\n")).ending(last(model));
      case CUT, CUT_CLEAN, STALL -> script.ending(last(model));
      case ECHO, LOREM, REASONING, REFUSAL, BIG, NO_USAGE, SLOW, HANG, HTML, FLAKY, FAIL ->
          script.ending(Script.data("data: [DONE]\n\n")).ending(last(model));
    };
  }

  /** How the transfer itself ends. */
  private static Script.Action last(DemoModel model) {
    return switch (model.kind()) {
      case CUT -> new Script.Action.Break();
      case STALL -> new Script.Action.Silence();
      case ECHO,
          LOREM,
          REASONING,
          REFUSAL,
          BIG,
          NO_USAGE,
          SLOW,
          HANG,
          HTML,
          FLAKY,
          FAIL,
          CUT_CLEAN,
          ERROR_MID_STREAM,
          GARBAGE ->
          new Script.Action.End();
    };
  }

  private static Script whole(int status, HttpHeaders headers, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    headers.set("content-length", bytes.length);
    return new Script()
        .opening(0, new Script.Action.Head(status, headers))
        .ending(new Script.Action.Data(bytes))
        .ending(new Script.Action.End());
  }

  private static Script failure(int status, String id) {
    String type =
        switch (status) {
          case 403 -> "permission_error";
          case 429 -> "rate_limit_error";
          case 529 -> "overloaded_error";
          default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    String code =
        switch (status) {
          case 401 -> "invalid_api_key";
          case 404 -> "model_not_found";
          case 429 -> "rate_limit_exceeded";
          default -> null;
        };
    HttpHeaders headers = headers(id, JSON);
    if (status == 429 || status == 503) {
      headers.set("retry-after", RETRY_AFTER_SECONDS);
    }
    String message = "The demo fails with " + status + ", as asked";
    return whole(status, headers, new DemoError(status, type, message, null, code).body());
  }

  private static DemoError busy() {
    return new DemoError(BUSY, "server_error", "The demo is busy with large answers", null, null);
  }

  private static DemoError brokenOff() {
    return new DemoError(500, "server_error", "The demo fails here, as asked", null, null);
  }

  private static DemoError refused(int status, String message) {
    return new DemoError(status, "invalid_request_error", message, null, null);
  }

  private static HttpHeaders headers(String id, String type) {
    return new DefaultHttpHeaders().set("content-type", type).set("x-request-id", "req_" + id);
  }
}
