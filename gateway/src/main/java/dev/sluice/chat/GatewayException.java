package dev.sluice.chat;

/** Ends a request with a fault. Thrown where the fault is found, caught once at the edge. */
public final class GatewayException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Fault fault;

  /** A request that ends with {@code fault}; no stack trace, since the fault says it all. */
  public GatewayException(Fault fault) {
    super(fault.message(), null, false, false);
    this.fault = fault;
  }

  /** A request that ends with {@code fault} because of {@code cause}. */
  public GatewayException(Fault fault, Throwable cause) {
    super(fault.message(), cause);
    this.fault = fault;
  }

  /** What went wrong. */
  public Fault fault() {
    return fault;
  }
}
