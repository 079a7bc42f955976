package dev.sluice.protocol.converse;

import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.rewording.LooseJson;

/**
 * Reads and writes {@code usage}. The protocol counts cached input apart from the rest, the model
 * within it; its total has everything. Owned by one answer.
 */
final class UsageFigures {

  private static final String DETAILS = "cacheDetails";

  private long input = Usage.UNKNOWN;
  private long read = Usage.UNKNOWN;
  private long readAgain = Usage.UNKNOWN;
  private long written = Usage.UNKNOWN;
  private long writtenAgain = Usage.UNKNOWN;
  private long writtenMinutes = Usage.UNKNOWN;
  private long writtenHour = Usage.UNKNOWN;
  private long output = Usage.UNKNOWN;
  private long total = Usage.UNKNOWN;
  private Usage.Origin origin = Usage.Origin.REPORTED;
  private final RestBuilder rest = new RestBuilder(Converse.PROTOCOL);

  /** Reads a report; one that is no object says nothing. */
  void read(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return;
    }
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      int mark = in.mark();
      switch (name) {
        case "inputTokens" -> input = LooseJson.count(in, input);
        case "outputTokens" -> output = LooseJson.count(in, output);
        case "totalTokens" -> total = LooseJson.count(in, total);
        case "cacheReadInputTokens" -> read = LooseJson.count(in, read);
        case "cacheWriteInputTokens" -> written = LooseJson.count(in, written);
        // The same figures by their older names; kept, since clients may look for them.
        case "cacheReadInputTokenCount" -> {
          readAgain = LooseJson.count(in, readAgain);
          rest.add(name, in.textSince(mark));
        }
        case "cacheWriteInputTokenCount" -> {
          writtenAgain = LooseJson.count(in, writtenAgain);
          rest.add(name, in.textSince(mark));
        }
        case DETAILS -> {
          if (!details(in)) {
            rest.add(name, in.textSince(mark));
          }
        }
        case "usageEstimated" -> origin = in.raw().equals("true") ? Usage.Origin.ESTIMATED : origin;
        default -> rest.add(name, in.raw());
      }
    }
  }

  /** Reads what was written for how long; whether all of it was understood. */
  private boolean details(JsonReader in) {
    if (in.peek() != JsonReader.Kind.ARRAY) {
      in.skip();
      return false;
    }
    boolean known = true;
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      JsonReader detail = Converse.object(in);
      known &= detail != null && detail(detail);
    }
    return known;
  }

  private boolean detail(JsonReader in) {
    String ttl = "";
    long tokens = Usage.UNKNOWN;
    boolean known = true;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "ttl" -> ttl = Converse.text(in);
        case "inputTokens" -> tokens = LooseJson.count(in, tokens);
        default -> {
          in.skip();
          known = false;
        }
      }
    }
    if (tokens < 0) {
      return false;
    }
    switch (ttl) {
      case "1h" -> writtenHour = Math.max(0, writtenHour) + tokens;
      case "5m" -> writtenMinutes = Math.max(0, writtenMinutes) + tokens;
      default -> known = false;
    }
    return known;
  }

  /** What was used. */
  Usage usage() {
    long all = written == Usage.UNKNOWN ? writtenAgain : written;
    if (all == Usage.UNKNOWN && (writtenMinutes >= 0 || writtenHour >= 0)) {
      all = Math.max(0, writtenMinutes) + Math.max(0, writtenHour);
    }
    long hour = writtenHour;
    if (hour == Usage.UNKNOWN && writtenMinutes >= 0) {
      hour = 0;
    }
    return Usage.builder()
        .promptFromParts(input, read == Usage.UNKNOWN ? readAgain : read, all)
        .cacheWriteHour(hour)
        .completion(output)
        .total(total)
        .origin(origin)
        .build();
  }

  /** What the model has no figure for. */
  Rest rest() {
    return rest.build();
  }

  /**
   * Writes a report. What is unknown is left out, but for the three figures that clients rely on.
   *
   * @param rest what was left over when it was read
   */
  static void write(JsonWriter out, Usage usage, Rest rest) {
    long answer = Math.max(0, usage.completionTokens());
    out.beginObject();
    out.name("inputTokens").number(Math.max(0, usage.uncachedTokens()));
    out.name("outputTokens").number(answer);
    long total = usage.totalTokens();
    out.name("totalTokens")
        .number(total == Usage.UNKNOWN ? Math.max(0, usage.promptTokens()) + answer : total);
    count(out, "cacheReadInputTokens", usage.cachedTokens());
    count(out, "cacheWriteInputTokens", usage.cacheWriteTokens());
    if (usage.cacheWriteHourTokens() != Usage.UNKNOWN && !Converse.hasInner(rest, DETAILS)) {
      out.name(DETAILS).beginArray();
      detail(out, "1h", usage.cacheWriteHourTokens());
      detail(out, "5m", usage.cacheWriteFiveMinuteTokens());
      out.endArray();
    }
    if (usage.origin() == Usage.Origin.ESTIMATED) {
      out.name("usageEstimated").bool(true);
    }
    Converse.rest(out, rest);
    out.endObject();
  }

  private static void detail(JsonWriter out, String ttl, long tokens) {
    if (tokens != Usage.UNKNOWN) {
      out.beginObject().name("ttl").text(ttl).name("inputTokens").number(tokens).endObject();
    }
  }

  private static void count(JsonWriter out, String name, long count) {
    if (count != Usage.UNKNOWN) {
      out.name(name).number(count);
    }
  }
}
