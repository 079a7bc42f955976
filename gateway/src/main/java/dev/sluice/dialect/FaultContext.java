package dev.sluice.dialect;

import org.jspecify.annotations.Nullable;

/**
 * What a dialect may tell beside a fault.
 *
 * @param head the request's head; without headers where the request was not HTTP
 * @param model the model's name as the client wrote it; {@code null} where it is not known yet
 * @param served who was called last; {@code null} where nobody was
 */
public record FaultContext(RequestHead head, @Nullable String model, @Nullable Served served) {

  /** Before anything but the request's head is known. */
  public static FaultContext of(RequestHead head) {
    return new FaultContext(head, null, null);
  }
}
