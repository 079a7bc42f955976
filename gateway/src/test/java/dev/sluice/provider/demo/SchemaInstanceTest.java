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
      })
  void whatCannotBeSatisfiedIsRefused(String schema) {
    assertThatThrownBy(() -> new SchemaInstance(MAPPER.readTree(schema), "schema").build())
        .isInstanceOf(DemoError.class);
  }

  @Property(tries = 300)
  void anyComposedSchemaIsSatisfied(@ForAll("schemas") String schema) {
    satisfies(schema);
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
