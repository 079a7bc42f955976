package dev.sluice.protocol.anthropic;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Losses;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.anthropic.AnthropicAbilities.Addresses;
import dev.sluice.protocol.anthropic.AnthropicAbilities.Display;
import dev.sluice.protocol.anthropic.AnthropicAbilities.LateInstructions;
import dev.sluice.protocol.anthropic.AnthropicAbilities.Reasoning;
import dev.sluice.protocol.anthropic.AnthropicAbilities.Sampling;
import dev.sluice.protocol.anthropic.AnthropicAbilities.Schemas;
import dev.sluice.protocol.anthropic.AnthropicAbilities.StrictTools;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Platform;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Users;
import dev.sluice.protocol.openai.OpenAiRequests;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.Instructions;
import dev.sluice.protocol.rewording.Shortage;
import dev.sluice.protocol.rewording.Unanswered;
import dev.sluice.recorded.Recordings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The codec with strings at its ends, for tests. */
final class Codec {

  /** A model that takes everything. */
  static final AnthropicAbilities ABLE =
      new AnthropicAbilities(
          AnthropicAbilities.UNKNOWN,
          Sampling.ALL,
          Reasoning.BUDGET_OR_ADAPTIVE,
          Set.of(Effort.LOW, Effort.MEDIUM, Effort.HIGH, Effort.XHIGH, Effort.MAX),
          Display.SETTABLE,
          Schemas.BY_FORMAT,
          StrictTools.ACCEPTED,
          LateInstructions.ACCEPTED,
          Addresses.ACCEPTED,
          128);

  /** A model that thinks by the token. */
  static final AnthropicAbilities BUDGETED =
      new AnthropicAbilities(
          64_000,
          Sampling.ALL,
          Reasoning.BUDGET,
          Set.of(),
          Display.FIXED,
          Schemas.BY_TOOL,
          StrictTools.REFUSED,
          LateInstructions.REFUSED,
          Addresses.ACCEPTED,
          64);

  /** A model that is asked for effort only, and whose sampling is its own business. */
  static final AnthropicAbilities ADAPTIVE =
      new AnthropicAbilities(
          128_000,
          Sampling.NONE,
          Reasoning.ADAPTIVE,
          Set.of(Effort.LOW, Effort.MEDIUM, Effort.HIGH),
          Display.SETTABLE,
          Schemas.BY_FORMAT,
          StrictTools.ACCEPTED,
          LateInstructions.ACCEPTED,
          Addresses.ACCEPTED,
          128);

  private Codec() {}

  static AnthropicRequestOptions options(AnthropicAbilities abilities) {
    return new AnthropicRequestOptions(
        Platform.ANTHROPIC,
        abilities,
        Instructions.IN_PLACE,
        Shortage.LESS_THINKING,
        Unanswered.FAILED,
        Users.AS_GIVEN,
        List.of());
  }

  /**
   * What became of a request.
   *
   * @param text what was written, exactly
   * @param losses the fields that were left out
   */
  record Written(String text, List<String> losses, Disguise disguise) {

    JsonNode json() {
      return Recordings.MAPPER.readTree(text);
    }

    JsonNode at(String pointer) {
      return json().at(pointer);
    }
  }

  static Written write(ChatRequest request, AnthropicRequestOptions options) {
    JsonWriter out = new JsonWriter();
    Losses losses = new Losses();
    Disguise disguise = AnthropicRequests.encode(request, options, out, losses);
    return new Written(out.toString(), losses.fields(), disguise);
  }

  static Written write(ChatRequest request, AnthropicAbilities abilities) {
    return write(request, options(abilities));
  }

  /** A request of OpenAI's protocol, for a model that takes everything. */
  static Written fromOpenAi(String json) {
    return fromOpenAi(json, ABLE);
  }

  static Written fromOpenAi(String json, AnthropicAbilities abilities) {
    return write(openAi(json), abilities);
  }

  static ChatRequest openAi(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return OpenAiRequests.decode(bytes, 0, bytes.length);
  }

  static ChatRequest request(String json) {
    byte[] bytes = ("xx" + json + "yy").getBytes(StandardCharsets.UTF_8);
    return AnthropicRequests.decode(bytes, 2, bytes.length - 2);
  }

  static ChatResponse answer(String json, Disguise disguise) {
    byte[] bytes = ("xx" + json + "yy").getBytes(StandardCharsets.UTF_8);
    return AnthropicAnswers.decode(bytes, 2, bytes.length - 2, disguise);
  }

  static ChatResponse answer(String json) {
    return answer(json, Disguise.NONE);
  }

  static List<ChatEvent> events(List<String> frames, Disguise disguise) {
    List<ChatEvent> events = new ArrayList<>();
    AnthropicEventDecoder decoder = new AnthropicEventDecoder(disguise);
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
    return frames(events, new AnthropicAnswerOptions("msg_made_up", null, 7), losses);
  }

  static List<String> frames(
      List<ChatEvent> events, AnthropicAnswerOptions options, Losses losses) {
    List<String> frames = new ArrayList<>();
    AnthropicEventEncoder encoder = new AnthropicEventEncoder(options, losses);
    for (ChatEvent event : events) {
      encoder.encode(
          event,
          (name, data) -> {
            String type = Recordings.MAPPER.readTree(data.toString()).path("type").asString();
            if (!type.equals(name)) {
              throw new AssertionError(name + " is called " + type);
            }
            frames.add(data.toString());
          });
    }
    return frames;
  }

  static JsonNode write(ChatResponse response, Losses losses) {
    return Recordings.MAPPER.readTree(text(response, losses));
  }

  static String text(ChatResponse response, Losses losses) {
    JsonWriter out = new JsonWriter();
    AnthropicAnswers.encode(
        response, new AnthropicAnswerOptions("msg_made_up", null, 7), out, losses);
    return out.toString();
  }
}
