package dev.sluice.protocol.gemini;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Json;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an answer, or a frame of one, says of itself as a whole. */
final class AnswerFields {

  private static final String CREATED = "createTime";

  @Nullable String id;
  @Nullable String model;
  long created = ChatResponse.UNKNOWN;
  @Nullable String blockReason;
  @Nullable JsonReader candidates;
  boolean error;
  boolean known;
  final RestBuilder rest = new RestBuilder(Gemini.PROTOCOL);

  private AnswerFields() {}

  /**
   * Reads the answer at hand; its candidates are only found.
   *
   * @param usage takes what it reports
   */
  static AnswerFields read(JsonReader in, UsageFigures usage) {
    AnswerFields fields = new AnswerFields();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (!in.skipNull()) {
        fields.member(in, name, usage);
      }
    }
    in.end();
    return fields;
  }

  private void member(JsonReader in, String name, UsageFigures usage) {
    switch (Gemini.camel(name)) {
      case "responseId" -> {
        known = true;
        id = Gemini.looseText(in);
      }
      case "modelVersion" -> {
        known = true;
        model = Gemini.looseText(in);
      }
      case CREATED -> created(in);
      case "candidates" -> {
        known = true;
        int mark = in.mark();
        boolean list = in.peek() == JsonReader.Kind.ARRAY;
        in.skip();
        candidates = list ? in.again(mark) : null;
      }
      case "usageMetadata" -> {
        known = true;
        usage.read(in);
      }
      case "promptFeedback" -> {
        known = true;
        String json = in.raw();
        Json reason = Members.find(new Json(json), "blockReason");
        blockReason = reason == null ? null : blockReason(reason);
        rest.add("promptFeedback", json);
      }
      case "error" -> {
        error = true;
        in.skip();
      }
      default -> rest.add(name, in.raw());
    }
  }

  private static @Nullable String blockReason(Json reason) {
    String word = Gemini.looseText(Gemini.reader(reason.text()));
    return word == null || word.equals("BLOCK_REASON_UNSPECIFIED") ? null : word;
  }

  /** A time without a fraction is kept by its seconds alone. */
  private void created(JsonReader in) {
    String json = in.raw();
    String text = Gemini.looseText(Gemini.reader(json));
    if (text != null) {
      try {
        created = Math.max(ChatResponse.UNKNOWN, Instant.parse(text).getEpochSecond());
      } catch (DateTimeException _) {
        created = ChatResponse.UNKNOWN;
      }
    }
    if (created == ChatResponse.UNKNOWN || !written(created).equals(text)) {
      rest.add(CREATED, json);
    }
  }

  /** The time as the wire has it. */
  static String written(long createdSeconds) {
    return Instant.ofEpochSecond(createdSeconds).toString();
  }
}
