package dev.sluice.protocol.gemini;

import static dev.sluice.protocol.gemini.Codec.STUDIO;
import static dev.sluice.protocol.gemini.Codec.VERTEX;
import static dev.sluice.protocol.gemini.Codec.encoded;
import static dev.sluice.protocol.gemini.Codec.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequestBuilder;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Message.ToolResult.Outcome;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.protocol.gemini.GeminiAbilities.Feature;
import dev.sluice.protocol.gemini.GeminiRequestOptions.LateInstructions;
import dev.sluice.protocol.gemini.GeminiRequestOptions.MissingResults;
import dev.sluice.protocol.gemini.GeminiRequestOptions.Urls;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The hard cases of turns, results and files. */
class RequestCasesTest {

  private static final Message HI = Message.User.of("hi");

  private static ChatRequest of(Message... messages) {
    ChatRequestBuilder request = ChatRequest.builder("m");
    for (Message message : messages) {
      request.message(message);
    }
    return request.build();
  }

  private static GeminiRequestOptions with(LateInstructions late, MissingResults missing) {
    return new GeminiRequestOptions(
        STUDIO.abilities(),
        STUDIO.callIds(),
        Urls.OWN,
        STUDIO.thoughts(),
        late,
        missing,
        STUDIO.tier());
  }

  private static void refused(ChatRequest request, GeminiRequestOptions options, String path) {
    assertThatThrownBy(() -> encoded(request, options, new Losses()))
        .isInstanceOfSatisfying(
            GatewayException.class,
            e ->
                assertThat(((Fault.InvalidRequest) e.fault()).violations().getFirst().path())
                    .isEqualTo(path));
  }

  private static Message calls(String... ids) {
    Part[] parts = new Part[ids.length];
    for (int i = 0; i < ids.length; i++) {
      parts[i] = new Part.ToolCall(ids[i], "f" + ids[i], "{\"n\":1.50}");
    }
    return Message.Assistant.of(parts);
  }

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

  @Test
  @DisplayName("case 30: addresses go as they are, with a type where their end suggests one")
  void addresses() {
    Part image = new Part.Image(new Media.Remote("https://example.com/a.PNG?x=1", null));
    Part film = new Part.Video(new Media.Remote("https://youtu.be/x", null), null, Rest.NONE);
    Part bucket =
        new Part.File(new Media.Remote("gs://b/c", "application/pdf"), "c", null, Rest.NONE);

    JsonNode parts =
        encoded(of(new Message.User(List.of(image, film, bucket), null, Rest.NONE)), STUDIO)
            .at("/contents/0/parts");

    assertThat(parts)
        .isEqualTo(
            json(
                "[{'fileData':{'fileUri':'https://example.com/a.PNG?x=1','mimeType':'image/png'}},"
                    + "{'fileData':{'fileUri':'https://youtu.be/x'}},"
                    + "{'fileData':{'fileUri':'gs://b/c','mimeType':'application/pdf',"
                    + "'displayName':'c'}}]"));
    refused(
        of(new Message.User(List.of(image), null, Rest.NONE)),
        with(LateInstructions.AS_USER, MissingResults.FAILED),
        "messages[0].content");
  }

  @Test
  @DisplayName("case 32: detail is the resolution of its part, or of all where parts have none")
  void detail() {
    Media media = new Media.Inline("image/png", "aGk=");
    ChatRequest request =
        of(
            new Message.User(
                List.of(
                    new Part.Image(media, "high", null, Rest.NONE),
                    new Part.Image(media, "low", null, Rest.NONE),
                    new Part.Image(media, "auto", null, Rest.NONE)),
                null,
                Rest.NONE));

    JsonNode each = encoded(request, STUDIO);
    JsonNode all = encoded(request, VERTEX);

    assertThat(each.at("/contents/0/parts/0/mediaResolution/level").asString())
        .isEqualTo("MEDIA_RESOLUTION_HIGH");
    assertThat(each.at("/contents/0/parts/1/mediaResolution/level").asString())
        .isEqualTo("MEDIA_RESOLUTION_LOW");
    assertThat(each.at("/contents/0/parts/2").has("mediaResolution")).isFalse();
    assertThat(each.has("generationConfig")).isFalse();
    assertThat(all.at("/generationConfig/mediaResolution").asString())
        .isEqualTo("MEDIA_RESOLUTION_HIGH");
    assertThat(Codec.request(each.toString()))
        .isEqualTo(
            request.toBuilder()
                .messages(
                    List.of(
                        new Message.User(
                            List.of(
                                new Part.Image(media, "high", null, Rest.NONE),
                                new Part.Image(media, "low", null, Rest.NONE),
                                new Part.Image(media)),
                            null,
                            Rest.NONE)))
                .build());
  }

