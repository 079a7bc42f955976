package dev.sluice.provider.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where addresses lead to, by number and in every disguise. */
class AddressScopeTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450:4001::8",
        "64:ff9b::101:101",
        "2002:101:101::1"
      })
  void thePublicIsPublic(String address) throws Exception {
    assertThat(scope(address)).isEqualTo(AddressScope.PUBLIC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.255.255",
        "::1",
        "::127.0.0.1",
        "::ffff:10.1.2.3",
        "::ffff:0:10.1.2.3",
        "fc00::1",
        "fdff::1",
        "64:ff9b::10.1.2.3",
        "64:ff9b::7f00:1",
        "2002:a01:203::1",
        "2002:7f00:1::",
        "2a00:1::5efe:10.1.2.3",
        "2a00:1::200:5efe:10.1.2.3"
      })
  void whatIsTheOperatorsIsPrivate(String address) throws Exception {
    assertThat(scope(address)).isEqualTo(AddressScope.PRIVATE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "100.100.100.200",
        "168.63.129.16",
        "169.254.0.1",
        "169.254.169.254",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::169.254.169.254",
        "::ffff:169.254.169.254",
        "::ffff:0:169.254.169.254",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:a9fe:a9fe::1",
        "2002:e000:1::",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "2a00:1::5efe:169.254.169.254"
      })
  void nobodyWhoServesFilesIsThere(String address) throws Exception {
    assertThat(scope(address)).isEqualTo(AddressScope.NEVER);
  }

  private static AddressScope scope(String address) throws Exception {
    byte[] parsed = NetUtil.createByteArrayFromIpAddressString(address);
    byte[] bytes = parsed == null ? InetAddress.getByName(address).getAddress() : parsed;
    // As it came, where the JDK would make an IPv4 address of it.
    InetAddress made =
        bytes.length == 16
            ? Inet6Address.getByAddress(null, bytes, -1)
            : InetAddress.getByAddress(bytes);
    return AddressScope.of(made);
  }
}
