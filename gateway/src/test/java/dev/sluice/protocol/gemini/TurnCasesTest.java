package dev.sluice.protocol.gemini;

import static dev.sluice.protocol.gemini.Codec.HI;
import static dev.sluice.protocol.gemini.Codec.STUDIO;
import static dev.sluice.protocol.gemini.Codec.VERTEX;
import static dev.sluice.protocol.gemini.Codec.calls;
import static dev.sluice.protocol.gemini.Codec.encoded;
import static dev.sluice.protocol.gemini.Codec.json;
import static dev.sluice.protocol.gemini.Codec.of;
import static dev.sluice.protocol.gemini.Codec.refused;
import static dev.sluice.protocol.gemini.Codec.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Message.ToolResult.Outcome;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.protocol.gemini.GeminiRequestOptions.LateInstructions;
import dev.sluice.protocol.gemini.GeminiRequestOptions.MissingResults;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The hard cases of turns, calls and results. */
class TurnCasesTest {

  @Test
  @DisplayName("case 1: leading instructions become the system instruction, in order")
  void leadingInstructions() {
    ChatRequest request = of(Message.System.of("a"), Message.Developer.of("b"), HI);

    JsonNode wire = encoded(request, STUDIO);

    assertThat(wire)
        .isEqualTo(
            json(
                "{'systemInstruction':{'parts':[{'text':'a'},{'text':'b'}]},"
                    + "'contents':[{'role':'user','parts':[{'text':'hi'}]}]}"));
  }

  @Test
  @DisplayName("case 2: later instructions keep their place, go to the front, or are refused")
  void lateInstructions() {
    ChatRequest request = of(HI, Message.Assistant.of(new Part.Text("a")), Message.System.of("s"));

    JsonNode kept = encoded(request, STUDIO);
    JsonNode front = encoded(request, with(LateInstructions.TO_FRONT, MissingResults.FAILED));

    assertThat(kept.path("contents").get(2))
        .isEqualTo(json("{'role':'user','parts':[{'text':'<system>\\ns\\n</system>'}]}"));
    assertThat(kept.has("systemInstruction")).isFalse();
    assertThat(front.path("systemInstruction")).isEqualTo(json("{'parts':[{'text':'s'}]}"));
    assertThat(front.path("contents")).hasSize(2);
    refused(request, with(LateInstructions.REFUSE, MissingResults.FAILED), "messages[2].role");
  }

  @Test
  @DisplayName("case 3: the developer's role is the system's")
  void developer() {
    JsonNode wire = encoded(of(Message.Developer.of("d"), HI), STUDIO);

    assertThat(wire.path("systemInstruction")).isEqualTo(json("{'parts':[{'text':'d'}]}"));
  }

  @Test
  @DisplayName("case 4: turns of one side are joined")
  void consecutiveRoles() {
    JsonNode wire =
        encoded(
            of(
                HI,
                Message.User.of("there"),
                Message.Assistant.of(new Part.Text("a")),
                Message.Assistant.of(new Part.Text("b"))),
            STUDIO);

    assertThat(wire.path("contents"))
        .isEqualTo(
            json(
                "[{'role':'user','parts':[{'text':'hi'},{'text':'there'}]},"
                    + "{'role':'model','parts':[{'text':'a'},{'text':'b'}]}]"));
  }

  @Test
  @DisplayName("case 5: a user's turn is put in front where there must be one; none at all is 400")
  void firstTurn() {
    JsonNode filler = json("{'role':'user','parts':[{'text':' '}]}");

    JsonNode assistantFirst = encoded(of(Message.Assistant.of(new Part.Text("a"))), STUDIO);
    JsonNode systemOnly = encoded(of(Message.System.of("s")), STUDIO);

    assertThat(assistantFirst.path("contents").get(0)).isEqualTo(filler);
    assertThat(assistantFirst.path("contents")).hasSize(2);
    assertThat(systemOnly.path("contents")).isEqualTo(json("[" + filler + "]"));
    refused(of(), STUDIO, "messages");
  }

  @Test
  @DisplayName("case 6: a trailing assistant message stays the last turn")
  void prefill() {
    JsonNode wire = encoded(of(HI, Message.Assistant.of(new Part.Text("I say "))), STUDIO);

    assertThat(wire.path("contents").get(1))
        .isEqualTo(json("{'role':'model','parts':[{'text':'I say '}]}"));
  }

