package dev.sluice.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's listener.
 *
 * @param host address to listen on
 * @param port TCP port; 0 picks a free one
 * @param threads event loops; 0 means one per core
 * @param transport how sockets are driven
 * @param tls certificate and key, where the listener speaks TLS
 * @param http2 whether HTTP/2 is spoken, by ALPN and with prior knowledge
 * @param drainTimeout how long a shutdown waits for requests under way
 * @param heartbeat how long a provider may be silent before a streamed answer gets a comment
 * @param cors which web pages may call
 * @param limits bounds on what clients may send and hold
 * @param timeouts bounds on how slow clients may be
 */
public record ServerSettings(
    @Doc(value = "Address to listen on.", byDefault = "127.0.0.1") String host,
    @Doc(value = "TCP port; 0 picks a free one.", byDefault = "8080", min = 0, max = 65535)
        int port,
    @Doc(
            value = "Event loops; 0 means one per core.",
            byDefault = "0",
            min = 0,
            max = 1024,
            zero = "one per core")
        int threads,
    @Doc(
            value =
                "How sockets are driven: auto takes io_uring where the kernel allows it, else"
                    + " epoll, else nio.",
            byDefault = "auto")
        Transport transport,
    @Doc("Certificate and key; the listener then speaks TLS only.") @Nullable TlsSettings tls,
    @Doc(value = "Whether HTTP/2 is spoken, by ALPN or with prior knowledge.", byDefault = "true")
        boolean http2,
    @Doc(
            value = "How long a shutdown waits for requests under way.",
            byDefault = "30s",
            min = 0,
            max = 3_600_000)
        Duration drainTimeout,
    @Doc(
            value =
                "How long a provider may be silent before a streamed answer gets a comment line; 0"
                    + " turns comments off.",
            byDefault = "15s",
            min = 0,
            max = 3_600_000)
        Duration heartbeat,
    @Doc("Which web pages may call.") Cors cors,
    @Doc("Bounds on what clients may send and hold.") Limits limits,
    @Doc("Bounds on how slow clients may be.") Timeouts timeouts) {

  /** How sockets are driven. */
  public enum Transport {
    AUTO,
    IO_URING,
    EPOLL,
    NIO
  }

  /**
   * Where the listener's certificate is.
   *
   * @param certificate path of the PEM chain
   * @param key path of the PEM private key, PKCS#8
   */
  public record TlsSettings(
      @Doc("Path of the certificate chain, PEM.") String certificate,
      @Doc("Path of the private key, PEM (PKCS#8).") String key) {}

  /**
   * Which web pages may call, by the CORS protocol.
   *
   * @param origins such as {@code https://app.example.com}, or {@code *} for all; none where empty
   */
  public record Cors(
      @Doc("Origins such as https://app.example.com, or * for all; none where it is empty.")
          List<String> origins) {
    public Cors {
      origins = List.copyOf(origins);
    }
  }

  /**
   * Bounds on what clients may send and hold.
   *
   * @param body the largest request body; above it 413
   * @param headers the largest set of headers; above it 431
   * @param url the longest request line; above it 414
   * @param connections the most open client connections; above it new ones are closed at once
   * @param requests the most requests under way; above it 503 with {@code retry-after}
   * @param answer the largest whole answer taken from a provider
   * @param frame the largest streamed frame taken from a provider
   * @param jsonDepth how deep arrays and objects may nest
   * @param h2Streams the most concurrent streams on one HTTP/2 connection
   * @param held the most that large bodies and answers hold together; above it 503; 0 means half of
   *     the heap
   * @param drains the most answers that are read to their end although their clients have left
   */
  public record Limits(
      @Doc(value = "Largest request body.", byDefault = "32MB", min = 1024, max = 1_073_741_824)
          DataSize body,
      @Doc(value = "Largest set of headers.", byDefault = "32KB", min = 1024, max = 1_048_576)
          DataSize headers,
      @Doc(value = "Longest request line.", byDefault = "8KB", min = 256, max = 1_048_576)
          DataSize url,
      @Doc(value = "Most open client connections.", byDefault = "20000", min = 1, max = 1_000_000)
          int connections,
      @Doc(value = "Most requests under way.", byDefault = "16384", min = 1, max = 1_000_000)
          int requests,
      @Doc(
              value = "Largest whole answer taken from a provider.",
              byDefault = "64MB",
              min = 1024,
              max = 1_073_741_824)
          DataSize answer,
      @Doc(
              value = "Largest streamed frame taken from a provider.",
              byDefault = "8MB",
              min = 1024,
              max = 1_073_741_824)
          DataSize frame,
      @Doc(
              value = "How deep arrays and objects may nest in a request.",
              byDefault = "128",
              min = 8,
              max = 1000)
          int jsonDepth,
      @Doc(
              value = "Most concurrent streams on one HTTP/2 connection.",
              byDefault = "250",
              min = 1,
              max = 100_000)
          int h2Streams,
      @Doc(
              value =
                  "Most memory that large bodies and answers hold together; 0 means half of the"
                      + " heap.",
              byDefault = "0B",
              min = 0,
              max = 1_099_511_627_776L,
              zero = "half of the heap")
          DataSize held,
      @Doc(
              value =
                  "Most answers that are read to their end although their clients have left, where"
                      + " a provider's abandoned says so; further ones are cancelled.",
              byDefault = "100",
              min = 0,
              max = 100_000)
          int drains) {}

  /**
   * Bounds on how slow clients may be.
   *
   * @param header from a request's first byte to the end of its headers
   * @param body between two pieces of a request's body
   * @param keepAlive how long an idle connection is kept
   * @param stall how long a client may leave its answer unread
   */
  public record Timeouts(
      @Doc(
              value = "From a request's first byte to the end of its headers.",
              byDefault = "10s",
              min = 100,
              max = 3_600_000)
          Duration header,
      @Doc(
              value = "Between two pieces of a request's body.",
              byDefault = "30s",
              min = 100,
              max = 3_600_000)
          Duration body,
      @Doc(
              value = "How long an idle connection is kept.",
              byDefault = "75s",
              min = 100,
              max = 3_600_000)
          Duration keepAlive,
      @Doc(
              value = "How long a client may leave its answer unread before it is cut off.",
              byDefault = "60s",
              min = 100,
              max = 3_600_000)
          Duration stall) {}
}
