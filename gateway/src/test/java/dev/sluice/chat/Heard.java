package dev.sluice.chat;

import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a model said in an answer of one choice, in plain values, so that it can be held against
 * what was on the wire.
 *
 * @param <F> how a part is shown that only one protocol knows
 */
public final class Heard<F> {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  public final StringBuilder text = new StringBuilder();
  public final StringBuilder thoughts = new StringBuilder();
  public final List<String> seals = new ArrayList<>();

  /** Id, name and arguments of each, in one line. */
  public final List<String> calls = new ArrayList<>();

  public final List<F> foreign = new ArrayList<>();

  private final Function<Part.Foreign, F> shown;

  public Heard(Function<Part.Foreign, F> shown) {
    this.shown = shown;
  }

  /** Hears a part of a whole answer. */
  public void part(Part part) {
    switch (part) {
      case Part.Text piece -> text.append(piece.text());
      case Part.Thinking piece -> {
        thoughts.append(piece.text());
        if (piece.signature() != null) {
          seals.add(piece.signature().text());
        }
      }
      case Part.SealedThinking piece -> seals.add(piece.sealed().text());
      case Part.ToolCall call -> call(call.id(), call.name(), call.arguments());
      case Part.Foreign piece -> foreign.add(shown.apply(piece));
      case Part.Image _, Part.Audio _, Part.Video _, Part.File _, Part.Refusal _ ->
          fail("never sent: " + part);
    }
  }

  /** Hears a stream. */
  public void stream(Assembled answer, List<ChatEvent> events) {
    Assembled.Piece piece = answer.choices.get(0);
    text.append(piece.text);
    thoughts.append(piece.reasoning);
    piece.signatures.forEach(seal -> seals.add(seal.text()));
    piece.calls.forEach(call -> call(call.id, call.name, call.arguments.toString()));
    for (ChatEvent event : events) {
      if (event instanceof ChatEvent.ForeignPart found) {
        part(found.part());
      }
    }
  }

  private void call(String id, String name, String arguments) {
    calls.add(id + ' ' + name + ' ' + MAPPER.readTree(arguments));
  }
}
