package dev.sluice.protocol.anthropic;

import dev.sluice.chat.ChatModels;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Json;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Generated parts of messages that this protocol has a place for. */
final class PartModels {

  static final ChatModels MODELS = new ChatModels(Anthropic.PROTOCOL);

  private PartModels() {}

  static Arbitrary<String> text() {
    return ChatModels.text().filter(text -> !text.isBlank());
  }

  static Arbitrary<Part> textPart() {
    return Combinators.combine(text(), MODELS.rest())
        .as((text, rest) -> new Part.Text(text, null, null, rest));
  }

  static Arbitrary<Part> foreign() {
    return Arbitraries.just(
        new Part.Foreign(
            Anthropic.PROTOCOL,
            "search_result",
            new Json("{\"type\":\"search_result\", \"x\":1.0}")));
  }

  static Arbitrary<Part> thought() {
    Arbitrary<Signature> seal = text().map(words -> new Signature(words, Signature.CLAUDE));
    return Arbitraries.oneOf(
        Combinators.combine(ChatModels.text(), seal, MODELS.rest())
            .as((words, signature, rest) ->
                new Part.Thinking(words, Part.Thinking.Form.FULL, signature, rest)),
        Combinators.combine(seal, MODELS.rest()).as(Part.SealedThinking::new));
  }

  static Arbitrary<String> arguments() {
    return Arbitraries.of("{}", "{\"a\":1e2}", "{ \"z\" : 9007199254740993, \"a\" : \"\\u00e9\" }");
  }

  static List<Citation> citations(List<Part> parts, String quote) {
    List<Citation> citations = new ArrayList<>();
    long from = 0;
    for (Part part : parts) {
      if (part instanceof Part.Text text) {
        long to = from + text.text().length();
        if (to % 2 == 0) {
          citations.add(
              new Citation(
                  null,
                  "t",
                  quote,
                  from,
                  to,
                  Rest.of(Anthropic.PROTOCOL, "type", new Json("\"char_location\""))));
        }
        from = to;
      }
    }
    return citations;
  }
}