  @Test
  @DisplayName("cases 33 and 34: documents and sound go inline; another provider's file is 400")
  void files() {
    Part file =
        new Part.File(new Media.Inline("application/pdf", "JVBE"), "a.pdf", null, Rest.NONE);
    Part sound = new Part.Audio(new Media.Inline("audio/wav", "UklG"), null, Rest.NONE);
    Part words = new Part.File(new Media.Written("text/plain", "words"), null, null, Rest.NONE);
    Part foreign = new Part.File(new Media.Uploaded("file-1", "openai"), null, null, Rest.NONE);

    JsonNode parts =
        encoded(of(new Message.User(List.of(file, sound, words), null, Rest.NONE)), STUDIO)
            .at("/contents/0/parts");

    assertThat(parts)
        .isEqualTo(
            json(
                "[{'inlineData':{'mimeType':'application/pdf','data':'JVBE','displayName':'a.pdf'}},"
                    + "{'inlineData':{'mimeType':'audio/wav','data':'UklG'}},{'text':'words'}]"));
    refused(
        of(HI, new Message.User(List.of(foreign), null, Rest.NONE)), STUDIO, "messages[1].content");
  }

  @Test
  @DisplayName("case 33: a file of AI Studio's own is told apart, and goes back with its type")
  void uploads() {
    String part =
        "{'fileData':{'fileUri':'https://generativelanguage.googleapis.com/v1beta/files/x',"
            + "'mimeType':'image/png'}}";

    ChatRequest request =
        Codec.request(json("{'contents':[{'role':'user','parts':[" + part + "]}]}").toString());

    assertThat(request.messages().getFirst().parts().getFirst())
        .isInstanceOfSatisfying(
            Part.Image.class,
            image -> assertThat(image.source()).isInstanceOf(Media.Uploaded.class));
    assertThat(encoded(request, STUDIO).at("/contents/0/parts/0")).isEqualTo(json(part));
  }

  @Test
  @DisplayName("cases 51 and 53: what another provider sealed is dropped, and that is said")
  void foreignSeals() {
    Losses losses = new Losses();
    Signature claudes = new Signature("c2ln", Signature.CLAUDE);
    Part thought = new Part.Thinking("hm", Part.Thinking.Form.FULL, claudes, Rest.NONE);
    Part sealed = new Part.SealedThinking(new Signature("b3Bh", Signature.OPENAI), Rest.NONE);
    Part call =
        new Part.ToolCall("1", "f", Part.ToolCall.Kind.FUNCTION, "{}", claudes, null, Rest.NONE);

    JsonNode wire = encoded(of(HI, Message.Assistant.of(thought, sealed, call)), STUDIO, losses);

    assertThat(wire.at("/contents/1/parts"))
        .isEqualTo(json("[{'functionCall':{'name':'f','args':{},'id':'1'}}]"));
    assertThat(losses.fields())
        .containsExactly("messages.reasoning_details", "messages.tool_calls.signature");
  }

