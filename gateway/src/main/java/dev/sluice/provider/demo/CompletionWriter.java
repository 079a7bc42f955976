package dev.sluice.provider.demo;

import dev.sluice.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes composed choices as OpenAI's protocol has them, whole or as a script of frames. */
final class CompletionWriter {

  private static final double LOGPROB = -0.25;

  private final DemoRequest request;
  private final String head;
  private final List<Composer.Composed> choices;

  CompletionWriter(
      DemoRequest request, String id, long createdSeconds, List<Composer.Composed> choices) {
    this.request = request;
    this.choices = choices;
    this.head =
        "{\"id\":"
            + JsonText.quote(id)
            + ",\"object\":\"%s\",\"created\":"
            + createdSeconds
            + ",\"model\":"
            + JsonText.quote(request.modelName())
            + ",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_demo\"";
  }

  /** The whole answer. */
  String whole() {
    StringBuilder text = new StringBuilder(head.replace("%s", "chat.completion"));
    text.append(",\"choices\":[");
    for (int i = 0; i < choices.size(); i++) {
      text.append(i == 0 ? "" : ",");
      choice(i, choices.get(i), text);
    }
    text.append(']');
    if (request.model().kind() != DemoModel.Kind.NO_USAGE) {
      text.append(",\"usage\":");
      usage(text);
    }
    return text.append('}').toString();
  }

  private void choice(int index, Composer.Composed composed, StringBuilder to) {
    String content = String.join("", composed.content());
    boolean hasContent = composed.calls().isEmpty() && !composed.refused();
    to.append("{\"index\":").append(index).append(",\"message\":{\"role\":\"assistant\"");
    to.append(",\"content\":").append(hasContent ? JsonText.quote(content) : "null");
    to.append(",\"refusal\":").append(composed.refused() ? JsonText.quote(content) : "null");
    if (!composed.reasoning().isEmpty()) {
      to.append(",\"reasoning_content\":");
      JsonText.quote(String.join("", composed.reasoning()), to);
    }
    to.append(",\"annotations\":[]");
    if (!composed.calls().isEmpty()) {
      to.append(",\"tool_calls\":[");
      for (int i = 0; i < composed.calls().size(); i++) {
        Composer.Call call = composed.calls().get(i);
        to.append(i == 0 ? "" : ",").append("{\"id\":").append(callId(index, i));
        to.append(",\"type\":\"function\",\"function\":{\"name\":");
        JsonText.quote(call.name(), to);
        to.append(",\"arguments\":");
        JsonText.quote(call.arguments(), to);
        to.append("}}");
      }
      to.append(']');
    }
    to.append("},\"logprobs\":");
    logprobs(composed.content(), to);
    to.append(",\"finish_reason\":\"").append(composed.finishReason()).append("\"}");
  }

  /** The stream's frames, in order, without the mark that ends it. */
  List<String> frames() {
    List<String> frames = new ArrayList<>();
    for (int i = 0; i < choices.size(); i++) {
      choiceFrames(i, choices.get(i), frames);
    }
    if (request.includeUsage() && request.model().kind() != DemoModel.Kind.NO_USAGE) {
      StringBuilder text = new StringBuilder("data: ");
      text.append(head.replace("%s", "chat.completion.chunk"));
      text.append(",\"choices\":[],\"usage\":");
      usage(text);
      frames.add(text.append("}\n\n").toString());
    }
    return frames;
  }

  private void choiceFrames(int index, Composer.Composed composed, List<String> frames) {
    String first =
        composed.calls().isEmpty()
            ? "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"
            : "{\"role\":\"assistant\",\"content\":null,\"refusal\":null}";
    frames.add(frame(index, first, List.of(), "null"));
    for (List<String> piece : pieces(composed.reasoning())) {
      String delta = "{\"reasoning_content\":" + JsonText.quote(String.join("", piece)) + "}";
      frames.add(frame(index, delta, List.of(), "null"));
    }
    String member = composed.refused() ? "refusal" : "content";
    for (List<String> piece : pieces(composed.content())) {
      String delta = "{\"" + member + "\":" + JsonText.quote(String.join("", piece)) + "}";
      frames.add(frame(index, delta, piece, "null"));
    }
    for (int i = 0; i < composed.calls().size(); i++) {
      callFrames(index, i, composed.calls().get(i), frames);
    }
    frames.add(frame(index, "{}", List.of(), "\"" + composed.finishReason() + "\""));
  }

