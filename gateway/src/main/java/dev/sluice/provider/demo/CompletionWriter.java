package dev.sluice.provider.demo;

import dev.sluice.json.JsonText;
import java.util.List;

/** Writes composed choices as one whole answer, its members in the order that OpenAI has them. */
final class CompletionWriter {

  private final DemoRequest request;
  private final Stamp stamp;
  private final List<Composer.Composed> choices;

  CompletionWriter(DemoRequest request, Stamp stamp, List<Composer.Composed> choices) {
    this.request = request;
    this.stamp = stamp;
    this.choices = choices;
  }

  /**
   * What tells one answer from another.
   *
   * @param id unlike any other answer's of this provider
   */
  record Stamp(String id, long createdSeconds) {

    /** The quoted id of a tool call. */
    String callId(int choice, int position) {
      return JsonText.quote("call_" + id + "_" + choice + "_" + position);
    }
  }

  /** The whole answer. */
  String whole() {
    StringBuilder text = new StringBuilder("{\"id\":");
    JsonText.quote("chatcmpl-" + stamp.id(), text);
    text.append(",\"object\":\"chat.completion\",\"created\":").append(stamp.createdSeconds());
    text.append(",\"model\":");
    JsonText.quote(request.modelName(), text);
    text.append(",\"choices\":[");
    for (int i = 0; i < choices.size(); i++) {
      text.append(i == 0 ? "" : ",");
      choice(i, choices.get(i), text);
    }
    text.append(']');
    if (request.model().kind() != DemoModel.Kind.NO_USAGE) {
      text.append(",\"usage\":");
      usage(request, choices, text);
    }
    return text.append(",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_demo\"}")
        .toString();
  }

  private void choice(int index, Composer.Composed composed, StringBuilder to) {
    String content = composed.content();
    boolean says = composed.calls().isEmpty() && !composed.refused();
    to.append("{\"index\":").append(index).append(",\"message\":{\"role\":\"assistant\"");
    to.append(",\"content\":").append(says ? JsonText.quote(content) : "null");
    if (!composed.reasoning().isEmpty()) {
      to.append(",\"reasoning_content\":");
      JsonText.quote(composed.reasoning(), to);
    }
    calls(index, composed.calls(), to);
    to.append(",\"refusal\":").append(composed.refused() ? JsonText.quote(content) : "null");
    to.append(",\"annotations\":[]},\"logprobs\":");
    if (request.topLogprobs() == DemoRequest.NO_LOGPROBS || !composed.calls().isEmpty()) {
      to.append("null");
    } else {
      Logprobs.append(content, 0, content.length(), composed.refused(), request.topLogprobs(), to);
    }
    to.append(",\"finish_reason\":\"").append(composed.finishReason()).append("\"}");
  }

  private void calls(int choice, List<Composer.Call> calls, StringBuilder to) {
    if (calls.isEmpty()) {
      return;
    }
    switch (request.tools().style()) {
      case FUNCTION -> {
        to.append(",\"function_call\":");
        function(calls.getFirst().name(), calls.getFirst().arguments(), to);
      }
      case TOOLS -> {
        to.append(",\"tool_calls\":[");
        for (int i = 0; i < calls.size(); i++) {
          to.append(i == 0 ? "" : ",").append("{\"id\":").append(stamp.callId(choice, i));
          to.append(",\"type\":\"function\",\"function\":");
          function(calls.get(i).name(), calls.get(i).arguments(), to);
          to.append('}');
        }
        to.append(']');
      }
    }
  }

  static void function(String name, String arguments, StringBuilder to) {
    to.append("{\"name\":");
    JsonText.quote(name, to);
    to.append(",\"arguments\":");
    JsonText.quote(arguments, to);
    to.append('}');
  }

  static void usage(DemoRequest request, List<Composer.Composed> choices, StringBuilder to) {
    long completion = 0;
    long reasoning = 0;
    for (Composer.Composed composed : choices) {
      completion += composed.tokens();
      reasoning += composed.reasoningTokens();
    }
    long prompt = request.promptTokens();
    to.append("{\"prompt_tokens\":").append(prompt);
    to.append(",\"completion_tokens\":").append(completion);
    to.append(",\"total_tokens\":").append(prompt + completion);
    to.append(",\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0}");
    to.append(",\"completion_tokens_details\":{\"reasoning_tokens\":").append(reasoning);
    to.append(",\"audio_tokens\":0,\"accepted_prediction_tokens\":0");
    to.append(",\"rejected_prediction_tokens\":0}}");
  }
}