  @Test
  @DisplayName(
      "case 52: signatures go back where they were; the first call gets a stand-in if lost")
  void signatures() {
    Signature ours = new Signature("Z2Vt", Signature.GEMINI);
    Part text = new Part.Text("ok", null, ours, Rest.NONE);
    Part call =
        new Part.ToolCall("1", "f", Part.ToolCall.Kind.FUNCTION, "{}", ours, null, Rest.NONE);
    GeminiRequestOptions strict = GeminiRequestOptions.vertex(GeminiAbilities.LEVELLED);

    JsonNode kept = encoded(of(HI, Message.Assistant.of(text, call)), strict);
    JsonNode lost = encoded(of(HI, calls("1", "2")), strict);
    JsonNode sealed =
        encoded(of(HI, Message.Assistant.of(new Part.SealedThinking(ours, Rest.NONE))), strict);

    assertThat(kept.at("/contents/1/parts"))
        .isEqualTo(
            json(
                "[{'text':'ok','thoughtSignature':'Z2Vt'},"
                    + "{'functionCall':{'name':'f','args':{}},'thoughtSignature':'Z2Vt'}]"));
    assertThat(lost.at("/contents/1/parts/0/thoughtSignature").asString())
        .isEqualTo("skip_thought_signature_validator");
    assertThat(lost.at("/contents/1/parts/1").has("thoughtSignature")).isFalse();
    assertThat(sealed.at("/contents/1/parts"))
        .isEqualTo(json("[{'text':'','thoughtSignature':'Z2Vt'}]"));
  }

  @Test
  @DisplayName("case 68: hints for caches are dropped, and what is cached is not said again")
  void caches() {
    Losses losses = new Losses();
    Part marked = new Part.Text("long", CacheHint.DEFAULT, null, Rest.NONE);
    encoded(of(new Message.User(List.of(marked), null, Rest.NONE)), STUDIO, losses);
    ChatRequest cached =
        Codec.request(
            json("{'contents':[{'role':'user','parts':[{'text':'hi'}]}],"
                    + "'cachedContent':'cachedContents/1','systemInstruction':"
                    + "{'parts':[{'text':'s'}]},'tools':[{'functionDeclarations':"
                    + "[{'name':'f'}]}],'toolConfig':{'functionCallingConfig':"
                    + "{'mode':'ANY'}}}")
                .toString());
    Losses stripped = new Losses();

    JsonNode wire = encoded(cached, STUDIO, stripped);

    assertThat(losses.fields()).containsExactly("cache_control");
    assertThat(wire)
        .isEqualTo(
            json(
                "{'contents':[{'role':'user','parts':[{'text':'hi'}]}],"
                    + "'cachedContent':'cachedContents/1'}"));
    assertThat(stripped.fields()).containsExactly("messages.system", "tools");
  }

  @Test
  @DisplayName("case 68: members keep their order")
  void orderOfMembers() {
    ChatRequest request =
        Codec.request(
            "{\"contents\":[],\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\","
                + "\"parametersJsonSchema\":{\"z\":1,\"a\":{\"y\":2,\"b\":3}}}]}]}");

    String wire = encoded(request.toBuilder().message(HI).build(), STUDIO).toString();

    assertThat(wire).contains("{\"z\":1,\"a\":{\"y\":2,\"b\":3}}");
  }

  @Test
  @DisplayName("case 70: unknown fields come back where they were, and stay out of other protocols")
  void unknownFields() {
    String json =
        "{'contents':[{'role':'user','parts':[{'text':'hi','x':1},{'newThing':{'a':[1.0]}}],"
            + "'y':true}],'safetySettings':[{'category':'c'}],'generationConfig':"
            + "{'speechConfig':{'v':'w'},'thinkingConfig':{'z':2}},'toolConfig':"
            + "{'retrievalConfig':{'l':1}}}";

    ChatRequest request = Codec.request(json(json).toString());
    Losses losses = new Losses();
    encoded(
        of(new Message.User(List.of(), null, Rest.NONE), HI).toBuilder()
            .rest(Rest.of("openai", "x_vendor", new dev.sluice.chat.Json("1")))
            .build(),
        STUDIO,
        losses);

    assertThat(encoded(request, STUDIO)).isEqualTo(json(json));
    assertThat(request.messages().getFirst().parts().get(1))
        .isInstanceOfSatisfying(
            Part.Foreign.class, part -> assertThat(part.type()).isEqualTo("newThing"));
    assertThat(losses.fields()).containsExactly("x_vendor");
  }

  @Test
  @DisplayName("features are asked for, never a model's name")
  void abilitiesDecide() {
    assertThat(STUDIO.abilities().has(Feature.SIGNED_CALLS)).isFalse();
    assertThat(GeminiAbilities.LEVELLED.has(Feature.SIGNED_CALLS)).isTrue();
    assertThat(
            encoded(of(HI).toBuilder().model("gemini-3-pro-preview").build(), STUDIO).has("model"))
        .isFalse();
  }
}
