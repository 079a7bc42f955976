package dev.sluice.chat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Models of all kinds for the codecs' properties. Unknown fields are those of {@code protocol}.
 * Texts hold what hurts: quotes, backslashes, control characters, emoji, lone surrogates.
 */
public final class ChatModels {

  private final String protocol;

  /** Models with unknown fields of that protocol. */
  public ChatModels(String protocol) {
    this.protocol = protocol;
  }

  /** Text, not empty. */
  public static Arbitrary<String> text() {
    return Arbitraries.of(
            "a",
            " ",
            "é",
            "\"",
            "\\",
            "\n",
            "\u0000",
            "\u001f",
            "😀",
            "\ud83d",
            "\udc00",
            "?",
            "{",
            "}",
            "data:",
            "[DONE]",
            "\u2028",
            "word ",
            "longer piece of text, ")
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(pieces -> String.join("", pieces));
  }

  /** Names of tools. */
  public static Arbitrary<String> name() {
    return Arbitraries.of("get_weather", "f", "search-web", "résumé");
  }

  /** JSON whose spelling must not change. */
  public static Arbitrary<Json> object() {
    return Arbitraries.of(
        new Json("{}"),
        new Json("{\"type\":\"object\",\"properties\":{\"n\":{\"maximum\":1e2}}}"),
        new Json("{ \"z\" : 9007199254740993, \"a\" : \"\\u00e9\\/\" }"),
        new Json("{\"a\":{\"b\":[1.0,null,true]}}"));
  }

  /** Unknown fields, mostly none. */
  public Arbitrary<Rest> rest() {
    return Arbitraries.frequencyOf(
        Tuple.of(5, Arbitraries.just(Rest.NONE)),
        Tuple.of(1, object().map(json -> Rest.of(protocol, "x_vendor", json))),
        Tuple.of(
            1,
            Arbitraries.just(
                Rest.of(
                    protocol,
                    List.of(
                        new Rest.Member("z\"quoted", new Json("1.50")),
                        new Rest.Member("a", new Json("[null]")))))));
  }

  /** A hint, mostly none. */
  public static Arbitrary<CacheHint> cache() {
    return Arbitraries.of(
            CacheHint.DEFAULT,
            new CacheHint(Duration.ofMinutes(5)),
            new CacheHint(Duration.ofHours(1)))
        .injectNull(0.8);
  }

  /** Text with all that may hang on it. */
  public Arbitrary<Part> textPart() {
    return Combinators.combine(text(), cache(), rest())
        .as((text, cache, rest) -> new Part.Text(text, cache, null, rest));
  }

  /** What a user may send. */
  public Arbitrary<Part> userPart() {
    Arbitrary<Media> media =
        Arbitraries.of(
            new Media.Remote("https://example.com/a?b=c", null),
            new Media.Inline("image/png", "aGk="),
            new Media.Inline("application/pdf", "JVBERi0="));
    return Arbitraries.oneOf(
        textPart(),
        Combinators.combine(media, Arbitraries.of("low", "auto").injectNull(0.5), cache(), rest())
            .as(Part.Image::new),
        Combinators.combine(Arbitraries.of("audio/wav", "audio/mpeg"), cache(), rest())
            .as((type, cache, rest) -> new Part.Audio(new Media.Inline(type, "UklG"), cache, rest)),
        Combinators.combine(media, text().injectNull(0.5), cache(), rest()).as(Part.File::new),
        Combinators.combine(media, cache(), rest()).as(Part.Video::new));
  }

  /** A thought, open or sealed. */
  public Arbitrary<Part> thought() {
    Arbitrary<Signature> seal =
        Combinators.combine(
                text(), Arbitraries.of(Signature.CLAUDE, Signature.GEMINI, Signature.UNKNOWN))
            .as(Signature::new);
    return Arbitraries.oneOf(
        Combinators.combine(
                text(), Arbitraries.of(Part.Thinking.Form.class), seal.injectNull(0.5), rest())
            .as(Part.Thinking::new),
        Combinators.combine(seal, rest()).as(Part.SealedThinking::new));
  }

