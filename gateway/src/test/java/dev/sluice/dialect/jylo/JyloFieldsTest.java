package dev.sluice.dialect.jylo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.json.ScanOptions;
import dev.sluice.json.Shape;
import dev.sluice.json.ShapeScanner;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables say what the page says. */
class JyloFieldsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "REQUEST|{\"messages\":[{\"role\":\"text\",\"content\":\"text\"}],\"stream\":true,"
            + "\"response_format\":{\"type\":\"text\",\"schema\":\"text\"},\"max_tokens\":1}|0",
        "REQUEST|{\"messages\":null,\"max_tokens\":null}|0",
        "REQUEST|{\"stream\":null,\"response_format\":{},\"max_tokens\":2147483648}|4",
        "ANSWER|{\"id\":null,\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
            + "\"content\":null},\"finishReason\":null}],\"usage\":{\"promptTokens\":1}}|0",
        "ANSWER|{\"choices\":[{}],\"usage\":null}|2",
        "ERROR|{\"type\":\"t\",\"title\":\"t\",\"status\":402,\"detail\":null,\"traceId\":\"x\"}|0",
        "ERROR|{\"status\":\"402\",\"errors\":{\"$\":[]}}|1",
      })
  void theTablesAreThePages(String table, String text, int violations) {
    Shape.Object shape =
        switch (table) {
          case "REQUEST" -> JyloFields.REQUEST;
          case "ANSWER" -> JyloFields.ANSWER;
          default -> JyloFields.ERROR;
        };
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

    assertThat(
            new ShapeScanner(shape, new ScanOptions(32, 32, ScanOptions.Duplicates.LAST_WINS))
                .scan(bytes, 0, bytes.length)
                .violations())
        .hasSize(violations);
  }
}