  private void callFrames(int index, int position, Composer.Call call, List<String> frames) {
    frames.add(
        frame(
            index,
            "{\"tool_calls\":[{\"index\":"
                + position
                + ",\"id\":"
                + callId(index, position)
                + ",\"type\":\"function\",\"function\":{\"name\":"
                + JsonText.quote(call.name())
                + ",\"arguments\":\"\"}}]}",
            List.of(),
            "null"));
    for (List<String> piece : pieces(Tokens.of(call.arguments()))) {
      frames.add(
          frame(
              index,
              "{\"tool_calls\":[{\"index\":"
                  + position
                  + ",\"function\":{\"arguments\":"
                  + JsonText.quote(String.join("", piece))
                  + "}}]}",
              List.of(),
              "null"));
    }
  }

  private String frame(int index, String delta, List<String> tokens, String finishReason) {
    StringBuilder text = new StringBuilder("data: ");
    text.append(head.replace("%s", "chat.completion.chunk"));
    text.append(",\"choices\":[{\"index\":").append(index).append(",\"delta\":").append(delta);
    text.append(",\"logprobs\":");
    logprobs(tokens, text);
    text.append(",\"finish_reason\":").append(finishReason).append("}]");
    if (request.includeUsage()) {
      text.append(",\"usage\":null");
    }
    return text.append("}\n\n").toString();
  }

  private List<List<String>> pieces(List<String> tokens) {
    List<List<String>> pieces = new ArrayList<>();
    int size = request.model().chunkTokens();
    for (int i = 0; i < tokens.size(); i += size) {
      pieces.add(tokens.subList(i, Math.min(tokens.size(), i + size)));
    }
    return pieces;
  }

  private void usage(StringBuilder to) {
    int completion = 0;
    int reasoning = 0;
    for (Composer.Composed composed : choices) {
      completion += composed.tokens();
      reasoning += composed.reasoning().size();
    }
    int prompt = request.promptTokens();
    to.append("{\"prompt_tokens\":").append(prompt);
    to.append(",\"completion_tokens\":").append(completion);
    to.append(",\"total_tokens\":").append(prompt + completion);
    to.append(",\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0}");
    to.append(",\"completion_tokens_details\":{\"reasoning_tokens\":").append(reasoning);
    to.append(",\"audio_tokens\":0,\"accepted_prediction_tokens\":0");
    to.append(",\"rejected_prediction_tokens\":0}}");
  }

  private void logprobs(List<String> tokens, StringBuilder to) {
    if (request.topLogprobs() == DemoRequest.NO_LOGPROBS) {
      to.append("null");
      return;
    }
    to.append("{\"content\":[");
    for (int i = 0; i < tokens.size(); i++) {
      to.append(i == 0 ? "{" : ",{");
      logprob(tokens.get(i), LOGPROB, to);
      to.append(",\"top_logprobs\":[");
      for (int k = 0; k < request.topLogprobs(); k++) {
        to.append(k == 0 ? "{" : ",{");
        logprob(k == 0 ? tokens.get(i) : tokens.get(i) + k, LOGPROB * (k + 1), to);
        to.append('}');
      }
      to.append("]}");
    }
    to.append("],\"refusal\":null}");
  }

  private static void logprob(String token, double value, StringBuilder to) {
    to.append("\"token\":");
    JsonText.quote(token, to);
    to.append(",\"logprob\":").append(value).append(",\"bytes\":[");
    byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      to.append(i == 0 ? "" : ",").append(bytes[i] & 0xff);
    }
    to.append(']');
  }

  private static String callId(int choice, int position) {
    return "\"call_demo_" + choice + "_" + position + "\"";
  }
}
