package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ServerSettings;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How names are resolved, by a DNS server of the test's own. */
class HttpResolversTest {

  private static final int A = 1;
  private static final int NAME_ERROR = 3;
  private static final int HEADER_BYTES = 12;

  private final Transport transport = Transport.open(ServerSettings.Transport.NIO, 1);
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private DatagramSocket server;
  private AddressResolverGroup<InetSocketAddress> resolvers;

  @BeforeEach
  void open() throws Exception {
    server = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(this::serve);
    DnsServerAddressStreamProvider provider =
        new SingletonDnsServerAddressStreamProvider(
            (InetSocketAddress) server.getLocalSocketAddress());
    resolvers = HttpResolvers.open(transport, provider);
  }

  @AfterEach
  void close() {
    resolvers.close();
    transport.close();
    server.close();
  }

  private void serve() {
    byte[] bytes = new byte[1500];
    DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
    try {
      while (true) {
        server.receive(packet);
        byte[] answer = answer(Arrays.copyOf(bytes, packet.getLength()));
        if (answer.length > 0) {
          server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException _) {
      // The test is over.
    }
  }

  /** Knows two.test, and is silent on silent.test (RFC 1035, section 4). */
  private byte[] answer(byte[] query) throws IOException {
    StringBuilder name = new StringBuilder();
    int at = HEADER_BYTES;
    while (query[at] != 0) {
      name.append(new String(query, at + 1, query[at], StandardCharsets.US_ASCII)).append('.');
      at += query[at] + 1;
    }
    int type = query[at + 2];
    asked.add(name + " " + type);
    boolean known = name.toString().startsWith("two.test.") && type == A;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(query, 0, 2);
    out.writeShort(0x8180 | (name.toString().startsWith("two.test.") ? 0 : NAME_ERROR));
    out.writeShort(1);
    out.writeShort(known ? 2 : 0);
    out.writeInt(0);
    out.write(query, HEADER_BYTES, at + 5 - HEADER_BYTES);
    for (int last = 3; known && last <= 4; last++) {
      out.writeShort(0xc000 | HEADER_BYTES);
      out.writeShort(A);
      out.writeShort(1);
      out.writeInt(60);
      out.writeShort(4);
      out.write(new byte[] {127, 0, 0, (byte) last});
    }
    return name.toString().startsWith("silent.test.") ? new byte[0] : bytes.toByteArray();
  }

  private Future<List<InetSocketAddress>> resolve(String host) throws Exception {
    return resolvers
        .getResolver(transport.loops().getFirst())
        .resolveAll(InetSocketAddress.createUnresolved(host, 80))
        .await();
  }

  @Test
  void allAddressesOfANameAreFoundAndRemembered() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(resolve("two.test").getNow())
          .containsExactlyInAnyOrder(
              new InetSocketAddress(InetAddress.getByName("127.0.0.3"), 80),
              new InetSocketAddress(InetAddress.getByName("127.0.0.4"), 80));
    }

    assertThat(asked.stream().filter(question -> question.equals("two.test. 1"))).hasSize(1);
  }

  @Test
  void anUnknownNameFails() throws Exception {
    assertThat(resolve("unknown.test").isSuccess()).isFalse();
    assertThat(asked).isNotEmpty();
  }

  @Test
  void aServerThatIsSilentFailsInTheEnd() throws Exception {
    assertThat(resolve("silent.test").isSuccess()).isFalse();
    assertThat(asked).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LocalHost", "127.0.0.1", "10.1.2.3", "::1", "2001:db8::1"})
  void localhostAndLiteralsAreNotAskedFor(String host) throws Exception {
    assertThat(resolve(host).getNow()).isNotEmpty();
    assertThat(asked).isEmpty();
  }
}
