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

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.protocol.gemini.GeminiAbilities.Feature;
import dev.sluice.protocol.gemini.GeminiRequestOptions.LateInstructions;
import dev.sluice.protocol.gemini.GeminiRequestOptions.MissingResults;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The hard cases of files, signatures, caches and unknown fields. */
class ContentCasesTest {

  @Test
  @DisplayName("case 30: addresses go as they are, with a type where their end suggests one")
  void addresses() {
    Part image = new Part.Image(new Media.Remote("https://example.com/a.PNG?x=1", null));
    Part film = new Part.Video(new Media.Remote("https://youtu.be/x", null), null, Rest.NONE);
    Part bucket =
        new Part.File(new Media.Remote("gs://b/c", "application/pdf"), "c", null, Rest.NONE);

    JsonNode parts =
        encoded(
                of(new Message.User(List.of(image, film, bucket), null, Rest.NONE)),
                STUDIO,
                new Losses())
            .at("/contents/0/parts");

    assertThat(parts)
        .isEqualTo(
            json(
                "[{'fileData':{'fileUri':'https://example.com/a.PNG?x=1','mimeType':'image/png'}},"
                    + "{'fileData':{'fileUri':'https://youtu.be/x'}},"
                    + "{'fileData':{'fileUri':'gs://b/c','mimeType':'application/pdf'}}]"));
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
        encoded(
                of(new Message.User(List.of(file, sound, words), null, Rest.NONE)),
                STUDIO,
                new Losses())
            .at("/contents/0/parts");

    assertThat(parts)
        .isEqualTo(
            json(
                "[{'inlineData':{'mimeType':'application/pdf','data':'JVBE'}},"
                    + "{'inlineData':{'mimeType':'audio/wav','data':'UklG'}},{'text':'words'}]"));
    refused(
        of(HI, new Message.User(List.of(foreign), null, Rest.NONE)), STUDIO, "messages[1].content");
  }

  @Test
  @DisplayName("case 33: a file's name is for Vertex; AI Studio refuses it, so that it is lost")
  void fileNames() {
    ChatRequest request =
        of(
            new Message.User(
                List.of(
                    new Part.File(
                        new Media.Inline("application/pdf", "JVBE"), "a.pdf", null, Rest.NONE),
                    new Part.File(new Media.Remote("gs://b/c", null), "c", null, Rest.NONE)),
                null,
                Rest.NONE));
    Losses losses = new Losses();

    assertThat(encoded(request, STUDIO, losses).findValues("displayName")).isEmpty();
    assertThat(losses.fields()).containsExactly("messages.content.file.filename");
    assertThat(encoded(request, VERTEX).findValuesAsString("displayName"))
        .containsExactly("a.pdf", "c");
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
