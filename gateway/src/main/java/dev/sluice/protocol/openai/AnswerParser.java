package dev.sluice.protocol.openai;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Finish;
import dev.sluice.chat.Json;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one whole answer. */
final class AnswerParser {

  /** An answer with more choices is refused. */
  static final int CHOICES_MAX = 1024;

  private final JsonReader in;
  private final RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);
  private @Nullable String id;
  private long created = ChatResponse.UNKNOWN;
  private @Nullable String model;
  private @Nullable String tier;
  private @Nullable List<Choice> choices;
  private Usage usage = Usage.NONE;
  private Rest usageRest = Rest.NONE;

  AnswerParser(JsonReader in) {
    this.in = in;
  }

  ChatResponse read() {
    int mark = in.mark();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (name) {
        case "id" -> id = OpenAi.looseText(in);
        case "object" -> in.skip();
        case "created" -> created = seconds(in);
        case "model" -> model = OpenAi.looseText(in);
        case "service_tier" -> tier = OpenAi.looseText(in);
        case "choices" -> choices = choices();
        case "usage" -> usage();
        default -> rest.add(name, in.raw());
      }
    }
    if (choices == null) {
      throw in.missing("choices", mark);
    }
    in.end();
    return new ChatResponse(id, created, model, tier, choices, usage, usageRest, rest.build());
  }

  /** A time, which some servers give with a fraction. */
  static long seconds(JsonReader in) {
    if (in.peek() != JsonReader.Kind.NUMBER) {
      in.skip();
      return ChatResponse.UNKNOWN;
    }
    return Math.max(ChatResponse.UNKNOWN, in.number().longValue());
  }

  private void usage() {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return;
    }
    Reported reported = Reported.read(in);
    usage = reported.usage();
    usageRest = reported.rest();
  }

  /**
   * A usage object.
   *
   * @param usage what is known of it
   * @param rest what is not
   */
  record Reported(Usage usage, Rest rest) {

    static Reported read(JsonReader in) {
      int mark = in.mark();
      Usage usage = UsageReader.read(in.cursor(), in.depth());
      return new Reported(usage, UsageWriter.leftOver(in.again(mark)));
    }
  }

  private List<Choice> choices() {
    List<Choice> read = new ArrayList<>();
    if (in.skipNull()) {
      return read;
    }
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      if (read.size() == CHOICES_MAX) {
        throw in.misshapen("absent: there are more than " + CHOICES_MAX + " choices", in.mark());
      }
      read.add(choice(read.size()));
    }
    return read;
  }

  private Choice choice(int place) {
    RestBuilder inner = new RestBuilder(OpenAi.PROTOCOL);
    MessageReader.Fields message = new MessageReader.Fields();
    int index = place;
    String word = null;
    String own = null;
    String stop = null;
    Json logprobs = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (name) {
        case "index" -> index = index(place);
        case "message" -> message(message, place);
        case "finish_reason" -> word = Finishes.read(in);
        case "native_finish_reason" -> own = OpenAi.looseText(in);
        case "stop_reason" -> stop = stopReason(in, inner);
        case "logprobs" -> logprobs = in.skipNull() ? null : new Json(in.raw());
        default -> inner.add(name, in.raw());
      }
    }
    Finish finish = word == null ? null : Finishes.of(word, own, stop);
    return new Choice(index, message.answered(), finish, logprobs, inner.build());
  }

  private int index(int otherwise) {
    if (in.peek() != JsonReader.Kind.NUMBER) {
      in.skip();
      return otherwise;
    }
    long index = in.cursor().readInteger(otherwise);
    return index < 0 || index >= CHOICES_MAX ? otherwise : (int) index;
  }

  /** vLLM's word for the text or the token that ended the answer. */
  static @Nullable String stopReason(JsonReader in, RestBuilder rest) {
    if (in.peek() == JsonReader.Kind.TEXT) {
      return in.text();
    }
    rest.add("stop_reason", in.raw());
    return null;
  }

  private void message(MessageReader.Fields message, int place) {
    // Azure says null where it kept the message back.
    if (in.skipNull()) {
      return;
    }
    String seed = OpenAi.orEmpty(id) + '/' + created;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (!in.skipNull()) {
        message.member(in, name, seed, place);
      }
    }
  }
}
