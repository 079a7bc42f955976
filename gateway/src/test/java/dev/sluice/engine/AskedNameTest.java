package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.openai.ChunkReader;
import dev.sluice.protocol.sse.Frame;
import dev.sluice.protocol.sse.FrameScanner;
import dev.sluice.protocol.sse.FrameSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AskedNameTest {

  private static final ByteBufAllocator ALLOC = UnpooledByteBufAllocator.DEFAULT;
  private static final String NAME = "my \"é\" one";
  private static final String QUOTED = "\"my \\\"é\\\" one\"";

  /** A text, and what becomes of it. */
  private record Text(String given, String expected) {
    static Text of(String template, String value) {
      return new Text(template.replace("§", value), template.replace("§", QUOTED));
    }
  }

  /** Has every frame named, and writes down what comes of it. */
  private static final class Naming implements FrameSink {
    private final AskedName name = new AskedName(NAME);
    private final ChunkReader reader = new ChunkReader();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int found;

    @Override
    public Verdict look(byte[] bytes, int dataFrom, int dataTo) {
      found = reader.look(bytes, dataFrom, dataTo);
      return Verdict.TAKE;
    }

    @Override
    public void pass(ByteBuf frames) {
      // The second half of a line's end, where the first one was enough to take the frame.
      write(frames);
    }

    @Override
    public void take(Frame frame) {
      Frame named =
          (found & ChunkReader.MODELS) == 0
              ? name.frame(frame, ALLOC)
              : name.frameOfSeveral(frame, ALLOC);
      byte[] bytes = write(named.buffer());
      if (named.dataOffset() != Frame.SCATTERED) {
        int length = named.dataTo() - named.dataFrom();
        assertThat(new String(named.bytes(), named.dataFrom(), length, StandardCharsets.UTF_8))
            .isEqualTo(new String(bytes, named.dataOffset(), length, StandardCharsets.UTF_8));
      }
    }

    private byte[] write(ByteBuf buffer) {
      byte[] bytes = new byte[buffer.readableBytes()];
      buffer.readBytes(bytes).release();
      out.writeBytes(bytes);
      return bytes;
    }
  }

  private static String streamed(String stream, Random cuts) {
    Naming naming = new Naming();
    FrameScanner scanner = new FrameScanner(1 << 20, ALLOC, naming, new FrameScanner.Scratch());
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    int from = 0;
    while (from < bytes.length) {
      int to = Math.min(bytes.length, from + 1 + cuts.nextInt(60));
      ByteBuf piece =
          cuts.nextBoolean() ? ALLOC.heapBuffer(to - from) : ALLOC.directBuffer(to - from);
      scanner.feed(piece.writeBytes(bytes, from, to - from));
      from = to;
    }
    scanner.close();
    return naming.out.toString(StandardCharsets.UTF_8);
  }

  private static String whole(ByteBuf answer) {
    ByteBuf named = new AskedName(NAME).whole(answer);
    assertThat(named.hasArray()).isTrue();
    String text = named.toString(StandardCharsets.UTF_8);
    named.release();
    return text;
  }

  @Property(tries = 500)
  void inChunksOfAnySpellingAndSplitNothingElseChanges(
      @ForAll("streams") List<Text> frames, @ForAll long seed) {
    StringBuilder given = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (Text frame : frames) {
      given.append(frame.given());
      expected.append(frame.expected());
    }

    String named = streamed(given.toString(), new Random(seed));

    assertThat(named).isEqualTo(expected.toString());
  }

  @Property(tries = 500)
  void inWholeAnswersOfAnySpellingNothingElseChanges(
      @ForAll("objects") Text answer, @ForAll int way) {
    byte[] bytes = answer.given().getBytes(StandardCharsets.UTF_8);
    ByteBuf buffer =
        switch (Math.floorMod(way, 3)) {
          case 0 -> Unpooled.wrappedBuffer(bytes); // Without room for more.
          case 1 -> new Holdings(1 << 20).open(ALLOC, 20_000).writeBytes(bytes);
          default -> ALLOC.heapBuffer(1).writeByte('x').writeBytes(bytes).skipBytes(1);
        };

    assertThat(whole(buffer)).isEqualTo(answer.expected());
  }

  @Test
  @DisplayName("case 71: a chunk that begins as the last did, but for the name, has its own name")
  void anotherNameIsSeen() {
    String chunk = "data: {\"id\":1,\"model\":§,\"x\":\"model\"}\n\n";
    String values = "\"m\" \"m\" \"m-2\" \"\" null 1 12 \"m\" {\"a\":1} \"m\\\"\"";
    StringBuilder given = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (String value : values.split(" ", -1)) {
      given.append(chunk.replace("§", value));
      expected.append(chunk.replace("§", QUOTED));
    }

    assertThat(streamed(given.toString(), new Random(1))).isEqualTo(expected.toString());
  }

  @Test
  @DisplayName("case 71: of several names in a chunk the first and the last are the client's")
  void namesThatStandTwice() {
    String once = "id: 7\ndata: {\"model\":§,\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    String twice = once.replace("}]}", "}],\"model\":§}");
    String thrice = once.replace("}]}", "}],\"model\":1, \"m\\u006fdel\" : § }");
    String answer = "{\"model\":§,\"a\":1,\"model\":{\"model\":0}, \"model\" : §}";
    String stream = once + once + twice + once + thrice + twice + once;

    assertThat(streamed(stream.replace("§", "\"m\""), new Random(1)))
        .isEqualTo(stream.replace("§", QUOTED));
    assertThat(
            whole(
                Unpooled.wrappedBuffer(
                    answer.replace("§", "\"m\"").getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(answer.replace("§", QUOTED));
  }

  @Test
  void dataOfSeveralLinesIsNamed() {
    String given = "event: x\ndata: {\"model\":\"m\",\ndata: \"a\":[1,\ndata:2]}\n\n";
    String twice = given.replace("2]", "2],\"model\":7");

    assertThat(streamed(given, new Random(1)))
        .isEqualTo("data: {\"model\":" + QUOTED + ", \"a\":[1, 2]}\n\n");
    assertThat(streamed(twice, new Random(1)))
        .isEqualTo("data: {\"model\":" + QUOTED + ", \"a\":[1, 2],\"model\":" + QUOTED + "}\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"choices\":[{\"model\":\"m\"}]}",
        "[{\"model\":\"m\"}]",
        "\"model\"",
        "{\"model\":",
        "{\"model\":\"m",
        "{\"a\":1,}",
        "{\"a\":tru,\"model\":\"m\"}",
        " ",
      })
  void whereThereIsNoNameNothingIsTouched(String text) {
    assertThat(whole(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(text);
    assertThat(streamed("data: " + text + "\n\n", new Random(1)))
        .isEqualTo("data: " + text + "\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {": comment\n\n", "data: [DONE]\n\n", "event: ping\n\n"})
  void otherFramesStay(String frame) {
    assertThat(streamed(frame, new Random(1))).isEqualTo(frame);
  }

  @Provide
  Arbitrary<List<Text>> streams() {
    Arbitrary<Text> frames =
        Combinators.combine(
                objects(),
                Arbitraries.of("data:", "data: "),
                Arbitraries.of("", "event: chunk\n", ": note\n", "id: 7\r\n"),
                Arbitraries.of("\n\n", "\r\n\r\n", "\nid: 8\n\n"))
            .as((object, data, before, behind) ->
                new Text(
                    before + data + object.given() + behind,
                    before + data + object.expected() + behind));
    return frames.list().ofMinSize(1).ofMaxSize(12);
  }

  @Provide
  Arbitrary<Text> objects() {
    Arbitrary<String> members =
        Arbitraries.of(
            "\"id\":\"c\",",
            "\"created\":1e2,",
            "\"mod\":\"\\/é\\u00e9\", ",
            " \"model_\" : 12345678901234567890,",
            "\"x\":{\"model\":\"no\"},",
            "\"choices\":[{\"delta\":{\"content\":\"\\\"model\\\":\\\"no\\\"漢😀\"}}],",
            "\"usage\":null,",
            "\"m\":[],");
    return Combinators.combine(
            members.list().ofMaxSize(2),
            Arbitraries.of("\"model\":§", "\"model\" : § ", " \"mod\\u0065l\":§"),
            Arbitraries.of("\"m\"", "\"m\"", "\"m-2\"", "\"\\\"\"", "null", "\"\"", QUOTED, "7"),
            members.list().ofMaxSize(3))
        .as((before, name, value, behind) ->
            Text.of(
                "{" + String.join("", before) + name + "," + String.join("", behind) + "\"z\":0}",
                value));
  }
}
