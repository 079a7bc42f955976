package dev.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonSchemaTest {

  private static String schema(Shape shape) {
    StringBuilder text = new StringBuilder();
    JsonSchema.write(shape, JsonSchema.References.NONE, text);
    return text.toString();
  }

  @Test
  void eachShapeHasItsSchema() {
    assertThat(schema(Shape.any())).isEqualTo("{}");
    assertThat(schema(Shape.text())).isEqualTo("{\"type\":\"string\"}");
    assertThat(schema(Shape.nonEmptyText())).isEqualTo("{\"type\":\"string\",\"minLength\":1}");
    assertThat(schema(Shape.words("a", "b\"")))
        .isEqualTo("{\"type\":\"string\",\"enum\":[\"a\",\"b\\\"\"]}");
    assertThat(schema(Shape.integer(1))).isEqualTo("{\"type\":\"integer\",\"minimum\":1}");
    assertThat(schema(Shape.number(-2, 2)))
        .isEqualTo("{\"type\":\"number\",\"minimum\":-2,\"maximum\":2}");
    assertThat(schema(Shape.bool())).isEqualTo("{\"type\":\"boolean\"}");
    assertThat(schema(Shape.nonEmptyArray(Shape.text())))
        .isEqualTo("{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"minItems\":1}");
    assertThat(schema(Shape.object())).isEqualTo("{\"type\":\"object\"}");
    assertThat(
            schema(
                Shape.object(Shape.required("a", Shape.bool()), Shape.optional("b", Shape.any()))))
        .isEqualTo(
            "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"boolean\"},\"b\":{}},"
                + "\"required\":[\"a\"]}");
  }

  @Test
  void nullIsOneTypeMore() {
    assertThat(schema(Shape.text().orNull())).isEqualTo("{\"type\":[\"string\",\"null\"]}");
    assertThat(schema(Shape.bool().orNull())).isEqualTo("{\"type\":[\"boolean\",\"null\"]}");
    assertThat(schema(Shape.integer(0, 20).orNull()))
        .isEqualTo("{\"type\":[\"integer\",\"null\"],\"minimum\":0,\"maximum\":20}");
    assertThat(schema(Shape.words("a").orNull()))
        .isEqualTo("{\"type\":[\"string\",\"null\"],\"enum\":[\"a\",null]}");
    assertThat(schema(Shape.any().orNull())).isEqualTo("{}");
  }

  @Test
  void ofSeveralChoicesTheFirstOfItsTypeDecides() {
    assertThat(schema(Shape.anyOf(Shape.text(), Shape.array(Shape.text())).orNull()))
        .isEqualTo(
            "{\"anyOf\":[{\"type\":\"string\"},"
                + "{\"type\":\"array\",\"items\":{\"type\":\"string\"}},{\"type\":\"null\"}]}");
    assertThat(schema(Shape.anyOf(Shape.words("a"), Shape.text())))
        .isEqualTo("{\"type\":\"string\",\"enum\":[\"a\"]}");
    assertThat(schema(Shape.anyOf(Shape.nonEmptyText(), Shape.any())))
        .isEqualTo(
            "{\"anyOf\":[{\"type\":\"string\",\"minLength\":1},"
                + "{\"type\":[\"number\",\"boolean\",\"array\",\"object\",\"null\"]}]}");
  }

  @Test
  void anObjectMayBeNamedInsteadOfWrittenOut() {
    Shape.Object inner = Shape.object(Shape.optional("x", Shape.bool()));
    Shape.Object outer =
        Shape.object(
            Shape.required("a", inner),
            Shape.optional("b", inner.orNull()),
            Shape.optional("c", Shape.array(inner)));
    StringBuilder text = new StringBuilder();

    JsonSchema.writeOut(outer, object -> object.equals(inner) ? "inner.json" : "outer.json", text);

    assertThat(text)
        .hasToString(
            "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"inner.json\"},"
                + "\"b\":{\"anyOf\":[{\"$ref\":\"inner.json\"},{\"type\":\"null\"}]},"
                + "\"c\":{\"type\":\"array\",\"items\":{\"$ref\":\"inner.json\"}}},"
                + "\"required\":[\"a\"]}");
  }
}
