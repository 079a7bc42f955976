package dev.sluice.net;

import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.net.InetSocketAddress;

/** Finds hosts' addresses without blocking an event loop, and remembers them for their TTL. */
public final class HttpResolvers {

  private static final int TTL_SECONDS_MAX = 300;
  private static final int NEGATIVE_TTL_SECONDS = 2;

  /** A lost question should be noticed while a call still waits for its connection. */
  private static final long QUERY_MILLIS = 2000;

  private HttpResolvers() {}

  /** Resolvers for all loops; the caller closes them. */
  public static AddressResolverGroup<InetSocketAddress> open(Transport transport) {
    return open(transport, DnsServerAddressStreamProviders.platformDefault());
  }

  /** Resolvers that ask these servers. */
  static AddressResolverGroup<InetSocketAddress> open(
      Transport transport, DnsServerAddressStreamProvider servers) {
    return new DnsAddressResolverGroup(
        new DnsNameResolverBuilder()
            .datagramChannelFactory(transport.datagrams())
            .nameServerProvider(servers)
            .queryTimeoutMillis(QUERY_MILLIS)
            .ttl(0, TTL_SECONDS_MAX)
            .negativeTtl(NEGATIVE_TTL_SECONDS));
  }
}
