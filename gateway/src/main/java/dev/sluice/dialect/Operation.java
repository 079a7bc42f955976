package dev.sluice.dialect;

import io.netty.handler.codec.http.HttpMethod;
import java.util.List;

/** What a request's method and path ask of a dialect. */
public sealed interface Operation {

  /** A chat completion, or what the dialect reads as one. */
  record Chat() implements Operation {}

  /** The list of models. */
  record Models(Entry entry) implements Operation {}

  /** A page that the dialect writes by itself, such as its description. */
  record Page() implements Operation {}

  /** A path that the dialect does not have. */
  record Unknown() implements Operation {}

  /**
   * A path that the dialect has for other methods.
   *
   * @param allowed the methods, in the order of the {@code allow} header
   */
  record WrongMethod(List<String> allowed) implements Operation {
    private static final WrongMethod POST_ONLY = new WrongMethod(List.of("POST"));
    private static final WrongMethod GET_ONLY = new WrongMethod(List.of("GET", "HEAD"));

    public WrongMethod {
      allowed = List.copyOf(allowed);
    }
  }

  /** {@code wanted} where a client posts, which is the only way to it. */
  static Operation posted(HttpMethod method, Operation wanted) {
    return method.equals(HttpMethod.POST) ? wanted : WrongMethod.POST_ONLY;
  }

  /** {@code wanted} where a client reads, which is the only way to it. */
  static Operation read(HttpMethod method, Operation wanted) {
    return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)
        ? wanted
        : WrongMethod.GET_ONLY;
  }

  /** Who may see a list. */
  enum Entry {
    /** Whoever may call. */
    CALLERS,
    /** Everybody, with or without credentials. */
    EVERYBODY
  }
}
