package dev.sluice.config;

import java.time.Duration;
import java.util.List;

/**
 * Images and documents that clients name by an address, for providers that take only bytes.
 *
 * @param fetch whether they are fetched
 * @param maxBytes the largest file
 * @param timeout how long all files of a request may take together
 * @param redirects how many redirects are followed for a file
 * @param ports the ports that are gone to; 80 and 443 where it is empty
 * @param perRequest how many a request may name
 * @param parallel how many of a request's are fetched at a time
 * @param allow patterns of the hosts that are gone to; all where it is empty
 * @param privateNetworks whether private addresses are gone to
 */
public record MediaSettings(
    @Doc(
            value =
                "Whether images and documents given by their address are fetched for providers that"
                    + " take only bytes; without it such requests are refused.",
            byDefault = "true")
        boolean fetch,
    @Doc(value = "Largest file.", byDefault = "20MB", min = 1024, max = 268_435_456)
        DataSize maxBytes,
    @Doc(
            value = "How long all files of a request may take together.",
            byDefault = "10s",
            min = 100,
            max = 600_000)
        Duration timeout,
    @Doc(value = "How many redirects are followed for a file.", byDefault = "3", min = 0, max = 20)
        int redirects,
    @Doc("Ports that are gone to; 80 and 443 where it is empty.") List<Integer> ports,
    @Doc(
            value = "How many files a request may name by their address.",
            byDefault = "20",
            min = 1,
            max = 1000)
        int perRequest,
    @Doc(
            value = "How many files of a request are fetched at a time.",
            byDefault = "4",
            min = 1,
            max = 100)
        int parallel,
    @Doc(
            "Hosts that are gone to, such as images.example.com or *.example.com; all where it is"
                + " empty.")
        List<String> allow,
    @Doc(
            value =
                "Whether private addresses, this machine's own among them, are gone to. Link-local"
                    + " and clouds' metadata addresses never are.",
            byDefault = "refused")
        PrivateNetworks privateNetworks) {

  private static final List<Integer> WEB_PORTS = List.of(80, 443);

  public MediaSettings {
    ports = ports.isEmpty() ? WEB_PORTS : List.copyOf(ports);
    allow = List.copyOf(allow);
  }

  /** Whether private addresses are gone to. */
  public enum PrivateNetworks {
    REFUSED,
    ALLOWED
  }
}
