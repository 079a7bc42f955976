package dev.sluice.protocol.gemini;

import static dev.sluice.protocol.gemini.Codec.SCHEMA;
import static dev.sluice.protocol.gemini.Codec.STUDIO;
import static dev.sluice.protocol.gemini.Codec.encoded;
import static dev.sluice.protocol.gemini.Codec.hi;
import static dev.sluice.protocol.gemini.Codec.json;
import static dev.sluice.protocol.gemini.Codec.old;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolChoice.Allowed;
import dev.sluice.json.JsonWriter;
import dev.sluice.recorded.Recordings;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The hard cases of tools. */
class ToolCasesTest {

  private static JsonNode calling(ToolChoice choice, GeminiRequestOptions options) {
    return encoded(
            hi().tool(new Tool.Function("f", null, SCHEMA))
                .tool(new Tool.Function("g", null, SCHEMA))
                .toolChoice(choice)
                .build(),
            options)
        .at("/toolConfig/functionCallingConfig");
  }

  @Test
  @DisplayName("case 11: definitions are declarations of one tool; no tools means no list")
  void definitions() {
    ChatRequest request =
        hi().tool(new Tool.Function("f", "does f", SCHEMA))
            .tool(new Tool.Function("g", null, null))
            .tool(new Tool.Function("h", null, new Json("{\"type\":\"object\",\"properties\":{}}")))
            .build();

    assertThat(encoded(request, STUDIO).path("tools"))
        .isEqualTo(
            json(
                "[{'functionDeclarations':[{'name':'f','description':'does f',"
                    + "'parametersJsonSchema':{'type':'object','properties':{'a':{'type':'string'}}}},"
                    + "{'name':'g'},"
                    + "{'name':'h','parametersJsonSchema':{'type':'object','properties':{}}}]}]"));
    assertThat(encoded(request, old()).path("tools"))
        .isEqualTo(
            json(
                "[{'functionDeclarations':[{'name':'f','description':'does f',"
                    + "'parameters':{'type':'OBJECT','properties':{'a':{'type':'STRING'}}}},"
                    + "{'name':'g'},{'name':'h'}]}]"));
    assertThat(encoded(hi().toolChoice(new ToolChoice.Auto()).build(), STUDIO))
        .isEqualTo(json("{'contents':[{'role':'user','parts':[{'text':'hi'}]}]}"));
  }

  @Test
  @DisplayName("case 12: names that the protocol refuses are changed, and changed back in answers")
  void names() {
    String mcp = "mcp/server name:" + "x".repeat(80);
    ChatRequest request =
        hi().tool(new Tool.Function(mcp, null, null))
            .tool(new Tool.Function("résumé", null, null))
            .tool(new Tool.Function("9lives", null, null))
            .tool(new Tool.Function("plain_name-1", null, null))
            .toolChoice(new ToolChoice.Named(mcp))
            .message(Message.Assistant.of(new Part.ToolCall("1", mcp, "{}")))
            .message(Message.ToolResult.of("1", "x"))
            .build();

    JsonWriter out = new JsonWriter();
    GeminiToolNames names = GeminiRequests.encode(request, STUDIO, out, new Losses());
    JsonNode wire = Recordings.MAPPER.readTree(out.toString());

    JsonNode declared = wire.at("/tools/0/functionDeclarations");
    for (JsonNode declaration : declared) {
      assertThat(declaration.path("name").asString()).matches("[A-Za-z_][A-Za-z0-9_.:-]{0,63}");
    }
    String renamed = declared.at("/0/name").asString();
    assertThat(declared.at("/3/name").asString()).isEqualTo("plain_name-1");
    assertThat(wire.at("/contents/1/parts/0/functionCall/name").asString()).isEqualTo(renamed);
    assertThat(wire.at("/contents/2/parts/0/functionResponse/name").asString()).isEqualTo(renamed);
    assertThat(wire.at("/toolConfig/functionCallingConfig/allowedFunctionNames/0").asString())
        .isEqualTo(renamed);
    GeminiReading reading = new GeminiReading(names, GeminiReading.ToolTokens.BESIDE);
    String answer = Codec.frame("{\"functionCall\":{\"name\":\"" + renamed + "\"}}", "");
    assertThat(Codec.answer(answer, reading).choices().getFirst().message().toolCalls().getFirst())
        .extracting(Part.ToolCall::name)
        .isEqualTo(mcp);
    assertThat(Codec.events(reading, List.of(answer)))
        .anySatisfy(event ->
            assertThat(event)
                .isInstanceOfSatisfying(
                    dev.sluice.chat.ChatEvent.ToolCallStart.class,
                    start -> assertThat(start.name()).isEqualTo(mcp)));
  }

