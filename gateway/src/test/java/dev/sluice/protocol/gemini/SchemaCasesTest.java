package dev.sluice.protocol.gemini;

import static dev.sluice.protocol.gemini.Codec.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.Json;
import dev.sluice.recorded.Recordings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Schemas in this protocol's own dialect. */
class SchemaCasesTest {

  private static JsonNode own(String schema) {
    return Recordings.MAPPER.readTree(SchemaWriter.toOwn(new Json(json(schema).toString())).text());
  }

  @ParameterizedTest(name = "case 47: {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "references are put in place"
            + "|{'$defs':{'c':{'type':'string','title':'C'}},'type':'object','properties':"
            + "{'a':{'$ref':'#/$defs/c'},'b':{'$ref':'#/$defs/c','description':'d'}}}"
            + "|{'type':'OBJECT','properties':{'a':{'title':'C','type':'STRING'},"
            + "'b':{'title':'C','description':'d','type':'STRING'}}}",
        "unknown words are left out"
            + "|{'$schema':'s','type':'object','additionalProperties':false,'properties':"
            + "{'a':{'type':'number','exclusiveMinimum':1,'minimum':0,'format':'double'}}}"
            + "|{'type':'OBJECT','properties':{'a':{'minimum':0,'type':'NUMBER'}}}",
        "a constant is a list of one"
            + "|{'const':'x'}|{'type':'STRING','format':'enum','enum':['x']}",
        "null among types" + "|{'type':['string','null']}|{'type':'STRING','nullable':true}",
        "several types are a choice"
            + "|{'type':['string','integer'],'description':'d'}"
            + "|{'description':'d','anyOf':[{'type':'STRING'},{'type':'INTEGER'}]}",
        "null among choices"
            + "|{'anyOf':[{'type':'integer'},{'type':'null'}],'default':null}"
            + "|{'default':null,'type':'INTEGER','nullable':true}",
        "oneOf is anyOf"
            + "|{'oneOf':[{'type':'integer'},{'type':'string'}]}"
            + "|{'anyOf':[{'type':'INTEGER'},{'type':'STRING'}]}",
        "allOf is merged"
            + "|{'allOf':[{'type':'object','properties':{'a':{'type':'string'}},'required':['a']},"
            + "{'properties':{'b':{'type':'string'}},'required':['b']}],'title':'t'}"
            + "|{'title':'t','type':'OBJECT','properties':{'a':{'type':'STRING'},"
            + "'b':{'type':'STRING'}},'required':['a','b']}",
        "formats of texts"
            + "|{'type':'object','properties':{'a':{'type':'string','format':'date-time'},"
            + "'b':{'type':'string','format':'uuid'}}}"
            + "|{'type':'OBJECT','properties':{'a':{'type':'STRING','format':'date-time'},"
            + "'b':{'type':'STRING'}}}",
        "arrays say what they hold"
            + "|{'type':'array','minItems':1}|{'minItems':1,'type':'ARRAY','items':{'type':'STRING'}}",
        "tuples are arrays of any of them"
            + "|{'type':'array','prefixItems':[{'type':'string'},{'type':'integer'}]}"
            + "|{'type':'ARRAY','items':{'anyOf':[{'type':'STRING'},{'type':'INTEGER'}]}}",
        "only texts are listed, others told in words"
            + "|{'type':'integer','enum':[1,2],'description':'d'}"
            + "|{'description':'d One of: 1, 2','type':'INTEGER'}",
        "null in a list"
            + "|{'enum':['a',null]}"
            + "|{'type':'STRING','format':'enum','enum':['a'],'nullable':true}",
        "what is required must be there"
            + "|{'type':'object','properties':{'a':{'type':'string'}},'required':['a','z']}"
            + "|{'type':'OBJECT','properties':{'a':{'type':'STRING'}},'required':['a']}",
        "references to nowhere"
            + "|{'type':'object','properties':{'a':{'$ref':'http://x/y'}}}"
            + "|{'type':'OBJECT','properties':{'a':{'type':'OBJECT'}}}"
      })
  void dialect(String what, String given, String expected) {
    assertThat(own(given)).as(what).isEqualTo(json(expected));
  }

  @Test
  @DisplayName("case 47: a schema that contains itself comes to an end")
  void recursion() {
    JsonNode tree =
        own(
            "{'$defs':{'n':{'type':'object','properties':{'v':{'type':'string'},"
                + "'next':{'$ref':'#/$defs/n','description':'the next'}}}},'$ref':'#/$defs/n'}");

    assertThat(tree)
        .isEqualTo(
            json(
                "{'type':'OBJECT','properties':{'v':{'type':'STRING'},"
                    + "'next':{'description':'the next','type':'OBJECT'}}}"));
    assertThat(own("{'allOf':[{'$ref':'#'}],'type':'object'}").path("type").asString())
        .isEqualTo("OBJECT");
  }

  @Test
  @DisplayName("case 47: references that double at each step stay within bounds")
  void explosion() {
    StringBuilder schema = new StringBuilder("{'$defs':{'d0':{'type':'string'}");
    for (int i = 1; i <= 40; i++) {
      String step = "{'$ref':'#/$defs/d" + (i - 1) + "'}";
      schema
          .append(",'d" + i + "':{'type':'object','properties':{'a':")
          .append(step)
          .append(",'b':")
          .append(step)
          .append("}}");
    }
    StringBuilder merged = new StringBuilder("{'$defs':{'d0':{'type':'object'}");
    for (int i = 1; i <= 40; i++) {
      String step = "{'$ref':'#/$defs/d" + (i - 1) + "'}";
      merged.append(",'d" + i + "':{'allOf':[" + step + "," + step + "]}");
    }

    String grown = own(schema + "},'$ref':'#/$defs/d40'}").toString();
    String joined = own(merged + "},'$ref':'#/$defs/d40'}").toString();

    assertThat(grown.length()).isBetween(1_000, 50 * SchemaWriter.NODES_MAX);
    assertThat(joined).hasSizeLessThan(1_000);
  }

  @Test
  @DisplayName("case 47: the dialect read back is JSON Schema")
  void readBack() {
    Json read =
        SchemaReader.toJsonSchema(
            new Json(
                json("{'type':'OBJECT','properties':{'any_of':{'type':'ARRAY','min_items':'2',"
                        + "'items':{'type':'STRING'}},'b':{'any_of':[{'type':'NUMBER'},"
                        + "{'type':'BOOLEAN'}],'nullable':true}},'property_ordering':['b'],"
                        + "'required':['b']}")
                    .toString()));

    assertThat(json(read.text()))
        .isEqualTo(
            json(
                "{'type':'object','properties':{'any_of':{'type':'array','minItems':2,"
                    + "'items':{'type':'string'}},'b':{'anyOf':[{'type':'number'},"
                    + "{'type':'boolean'},{'type':'null'}]}},'required':['b']}"));
  }
}
