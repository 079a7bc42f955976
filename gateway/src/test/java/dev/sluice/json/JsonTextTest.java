package dev.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.json.JsonMapper;

class JsonTextTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  void readsEscapesAsJacksonDoes(@ForAll("quoted") String quoted) {
    byte[] bytes = ("<" + quoted + ">").getBytes(StandardCharsets.UTF_8);

    assertThat(JsonText.unquote(bytes, 1, bytes.length - 1))
        .isEqualTo(MAPPER.readTree(quoted).stringValue());
  }

  @Provide
  Arbitrary<String> quoted() {
    return Arbitraries.of(
            "plain",
            "é",
            "😀",
            "\\n",
            "\\\"",
            "\\\\",
            "\\/",
            "\\b",
            "\\f",
            "\\r",
            "\\t",
            "\\u0000",
            "\\u0041",
            "\\u00e9",
            "\\u07ff",
            "\\u0800",
            "\\uFFFF",
            "\\ud83d\\ude00",
            "\\ud83d",
            "\\uDE00")
        .list()
        .ofMaxSize(12)
        .map(pieces -> '"' + String.join("", pieces) + '"');
  }
}