  /** A tool call. */
  public Arbitrary<Part> call() {
    return Combinators.combine(
            Arbitraries.of("call_1", "abcDEF123", "id with spaces"),
            name(),
            Arbitraries.of(Part.ToolCall.Kind.class),
            Arbitraries.of("", "{}", "{\"a\":1e2}", "{\"cut", "free text"),
            Arbitraries.of(new Signature("c2ln", Signature.GEMINI)).injectNull(0.8),
            rest())
        .as((id, name, kind, args, seal, rest) ->
            new Part.ToolCall(id, name, kind, args, seal, null, rest));
  }

  /** The model's turn: text, then a refusal, then calls, with thoughts anywhere between. */
  public Arbitrary<Message> assistant() {
    Arbitrary<List<Part>> said =
        Combinators.combine(
                textPart().list().ofMaxSize(3),
                text().map(text -> (Part) new Part.Refusal(text)).injectNull(0.8),
                call().list().ofMaxSize(3))
            .as((texts, refusal, calls) -> {
              List<Part> all = new ArrayList<>(texts);
              if (refusal != null) {
                all.add(refusal);
              }
              all.addAll(calls);
              return all;
            });
    Arbitrary<List<Part>> parts =
        Combinators.combine(
                said, thought().list().ofMaxSize(3), Arbitraries.integers().between(0, 100))
            .as((all, thoughts, where) -> {
              List<Part> mixed = new ArrayList<>(all);
              for (int i = 0; i < thoughts.size(); i++) {
                mixed.add((where + i * 7) % (mixed.size() + 1), thoughts.get(i));
              }
              return mixed;
            });
    return Combinators.combine(
            parts,
            Arbitraries.of("bot").injectNull(0.8),
            citation().list().ofMaxSize(2),
            Arbitraries.of(new Json("{\"id\":\"audio_1\"}")).injectNull(0.8),
            rest())
        .as(Message.Assistant::new);
  }

  /** A citation. */
  public Arbitrary<Citation> citation() {
    return Combinators.combine(
            Arbitraries.of("https://example.com"),
            text().injectNull(0.5),
            text().injectNull(0.5),
            Arbitraries.longs().between(-1, 9),
            rest())
        .as((url, title, quote, from, rest) ->
            new Citation(url, title, quote, from, from < 0 ? -1 : from + 2, rest));
  }

  /** A message of any role. */
  public Arbitrary<Message> message() {
    Arbitrary<String> speaker = Arbitraries.of("ann").injectNull(0.8);
    Arbitrary<List<Part>> texts = textPart().list().ofMinSize(1).ofMaxSize(3);
    return Arbitraries.oneOf(
        Combinators.combine(texts, speaker, rest()).as(Message.System::new),
        Combinators.combine(texts, speaker, rest()).as(Message.Developer::new),
        Combinators.combine(userPart().list().ofMinSize(1).ofMaxSize(3), speaker, rest())
            .as(Message.User::new),
        assistant(),
        Combinators.combine(
                Arbitraries.of("call_1", "abcDEF123"),
                name().injectNull(0.5),
                texts,
                cache(),
                rest())
            .as((id, name, parts, cache, rest) ->
                new Message.ToolResult(
                    id, name, parts, Message.ToolResult.Outcome.UNSTATED, cache, rest)));
  }

  /** A tool that is not another protocol's. */
  public Arbitrary<Tool> tool() {
    Arbitrary<Boolean> strict = Arbitraries.of(true, false).injectNull(0.5);
    return Arbitraries.oneOf(
        Combinators.combine(
                name(), text().injectNull(0.5), object().injectNull(0.3), strict, cache(), rest())
            .as(Tool.Function::new),
        Combinators.combine(
                Arbitraries.of("grep"),
                text().injectNull(0.5),
                object().injectNull(0.5),
                cache(),
                rest())
            .as(Tool.Custom::new),
        Arbitraries.just(
            new Tool.Foreign(
                protocol, "web_search", new Json("{\"type\":\"web_search\",\"x\":1.0}"))));
  }

