package dev.sluice.net;

import org.jspecify.annotations.Nullable;

/**
 * Where an upstream is, and how it is reached.
 *
 * @param secure whether TLS is spoken
 * @param host name or address
 * @param port TCP port
 * @param proxy an outgoing proxy; {@code null} goes direct
 * @param authorities path of a PEM file with the authorities to trust; {@code null} for the
 *     system's
 */
public record Origin(
    boolean secure,
    String host,
    int port,
    @Nullable OutgoingProxy proxy,
    @Nullable String authorities) {

  /** What the {@code host} header says. */
  public String hostHeader() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == (secure ? 443 : 80) ? name : name + ":" + port;
  }
}
