package dev.sluice.dialect;

import org.jspecify.annotations.Nullable;

/**
 * What a dialect may tell beside a fault.
 *
 * @param requestId the request's id
 * @param model the model's name as the client wrote it; {@code null} where it is not known yet
 * @param served who was called last; {@code null} where nobody was
 */
public record FaultContext(String requestId, @Nullable String model, @Nullable Served served) {

  /** Before anything but the request's head is known. */
  public static FaultContext of(String requestId) {
    return new FaultContext(requestId, null, null);
  }
}
