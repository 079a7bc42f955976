package dev.sluice.protocol.gemini;

import dev.sluice.chat.ChatModels;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Json;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.OutputSettings;
import dev.sluice.chat.Part;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Disclosure;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.chat.SamplingSettings;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import dev.sluice.chat.Usage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Makes models of all that the protocol can carry, and holds two texts with most of its words. */
final class ContentModels {

  static final String ANSWER =
      "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\",\"thought\":true},{\"text\":\"b\","
          + "\"thoughtSignature\":\"s\"},{\"functionCall\":{\"name\":\"f\",\"id\":\"1\",\"args\":"
          + "{\"x\":1}}},{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"aGk=\"}},"
          + "{\"executableCode\":{\"code\":\"1\"}}],\"role\":\"model\"},\"finishReason\":\"STOP\","
          + "\"index\":0,\"groundingMetadata\":{\"groundingChunks\":[{\"web\":{\"uri\":\"u\","
          + "\"title\":\"t\"}}],\"groundingSupports\":[{\"segment\":{\"startIndex\":0,\"endIndex\":1"
          + "},\"groundingChunkIndices\":[0]}],\"webSearchQueries\":[\"q\"]},\"citationMetadata\":"
          + "{\"citationSources\":[{\"startIndex\":0,\"endIndex\":1,\"uri\":\"u\"}]},"
          + "\"logprobsResult\":{\"topCandidates\":[{\"candidates\":[{\"token\":\"a\","
          + "\"logProbability\":-1}]}],\"chosenCandidates\":[{\"token\":\"a\",\"logProbability\":-1}]"
          + "}}],\"promptFeedback\":{\"blockReason\":\"OTHER\"},\"usageMetadata\":"
          + "{\"promptTokenCount\":3,\"candidatesTokenCount\":\"4\",\"thoughtsTokenCount\":5,"
          + "\"totalTokenCount\":12,\"promptTokensDetails\":[{\"modality\":\"AUDIO\","
          + "\"tokenCount\":3}],\"serviceTier\":\"flex\"},\"modelVersion\":\"g\",\"createTime\":"
          + "\"2026-01-01T00:00:00Z\",\"responseId\":\"r\"}";

  static final String REQUEST =
      "{\"systemInstruction\":{\"parts\":[{\"text\":\"s\"}],\"role\":\"user\"},\"contents\":["
          + "{\"role\":\"user\",\"parts\":[{\"text\":\"a\"},{\"fileData\":{\"fileUri\":\"gs://b/c\","
          + "\"mimeType\":\"video/mp4\"},\"videoMetadata\":{\"fps\":1}},{\"inlineData\":"
          + "{\"mimeType\":\"image/png\",\"data\":\"aGk=\"},\"mediaResolution\":{\"level\":"
          + "\"MEDIA_RESOLUTION_LOW\"}}]},{\"role\":\"model\",\"parts\":[{\"functionCall\":"
          + "{\"name\":\"f\",\"args\":{}}}]},{\"role\":\"user\",\"parts\":[{\"functionResponse\":"
          + "{\"name\":\"f\",\"response\":{\"content\":\"x\"},\"parts\":[{\"text\":\"y\"}]}}]}],"
          + "\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"parameters\":{\"type\":"
          + "\"OBJECT\",\"properties\":{\"a\":{\"type\":\"STRING\",\"nullable\":true}}}}]},"
          + "{\"googleSearch\":{}}],\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"ANY\","
          + "\"allowedFunctionNames\":[\"f\"]}},\"generationConfig\":{\"temperature\":0.5,\"topK\":4,"
          + "\"stopSequences\":[\"x\"],\"responseMimeType\":\"application/json\",\"responseSchema\":"
          + "{\"type\":\"STRING\"},\"thinkingConfig\":{\"includeThoughts\":true,\"thinkingLevel\":"
          + "\"LOW\"},\"responseModalities\":[\"TEXT\"]},\"serviceTier\":\"flex\"}";

  private static final ChatModels MODELS = new ChatModels(Gemini.PROTOCOL);

  private ContentModels() {}

  private static Arbitrary<Signature> seal() {
    return Arbitraries.of("c2ln", "b3Bh").map(text -> new Signature(text, Signature.GEMINI));
  }

  private static Arbitrary<String> name() {
    return Arbitraries.of("get_weather", "f", "search-web", "ns.tool:x");
  }

