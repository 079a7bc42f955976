package dev.sluice.protocol.eventstream;

import java.util.HexFormat;

/** What a header says. */
public sealed interface HeaderValue {

  /** True or false. */
  record Bool(boolean value) implements HeaderValue {}

  /** A whole number of 8 bits. */
  record Int8(byte value) implements HeaderValue {}

  /** A whole number of 16 bits. */
  record Int16(short value) implements HeaderValue {}

  /** A whole number of 32 bits. */
  record Int32(int value) implements HeaderValue {}

  /** A whole number of 64 bits. */
  record Int64(long value) implements HeaderValue {}

  /**
   * Bytes.
   *
   * @param hex two lower-case digits for each byte
   */
  record Bytes(String hex) implements HeaderValue {

    /** Those bytes. */
    public static Bytes of(byte[] bytes) {
      return new Bytes(HexFormat.of().formatHex(bytes));
    }

    /** The bytes. */
    public byte[] bytes() {
      return HexFormat.of().parseHex(hex);
    }
  }

  /** A string of at most 65,535 bytes of UTF-8. */
  record Text(String value) implements HeaderValue {}

  /** A moment, in milliseconds since 1970. */
  record Timestamp(long millis) implements HeaderValue {}

  /** A universally unique id. */
  record Uuid(long mostSignificant, long leastSignificant) implements HeaderValue {}
}
