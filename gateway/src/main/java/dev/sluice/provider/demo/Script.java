package dev.sluice.provider.demo;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the demo provider is going to do for one request, step by step. */
final class Script {

  private final List<Step> steps = new ArrayList<>();

  /**
   * A step.
   *
   * @param delayMillis how long after the step before it
   */
  record Step(long delayMillis, Action action) {}

  /** What a server can do. */
  sealed interface Action {

    /** Sends status and headers. */
    record Head(int status, HttpHeaders headers) implements Action {}

    /** Sends a piece of the body. */
    record Data(byte[] bytes) implements Action {}

    /** Ends the answer properly. */
    record End() implements Action {}

    /** Breaks the connection within the answer. */
    record Break() implements Action {}

    /** Says nothing more, and keeps the connection. */
    record Silence() implements Action {}
  }

  List<Step> steps() {
    return steps;
  }

  Script then(Action action) {
    return after(0, action);
  }

  Script after(long delayMillis, Action action) {
    steps.add(new Step(delayMillis, action));
    return this;
  }

  /** A whole answer. */
  static Script whole(int status, String type, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    HttpHeaders headers = headers(type);
    headers.set("content-length", bytes.length);
    return new Script()
        .then(new Action.Head(status, headers))
        .then(new Action.Data(bytes))
        .then(new Action.End());
  }

  static HttpHeaders headers(String type) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set("content-type", type);
    return headers;
  }

  static Action data(String text) {
    return new Action.Data(text.getBytes(StandardCharsets.UTF_8));
  }
}
