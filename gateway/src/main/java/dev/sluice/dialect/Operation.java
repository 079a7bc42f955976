package dev.sluice.dialect;

import java.util.List;

/** What a request's method and path ask of a dialect. */
public sealed interface Operation {

  /** A chat completion. */
  record Chat() implements Operation {}

  /** The list of models. */
  record Models() implements Operation {}

  /** A path that the dialect does not have. */
  record Unknown() implements Operation {}

  /**
   * A path that the dialect has for other methods.
   *
   * @param allowed the methods, in the order of the {@code allow} header
   */
  record WrongMethod(List<String> allowed) implements Operation {
    public WrongMethod {
      allowed = List.copyOf(allowed);
    }
  }
}
