package dev.sluice.protocol.gemini;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonReader;
import dev.sluice.protocol.gemini.PartReader.Piece;
import java.util.ArrayList;
import java.util.List;

/** Reads one whole answer. */
final class AnswerParser {

  private static final Message.Assistant SILENCE = Message.Assistant.of();

  private final JsonReader in;
  private final GeminiReading reading;
  private final UsageFigures usage = new UsageFigures();

  AnswerParser(JsonReader in, GeminiReading reading) {
    this.in = in;
    this.reading = reading;
  }

  ChatResponse read() {
    int mark = in.mark();
    AnswerFields fields = AnswerFields.read(in, usage);
    if (!fields.known || fields.error) {
      throw in.missing("candidates", mark);
    }
    List<Choice> choices = new ArrayList<>();
    JsonReader candidates = fields.candidates;
    if (candidates != null) {
      String seed = Gemini.orEmpty(fields.id) + '/' + fields.created;
      for (boolean more = candidates.enterArray(); more; more = candidates.nextItem()) {
        if (choices.size() == CandidateReader.CANDIDATES_MAX) {
          throw candidates.misshapen(
              "absent: there are more than " + CandidateReader.CANDIDATES_MAX + " candidates",
              candidates.mark());
        }
        choices.add(choice(CandidateReader.read(candidates, choices.size()), seed));
      }
    }
    if (choices.isEmpty()) {
      Finish finish =
          fields.blockReason == null
              ? new Finish(FinishReason.ERROR)
              : Finishes.blocked(fields.blockReason);
      choices.add(new Choice(0, SILENCE, finish, null, Rest.NONE));
    }
    return new ChatResponse(
        fields.id,
        fields.created,
        fields.model,
        usage.tier(),
        choices,
        usage.usage(reading.toolTokens()),
        usage.rest(),
        fields.rest.build());
  }

  private Choice choice(CandidateReader candidate, String seed) {
    List<Part> parts = new ArrayList<>();
    TextOffsets offsets = new TextOffsets();
    int calls = 0;
    for (Piece piece : candidate.pieces) {
      switch (piece) {
        case Piece.Said said -> {
          parts.add(said.part());
          if (said.part() instanceof Part.Text text) {
            offsets.add(text.text());
          }
        }
        case Piece.Call call -> parts.add(candidate.call(call, reading.names(), seed, calls++));
        case Piece.Result result ->
            throw in.misshapen(
                "an answer, but holds the result of a call to " + result.name(), in.mark());
      }
    }
    Citations citations = new Citations(offsets);
    if (candidate.grounding != null) {
      citations.grounding(candidate.grounding);
    }
    if (candidate.citation != null && !citations.citation(candidate.citation)) {
      candidate.rest.add(Citations.CITATION, candidate.citation);
    }
    if (citations.queries() > 0) {
      usage.searched(citations.queries());
    }
    Message.Assistant message =
        new Message.Assistant(parts, null, citations.found(), null, candidate.contentRest());
    Finish finish = candidate.finish == null ? null : Finishes.of(candidate.finish, calls);
    return new Choice(candidate.index, message, finish, candidate.logprobs, candidate.rest.build());
  }
}