  /** What a model may have said: at least one part. */
  static Arbitrary<List<Part>> assistantParts() {
    Arbitrary<Part> text =
        Combinators.combine(ChatModels.text(), seal().injectNull(0.7), MODELS.rest())
            .as((words, seal, rest) -> new Part.Text(words, null, seal, rest));
    Arbitrary<Part> thought =
        Combinators.combine(ChatModels.text(), seal().injectNull(0.7), MODELS.rest())
            .as((words, seal, rest) ->
                new Part.Thinking(words, Part.Thinking.Form.SUMMARY, seal, rest));
    Arbitrary<Part> foreign =
        Arbitraries.of(
            new Part.Foreign(
                Gemini.PROTOCOL,
                "executableCode",
                new Json("{\"executableCode\":{\"code\":\"1\"},\"thoughtSignature\":\"s\"}")));
    Arbitrary<Part> image = Arbitraries.of(new Part.Image(new Media.Inline("image/png", "aGk=")));
    Arbitrary<Part> call =
        Combinators.combine(
                Arbitraries.integers().between(0, 1_000_000),
                name(),
                Arbitraries.of("{}", "{\"a\":1e2}", "{ \"b\" : [\"\\u00e9\"] }"),
                seal().injectNull(0.7),
                MODELS.rest())
            .as((id, name, arguments, seal, rest) ->
                new Part.ToolCall(
                    "call_" + id, name, Part.ToolCall.Kind.FUNCTION, arguments, seal, null, rest));
    return Arbitraries.oneOf(text, thought, foreign, image, call).list().ofMinSize(1).ofMaxSize(5);
  }

  /** A turn of the user's, the model's answer to it, and the results of its calls. */
  private static Arbitrary<List<Message>> round() {
    Arbitrary<Part> shown =
        Arbitraries.of(
            new Part.Image(new Media.Remote("gs://b/c", "image/png"), "high", null, Rest.NONE),
            new Part.Audio(new Media.Inline("audio/wav", "UklG"), null, Rest.NONE),
            new Part.Video(new Media.Remote("https://youtu.be/x", null), null, Rest.NONE),
            new Part.File(new Media.Inline("application/pdf", "JVBE"), "a.pdf", null, Rest.NONE),
            new Part.File(new Media.Inline("text/plain", "aGk="), null, null, Rest.NONE));
    Arbitrary<Part> text =
        Combinators.combine(Arbitraries.of("", "hi", "é\u2028"), MODELS.rest())
            .as((words, rest) -> new Part.Text(words, null, null, rest));
    Arbitrary<Message> user =
        Combinators.combine(
                Arbitraries.oneOf(text, shown).list().ofMinSize(1).ofMaxSize(3), MODELS.rest())
            .as((parts, rest) -> new Message.User(parts, null, rest));
    Arbitrary<String> answers = Arbitraries.of("12 degrees", "", "{\"t\":1e2}", "{broken", "[1]");
    return Combinators.combine(
            user,
            assistantParts(),
            MODELS.rest(),
            answers,
            Arbitraries.of(Message.ToolResult.Outcome.UNSTATED, Message.ToolResult.Outcome.FAILURE),
            MODELS.rest())
        .as(ContentModels::round);
  }

  private static List<Message> round(
      Message user,
      List<Part> said,
      Rest rest,
      String answer,
      Message.ToolResult.Outcome outcome,
      Rest resultRest) {
    List<Message> messages = new ArrayList<>();
    messages.add(user);
    messages.add(new Message.Assistant(said, null, List.of(), null, rest));
    for (Part part : said) {
      if (part instanceof Part.ToolCall call) {
        List<Part> parts =
            List.of(new Part.Text(answer), new Part.Image(new Media.Inline("image/png", "aGk=")));
        messages.add(
            new Message.ToolResult(call.id(), call.name(), parts, outcome, null, resultRest));
      }
    }
    return messages;
  }

  private static Arbitrary<List<Message>> conversation() {
    Arbitrary<Message> system =
        Arbitraries.of("be brief", "")
            .map(text -> (Message) Message.System.of(text))
            .injectNull(0.5);
    return Combinators.combine(system, round().list().ofMinSize(1).ofMaxSize(3))
        .as((instruction, rounds) -> {
          List<Message> all = new ArrayList<>();
          if (instruction != null) {
            all.add(instruction);
          }
          rounds.forEach(all::addAll);
          return all;
        });
  }

