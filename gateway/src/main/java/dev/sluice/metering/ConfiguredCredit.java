package dev.sluice.metering;

import dev.sluice.access.Caller;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.config.AccessSettings.KeySettings.State;

/** Credit as the configuration states it: there is some, or there is none. */
public final class ConfiguredCredit implements Credit {

  @Override
  public void require(Caller caller) {
    if (caller.state() == State.OUT_OF_CREDIT) {
      throw new GatewayException(
          new Fault.InsufficientCredits("Insufficient credits to process the request"));
    }
  }
}
