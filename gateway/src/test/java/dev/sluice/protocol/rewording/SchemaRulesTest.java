package dev.sluice.protocol.rewording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.Json;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRulesTest {

  private static String kept(String schema) {
    return SchemaRules.keep(new Json(schema)).json().text();
  }

  @ParameterizedTest
  @DisplayName("case 47: a schema that keeps the rules comes out byte by byte")
  @ValueSource(
      strings = {
        "{ \"type\" : \"object\", \"properties\": {\"minimum\": {\"type\":\"number\"}}, \"additionalProperties\" : false }",
        "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"string\",\"format\":\"date-time\"}}",
        "{\"anyOf\":[{\"type\":\"null\"},{\"$ref\":\"#/$defs/a\"}],\"$defs\":{\"a\":{\"enum\":[1e2,\"x\"]}}}",
        "{\"description\":\"d\\u00e9\",\"type\":\"string\",\"const\":\"a\"}",
        "true",
        "{}"
      })
  void whatKeepsTheRulesIsLeftAlone(String schema) {
    assertThat(kept(schema)).isEqualTo(schema);
    assertThat(SchemaRules.keep(new Json(schema)).isWeaker()).isFalse();
  }

  @Test
  @DisplayName("case 47: what the provider refuses is described instead")
  void boundsAreDescribed() {
    assertThat(
            kept(
                "{\"type\":\"integer\",\"minimum\":1,\"description\":\"a \\\"b\\\"\",\"maximum\":1e2}"))
        .isEqualTo(
            "{\"type\":\"integer\",\"description\":\"a \\\"b\\\"\\n{minimum: 1, maximum: 1e2}\"}");
    assertThat(kept("{\"type\":\"string\",\"pattern\":\"^\\\\d\\\"$\"}"))
        .isEqualTo(
            "{\"type\":\"string\",\"description\":\"{pattern: \\\"^\\\\\\\\d\\\\\\\"$\\\"}\"}");
    assertThat(kept("{\"type\":\"array\",\"minItems\":2}"))
        .isEqualTo("{\"type\":\"array\",\"description\":\"{minItems: 2}\"}");
    assertThat(kept("{\"type\":\"string\",\"format\":\"phone\"}")).contains("{format: ");
    assertThat(SchemaRules.keep(new Json("{\"minimum\":1}")).isWeaker()).isTrue();
  }

  @Test
  @DisplayName("case 47: objects are closed and oneOf is anyOf, at every depth")
  void structureIsBrought() {
    assertThat(
            kept(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"oneOf\":[{\"type\":\"object\",\"properties\":{}},{\"type\":\"null\"}]}}}"))
        .isEqualTo(
            "{\"type\":\"object\",\"properties\":{\"a\":{\"anyOf\":[{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},{\"type\":\"null\"}]}},\"additionalProperties\":false}");
    SchemaRules.Kept open =
        SchemaRules.keep(new Json("{\"type\":\"object\",\"additionalProperties\":true}"));
    assertThat(open.json().text())
        .isEqualTo("{\"type\":\"object\",\"additionalProperties\":false}");
    // It can have no members any more: whoever asked should know.
    assertThat(open.isWeaker()).isTrue();
    assertThat(kept("{\"type\":\"object\",\"additionalProperties\":{\"type\":\"number\"}}"))
        .isEqualTo(
            "{\"type\":\"object\",\"additionalProperties\":false,\"description\":\"{additionalProperties: {\\\"type\\\":\\\"number\\\"}}\"}");
  }

  @Test
  @DisplayName("case 47: rules are kept once and for all, and depth is bounded")
  void rulesAreIdempotent() {
    String once =
        kept(
            "{\"type\":[\"object\",\"null\"],\"properties\":{\"a\":{\"type\":\"string\",\"maxLength\":3}},\"definitions\":{\"x\":{\"minimum\":0}}}");
    assertThat(kept(once)).isEqualTo(once);

    String deep = "{\"items\":".repeat(900) + "{\"minimum\":1}" + "}".repeat(900);
    assertThat(kept(deep)).isEqualTo(deep);
  }
}