  @Test
  @DisplayName("case 13: every choice of tools has its mode")
  void choices() {
    assertThat(calling(null, STUDIO).isMissingNode()).isTrue();
    assertThat(calling(new ToolChoice.Auto(), STUDIO)).isEqualTo(json("{'mode':'AUTO'}"));
    assertThat(calling(new ToolChoice.None(), STUDIO)).isEqualTo(json("{'mode':'NONE'}"));
    assertThat(calling(new ToolChoice.Required(), STUDIO)).isEqualTo(json("{'mode':'ANY'}"));
    assertThat(calling(new ToolChoice.Named("g"), STUDIO))
        .isEqualTo(json("{'mode':'ANY','allowedFunctionNames':['g']}"));
    assertThat(calling(new Allowed(Allowed.Mode.REQUIRED, List.of("f", "g")), STUDIO))
        .isEqualTo(json("{'mode':'ANY','allowedFunctionNames':['f','g']}"));
    assertThat(calling(new Allowed(Allowed.Mode.AUTO, List.of("g")), STUDIO))
        .isEqualTo(json("{'mode':'VALIDATED','allowedFunctionNames':['g']}"));
  }

  @Test
  @DisplayName("case 13: tools that are not allowed are not offered where no mode can say so")
  void filteredTools() {
    ChatRequest request =
        hi().tool(new Tool.Function("f", null, null))
            .tool(new Tool.Function("g", null, null))
            .toolChoice(new Allowed(Allowed.Mode.AUTO, List.of("g")))
            .build();

    JsonNode wire = encoded(request, old());

    assertThat(wire.path("tools")).isEqualTo(json("[{'functionDeclarations':[{'name':'g'}]}]"));
    assertThat(wire.at("/toolConfig/functionCallingConfig")).isEqualTo(json("{'mode':'AUTO'}"));
  }

  @Test
  @DisplayName("case 14: one call at a time can't be asked for, and that is said")
  void parallel() {
    Losses losses = new Losses();

    encoded(
        hi().tool(new Tool.Function("f", null, null)).parallelToolCalls(false).build(),
        STUDIO,
        losses);

    assertThat(losses.fields()).containsExactly("parallel_tool_calls");
  }

  @Test
  @DisplayName("case 15: strict tools are called in validated mode, where there is one")
  void strict() {
    Tool strict = new Tool.Function("f", null, SCHEMA, true, null, Rest.NONE);
    ChatRequest request = hi().tool(strict).build();
    Losses losses = new Losses();

    assertThat(encoded(request, STUDIO).at("/toolConfig/functionCallingConfig"))
        .isEqualTo(json("{'mode':'VALIDATED'}"));
    encoded(request, old(), losses);
    assertThat(losses.fields()).containsExactly("tools.function.strict");
  }

  @Test
  @DisplayName("case 27: the provider's own tools are carried, another one's are named as dropped")
  void serverTools() {
    Losses losses = new Losses();
    ChatRequest request =
        hi().tool(new Tool.Foreign("gemini", "googleSearch", new Json("{\"googleSearch\":{}}")))
            .tool(new Tool.Foreign("openai", "web_search", new Json("{\"type\":\"web_search\"}")))
            .build();

    JsonNode wire = encoded(request, STUDIO, losses);

    assertThat(wire.path("tools")).isEqualTo(json("[{'googleSearch':{}}]"));
    assertThat(losses.fields()).containsExactly("tools.web_search");
  }

  @Test
  @DisplayName("case 29: a free-form tool is a function of one text, there and back")
  void customTools() {
    ChatRequest request =
        hi().tool(new Tool.Custom("grep", "finds", null, null, Rest.NONE))
            .message(
                Message.Assistant.of(
                    new Part.ToolCall(
                        "1", "grep", Part.ToolCall.Kind.CUSTOM, "a \"b\"", null, null, Rest.NONE)))
            .build();

    JsonWriter out = new JsonWriter();
    GeminiToolNames names = GeminiRequests.encode(request, STUDIO, out, new Losses());
    JsonNode wire = Recordings.MAPPER.readTree(out.toString());

    assertThat(wire.at("/tools/0/functionDeclarations/0/parametersJsonSchema/properties"))
        .isEqualTo(json("{'input':{'type':'string'}}"));
    assertThat(wire.at("/contents/1/parts/0/functionCall/args/input").asString())
        .isEqualTo("a \"b\"");
    GeminiReading reading = new GeminiReading(names, GeminiReading.ToolTokens.BESIDE);
    Part.ToolCall call =
        Codec.answer(
                Codec.frame(
                    "{\"functionCall\":{\"name\":\"grep\",\"args\":{\"input\":\"x\\ny\"}}}", ""),
                reading)
            .choices()
            .getFirst()
            .message()
            .toolCalls()
            .getFirst();
    assertThat(call.kind()).isEqualTo(Part.ToolCall.Kind.CUSTOM);
    assertThat(call.arguments()).isEqualTo("x\ny");
  }
}
