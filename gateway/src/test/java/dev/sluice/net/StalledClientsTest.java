package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PoolChunkListMetric;
import io.netty.buffer.PoolChunkMetric;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clients that ask for a stream without end and do not read it. */
class StalledClientsTest {

  /** A high-water mark of 64 KB and one piece above it, and as much again for the allocator. */
  private static final long BYTES_EACH_MAX = 2 * (64 + 64) * 1024;

  @ParameterizedTest
  @CsvSource({"nio, 50", "auto, 500"})
  void theyHoldLittleAndAreCutWhileOthersAreServed(String transport, int count) throws Exception {
    List<Socket> clients = new ArrayList<>();
    long before = directBytes();
    try (RunningServer server =
        RunningServer.with("transport: " + transport + ", timeouts: { stall: 3s }")) {
      byte[] request =
          "GET /endless HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < count; i++) {
        Socket socket = server.socketWithSmallBuffer();
        socket.getOutputStream().write(request);
        clients.add(socket);
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> server.answers().requests.get() == count);

      long most = 0;
      try (Http1Client other = server.http1()) {
        for (int i = 0; i < 50; i++) {
          assertThat(other.get("/a").read().body()).isEqualTo("GET /a ");
          most = Math.max(most, directBytes() - before);
        }
      }
      assertThat(most).isPositive().isLessThan(count * BYTES_EACH_MAX);

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> server.server().connections() == 0 && server.server().exchanges() == 0);
      assertThat(server.answers().events).hasSize(count).containsOnly("gone /endless");
    } finally {
      for (Socket socket : clients) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "auto"})
  void largeAnswersAreTakenFromTheirArraysAsTheyAreRead(String transport) throws Exception {
    List<Http1Client> clients = new ArrayList<>();
    long before = directBytes();
    try (RunningServer server = RunningServer.with("transport: " + transport)) {
      for (int i = 0; i < 20; i++) {
        Http1Client client = new Http1Client(server.socketWithSmallBuffer());
        clients.add(client);
        client.send(
            "GET /heap-4000000 HTTP/1.1\r\nhost: x\r\n\r\n" + "GET /b HTTP/1.1\r\nhost: x\r\n\r\n");
      }
      await().until(() -> server.answers().requests.get() >= 20);

      try (Http1Client other = server.http1()) {
        assertThat(other.get("/a").read().body()).isEqualTo("GET /a ");
      }
      assertThat(directBytes() - before).isLessThan(20 * BYTES_EACH_MAX);
      for (Http1Client client : clients) {
        assertThat(client.read().body()).hasSize(4_000_000);
        assertThat(client.read().body()).isEqualTo("GET /b ");
      }
    } finally {
      for (Http1Client client : clients) {
        client.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nio", "auto"})
  void whereMemoryIsShortTheyAreCutSoonAndTheirReadersAreNot(String transport) throws Exception {
    AtomicLong taken = new AtomicLong(10);
    try (RunningServer server =
            RunningServer.with(
                "transport: " + transport + ", timeouts: { stall: 60s }",
                new DirectMemory(taken::get, () -> 0, 100));
        Socket stalled = server.socketWithSmallBuffer();
        Http2Client multiplexed = server.http2();
        Http1Client reader = server.http1()) {
      stalled
          .getOutputStream()
          .write("GET /endless HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      multiplexed.get(1, "/endless");
      await().until(() -> server.answers().requests.get() == 2);

      taken.set(95);

      assertThat(server.answers().nextEvent()).isEqualTo("gone /endless");
      assertThat(server.answers().nextEvent()).isEqualTo("gone /endless");
      assertThat(reader.get("/a").read().body()).isEqualTo("GET /a ");
    }
  }

  /** What all buffers that are in use hold, whoever took the memory from the system, and when. */
  private static long directBytes() {
    long bytes = 0;
    for (PoolArenaMetric arena :
        ((PooledByteBufAllocator) ByteBufAllocator.DEFAULT).metric().directArenas()) {
      for (PoolChunkListMetric list : arena.chunkLists()) {
        for (PoolChunkMetric chunk : list) {
          bytes += chunk.chunkSize() - chunk.freeBytes();
        }
      }
    }
    return bytes;
  }
}
