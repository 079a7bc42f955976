package dev.sluice.engine;

import dev.sluice.access.Caller;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.dialect.Inquiry;
import dev.sluice.routing.Plan;
import java.util.List;
import java.util.random.RandomGenerator;

/** Who is asked, once it is sure that the caller may ask and can pay. */
final class Admission {

  private Admission() {}

  /**
   * The plan for {@code read}.
   *
   * @throws GatewayException with {@link Fault.UnknownModel}, {@link Fault.Forbidden} or {@link
   *     Fault.InsufficientCredits}; of several, the first
   */
  static Plan plan(Serving serving, Caller caller, Inquiry read, RandomGenerator random) {
    Plan.Role role =
        switch (read.fallbackRule()) {
          case EVERY_FAILURE -> Plan.Role.REQUESTED_FALLBACK;
          case TARGETS_FAILURE -> Plan.Role.CONFIGURED_FALLBACK;
        };
    List<String> fallbacks = read.fallbacks();
    String model = serving.router().named(read.model());
    Plan made = serving.router().plan(model, fallbacks, role, random);
    boolean allowed = caller.mayAskFor(model);
    for (int i = 0; i < fallbacks.size(); i++) {
      allowed &= caller.mayAskFor(fallbacks.get(i));
    }
    if (!allowed) {
      throw new GatewayException(new Fault.Forbidden("the key is not for this model"));
    }
    serving.credit().require(caller);
    return made;
  }
}