  /** What may be called, and how. */
  public Arbitrary<ToolSettings> tools() {
    Arbitrary<ToolChoice> choice =
        Arbitraries.of(
            new ToolChoice.Auto(),
            new ToolChoice.None(),
            new ToolChoice.Required(),
            new ToolChoice.Named("f"),
            new ToolChoice.Named("grep"),
            new ToolChoice.Allowed(ToolChoice.Allowed.Mode.REQUIRED, List.of("f", "grep")),
            new ToolChoice.Foreign(protocol, new Json("{\"type\":\"web_search\"}")));
    return Combinators.combine(
            tool().list().ofMinSize(1).ofMaxSize(3),
            choice.injectNull(0.3),
            Arbitraries.of(true, false).injectNull(0.5))
        .as((tools, chosen, parallel) ->
            new ToolSettings(tools, chosen, parallel, ToolSettings.Style.TOOLS));
  }

  /** Numbers whose spelling must not change. */
  public static Arbitrary<BigDecimal> number() {
    return Arbitraries.of("0", "0.70", "1", "1E+2", "-2", "1.0000000000000000000001")
        .map(BigDecimal::new)
        .injectNull(0.5);
  }

  /** How tokens are drawn. */
  public static Arbitrary<SamplingSettings> sampling() {
    Arbitrary<Long> whole = Arbitraries.longs().injectNull(0.5);
    return Combinators.combine(
            number(), number(), whole, number(), number(), number(), number(), whole)
        .as((a, b, c, d, e, f, g, h) ->
            new SamplingSettings(
                a, b, c, d, e, f, g, h, h == null ? null : new Json("{\"50\":-1.0}")));
  }

  /** What is to come out. */
  public Arbitrary<OutputSettings> output() {
    Arbitrary<ResponseFormat> format =
        Arbitraries.oneOf(
            Arbitraries.of(
                new ResponseFormat.Text(),
                new ResponseFormat.AnyObject(),
                new ResponseFormat.Foreign(protocol, new Json("{\"type\":\"grammar\",\"g\":1}"))),
            Combinators.combine(
                    name().injectNull(0.2),
                    text().injectNull(0.5),
                    object().injectNull(0.2),
                    Arbitraries.of(true, false).injectNull(0.5),
                    rest())
                .as(ResponseFormat.Schema::new));
    return Combinators.combine(
            Arbitraries.longs().between(1, 1L << 40).injectNull(0.5),
            text().list().ofMaxSize(2),
            Arbitraries.of(1L, 2L).injectNull(0.5),
            format.injectNull(0.3),
            Arbitraries.of(true, false).injectNull(0.5),
            Arbitraries.of(List.<String>of(), List.of("text", "audio")),
            object().injectNull(0.5),
            Arbitraries.of("low").injectNull(0.5))
        .as((max, stop, n, form, logprobs, modalities, json, verbosity) ->
            new OutputSettings(max, stop, n, form, logprobs, n, modalities, json, json, verbosity));
  }

  /** How the provider treats the request. */
  public static Arbitrary<ServiceSettings> service() {
    return Combinators.combine(
            Arbitraries.of("flex").injectNull(0.5),
            Arbitraries.of(true, false).injectNull(0.5),
            text().injectNull(0.5),
            text().injectNull(0.5),
            object().injectNull(0.5))
        .as((tier, store, user, safety, metadata) ->
            new ServiceSettings(tier, store, user, safety, metadata, user, tier));
  }

  /** Figures of usage, known and unknown. */
  public static Arbitrary<Usage> usage() {
    Arbitrary<Long> count = Arbitraries.longs().between(-1, 1000);
    return Combinators.combine(
            Arbitraries.longs().between(0, 1000),
            count,
            count,
            count,
            count,
            count,
            count,
            Arbitraries.of(Usage.Origin.class))
        .as((a, b, c, d, e, f, g, origin) ->
            new Usage(a, b, b < 0 ? c : a + b, d, e, f, g, c, d, e, origin));
  }
}