  @Test
  @DisplayName("case 7: empty assistant texts vanish, empty user texts and results stay")
  void emptyContent() {
    JsonNode wire =
        encoded(
            of(
                Message.User.of(""),
                Message.Assistant.of(new Part.Text("")),
                Message.User.of("b"),
                calls("1"),
                Message.ToolResult.of("1", "")),
            STUDIO);

    assertThat(wire.path("contents"))
        .isEqualTo(
            json(
                "[{'role':'user','parts':[{'text':''},{'text':'b'}]},"
                    + "{'role':'model','parts':[{'functionCall':"
                    + "{'name':'f1','args':{'n':1.50},'id':'1'}}]},"
                    + "{'role':'user','parts':[{'functionResponse':"
                    + "{'name':'f1','response':{'content':''},'id':'1'}}]}]"));
  }

  @Test
  @DisplayName("case 8: names of speakers are dropped, and that is said")
  void speakers() {
    Losses losses = new Losses();

    JsonNode wire =
        encoded(
            of(new Message.User(List.of(new Part.Text("hi")), "ann", Rest.NONE)), STUDIO, losses);

    assertThat(losses.fields()).containsExactly("messages.name");
    assertThat(wire.toString()).doesNotContain("ann");
  }

  @Test
  @DisplayName("case 9: content is one part or many, and a result may be an object")
  void contentForms() {
    ChatRequest lone =
        Codec.request("{\"contents\":{\"parts\":{\"text\":\"a\"}},\"systemInstruction\":\"s\"}");

    assertThat(lone.messages()).containsExactly(Message.System.of("s"), Message.User.of("a"));
  }

  @Test
  @DisplayName("case 16: ids go back to AI Studio and are kept from Vertex")
  void callIds() {
    ChatRequest request = of(HI, calls("1"), Message.ToolResult.of("1", "x"));

    assertThat(encoded(request, STUDIO).toString()).contains("\"id\":\"1\"");
    assertThat(encoded(request, VERTEX).toString()).doesNotContain("\"id\"");
  }

