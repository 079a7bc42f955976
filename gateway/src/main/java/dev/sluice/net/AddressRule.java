package dev.sluice.net;

import java.net.InetAddress;

/**
 * Which addresses may be connected to. It is asked for those that a host's name was resolved to,
 * and the connection goes to one of the very addresses that it was asked for: no name is looked up
 * again in between.
 */
@FunctionalInterface
public interface AddressRule {

  /** Admits all, as for hosts that the operator has named. */
  AddressRule ANY = address -> true;

  /** Whether a connection to {@code address} may be opened. */
  boolean admits(InetAddress address);
}
