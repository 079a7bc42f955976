package dev.sluice.recorded;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads answers of OpenAI's protocol: a provider's, and every client's. */
final class OpenAiReading {

  private OpenAiReading() {}

  static Said whole(JsonNode answer) {
    Said said = head(answer);
    for (JsonNode alternative : answer.path("choices")) {
      Said.Choice choice = said.choice(alternative.path("index").asInt(0));
      pieces(alternative.path("message"), choice);
      calls(alternative.path("message").path("tool_calls"), choice, new HashMap<>(), said);
      finish(alternative, choice);
    }
    Figures.openAi(answer.path("usage"), said);
    settle(said);
    return said;
  }

  /** Reads a stream's data without the mark of its end. */
  static Said stream(List<String> frames) {
    Said said = new Said();
    Map<Integer, Map<Integer, Said.Call>> calls = new HashMap<>();
    for (String data : frames) {
      JsonNode chunk = Exact.read(data);
      if (said.id == null) {
        Said head = head(chunk);
        said.id = head.id;
        said.model = head.model;
      }
      for (JsonNode alternative : chunk.path("choices")) {
        int index = alternative.path("index").asInt(0);
        Said.Choice choice = said.choice(index);
        JsonNode delta = alternative.path("delta");
        pieces(delta, choice);
        calls(
            delta.path("tool_calls"),
            choice,
            calls.computeIfAbsent(index, i -> new HashMap<>()),
            said);
        finish(alternative, choice);
        usage(alternative.path("usage"), said);
      }
      usage(chunk.path("x_groq").path("usage"), said);
      usage(chunk.path("usage"), said);
    }
    settle(said);
    return said;
  }

  /**
   * What is wrong with a stream's form beyond what it says: clients of OpenAI's protocol rely on
   * it, but not every provider keeps to it.
   */
  static void form(List<String> frames, Said to) {
    Set<String> ids = new HashSet<>();
    Set<String> models = new HashSet<>();
    Set<Long> times = new HashSet<>();
    Set<Integer> begun = new HashSet<>();
    Set<Integer> finished = new HashSet<>();
    for (String data : frames) {
      JsonNode chunk = Exact.read(data);
      if (!chunk.path("object").asString("").equals("chat.completion.chunk")) {
        to.misshapen.add("object of a chunk: " + chunk.path("object"));
      }
      ids.add(chunk.path("id").asString(""));
      models.add(chunk.path("model").asString(""));
      times.add(chunk.path("created").asLong(-1));
      for (JsonNode alternative : chunk.path("choices")) {
        int index = alternative.path("index").asInt(-1);
        String role = alternative.path("delta").path("role").asString("");
        if (begun.add(index) && !role.equals("assistant")) {
          to.misshapen.add("role of the first delta: " + role);
        }
        if (finished.contains(index)) {
          to.misshapen.add("a delta behind its choice's end");
        }
        if (alternative.path("finish_reason").isString()) {
          finished.add(index);
        }
      }
    }
    if (ids.size() != 1 || ids.contains("")) {
      to.misshapen.add("ids of chunks: " + ids);
    }
    if (models.size() != 1) {
      to.misshapen.add("models of chunks: " + models);
    }
    if (times.size() != 1 || times.contains(-1L)) {
      to.misshapen.add("times of chunks: " + times);
    }
  }

  private static Said head(JsonNode answer) {
    Said said = new Said();
    said.id = text(answer.path("id"));
    said.model = text(answer.path("model"));
    return said;
  }

  private static void usage(JsonNode usage, Said said) {
    if (usage.isObject()) {
      said.usage.clear();
      Figures.openAi(usage, said);
    }
  }

