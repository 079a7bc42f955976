package dev.sluice.protocol.gemini;

import dev.sluice.chat.CallIds;
import dev.sluice.chat.Json;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.protocol.gemini.PartReader.Piece;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a candidate, or a frame's piece of one, as it stands on the wire. */
final class CandidateReader {

  /** An answer with more candidates is refused. */
  static final int CANDIDATES_MAX = 1_024;

  final List<Piece> pieces = new ArrayList<>();
  final RestBuilder rest = new RestBuilder(Gemini.PROTOCOL);
  private final RestBuilder contentRest = new RestBuilder(Gemini.PROTOCOL);
  int index;
  @Nullable String finish;
  @Nullable Json logprobs;
  @Nullable String grounding;
  @Nullable String citation;

  private CandidateReader() {}

  /** Unknown members of the content. */
  Rest contentRest() {
    return contentRest.build();
  }

  /**
   * Reads the candidate at hand.
   *
   * @param place where it stands, which is its index unless it says otherwise
   */
  static CandidateReader read(JsonReader in, int place) {
    CandidateReader candidate = new CandidateReader();
    candidate.index = place;
    int mark = in.mark();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (!in.skipNull()) {
        candidate.member(in, name);
      }
    }
    if (candidate.index >= CANDIDATES_MAX) {
      throw in.misshapen("a candidate with an index below " + CANDIDATES_MAX, mark);
    }
    return candidate;
  }

  private void member(JsonReader in, String name) {
    switch (Gemini.camel(name)) {
      case "index" -> index = (int) Math.min(CANDIDATES_MAX, Gemini.count(in, index));
      case "content" -> content(in);
      case "finishReason" -> finish = Finishes.word(in);
      case "logprobsResult" -> {
        String json = in.raw();
        logprobs = Logprobs.read(json);
        if (logprobs == null) {
          rest.add(name, json);
        }
      }
      case Citations.GROUNDING -> {
        grounding = in.raw();
        rest.add(Citations.GROUNDING, grounding);
      }
      case Citations.CITATION -> citation = in.raw();
      default -> rest.add(name, in.raw());
    }
  }

  private void content(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return;
    }
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull() || name.equals("role")) {
        if (name.equals("role") && in.peek() == JsonReader.Kind.TEXT) {
          in.skip();
        }
      } else if (name.equals("parts") && in.peek() == JsonReader.Kind.ARRAY) {
        for (boolean next = in.enterArray(); next; next = in.nextItem()) {
          int mark = in.mark();
          Piece piece = PartReader.read(in);
          if (piece instanceof Piece.Said said
              && said.part() instanceof Part.Foreign foreign
              && foreign.type().equals(PartReader.CALL)) {
            throw in.misshapen("a call of a function with a name", mark);
          }
          pieces.add(piece);
        }
      } else {
        contentRest.add(name, in.raw());
      }
    }
  }

  /**
   * The call under the client's name for its tool.
   *
   * @param seed for an id where none came
   * @param number which call of the candidate
   */
  Part.ToolCall call(Piece.Call call, GeminiToolNames names, String seed, int number) {
    String id = call.id();
    String settled = id == null || id.isEmpty() ? CallIds.make(seed, index, number) : id;
    String own = names.own(call.name());
    Piece.Call named =
        own.equals(call.name())
            ? call
            : new Piece.Call(id, own, call.arguments(), call.signature(), call.rest());
    if (!names.isCustom(own)) {
      return named.as(settled, Part.ToolCall.Kind.FUNCTION);
    }
    Json input = Members.find(new Json(call.arguments()), ToolWriter.INPUT);
    String text =
        input != null && input.isText() ? Gemini.reader(input.text()).text() : call.arguments();
    return new Piece.Call(id, own, text, call.signature(), call.rest())
        .as(settled, Part.ToolCall.Kind.CUSTOM);
  }
}
