package dev.sluice.metering;

import dev.sluice.access.Caller;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;

/** Whether callers can pay for what they ask. */
public interface Credit {

  /**
   * Asks before a provider is called.
   *
   * @throws GatewayException with {@link Fault.InsufficientCredits} where the caller cannot pay
   */
  void require(Caller caller);
}