  private static Arbitrary<ToolSettings> tools() {
    Arbitrary<Tool> function =
        Combinators.combine(
                name(),
                ChatModels.text().injectNull(0.5),
                ChatModels.object().injectNull(0.3),
                MODELS.rest())
            .as((name, description, parameters, rest) ->
                new Tool.Function(name, description, parameters, null, null, rest));
    Arbitrary<Tool> search =
        Arbitraries.of(
            new Tool.Foreign(
                Gemini.PROTOCOL, "googleSearch", new Json("{\"googleSearch\":{\"x\":1.0}}")));
    Arbitrary<ToolChoice> choice =
        Arbitraries.of(
            new ToolChoice.Auto(),
            new ToolChoice.None(),
            new ToolChoice.Required(),
            new ToolChoice.Named("f"),
            new ToolChoice.Allowed(ToolChoice.Allowed.Mode.AUTO, List.of("f")),
            new ToolChoice.Allowed(ToolChoice.Allowed.Mode.REQUIRED, List.of("f", "g")),
            new ToolChoice.Foreign(Gemini.PROTOCOL, new Json("{\"mode\":\"VALIDATED\"}")));
    return Combinators.combine(
            function.list().ofMinSize(1).ofMaxSize(3),
            search.injectNull(0.5),
            choice.injectNull(0.3))
        .as((functions, own, chosen) -> {
          List<Tool> all = new ArrayList<>(functions);
          if (own != null) {
            all.add(own);
          }
          return new ToolSettings(all, chosen, null, ToolSettings.Style.TOOLS);
        });
  }

  private static Arbitrary<SamplingSettings> sampling() {
    Arbitrary<BigDecimal> number =
        Arbitraries.of("0", "0.70", "1", "1E-2", "2.0").map(BigDecimal::new).injectNull(0.5);
    return Combinators.combine(number, number, Arbitraries.longs().injectNull(0.5), number, number)
        .as((a, b, whole, c, d) ->
            new SamplingSettings(a, b, whole, null, c, d, null, whole, null));
  }

  private static Arbitrary<OutputSettings> output() {
    Arbitrary<ResponseFormat> format =
        Arbitraries.oneOf(
            Arbitraries.of(
                new ResponseFormat.Text(),
                new ResponseFormat.AnyObject(),
                new ResponseFormat.Foreign(
                    Gemini.PROTOCOL, new Json("{\"responseMimeType\":\"text/x.enum\"}"))),
            ChatModels.object()
                .map(schema -> new ResponseFormat.Schema(null, null, schema, null, Rest.NONE)));
    return Combinators.combine(
            Arbitraries.longs().between(1, 1L << 40).injectNull(0.5),
            ChatModels.text().list().ofMaxSize(2),
            Arbitraries.of(1L, 2L).injectNull(0.5),
            format.injectNull(0.3),
            Arbitraries.of(true, false).injectNull(0.5),
            Arbitraries.of(List.<String>of(), List.of("text", "audio")))
        .as((max, stop, n, form, logprobs, modalities) ->
            new OutputSettings(max, stop, n, form, logprobs, n, modalities, null, null, null));
  }

  /** Requests of which nothing is lost. */
  static Arbitrary<ChatRequest> requests() {
    Arbitrary<ReasoningSettings> reasoning =
        Combinators.combine(
                Arbitraries.of(Effort.MINIMAL, Effort.LOW, Effort.MEDIUM, Effort.HIGH)
                    .injectNull(0.5),
                Arbitraries.of(Disclosure.UNSTATED, Disclosure.SHOWN, Disclosure.HIDDEN))
            .as((effort, shown) -> new ReasoningSettings(Mode.UNSTATED, effort, null, shown));
    return Combinators.combine(
            conversation(),
            tools().injectNull(0.5),
            sampling(),
            output(),
            reasoning,
            Arbitraries.of("flex", "default").injectNull(0.5),
            MODELS.rest())
        .as((messages, tools, sampling, output, thinking, tier, rest) ->
            ChatRequest.builder("m")
                .messages(messages)
                .toolSettings(tools == null ? ToolSettings.NONE : tools)
                .sampling(sampling)
                .output(output)
                .reasoning(thinking)
                .tier(tier)
                .rest(rest)
                .build());
  }

  /** Figures that the wire tells apart. */
  static Arbitrary<Usage> usage() {
    Arbitrary<Long> count = Arbitraries.longs().between(0, 1_000);
    return Combinators.combine(count, count, count.injectNull(0.5), count.injectNull(0.5))
        .as((prompt, answer, thoughts, cached) ->
            Usage.builder()
                .prompt(prompt)
                .completion(answer + (thoughts == null ? 0 : thoughts))
                .reasoning(thoughts == null ? Usage.UNKNOWN : thoughts)
                .cached(cached == null ? Usage.UNKNOWN : cached)
                .total(prompt + answer + (thoughts == null ? 0 : thoughts))
                .build());
  }
}
