package dev.sluice.recorded;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads answers, a provider's by its protocol and a client's by OpenAI's. */
public final class Readings {

  private static final String DONE = "[DONE]";

  private Readings() {}

  /** What a recorded answer says, which is no error. */
  public static Said of(Recorded recorded) {
    return recorded.isStream() ? stream(recorded.protocol(), recorded.frames()) : whole(recorded);
  }

  /** What the first {@code length} bytes of a recorded stream say. */
  public static Said within(Recorded recorded, int length) {
    return stream(recorded.protocol(), recorded.framesWithin(length));
  }

  private static Said whole(Recorded recorded) {
    String text = recorded.text();
    return switch (recorded.protocol()) {
      case OPENAI -> OpenAiReading.whole(Exact.read(text));
      case ANTHROPIC, ANTHROPIC_INVOKED -> AnthropicReading.whole(Exact.read(text));
      case GEMINI -> GeminiReading.read(List.of(text));
      case CONVERSE -> ConverseReading.whole(Exact.read(text));
      case COHERE -> CohereReading.whole(Exact.read(text));
      case OTHER -> throw new IllegalArgumentException("no chat: " + recorded);
    };
  }

  private static Said stream(Protocol protocol, List<String> frames) {
    return switch (protocol) {
      case OPENAI -> OpenAiReading.stream(withoutDone(frames));
      case ANTHROPIC, ANTHROPIC_INVOKED -> AnthropicReading.stream(frames);
      case GEMINI -> GeminiReading.read(frames);
      case CONVERSE -> ConverseReading.stream(frames);
      case COHERE -> CohereReading.stream(withoutDone(frames));
      case OTHER -> throw new IllegalArgumentException("no chat");
    };
  }

  /** What a client is told by a whole answer. */
  public static Said ofClient(String answer) {
    return OpenAiReading.whole(Exact.read(answer));
  }

  /**
   * What a client is told by the data of a stream's events, which must end as a complete stream
   * does and be in good form.
   */
  public static Said ofClient(List<String> frames) {
    Said said = OpenAiReading.stream(withoutDone(frames));
    if (frames.isEmpty() || !frames.getLast().equals(DONE)) {
      said.misshapen.add("the stream does not end with " + DONE);
    }
    OpenAiReading.form(withoutDone(frames), said);
    return said;
  }

  /** The same of a provider's own stream, whose form is the provider's. */
  public static Said ofClientAsProvided(List<String> frames) {
    Said said = OpenAiReading.stream(withoutDone(frames));
    if (frames.isEmpty() || !frames.getLast().equals(DONE)) {
      said.misshapen.add("the stream does not end with " + DONE);
    }
    return said;
  }

  /** What a client is told by a stream that broke off. */
  public static Said ofBrokenOff(List<String> frames) {
    return OpenAiReading.stream(withoutDone(frames));
  }

  /** What a client of Jylo's door is told, which is words and figures alone. */
  public static Said ofJylo(List<String> answers) {
    Said said = new Said();
    for (String data : withoutDone(answers)) {
      JsonNode answer = Exact.read(data);
      for (JsonNode alternative : answer.path("choices")) {
        Said.Choice choice = said.choice(alternative.path("index").asInt(0));
        choice.text.append(alternative.path("message").path("content").asString(""));
      }
      said.count(Said.PROMPT, answer.path("usage").path("promptTokens"));
      said.count(Said.COMPLETION, answer.path("usage").path("completionTokens"));
    }
    return said;
  }

  private static List<String> withoutDone(List<String> frames) {
    return frames.stream().filter(frame -> !frame.equals(DONE)).toList();
  }
}