  private static void pieces(JsonNode message, Said.Choice choice) {
    content(message.path("content"), choice);
    choice.refusal.append(message.path("refusal").asString(""));
    JsonNode thoughts = message.path("reasoning_content");
    choice.reasoning.append(
        thoughts.isString() ? thoughts.asString() : message.path("reasoning").asString(""));
    for (JsonNode detail : message.path("reasoning_details")) {
      for (String member : List.of("signature", "data")) {
        String seal = detail.path(member).asString("");
        if (!seal.isEmpty()) {
          choice.seals.add(seal);
        }
      }
    }
    for (JsonNode annotation : message.path("annotations")) {
      JsonNode source = annotation.path("url_citation");
      choice.cited.add(
          new Said.Cited(
              source.path("url").asString(""),
              source.path("title").asString(""),
              source.has("start_index")
                  ? source.path("start_index").asLong() + "-" + source.path("end_index").asLong()
                  : null));
    }
    JsonNode function = message.path("function_call");
    if (function.isObject()) {
      if (choice.calls.isEmpty()) {
        Said.Call call = new Said.Call();
        call.id = "of the old form";
        choice.calls.add(call);
      }
      function(function, "arguments", choice.calls.getFirst());
    }
  }

  /** A content is a string or, with some providers, pieces, of which some are thoughts. */
  private static void content(JsonNode content, Said.Choice choice) {
    choice.text.append(content.asString(""));
    if (!content.isArray()) {
      return;
    }
    for (JsonNode piece : content) {
      choice.text.append(piece.path("text").asString(""));
      for (JsonNode thought : piece.path("thinking")) {
        choice.reasoning.append(thought.path("text").asString(""));
      }
    }
  }

  private static void calls(
      JsonNode calls, Said.Choice choice, Map<Integer, Said.Call> open, Said said) {
    int position = 0;
    for (JsonNode piece : calls) {
      JsonNode index = piece.path("index");
      int number = index.isIntegralNumber() ? index.asInt() : position;
      position++;
      Said.Call call = open.get(number);
      if (call == null) {
        if (number != open.size()) {
          said.misshapen.add("a call of index " + number + " behind " + open.size() + " others");
        }
        call = new Said.Call();
        open.put(number, call);
        choice.calls.add(call);
      }
      String id = text(piece.path("id"));
      call.id = id == null ? call.id : id;
      function(piece.path("function"), "arguments", call);
      function(piece.path("custom"), "input", call);
      String seal = text(piece.path("extra_content").path("google").path("thought_signature"));
      call.seal = seal == null ? call.seal : seal;
    }
  }

  private static void function(JsonNode function, String arguments, Said.Call call) {
    call.name += function.path("name").asString("");
    JsonNode given = function.path(arguments);
    // Some providers give an object in place of its text.
    call.arguments.append(given.isObject() ? given.toString() : given.asString(""));
  }

  private static void finish(JsonNode alternative, Said.Choice choice) {
    String word = text(alternative.path("finish_reason"));
    if (word != null && !word.isEmpty()) {
      if (choice.finish != null && !choice.finish.equals(word)) {
        word = choice.finish + " and " + word;
      }
      choice.finish = word;
    }
    String own = text(alternative.path("native_finish_reason"));
    choice.nativeFinish = own == null ? choice.nativeFinish : own;
    String stop = text(alternative.path("stop_reason"));
    choice.stopSequence = stop == null ? choice.stopSequence : stop;
  }

  /** Says of citations which words rest on them, now that all words are there. */
  private static void settle(Said said) {
    for (Said.Choice choice : said.choices.values()) {
      choice.cited.replaceAll(cited -> resolved(cited, choice.text.toString()));
    }
  }

  private static Said.Cited resolved(Said.Cited cited, String text) {
    String place = cited.of();
    if (place == null) {
      return cited;
    }
    int dash = place.indexOf('-');
    int from = Integer.parseInt(place.substring(0, dash));
    int to = Integer.parseInt(place.substring(dash + 1));
    boolean inside = 0 <= from && from <= to && to <= text.codePointCount(0, text.length());
    String words =
        inside
            ? text.substring(text.offsetByCodePoints(0, from), text.offsetByCodePoints(0, to))
            : "beyond the text: " + place;
    return new Said.Cited(cited.url(), cited.title(), words);
  }

  static @Nullable String text(JsonNode node) {
    return node.isString() ? node.asString() : null;
  }
}
