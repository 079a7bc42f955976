package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.json.MalformedJson;
import dev.sluice.protocol.openai.AskedForm.Kind;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AskedFormTest {

  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"]}\"}]";

  private static AskedForm read(String request) {
    byte[] bytes = ("xy" + request + "z").getBytes(StandardCharsets.UTF_8);
    return AskedForm.read(bytes, 2, bytes.length - 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "{\"type\":\"json_object\"} | JSON | -",
        "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\": {\"a\":[{}]} }} | SCHEMA | {\"a\":[{}]}",
        "{\"json_schema\":{\"schema\":true,\"name\":\"x\"},\"type\":\"json_schema\"} | SCHEMA | true",
        "{\"json_schema\":{\"schem\\u0061\":{}},\"type\":\"json_schema\"} | SCHEMA | {}",
        "{\"json_schema\":{\"schema\":null},\"type\":\"json_schema\"} | JSON | -",
        "{\"type\":\"json_schema\"} | JSON | -",
        "{\"type\":\"text\",\"json_schema\":{\"schema\":{}}} | ANY | -",
        "{\"type\":\"grammar\"} | ANY | -",
        "{\"type\":3} | ANY | -",
        "{} | ANY | -",
        "null | ANY | -",
        "\"json_object\" | ANY | -",
      })
  void forms(String format, Kind kind, String schema) {
    for (String request :
        new String[] {
          "{" + MESSAGES + ",\"response_format\":" + format + ",\"n\":1}",
          " {\"response_format\" : " + format + " , \"n\":null," + MESSAGES + "} "
        }) {
      AskedForm form = read(request);

      assertThat(form.kind()).as(request).isEqualTo(kind);
      if (schema != null) {
        byte[] bytes = ("xy" + request).getBytes(StandardCharsets.UTF_8);
        assertThat(
                new String(
                    bytes,
                    form.schemaFrom(),
                    form.schemaTo() - form.schemaFrom(),
                    StandardCharsets.UTF_8))
            .isEqualTo(schema);
      }
      assertThat(form.messagesEnd())
          .isEqualTo(2 + request.indexOf(MESSAGES) + MESSAGES.length() - 1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"n\":2," + MESSAGES,
        "\"n\":12345678901234567890," + MESSAGES,
        "\"messages\":[]",
        "\"messages\":null",
        "\"model\":\"m\"",
        "\"messages\":[{\"role\":\"user\",\"content\":\"\"},{\"content\":\"{\",\"role\":\"assistant\"}]",
      })
  void severalAnswersAndThoseThatAreBegunHaveNoForm(String members) {
    assertThat(read("{\"response_format\":{\"type\":\"json_object\"}," + members + "}").kind())
        .isEqualTo(Kind.ANY);
  }

  @Test
  void messagesOfAllKindsAreSteppedOver() {
    assertThat(read("{\"messages\":[3],\"response_format\":{\"type\":\"json_object\"}}").kind())
        .isEqualTo(Kind.JSON);
    assertThat(
            read("{\"messages\":[{\"role\":\"assistant\"},{\"role\":7}],"
                    + "\"response_format\":{\"type\":\"json_object\"}}")
                .kind())
        .isEqualTo(Kind.JSON);
  }

  @Test
  void whatIsNoRequestIsMalformed() {
    assertThatThrownBy(() -> read("[]")).isInstanceOf(MalformedJson.class);
    assertThatThrownBy(() -> read("{\"messages\":[")).isInstanceOf(MalformedJson.class);
  }
}
