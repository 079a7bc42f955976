package dev.sluice.protocol.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FrameScannerTest {

  private static final ByteBufAllocator ALLOC = UnpooledByteBufAllocator.DEFAULT;

  /** Writes down what it is told; takes frames whose data holds {@code take}. */
  private static final class Recorder implements FrameSink {
    private final List<String> datas = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int passes;

    @Override
    public Verdict look(byte[] bytes, int dataFrom, int dataTo) {
      String data = new String(bytes, dataFrom, dataTo - dataFrom, StandardCharsets.UTF_8);
      datas.add(data);
      return data.contains("take") ? Verdict.TAKE : Verdict.PASS;
    }

    @Override
    public void pass(ByteBuf frames) {
      passes++;
      write(frames);
    }

    @Override
    public void take(Frame frame) {
      if (frame.dataOffset() != Frame.SCATTERED) {
        int length = frame.dataTo() - frame.dataFrom();
        String there =
            frame
                .buffer()
                .toString(
                    frame.buffer().readerIndex() + frame.dataOffset(),
                    length,
                    StandardCharsets.UTF_8);
        assertThat(there).isEqualTo(datas.getLast());
      }
      write(frame.buffer());
    }

    private void write(ByteBuf bytes) {
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy);
      bytes.release();
      out.writeBytes(copy);
    }
  }

  private static FrameScanner scanner(FrameSink sink) {
    return new FrameScanner(1 << 20, ALLOC, sink, new FrameScanner.Scratch());
  }

  private static Recorder fed(byte[] stream, int... cuts) {
    Recorder recorder = new Recorder();
    FrameScanner scanner = scanner(recorder);
    int from = 0;
    for (int cut : cuts) {
      scanner.feed(ALLOC.directBuffer().writeBytes(stream, from, cut - from));
      from = cut;
    }
    scanner.feed(ALLOC.directBuffer().writeBytes(stream, from, stream.length - from));
    scanner.close();
    return recorder;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("case 66: data in several lines, without a space, with comments between")
  void joinsDataOfSeveralLinesAndKnowsItsSpellings() {
    Recorder recorder =
        fed(bytes("data: a\ndata:b\ndata\nevent: x\nid: 3\n\n: comment\n\ndata:  c\n\n"));

    assertThat(recorder.datas).containsExactly("a\nb\n", "", " c");
  }

  @Test
  @DisplayName("case 66: a mark of byte order, and all ends of lines")
  void passesAMarkOfByteOrderAndKnowsAllLineEnds() {
    Recorder recorder = fed(bytes("\ufeffdata: a\r\rdata: b\r\n\r\ndata: c\n\r\ndata: d\n\n"));

    assertThat(recorder.datas).containsExactly("a", "b", "c", "d");
  }

  @Test
  void handsAReadOfDullFramesOnAsItCame() {
    Recorder recorder = fed(bytes("data: a\n\ndata: b\n\ndata: c\n\n"));

    assertThat(recorder.passes).isEqualTo(1);
  }

  @Test
  @DisplayName("case 66: frames may be cut at any byte, characters too")
  void cutsAtEveryByteGiveTheSameFrames() {
    byte[] stream =
        bytes(
            "data: a\r\n\r\n: hi\r\rdata: take é\ndata: x\n\nevent: e\ndata: take\r\n\r\ndata: z\n\n");
    List<String> whole = fed(stream).datas;

    for (int cut = 0; cut <= stream.length; cut++) {
      for (int second = cut; second <= stream.length; second++) {
        Recorder recorder = fed(stream, cut, second);

        assertThat(recorder.out.toByteArray()).isEqualTo(stream);
        // A CR at the end of a read ends its line at once; a LF behind it then is no line.
        assertThat(recorder.datas.stream().filter(data -> !data.isEmpty()))
            .containsExactlyElementsOf(whole.stream().filter(data -> !data.isEmpty()).toList());
      }
    }
  }

  @Property
  void framesOutAreFramesIn(
      @ForAll("streams") String stream, @ForAll("splits") List<Integer> splits) {
    byte[] bytes = bytes(stream);
    int[] cuts = splits.stream().mapToInt(cut -> cut % (bytes.length + 1)).sorted().toArray();

    Recorder recorder = fed(bytes, cuts);

    assertThat(recorder.out.toByteArray()).isEqualTo(bytes);
    assertThat(recorder.datas).containsExactlyElementsOf(fed(bytes).datas);
  }

  @Provide
  Arbitrary<String> streams() {
    return Arbitraries.of(
            "data: {\"a\":1}\n\n",
            "data: take\n\n",
            ": keep\n\n",
            "data:x\ndata: y\n\n",
            "event: e\ndata: é漢😀\n\n",
            "\n",
            "data: [DONE]\n\n")
        .list()
        .ofMaxSize(12)
        .map(frames -> String.join("", frames));
  }

  @Provide
  Arbitrary<List<Integer>> splits() {
    return Arbitraries.integers().between(0, 500).list().ofMaxSize(8);
  }

  @Test
  void takesALastLineThatNobodyEnded() {
    Recorder recorder = new Recorder();
    FrameScanner scanner = scanner(recorder);
    scanner.feed(Unpooled.copiedBuffer("data: a\n\ndata: [DONE]", StandardCharsets.UTF_8));

    scanner.end();

    assertThat(recorder.datas).containsExactly("a", "[DONE]");
  }

  @Test
  void refusesAFrameBeyondTheLimit() {
    FrameScanner scanner = new FrameScanner(64, ALLOC, new Recorder(), new FrameScanner.Scratch());

    assertThatThrownBy(
            () -> scanner.feed(Unpooled.copiedBuffer("x".repeat(65), StandardCharsets.UTF_8)))
        .isInstanceOf(FrameTooLarge.class);

    scanner.close();
  }

  /** Counts the buffers that it is asked for. */
  private static final class CountingAllocator extends AbstractByteBufAllocator {
    private int buffers;

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
      buffers++;
      return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
      buffers++;
      return new UnpooledDirectByteBuf(this, initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }

  @Test
  void aLargeFrameIsNotCopiedAnewForEachPieceOfIt() {
    CountingAllocator alloc = new CountingAllocator();
    Recorder recorder = new Recorder();
    FrameScanner scanner = new FrameScanner(1 << 20, alloc, recorder, new FrameScanner.Scratch());
    byte[] line = "data: abcdefgh\n".getBytes(StandardCharsets.UTF_8);

    for (int i = 0; i < 10_000; i++) {
      scanner.feed(Unpooled.wrappedBuffer(line));
    }
    scanner.feed(Unpooled.wrappedBuffer(new byte[] {'\n'}));
    scanner.end();

    assertThat(recorder.datas).hasSize(1);
    assertThat(recorder.out.size()).isEqualTo(10_000 * line.length + 1);
    assertThat(alloc.buffers).isLessThan(5);
  }
}
