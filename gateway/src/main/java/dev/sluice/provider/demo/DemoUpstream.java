package dev.sluice.provider.demo;

import dev.sluice.json.JsonText;
import dev.sluice.net.Upstream;
import dev.sluice.net.UpstreamCall;
import dev.sluice.net.UpstreamListener;
import dev.sluice.net.UpstreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The demo provider: answers in this process as a server of OpenAI's protocol would. Safe for all
 * event loops.
 */
public final class DemoUpstream implements Upstream {

  private static final String JSON = "application/json";
  private static final String EVENTS = "text/event-stream; charset=utf-8";
  private static final long CREATED = 1_700_000_000L;
  private static final String RETRY_AFTER_SECONDS = "1";

  /** Made on first use, so that a start does not wait for it. */
  private static final class Holder {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Holder() {}
  }

  private final Clock clock;
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong flaky = new AtomicLong();

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
    ByteBuf body = request.body();
    String text = body.toString(StandardCharsets.UTF_8);
    body.release();
    Script script;
    try {
      script = request.path().endsWith("/models") ? list() : chat(text);
    } catch (DemoError e) {
      script = Script.whole(e.status(), JSON, e.body());
    }
    Playback playback = new Playback(loop, script, listener);
    playback.start();
    return playback;
  }

  private static Script list() {
    StringBuilder text = new StringBuilder("{\"object\":\"list\",\"data\":[");
    for (String name : DemoModel.LISTED) {
      text.append(text.charAt(text.length() - 1) == '[' ? "" : ",").append("{\"id\":");
      JsonText.quote(name, text);
      text.append(",\"object\":\"model\",\"created\":").append(CREATED);
      text.append(",\"owned_by\":\"sluice\"}");
    }
    return Script.whole(200, JSON, text.append("]}").toString());
  }

  private Script chat(String body) {
    JsonNode root;
    try {
      root = Holder.MAPPER.readTree(body);
    } catch (JacksonException _) {
      throw DemoError.invalid("", "We could not parse the JSON body of your request.");
    }
    DemoRequest request = DemoRequest.read(root);
    DemoModel model = request.model();
    switch (model.kind()) {
      case FAIL -> {
        return failure(model.number());
      }
      case FLAKY -> {
        if (flaky.incrementAndGet() % Math.max(1, model.number()) == 0) {
          return failure(503);
        }
      }
      case HTML -> {
        return Script.whole(
            model.number(),
            "text/html",
            "<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>");
      }
      case HANG -> {
        return new Script().then(new Script.Action.Silence());
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
    Composer composer = new Composer(request);
    List<Composer.Composed> choices = new ArrayList<>();
    for (int i = 0; i < request.n(); i++) {
      choices.add(composer.compose(i));
    }
    String id =
        "chatcmpl-demo-"
            + Long.toHexString(body.hashCode() & 0xffffffffL)
            + "-"
            + answers.incrementAndGet();
    CompletionWriter writer =
        new CompletionWriter(request, id, clock.instant().getEpochSecond(), choices);
    return request.stream() ? stream(model, writer) : whole(model, writer);
  }

  private static Script whole(DemoModel model, CompletionWriter writer) {
    String text = writer.whole();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    HttpHeaders headers = Script.headers(JSON);
    Script script = new Script();
    boolean breaks =
        switch (model.kind()) {
          case CUT, CUT_CLEAN, STALL, ERROR_MID_STREAM, GARBAGE -> true;
          case ECHO, LOREM, REASONING, REFUSAL, BIG, NO_USAGE, SLOW, HANG, HTML, FLAKY, FAIL ->
              false;
        };
    if (!breaks) {
      headers.set("content-length", bytes.length);
      return script
          .after(model.delayMillis(), new Script.Action.Head(200, headers))
          .then(new Script.Action.Data(bytes))
          .then(new Script.Action.End());
    }
    script
        .then(new Script.Action.Head(200, headers))
        .then(Script.data(text.substring(0, text.length() / 2)));
    return ending(model, script);
  }

  private static Script stream(DemoModel model, CompletionWriter writer) {
    Script script =
        new Script()
            .after(model.delayMillis(), new Script.Action.Head(200, Script.headers(EVENTS)));
    List<String> frames = writer.frames();
    boolean whole =
        switch (model.kind()) {
          case CUT, CUT_CLEAN, STALL, ERROR_MID_STREAM, GARBAGE -> false;
          case ECHO, LOREM, REASONING, REFUSAL, BIG, NO_USAGE, SLOW, HANG, HTML, FLAKY, FAIL ->
              true;
        };
    int shown = whole ? frames.size() : Math.min(frames.size() - 1, model.number());
    for (int i = 0; i < shown; i++) {
      script.after(i == 0 ? 0 : model.paceMillis(), Script.data(frames.get(i)));
    }
    if (whole) {
      return script.then(Script.data("data: [DONE]\n\n")).then(new Script.Action.End());
    }
    return ending(model, script);
  }

  /** How a model that does not end as it should ends. */
  private static Script ending(DemoModel model, Script script) {
    return switch (model.kind()) {
      case CUT -> script.then(new Script.Action.Break());
      case STALL -> script.then(new Script.Action.Silence());
      case ERROR_MID_STREAM ->
          script
              .then(
                  Script.data(
                      "data: {\"error\":{\"message\":\"The demo fails here, as"
                          + " asked\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n"))
              .then(new Script.Action.End());
      case GARBAGE ->
          script.then(Script.data("data: {\"choices\":[{\n\n")).then(new Script.Action.End());
      case CUT_CLEAN,
          ECHO,
          LOREM,
          REASONING,
          REFUSAL,
          BIG,
          NO_USAGE,
          SLOW,
          HANG,
          HTML,
          FLAKY,
          FAIL ->
          script.then(new Script.Action.End());
    };
  }

  private static Script failure(int status) {
    String type =
        switch (status) {
          case 401 -> "authentication_error";
          case 403 -> "permission_error";
          case 429 -> "rate_limit_error";
          case 529 -> "overloaded_error";
          default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    DemoError error =
        new DemoError(status, type, "The demo fails with " + status + ", as asked", null, null);
    HttpHeaders headers = Script.headers(JSON);
    if (status == 429 || status == 503) {
      headers.set("retry-after", RETRY_AFTER_SECONDS);
    }
    return new Script()
        .then(new Script.Action.Head(status, headers))
        .then(Script.data(error.body()))
        .then(new Script.Action.End());
  }
}