  @Test
  @DisplayName("case 16: calls without ids get one each, and results find theirs by name and order")
  void madeUpIds() {
    String call = "{\"functionCall\":{\"name\":\"f\"}}";
    String result = "{\"functionResponse\":{\"name\":\"f\",\"response\":{}}}";

    ChatRequest request =
        Codec.request(
            "{\"contents\":[{\"role\":\"model\",\"parts\":["
                + call
                + ","
                + call
                + "]},{\"role\":\"user\",\"parts\":["
                + result
                + ","
                + result
                + "]}]}");

    List<String> ids =
        ((Message.Assistant) request.messages().getFirst())
            .toolCalls().stream().map(Part.ToolCall::id).toList();
    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9A-Za-z]{9}"));
    assertThat(request.messages().subList(1, 3))
        .extracting(message -> ((Message.ToolResult) message).callId())
        .isEqualTo(ids);
  }

  @Test
  @DisplayName("cases 17 and 18: results come first, in the order of the calls")
  void orderOfResults() {
    JsonNode wire =
        encoded(
            of(
                HI,
                calls("1", "2", "3"),
                Message.ToolResult.of("3", "c"),
                Message.User.of("and?"),
                Message.ToolResult.of("1", "a"),
                Message.ToolResult.of("2", "b")),
            VERTEX);

    assertThat(wire.path("contents")).hasSize(3);
    assertThat(wire.path("contents").get(2).path("parts"))
        .isEqualTo(
            json(
                "[{'functionResponse':{'name':'f1','response':{'content':'a'}}},"
                    + "{'functionResponse':{'name':'f2','response':{'content':'b'}}},"
                    + "{'functionResponse':{'name':'f3','response':{'content':'c'}}},"
                    + "{'text':'and?'}]"));
  }

  @Test
  @DisplayName("case 19: a result without a name gets its call's")
  void namesOfResults() {
    JsonNode wire = encoded(of(HI, calls("7"), Message.ToolResult.of("7", "x")), STUDIO);

    assertThat(wire.at("/contents/2/parts/0/functionResponse/name").asString()).isEqualTo("f7");
  }

  @Test
  @DisplayName("case 20: objects are sent as they are, texts wrapped, failures as errors")
  void shapeOfResults() {
    assertThat(response("{\"t\": 1.0}", Outcome.UNSTATED)).isEqualTo(json("{'t':1.0}"));
    assertThat(response("12 degrees", Outcome.SUCCESS)).isEqualTo(json("{'content':'12 degrees'}"));
    assertThat(response("[1]", Outcome.UNSTATED)).isEqualTo(json("{'content':'[1]'}"));
    assertThat(response("{broken", Outcome.UNSTATED)).isEqualTo(json("{'content':'{broken'}"));
    assertThat(response("no such city", Outcome.FAILURE))
        .isEqualTo(json("{'error':'no such city'}"));
    assertThat(response("{\"code\":7}", Outcome.FAILURE)).isEqualTo(json("{'error':{'code':7}}"));
  }

  private static JsonNode response(String text, Outcome outcome) {
    Message result =
        new Message.ToolResult("1", null, List.of(new Part.Text(text)), outcome, null, Rest.NONE);
    return encoded(of(HI, calls("1"), result), STUDIO)
        .at("/contents/2/parts/0/functionResponse/response");
  }

  @Test
  @DisplayName("case 21: a result's images stand within it, or beside it for older models")
  void imagesInResults() {
    Part image = new Part.Image(new Media.Inline("image/png", "aGk="));
    Message result =
        new Message.ToolResult(
            "1", "f1", List.of(new Part.Text("see"), image), Outcome.UNSTATED, null, Rest.NONE);

    JsonNode within = encoded(of(HI, calls("1"), result), STUDIO).at("/contents/2/parts");
    JsonNode beside =
        encoded(of(HI, calls("1"), result, Message.User.of("so?")), VERTEX).at("/contents/2/parts");

    JsonNode data = json("{'inlineData':{'mimeType':'image/png','data':'aGk='}}");
    assertThat(within).hasSize(1);
    assertThat(within.at("/0/functionResponse/parts")).isEqualTo(json("[" + data + "]"));
    assertThat(beside.get(1)).isEqualTo(data);
    assertThat(beside.get(2)).isEqualTo(json("{'text':'so?'}"));
  }

  @Test
  @DisplayName("case 22: a call that nobody answered has failed, or the request is refused")
  void missingResults() {
    ChatRequest request =
        of(HI, calls("1", "2"), Message.ToolResult.of("2", "b"), Message.User.of("go on"));

    JsonNode parts = encoded(request, STUDIO).at("/contents/2/parts");

    assertThat(parts).hasSize(3);
    assertThat(parts.at("/0/functionResponse/id").asString()).isEqualTo("1");
    assertThat(parts.at("/0/functionResponse/response").has("error")).isTrue();
    assertThat(parts.at("/1/functionResponse/response")).isEqualTo(json("{'content':'b'}"));
    refused(request, with(LateInstructions.AS_USER, MissingResults.REFUSE), "messages[2]");
  }

  @Test
  @DisplayName("case 22: a result without a call is refused, and so is a second one")
  void orphanResults() {
    refused(of(HI, Message.ToolResult.of("9", "x")), STUDIO, "messages[1].tool_call_id");
    refused(
        of(HI, calls("1"), Message.ToolResult.of("1", "x"), Message.ToolResult.of("1", "y")),
        STUDIO,
        "messages[3].tool_call_id");
  }

  @Test
  @DisplayName("case 23: calls in a history stay, though the request offers no tools")
  void historyWithoutTools() {
    JsonNode wire = encoded(of(HI, calls("1"), Message.ToolResult.of("1", "x")), STUDIO);

    assertThat(wire.has("tools")).isFalse();
    assertThat(wire.at("/contents/1/parts/0/functionCall/name").asString()).isEqualTo("f1");
  }

  @Test
  @DisplayName("case 24: arguments are an object, whatever the model wrote")
  void arguments() {
    assertThat(args("")).hasToString("{}");
    assertThat(args("{\"a\": 1e2, \"b\":9007199254740993}"))
        .isEqualTo(json("{'a':1e2,'b':9007199254740993}"));
    assertThat(args("{\"cut\":\"of")).isEqualTo(json("{'_raw':'{\\\"cut\\\":\\\"of'}"));
    assertThat(args("[1]")).isEqualTo(json("{'_raw':'[1]'}"));
  }

  private static JsonNode args(String arguments) {
    Message call = Message.Assistant.of(new Part.ToolCall("1", "f", arguments));
    return encoded(of(HI, call), STUDIO).at("/contents/1/parts/0/functionCall/args");
  }
}
