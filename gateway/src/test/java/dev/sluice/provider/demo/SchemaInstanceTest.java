package dev.sluice.provider.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SchemaInstanceTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final SchemaRegistry VALIDATORS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private static void satisfies(String text) {
    JsonNode schema = MAPPER.readTree(text);
    JsonNode instance = new SchemaInstance(schema, "schema").build();
    Schema validator = VALIDATORS.getSchema(schema);

    assertThat(validator.validate(instance)).as("%s ⊨ %s", instance, text).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "true",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"integer\"}},\"required\":[\"a\",\"b\",\"c\"]}",
        "{\"type\":\"array\",\"items\":{\"type\":\"number\",\"minimum\":3.5,\"maximum\":4},\"minItems\":3}",
        "{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"minItems\":4,\"uniqueItems\":true}",
        "{\"type\":\"array\",\"items\":{\"enum\":[\"a\",\"b\",\"c\"]},\"minItems\":3,\"uniqueItems\":true}",
        "{\"type\":\"array\",\"prefixItems\":[{\"type\":\"string\"},{\"type\":\"integer\"}],\"items\":false}",
        "{\"type\":\"array\",\"contains\":{\"const\":7},\"minContains\":2}",
        "{\"enum\":[3,4]}",
        "{\"const\":{\"a\":[null]}}",
        "{\"type\":[\"null\",\"integer\"],\"exclusiveMinimum\":9}",
        "{\"type\":\"integer\",\"multipleOf\":7,\"minimum\":15,\"maximum\":22}",
        "{\"type\":\"number\",\"exclusiveMinimum\":0,\"exclusiveMaximum\":1}",
        "{\"type\":\"string\",\"minLength\":12,\"maxLength\":14}",
        "{\"type\":\"string\",\"pattern\":\"^[A-Z]{3}-\\\\d{4}(x|y)?$\"}",
        "{\"type\":\"string\",\"pattern\":\"^(foo|bar)+[^0-9]\\\\.txt$\"}",
        "{\"type\":\"string\",\"format\":\"uuid\"}",
        "{\"type\":\"string\",\"format\":\"date-time\"}",
        "{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"object\",\"properties\":{\"x\":{\"const\":1}},\"required\":[\"x\"]}]}",
        "{\"allOf\":[{\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":5}}},{\"properties\":{\"a\":{\"maximum\":6}},\"required\":[\"a\"]}]}",
        "{\"type\":\"object\",\"minProperties\":3,\"additionalProperties\":{\"type\":\"integer\"}}",
        "{\"if\":{\"properties\":{\"k\":{\"const\":\"x\"}}},\"then\":{\"required\":[\"y\"]},\"type\":\"object\",\"required\":[\"k\"],\"properties\":{\"k\":{\"type\":\"string\"},\"y\":{\"type\":\"integer\"}}}",
        "{\"$defs\":{\"node\":{\"type\":\"object\",\"properties\":{\"v\":{\"type\":\"integer\"},\"next\":{\"$ref\":\"#/$defs/node\"}},\"required\":[\"v\"],\"additionalProperties\":false}},\"$ref\":\"#/$defs/node\"}",
        "{\"type\":\"object\",\"properties\":{\"children\":{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}},\"required\":[\"children\"],\"additionalProperties\":false}",
        "{\"type\":\"integer\",\"not\":{\"const\":1}}",
        "{\"type\":\"string\",\"not\":{\"enum\":[\"value\",\"value1\"]}}",
        "{\"not\":{\"type\":[\"string\",\"number\"]}}",
        "{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{}},\"not\":{\"required\":[\"a\",\"b\"]}}",
        "{\"type\":\"object\",\"properties\":{\"k\":{\"enum\":[\"x\",\"y\"]}},\"required\":[\"k\"],\"not\":{\"properties\":{\"k\":{\"const\":\"x\"}}}}",
        "{\"oneOf\":[{\"type\":\"integer\"},{\"type\":\"integer\",\"minimum\":0}]}",
        "{\"oneOf\":[{\"type\":\"integer\",\"multipleOf\":2},{\"type\":\"integer\",\"multipleOf\":3}],\"minimum\":1}",
        "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"integer\"}],\"allOf\":[{\"type\":[\"integer\",\"null\"]}]}",
        "{\"if\":{\"properties\":{\"k\":{\"const\":1}},\"required\":[\"k\"]},\"then\":false,\"else\":{\"required\":[\"z\"]},\"type\":\"object\",\"properties\":{\"k\":{\"type\":\"integer\"},\"z\":{\"type\":\"null\"}}}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}},\"dependentRequired\":{\"a\":[\"b\"]}}",
        "{\"type\":\"object\",\"patternProperties\":{\"^n_\":{\"type\":\"integer\"}},\"required\":[\"n_a\"],\"additionalProperties\":false}",
        "{\"type\":\"object\",\"patternProperties\":{\"^[a-z]{2,}$\":{\"type\":\"boolean\"}},\"minProperties\":3,\"additionalProperties\":false}",
        "{\"type\":\"object\",\"propertyNames\":{\"pattern\":\"^[A-Z]+$\"},\"minProperties\":2}",
        "{\"type\":\"object\",\"propertyNames\":{\"maxLength\":3},\"minProperties\":2}",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/a\"}},\"allOf\":[{\"properties\":{\"a\":{\"$ref\":\"#/$defs/b\"}},\"required\":[\"a\"]}],\"$defs\":{\"a\":{\"minimum\":5},\"b\":{\"type\":\"integer\",\"maximum\":7}}}",
        "{\"type\":\"integer\",\"multipleOf\":2.5,\"minimum\":3}",
        "{\"allOf\":[{\"multipleOf\":4},{\"multipleOf\":6}],\"type\":\"integer\",\"minimum\":1}",
        "{\"type\":\"number\",\"minimum\":0.1,\"exclusiveMaximum\":0.2}",
        "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"v\":{\"type\":\"integer\"}},\"required\":[\"v\"]},\"minItems\":5,\"uniqueItems\":true}",
        "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"pattern\":\"^[a-f]{1,4}$\"},\"minItems\":4,\"uniqueItems\":true}",
        "{\"type\":\"array\",\"items\":{\"type\":\"boolean\"},\"minItems\":2,\"uniqueItems\":true}",
        "{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"contains\":{\"minimum\":50},\"minItems\":3}",
        "{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"contains\":{\"minimum\":50},\"maxContains\":1,\"minItems\":3}",
        "{\"type\":\"array\",\"items\":false}",
        "{\"type\":\"array\",\"items\":{\"not\":{}}}",
        "{\"type\":\"string\",\"pattern\":\"^(?=.*[A-Z])(?=.*\\\\d).{8,}$\"}",
        "{\"type\":\"string\",\"pattern\":\"^(?=.*[A-Z])(?=.*\\\\d)[A-Za-z\\\\d]{8,10}$\"}",
        "{\"type\":\"string\",\"pattern\":\"^(?!aa)[ab]{2}$\"}",
        "{\"type\":\"string\",\"pattern\":\"^a+(?<!aaa)$\",\"minLength\":2}",
        "{\"type\":\"string\",\"pattern\":\"^[^@]+@[^@]+\\\\.[a-z]{2,}$\",\"minLength\":20}",
        "{\"type\":\"string\",\"format\":\"email\",\"maxLength\":30}",
      })
  void anInstanceSatisfiesItsSchema(String schema) {
    satisfies(schema);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "false",
        "{\"type\":\"integer\",\"minimum\":5,\"maximum\":4}",
        "{\"$ref\":\"#/$defs/none\"}",
        "{\"$ref\":\"#\"}",
        "{\"type\":\"string\",\"pattern\":\"(?=a)b\"}",
        "{\"not\":{}}",
        "{\"enum\":[]}",
        "{\"type\":\"string\",\"enum\":[1,2]}",
        "{\"allOf\":[{\"const\":1},{\"const\":2}]}",
        "{\"type\":\"array\",\"items\":{\"type\":\"boolean\"},\"minItems\":3,\"uniqueItems\":true}",
        "{\"type\":\"array\",\"minItems\":5000}",
        "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"$ref\":\"#\"}}}",
        "{\"$ref\":\"https://example.com/other\"}",
        "{\"$dynamicRef\":\"#x\"}",
        "{\"type\":\"object\",\"unevaluatedProperties\":false}",
        "{\"type\":\"string\",\"pattern\":\"[\"}",
        "{\"type\":\"number\",\"minimum\":1e999}",
        "{\"type\":\"nonsense\"}",
      })
  void whatCannotBeSatisfiedIsRefused(String schema) {
    assertThatThrownBy(() -> new SchemaInstance(MAPPER.readTree(schema), "schema").build())
        .isInstanceOf(DemoError.class);
  }

  /** What would take for ever takes a moment: a client must not hold up an event loop. */
  @ParameterizedTest
  @Timeout(5)
  @ValueSource(
      strings = {
        "{\"type\":\"array\",\"minItems\":1000,\"items\":{\"type\":\"array\",\"minItems\":1000,\"items\":{\"type\":\"array\",\"minItems\":1000}}}",
        "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"allOf\":[B,B,B]},\"b\":{\"allOf\":[C,C,C]},\"c\":{\"allOf\":[D,D,D]},\"d\":{\"allOf\":[E,E,E]},\"e\":{\"allOf\":[F,F,F]},\"f\":{\"allOf\":[G,G,G]},\"g\":{\"allOf\":[H,H,H]},\"h\":{\"allOf\":[I,I,I]},\"i\":{\"allOf\":[J,J,J]},\"j\":{\"allOf\":[K,K,K]},\"k\":{\"type\":\"integer\"}}}",
        "{\"type\":\"string\",\"pattern\":\"^(a+)+$(?<=b)\",\"minLength\":60}",
        "{\"type\":\"string\",\"pattern\":\"^(){1000000000}$\",\"minLength\":1}",
        "{\"type\":\"string\",\"pattern\":\"^((a{1000}){1000}){1000}$\"}",
        "{\"type\":\"integer\",\"multipleOf\":1e-300,\"minimum\":1e300,\"maximum\":1}",
      })
  void whatWouldTakeForEverIsGivenUp(String schema) {
    String text = schema.replaceAll("\\b([A-K])\\b", "{\"\\$ref\":\"#/\\$defs/$1\"}");
    for (char c = 'A'; c <= 'K'; c++) {
      text = text.replace("$defs/" + c, "$defs/" + Character.toLowerCase(c));
    }
    JsonNode parsed = MAPPER.readTree(text);

    assertThatThrownBy(() -> new SchemaInstance(parsed, "schema").build())
        .isInstanceOf(DemoError.class);
  }

  /** A word whose value is not what it takes says nothing, or the schema is refused. */
  @Property(tries = 300)
  void aMalformedSchemaIsNoAccident(
      @ForAll("words") String word, @ForAll("words") String other, @ForAll("values") String value) {
    String schema =
        "{\"%s\":%s,\"allOf\":[{\"%s\":%s},{\"type\":\"object\",\"%s\":{\"a\":%s}}]}"
            .formatted(word, value, other, value, word, value);
    try {
      assertThat(new SchemaInstance(MAPPER.readTree(schema), "schema").build()).isNotNull();
    } catch (DemoError e) {
      assertThat(e.status()).isEqualTo(400);
    }
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.of(
        "type",
        "enum",
        "const",
        "properties",
        "required",
        "items",
        "prefixItems",
        "contains",
        "minItems",
        "minimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "format",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "dependentRequired",
        "dependentSchemas",
        "patternProperties",
        "propertyNames",
        "additionalProperties",
        "minProperties",
        "uniqueItems",
        "$ref");
  }

  @Provide
  Arbitrary<String> values() {
    return Arbitraries.of(
        "null",
        "true",
        "false",
        "-1",
        "0",
        "1.5",
        "1e400",
        "\"\"",
        "\"#\"",
        "\"(\"",
        "[]",
        "[1]",
        "[[]]",
        "{}",
        "{\"(\":1}",
        "[{},null]");
  }

  @Property(tries = 300)
  void anyComposedSchemaIsSatisfied(@ForAll("schemas") String schema) {
    satisfies(schema);
  }

  /** Schemas that may contradict themselves: an instance is right, or there is a clear refusal. */
  @Property(tries = 400)
  void anInstanceOfAnySchemaIsRightOrRefused(@ForAll("wild") String schema) {
    JsonNode instance;
    try {
      instance = new SchemaInstance(MAPPER.readTree(schema), "schema").build();
    } catch (DemoError e) {
      assertThat(e.status()).isEqualTo(400);
      assertThat(e).hasMessageStartingWith("The demo cannot satisfy this schema: ");
      return;
    }
    assertThat(VALIDATORS.getSchema(MAPPER.readTree(schema)).validate(instance))
        .as("%s ⊨ %s", instance, schema)
        .isEmpty();
  }

  @Provide
  Arbitrary<String> wild() {
    return wild(2);
  }

  private static Arbitrary<String> wild(int depth) {
    Arbitrary<String> words =
        Arbitraries.of(
            "\"type\":\"integer\"",
            "\"type\":\"string\"",
            "\"type\":[\"number\",\"null\"]",
            "\"type\":\"object\"",
            "\"type\":\"array\"",
            "\"minimum\":3",
            "\"exclusiveMaximum\":5.5",
            "\"multipleOf\":2",
            "\"maxLength\":4",
            "\"minLength\":3",
            "\"pattern\":\"^[a-c]+$\"",
            "\"required\":[\"a\"]",
            "\"required\":[\"b\",\"c\"]",
            "\"minProperties\":2",
            "\"maxProperties\":1",
            "\"additionalProperties\":false",
            "\"propertyNames\":{\"maxLength\":1}",
            "\"minItems\":2",
            "\"maxItems\":3",
            "\"uniqueItems\":true",
            "\"enum\":[1,\"abc\",null,{\"a\":4},[4,5]]",
            "\"const\":4");
    if (depth > 0) {
      Arbitrary<String> below = wild(depth - 1);
      Arbitrary<String> one =
          Combinators.combine(
                  Arbitraries.of(
                      "not",
                      "items",
                      "contains",
                      "additionalProperties",
                      "if",
                      "then",
                      "else",
                      "propertyNames"),
                  below)
              .as((word, schema) -> "\"" + word + "\":" + schema);
      Arbitrary<String> some =
          Combinators.combine(
                  Arbitraries.of("anyOf", "oneOf", "allOf", "prefixItems"), below, below)
              .as((word, left, right) -> "\"" + word + "\":[" + left + "," + right + "]");
      Arbitrary<String> members =
          Combinators.combine(
                  Arbitraries.of("properties", "dependentSchemas", "patternProperties"),
                  below,
                  below)
              .as((word, a, b) -> "\"" + word + "\":{\"a\":" + a + ",\"b\":" + b + "}");
      words = Arbitraries.oneOf(words, words, one, some, members);
    }
    return words
        .list()
        .ofMinSize(0)
        .ofMaxSize(4)
        .uniqueElements(word -> word.substring(0, word.indexOf(':')))
        .map(all -> "{" + String.join(",", all) + "}");
  }

  @Provide
  Arbitrary<String> schemas() {
    return nested(3);
  }

  private static Arbitrary<String> nested(int depth) {
    Arbitrary<String> leaves =
        Arbitraries.of(
            "{\"type\":\"string\",\"maxLength\":3}",
            "{\"type\":\"integer\",\"minimum\":-4,\"maximum\":-2}",
            "{\"type\":\"number\",\"multipleOf\":0.5,\"minimum\":0.7}",
            "{\"type\":\"boolean\"}",
            "{\"type\":[\"string\",\"null\"],\"minLength\":9}",
            "{\"enum\":[\"x\",\"y\"]}",
            "{\"type\":\"null\"}");
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<String> below = nested(depth - 1);
    Arbitrary<String> objects =
        Combinators.combine(below, below, Arbitraries.of(List.of("", "\"a\"", "\"a\",\"b\"")))
            .as((a, b, required) ->
                "{\"type\":\"object\",\"properties\":{\"a\":"
                    + a
                    + ",\"b\":"
                    + b
                    + "},\"required\":["
                    + required
                    + "],\"additionalProperties\":false}");
    Arbitrary<String> arrays =
        below.map(
            item -> "{\"type\":\"array\",\"items\":" + item + ",\"minItems\":2,\"maxItems\":2}");
    Arbitrary<String> either = below.map(one -> "{\"anyOf\":[" + one + ",{\"type\":\"null\"}]}");
    return Arbitraries.oneOf(leaves, objects, arrays, either);
  }
}
