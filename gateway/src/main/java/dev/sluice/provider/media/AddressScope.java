package dev.sluice.provider.media;

import java.net.InetAddress;

/**
 * What an address leads to, by IANA's registries of special-purpose addresses (RFC 6890 and its
 * successors). An IPv6 address that stands for an IPv4 address is what that one is.
 */
enum AddressScope {
  /** Somebody on the public network. */
  PUBLIC,
  /** This machine, or a network of the operator's own. */
  PRIVATE,
  /**
   * Nobody who serves files: link-local addresses and those where clouds tell a machine its own
   * credentials, multicast, documentation, and what is reserved or out of use.
   */
  NEVER;

  private static final int IPV4_BYTES = 4;

  /** What {@code address} leads to. */
  static AddressScope of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == IPV4_BYTES ? ofIpv4(number(bytes, 0)) : ofIpv6(bytes);
  }

  private static AddressScope ofIpv4(int address) {
    // Where Alibaba's and Azure's machines find out about themselves.
    if (address == ip(100, 100, 100, 200) || address == ip(168, 63, 129, 16)) {
      return NEVER;
    }
    if (within(address, ip(10, 0, 0, 0), 8)
        || within(address, ip(127, 0, 0, 0), 8)
        || within(address, ip(172, 16, 0, 0), 12)
        || within(address, ip(192, 168, 0, 0), 16)
        || within(address, ip(100, 64, 0, 0), 10)) {
      return PRIVATE;
    }
    if (within(address, ip(0, 0, 0, 0), 8)
        || within(address, ip(169, 254, 0, 0), 16)
        || within(address, ip(192, 0, 0, 0), 24)
        || within(address, ip(192, 0, 2, 0), 24)
        || within(address, ip(192, 31, 196, 0), 24)
        || within(address, ip(192, 52, 193, 0), 24)
        || within(address, ip(192, 88, 99, 0), 24)
        || within(address, ip(192, 175, 48, 0), 24)
        || within(address, ip(198, 18, 0, 0), 15)
        || within(address, ip(198, 51, 100, 0), 24)
        || within(address, ip(203, 0, 113, 0), 24)
        || within(address, ip(224, 0, 0, 0), 3)) {
      return NEVER;
    }
    return PUBLIC;
  }

  private static AddressScope ofIpv6(byte[] address) {
    int first = number(address, 0);
    boolean zeroTo8 = first == 0 && number(address, 4) == 0;
    int third = number(address, 8);
    int last = number(address, 12);
    if (zeroTo8 && third == 0 && last == 1) {
      return PRIVATE; // Loopback.
    }
    // IPv4-compatible, IPv4-mapped, and IPv4-translated by RFC 2765.
    if (zeroTo8 && (third == 0 || third == 0xffff || third == 0xffff_0000)) {
      return ofIpv4(last);
    }
    // NAT64 by RFC 6052, which many networks' name servers answer with.
    if (first == 0x0064_ff9b && number(address, 4) == 0 && third == 0) {
      return ofIpv4(last);
    }
    // 6to4.
    if (first >>> 16 == 0x2002) {
      return ofIpv4(first << 16 | number(address, 4) >>> 16);
    }
    // Where Amazon's and Google's machines find out about themselves.
    if ((first == 0xfd00_0ec2 || first == 0xfd20_00ce)
        && number(address, 4) == 0
        && third == 0
        && last == 0x254) {
      return NEVER;
    }
    if (within(first, 0xfc00_0000, 7)) {
      return PRIVATE;
    }
    // Only this eighth is given out; in it are Teredo and others, documentation, and AS112's.
    boolean unicast = within(first, 0x2000_0000, 3);
    if (!unicast
        || within(first, 0x2001_0000, 23)
        || first == 0x2001_0db8
        || within(first, 0x3fff_0000, 20)
        || (first == 0x2620_004f && number(address, 4) >>> 16 == 0x8000)) {
      return NEVER;
    }
    // ISATAP's interfaces name an IPv4 address, too.
    if (third == 0x0000_5efe || third == 0x0200_5efe) {
      return ofIpv4(last);
    }
    return PUBLIC;
  }

  private static boolean within(int address, int network, int bits) {
    return (address ^ network) >>> (Integer.SIZE - bits) == 0;
  }

  private static int ip(int a, int b, int c, int d) {
    return a << 24 | b << 16 | c << 8 | d;
  }

  private static int number(byte[] bytes, int at) {
    return ip(bytes[at] & 0xff, bytes[at + 1] & 0xff, bytes[at + 2] & 0xff, bytes[at + 3] & 0xff);
  }
}
