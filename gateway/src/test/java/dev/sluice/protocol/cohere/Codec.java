package dev.sluice.protocol.cohere;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.openai.OpenAiRequests;
import dev.sluice.protocol.rewording.Disguise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The codec with strings at its ends, for tests. */
final class Codec {

  static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** A model that takes everything. */
  static final CohereAbilities ABLE =
      new CohereAbilities(
          CohereAbilities.Reasoning.BUDGET,
          CohereAbilities.StrictTools.ACCEPTED,
          CohereAbilities.ToolChoices.ACCEPTED,
          CohereAbilities.Formats.ALWAYS,
          64);

  private static final CohereAnswerOptions ANSWER = new CohereAnswerOptions("made-up");

  private Codec() {}

  /**
   * What became of a request.
   *
   * @param text what was written, exactly
   * @param losses the fields that were left out
   */
  record Written(String text, List<String> losses, Disguise disguise) {

    JsonNode json() {
      return MAPPER.readTree(text);
    }

    JsonNode at(String pointer) {
      return json().at(pointer);
    }
  }

  static Written write(ChatRequest request, CohereAbilities abilities) {
    JsonWriter out = new JsonWriter();
    Losses losses = new Losses();
    Disguise disguise =
        CohereRequests.encode(request, new CohereRequestOptions(abilities), out, losses);
    return new Written(out.toString(), losses.fields(), disguise);
  }

  static Written fromOpenAi(String json) {
    return fromOpenAi(json, ABLE);
  }

  static Written fromOpenAi(String json, CohereAbilities abilities) {
    return write(openAi(json), abilities);
  }

  /** A request of OpenAI's protocol with these members beside a lone user's message. */
  static Written asking(String members) {
    return fromOpenAi("{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]," + members + "}");
  }

  static ChatRequest openAi(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return OpenAiRequests.decode(bytes, 0, bytes.length);
  }

  static ChatRequest request(String json) {
    byte[] bytes = ("xx" + json + "yy").getBytes(StandardCharsets.UTF_8);
    return CohereRequests.decode(bytes, 2, bytes.length - 2);
  }

  static ChatResponse answer(String json, Disguise disguise) {
    byte[] bytes = ("xx" + json + "yy").getBytes(StandardCharsets.UTF_8);
    return CohereAnswers.decode(bytes, 2, bytes.length - 2, disguise);
  }

  static ChatResponse answer(String json) {
    return answer(json, Disguise.NONE);
  }

  static List<ChatEvent> events(List<String> frames, Disguise disguise) {
    List<ChatEvent> events = new ArrayList<>();
    CohereEventDecoder decoder = new CohereEventDecoder(disguise);
    for (String frame : frames) {
      byte[] bytes = ("xx" + frame + "yy").getBytes(StandardCharsets.UTF_8);
      decoder.frame(bytes, 2, bytes.length - 2, events::add);
    }
    decoder.close(events::add);
    return events;
  }

  static List<ChatEvent> events(String... frames) {
    return events(List.of(frames), Disguise.NONE);
  }

  /** Writes a stream; checks that every event's data repeats its name. */
  static List<String> frames(List<ChatEvent> events, Losses losses) {
    List<String> frames = new ArrayList<>();
    CohereEventEncoder encoder = new CohereEventEncoder(ANSWER, losses);
    for (ChatEvent event : events) {
      encoder.encode(
          event,
          (name, data) -> {
            String type = MAPPER.readTree(data.toString()).path("type").asString();
            if (!type.equals(name)) {
              throw new AssertionError(name + " is called " + type);
            }
            frames.add(data.toString());
          });
    }
    return frames;
  }

  static String text(ChatResponse response, Losses losses) {
    JsonWriter out = new JsonWriter();
    CohereAnswers.encode(response, ANSWER, out, losses);
    return out.toString();
  }

  static JsonNode write(ChatResponse response, Losses losses) {
    return MAPPER.readTree(text(response, losses));
  }
}
