package dev.sluice.protocol.gemini;

import dev.sluice.chat.Json;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns {@code logprobsResult} into the form in which clients know log probabilities, and back. The
 * numbers keep their spelling.
 */
final class Logprobs {

  private Logprobs() {}

  /** A token and how likely it was, as its exact JSON. */
  private record Token(String text, String logprob, @Nullable String id) {}

  /** Reads {@code logprobsResult}; {@code null} where it tells of no token. */
  static @Nullable Json read(String json) {
    JsonReader in = Gemini.reader(json);
    if (in.peek() != JsonReader.Kind.OBJECT) {
      return null;
    }
    List<Token> chosen = new ArrayList<>();
    List<List<Token>> top = new ArrayList<>();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = Gemini.camel(in.name());
      if (name.equals("chosenCandidates") && in.peek() == JsonReader.Kind.ARRAY) {
        chosen = tokens(in);
      } else if (name.equals("topCandidates") && in.peek() == JsonReader.Kind.ARRAY) {
        for (boolean next = in.enterArray(); next; next = in.nextItem()) {
          top.add(candidates(in));
        }
      } else {
        in.skip();
      }
    }
    if (chosen.isEmpty()) {
      return null;
    }
    JsonWriter out = new JsonWriter();
    out.beginObject().name("content").beginArray();
    for (int i = 0; i < chosen.size(); i++) {
      out.beginObject();
      token(out, chosen.get(i));
      out.name("top_logprobs").beginArray();
      for (Token token : i < top.size() ? top.get(i) : List.<Token>of()) {
        out.beginObject();
        token(out, token);
        out.endObject();
      }
      out.endArray().endObject();
    }
    return new Json(out.endArray().endObject().toString());
  }

  private static List<Token> candidates(JsonReader in) {
    List<Token> tokens = new ArrayList<>();
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return tokens;
    }
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("candidates") && in.peek() == JsonReader.Kind.ARRAY) {
        tokens = tokens(in);
      } else {
        in.skip();
      }
    }
    return tokens;
  }

  private static List<Token> tokens(JsonReader in) {
    List<Token> tokens = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      if (in.peek() != JsonReader.Kind.OBJECT) {
        in.skip();
        continue;
      }
      String text = "";
      String logprob = "0";
      String id = null;
      for (boolean next = in.enterObject(); next; next = in.nextMember()) {
        switch (Gemini.camel(in.name())) {
          case "token" -> text = Gemini.orEmpty(Gemini.looseText(in));
          case "logProbability", "logprob" -> logprob = in.raw();
          case "tokenId" -> id = in.raw();
          default -> in.skip();
        }
      }
      tokens.add(new Token(text, logprob, id));
    }
    return tokens;
  }

  private static void token(JsonWriter out, Token token) {
    out.name("token").text(token.text()).name("logprob").raw(token.logprob());
    out.name("bytes").nothing();
    if (token.id() != null) {
      out.name("token_id").raw(token.id());
    }
  }

  /** Writes the member {@code logprobsResult}, if there is anything in it. */
  static void write(JsonWriter out, Json logprobs) {
    if (!logprobs.isObject()) {
      return;
    }
    List<Token> chosen = List.of();
    List<List<Token>> top = new ArrayList<>();
    Json content = Members.find(logprobs, "content");
    if (content != null && content.text().startsWith("[")) {
      chosen = tokens(Gemini.reader(content.text()));
      JsonReader in = Gemini.reader(content.text());
      for (boolean more = in.enterArray(); more; more = in.nextItem()) {
        top.add(alternatives(in));
      }
    }
    if (chosen.isEmpty()) {
      return;
    }
    out.name("logprobsResult").beginObject().name("topCandidates").beginArray();
    for (List<Token> tokens : top) {
      out.beginObject().name("candidates").beginArray();
      own(out, tokens);
      out.endArray().endObject();
    }
    out.endArray().name("chosenCandidates").beginArray();
    own(out, chosen);
    out.endArray().endObject();
  }

  private static List<Token> alternatives(JsonReader in) {
    List<Token> tokens = List.of();
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return tokens;
    }
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("top_logprobs") && in.peek() == JsonReader.Kind.ARRAY) {
        tokens = tokens(in);
      } else {
        in.skip();
      }
    }
    return tokens;
  }

  private static void own(JsonWriter out, List<Token> tokens) {
    for (Token token : tokens) {
      out.beginObject().name("token").text(token.text());
      if (token.id() != null) {
        out.name("tokenId").raw(token.id());
      }
      out.name("logProbability").raw(token.logprob()).endObject();
    }
  }
}
