package dev.sluice.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.openai.AnswerReader;
import dev.sluice.protocol.openai.ChunkReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is timed is what the gateway meets: texts that it reads to their end and accepts. */
class MicroBenchTest {

  @ParameterizedTest
  @ValueSource(strings = {ChatTexts.SMALL, ChatTexts.MIDDLE, ChatTexts.LARGE})
  void aRequestHasItsSize(int bytes) {
    assertThat(ChatTexts.request(bytes).length).isBetween(bytes, bytes + bytes / 4);
  }

  @Test
  void aRequestIsAcceptedAndRewritten() {
    EnvelopeScanBench scan = new EnvelopeScanBench();
    scan.request();
    SpliceBench splice = new SpliceBench();

    assertThat(scan.scan().model()).isEqualTo("openai/gpt-4o-mini");
    assertThat(scan.scan().stream()).isTrue();
    assertThat(splice.splice())
        .isEqualTo(
            ChatTexts.request(600).length
                - "openai/".length()
                + "\"stream_options\":{\"include_usage\":true},".length());
  }

  @Test
  void chunksAreKnownForWhatTheyAre() {
    ChunkReaderBench bench = new ChunkReaderBench();
    bench.chunks();

    assertThat(bench.first()).isEqualTo(ChunkReader.DULL);
    assertThat(bench.likeTheLast()).isEqualTo(ChunkReader.DULL);
    assertThat(bench.finish()).isEqualTo(ChunkReader.FINISH);
  }

  @Test
  void anAnswerIsReadWithItsUsage() {
    AnswerReader.Facts facts = new AnswerReaderBench().read();

    assertThat(facts.usage().totalTokens()).isEqualTo(87);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bifrost", "yomo", "assemblyai", "poolside", "jylo"})
  void eachDialectReadsAndAnswers(String dialect) {
    DialectBench bench = new DialectBench();
    bench.dialect = dialect;
    bench.open();

    assertThat(bench.request()).isBetween(500, 720);
    assertThat(bench.answer()).isBetween(900, 1500);
    assertThat(bench.chunk())
        .isBetween(0, 300)
        .satisfies(bytes ->
            assertThat(bytes > 0).isEqualTo(dialect.equals("poolside") || dialect.equals("jylo")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"anthropic", "gemini", "converse", "cohere"})
  void eachProtocolIsSpokenAndRead(String protocol) {
    TranslationBench bench = new TranslationBench();
    bench.protocol = protocol;
    bench.open();

    assertThat(bench.request()).isBetween(35_000, 60_000);
    assertThat(bench.decode()).isEqualTo(100);
    assertThat(bench.frame()).isBetween(100, 400);
    assertThat(bench.frame()).isBetween(100, 400);
    bench.close();
  }
}
