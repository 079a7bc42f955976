package dev.sluice.protocol.eventstream;

/**
 * A header of a message.
 *
 * @param name of 1 to 255 bytes of UTF-8
 * @param value what it says
 */
public record Header(String name, HeaderValue value) {

  /** A header that says a string. */
  public static Header text(String name, String value) {
    return new Header(name, new HeaderValue.Text(value));
  }
}
