package dev.sluice.protocol.openai;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Json;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import dev.sluice.json.MalformedJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the frames of one stream of OpenAI's protocol, or of the wider family, into events. One for
 * each stream, owned by its thread.
 *
 * <p>Reports of usage may come with any frame, at the top, within a choice (Moonshot) or within
 * {@code x_groq}; the last one counts. A choice's second finish reason is not told again. What
 * comes behind the end or an error is not looked at.
 */
public final class OpenAiChunkDecoder {

  private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};
  private static final int BAD_GATEWAY = 502;

  private final List<ChoiceDecoder> choices = new ArrayList<>();
  private boolean started;
  private boolean ended;
  private Rest constant = Rest.NONE;
  private final RestBuilder preamble = new RestBuilder(OpenAi.PROTOCOL);
  private @Nullable String id;
  private long created = ChatResponse.UNKNOWN;
  private @Nullable String model;
  private @Nullable String tier;

  /** Whether the answer has ended, well or badly. */
  public boolean hasEnded() {
    return ended;
  }

  /**
   * Reads the data of a frame, {@code bytes[from, to)}, and tells what it says.
   *
   * @throws MalformedJson where the data is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is no chunk; some of its events may have been
   *     told
   */
  public void frame(byte[] bytes, int from, int to, EventSink sink) {
    if (ended || from == to) {
      return;
    }
    if (isDone(bytes, from, to)) {
      done(sink);
      return;
    }
    JsonReader in = new JsonReader(bytes, from, to, OpenAi.NAMES);
    Fields fields = new Fields();
    // First the choices' whereabouts and all that speaks of the whole answer: its id is needed for
    // what the choices say, and may stand behind them.
    int mark = in.mark();
    read(in, fields);
    in.end();
    begin(fields, in, sink);
    if (fields.choicesAt >= 0) {
      JsonReader inChoices = in.again(mark);
      choices(inChoices, sink);
    }
    if (fields.usage != null) {
      sink.accept(new ChatEvent.UsageReport(fields.usage.usage(), fields.usage.rest()));
    }
    if (fields.error) {
      fail(bytes, from, to, sink);
    }
  }

  /**
   * Tells that the provider sends no more. An answer of which every choice has finished is complete
   * even without the mark; any other one was cut.
   */
  public void close(EventSink sink) {
    if (ended) {
      return;
    }
    ended = true;
    boolean complete = !choices.isEmpty();
    for (ChoiceDecoder choice : choices) {
      complete &= choice.isFinished() && choice.areCallsNamed();
    }
    sink.accept(
        complete
            ? new ChatEvent.End()
            : new ChatEvent.Failure(
                new Fault.UpstreamUnreachable("the provider's answer broke off")));
  }

  private void done(EventSink sink) {
    ended = true;
    for (ChoiceDecoder choice : choices) {
      if (!choice.areCallsNamed()) {
        sink.accept(
            new ChatEvent.Failure(
                new Fault.UpstreamUnreachable("the provider called a tool without naming it")));
        return;
      }
    }
    sink.accept(new ChatEvent.End());
  }

  private void fail(byte[] bytes, int from, int to, EventSink sink) {
    ended = true;
    ErrorReader.ProviderError error = ErrorReader.read(bytes, from, to);
    String message = OpenAi.orEmpty(error.message());
    if (message.isBlank()) {
      message = "the provider broke its answer off with an error";
    }
    sink.accept(
        new ChatEvent.Failure(
            "context_length_exceeded".equals(error.code())
                ? new Fault.ContextTooLong(message)
                : new Fault.UpstreamFailed(
                    message, BAD_GATEWAY, error.type(), error.code(), error.param(), null)));
  }

  /** What a frame says of the whole answer. */
  private static final class Fields {
    private @Nullable String id;
    private long created = ChatResponse.UNKNOWN;
    private @Nullable String model;
    private @Nullable String tier;
    private int choicesAt = -1;
    private boolean error;
    private AnswerParser.@Nullable Reported usage;
    private final RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);
  }

  private static void read(JsonReader in, Fields fields) {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (name) {
        case "id" -> fields.id = OpenAi.looseText(in);
        case "created" -> fields.created = AnswerParser.seconds(in);
        case "model" -> fields.model = OpenAi.looseText(in);
        case "service_tier" -> fields.tier = OpenAi.looseText(in);
        // The second hides the length of each piece; it says nothing.
        case "object", "obfuscation" -> in.skip();
        case "choices" -> {
          fields.choicesAt = in.peek() == JsonReader.Kind.ARRAY ? in.mark() : -1;
          in.skip();
        }
        case "usage" -> usage(in, fields);
        case "x_groq" -> {
          int mark = in.mark();
          in.skip();
          fields.rest.add(name, in.textSince(mark));
          groqUsage(in.again(mark), fields);
        }
        case "error" -> {
          fields.error |= in.peek() != JsonReader.Kind.NULL;
          in.skip();
        }
        default -> fields.rest.add(name, in.raw());
      }
    }
  }

  private static void usage(JsonReader in, Fields fields) {
    if (in.peek() == JsonReader.Kind.OBJECT) {
      fields.usage = AnswerParser.Reported.read(in);
    } else {
      in.skip();
    }
  }

  private static void groqUsage(JsonReader in, Fields fields) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      return;
    }
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("usage") && fields.usage == null) {
        usage(in, fields);
      } else {
        in.skip();
      }
    }
  }

  /**
   * Whether a frame says nothing of the answer yet: Azure's first one has no name of it and no
   * choices, only what its filter thinks of the prompt. What it says is told with the next frame.
   */
  private boolean isPreamble(Fields fields, JsonReader in) {
    return !started
        && OpenAi.orEmpty(fields.id).isEmpty()
        && (fields.choicesAt < 0 || !in.again(fields.choicesAt).enterArray())
        && fields.usage == null
        && !fields.error;
  }

  private void begin(Fields fields, JsonReader in, EventSink sink) {
    if (isPreamble(fields, in)) {
      for (Rest.Member member : fields.rest.build().members()) {
        preamble.add(member.name(), member.value().text());
      }
      return;
    }
    Rest rest = fields.rest.build();
    if (!started) {
      rest = withPreamble(rest);
      started = true;
      id = fields.id;
      created = fields.created;
      model = fields.model;
      tier = fields.tier;
      constant = rest;
      sink.accept(new ChatEvent.Start(id, created, model, tier, rest));
      return;
    }
    RestBuilder news = new RestBuilder(OpenAi.PROTOCOL);
    for (Rest.Member member : rest.members()) {
      if (!member.value().equals(constant.find(member.name()))) {
        news.add(member.name(), member.value().text());
      }
    }
    if (fields.tier != null && !fields.tier.equals(tier)) {
      tier = fields.tier;
      news.add("service_tier", JsonText.quote(fields.tier));
    }
    Rest told = news.build();
    if (!told.isEmpty()) {
      sink.accept(new ChatEvent.Extra(ChatEvent.WHOLE_ANSWER, told));
    }
  }

  /** Unknown fields of frames that came before the answer, and those of its first frame. */
  private Rest withPreamble(Rest rest) {
    for (Rest.Member member : rest.members()) {
      preamble.add(member.name(), member.value().text());
    }
    return preamble.build();
  }

  private void choices(JsonReader in, EventSink sink) {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("choices") && in.peek() == JsonReader.Kind.ARRAY) {
        for (boolean next = in.enterArray(); next; next = in.nextItem()) {
          choice(in, sink);
        }
      } else {
        in.skip();
      }
    }
  }

  private void choice(JsonReader in, EventSink sink) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return;
    }
    int mark = in.mark();
    long index = 0;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("index") && in.peek() == JsonReader.Kind.NUMBER) {
        index = in.cursor().readInteger(-1);
      } else {
        in.skip();
      }
    }
    if (index < 0 || index >= AnswerParser.CHOICES_MAX) {
      throw in.misshapen("a choice with an index below " + AnswerParser.CHOICES_MAX, mark);
    }
    decoder((int) index).read(in.again(mark), sink);
  }

  private ChoiceDecoder decoder(int index) {
    for (ChoiceDecoder choice : choices) {
      if (choice.index() == index) {
        return choice;
      }
    }
    ChoiceDecoder choice = new ChoiceDecoder(index, OpenAi.orEmpty(id) + '/' + created);
    choices.add(choice);
    return choice;
  }

  private static boolean isDone(byte[] bytes, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && bytes[start] == ' ') {
      start++;
    }
    while (end > start && bytes[end - 1] <= ' ' && bytes[end - 1] >= 0) {
      end--;
    }
    return Arrays.equals(bytes, start, end, DONE, 0, DONE.length);
  }

  /** Keeps a piece that is only carried. */
  static @Nullable Json carried(JsonReader in) {
    return in.skipNull() ? null : new Json(in.raw());
  }
}
