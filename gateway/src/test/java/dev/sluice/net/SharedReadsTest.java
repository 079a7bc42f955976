package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ServerSettings;
import dev.sluice.net.RawUpstream.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.uring.IoUring;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Connections that read into the same buffers do not get at each other's bytes, or wait for them.
 */
class SharedReadsTest {

  private static final int CALLS = 8;
  private static final int ANSWER_BYTES = 2 << 20;

  /** Three times what a loop's shared buffers hold together. */
  private static final int HELD_BYTES = 12 << 20;

  @BeforeEach
  void onlyWhereTheKernelOffersThem() {
    Assumptions.assumeTrue(IoUring.isAvailable() && SharedReads.areOffered());
  }

  @Test
  void answersThatComeAtTheSameTimeKeepTheirOwnBytes() throws Exception {
    try (RawUpstream server = new RawUpstream();
        UpstreamHouse house = new UpstreamHouse(ServerSettings.Transport.IO_URING)) {
      HttpUpstream upstream = house.open(server.port());
      List<Heard> calls = new ArrayList<>();
      List<Thread> writers = new ArrayList<>();
      List<byte[]> answers = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        calls.add(house.get(upstream));
        Peer peer = server.accept();
        byte[] answer = new byte[ANSWER_BYTES];
        Random random = new Random(i);
        random.nextBytes(answer);
        answers.add(answer);
        peer.answer("HTTP/1.1 200 OK\r\ncontent-length: " + ANSWER_BYTES + "\r\n\r\n");
        writers.add(Thread.ofPlatform().unstarted(() -> sendInPieces(peer, answer, random)));
      }
      writers.forEach(Thread::start);

      for (int i = 0; i < CALLS; i++) {
        assertThat(calls.get(i).awaitEnd().getBytes(StandardCharsets.ISO_8859_1))
            .as("answer " + i)
            .isEqualTo(answers.get(i));
      }
      for (Thread writer : writers) {
        writer.join();
      }
    }
  }

  /** In pieces of a byte to some thousands, as frames of a stream come. */
  private static void sendInPieces(Peer peer, byte[] answer, Random random) {
    int at = 0;
    while (at < answer.length) {
      int end = Math.min(answer.length, at + 1 + random.nextInt(9000));
      send(peer, Arrays.copyOfRange(answer, at, end));
      at = end;
    }
  }

  private static void send(Peer peer, byte[] bytes) {
    try {
      peer.send(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aReaderThatHoldsMoreThanAllSharedBuffersStillGetsItsAnswer() throws Exception {
    try (RawUpstream server = new RawUpstream();
        UpstreamHouse house = new UpstreamHouse(ServerSettings.Transport.IO_URING)) {
      HttpUpstream upstream = house.open(server.port());
      Holding holding = new Holding();
      ByteBuf nothing = Unpooled.EMPTY_BUFFER;
      house
          .loop()
          .submit(() ->
              upstream.call(
                  house.loop(),
                  new UpstreamRequest(HttpMethod.GET, "/", new DefaultHttpHeaders(), nothing),
                  holding))
          .get();
      Peer holder = server.accept();
      byte[] answer = new byte[HELD_BYTES];
      new Random(7).nextBytes(answer);
      holder.answer("HTTP/1.1 200 OK\r\ncontent-length: " + HELD_BYTES + "\r\n\r\n");
      Thread writer = Thread.ofPlatform().start(() -> send(holder, answer));

      byte[] held = holding.held.get(RawUpstream.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      assertThat(held).isEqualTo(answer);
      writer.join();

      Heard next = house.get(upstream);
      holder.answer("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      assertThat(next.awaitEnd()).isEqualTo("ok");
    }
  }

  /** Lets go of nothing before the end. */
  private static final class Holding implements UpstreamListener {

    final CompletableFuture<byte[]> held = new CompletableFuture<>();
    private final List<ByteBuf> pieces = new ArrayList<>();

    @Override
    public void connected() {}

    @Override
    public void head(HttpResponseStatus status, HttpHeaders headers) {}

    @Override
    public void data(ByteBuf data) {
      pieces.add(data);
    }

    @Override
    public void readComplete() {}

    @Override
    public void end() {
      ByteBuf all = Unpooled.wrappedBuffer(pieces.toArray(ByteBuf[]::new));
      byte[] bytes = new byte[all.readableBytes()];
      all.readBytes(bytes);
      all.release();
      held.complete(bytes);
    }

    @Override
    public void failed(UpstreamFailure failure) {
      pieces.forEach(ByteBuf::release);
      held.completeExceptionally(new AssertionError(failure.toString()));
    }
  }
}
