package dev.sluice.provider.demo;

import dev.sluice.json.JsonText;
import java.util.NoSuchElementException;

/**
 * The chunks of one choice, made one by one: the role, the reasoning, then the content or the
 * calls, then the finish reason. Owned by whoever asks for them.
 */
final class ChoiceChunks {

  private final DemoRequest request;
  private final CompletionWriter.Stamp stamp;
  private final int index;
  private final Composer.Composed composed;

  private Part part = Part.ROLE;
  private int call;
  private int at;

  /** What comes next. */
  private enum Part {
    ROLE,
    REASONING,
    CONTENT,
    CALL,
    ARGUMENTS,
    FINISH,
    DONE
  }

  ChoiceChunks(
      DemoRequest request, CompletionWriter.Stamp stamp, int index, Composer.Composed composed) {
    this.request = request;
    this.stamp = stamp;
    this.index = index;
    this.composed = composed;
  }

  boolean hasNext() {
    return part != Part.DONE;
  }

  /** Whether the next chunk is the one with the finish reason. */
  boolean finishes() {
    return part == Part.FINISH;
  }

  /** Appends the next chunk's choice. */
  void next(StringBuilder to) {
    to.append("{\"index\":").append(index).append(",\"delta\":{");
    switch (part) {
      case ROLE -> role(to);
      case REASONING -> {
        delta("reasoning_content", composed.reasoning(), to);
        to.append("},\"logprobs\":null");
      }
      case CONTENT -> {
        int from = at;
        delta(composed.refused() ? "refusal" : "content", composed.content(), to);
        to.append("},\"logprobs\":");
        logprobs(from, at, to);
      }
      case CALL -> {
        opening(to);
        to.append("},\"logprobs\":null");
        part = Part.ARGUMENTS;
      }
      case ARGUMENTS -> {
        arguments(to);
        to.append("},\"logprobs\":null");
      }
      case FINISH -> {
        to.append("},\"logprobs\":null,\"finish_reason\":\"");
        to.append(composed.finishReason()).append("\"}");
        part = Part.DONE;
        return;
      }
      case DONE -> throw new NoSuchElementException("choice " + index + " is finished");
    }
    to.append(",\"finish_reason\":null}");
    skipWhatIsOver();
  }

  private void role(StringBuilder to) {
    to.append("\"role\":\"assistant\",\"content\":");
    boolean calls = !composed.calls().isEmpty();
    boolean oneCall = composed.calls().size() == 1;
    to.append(calls || composed.refused() ? "null" : "\"\"");
    if (oneCall) {
      // A single call starts together with its message; several start each for itself.
      to.append(',');
      opening(to);
    }
    to.append(",\"refusal\":").append(composed.refused() ? "\"\"" : "null");
    to.append("},\"logprobs\":");
    if (calls) {
      to.append("null");
    } else {
      logprobs(0, 0, to);
    }
    part = oneCall ? Part.ARGUMENTS : calls ? Part.CALL : Part.REASONING;
  }

  private void delta(String member, String text, StringBuilder to) {
    to.append('"').append(member).append("\":");
    piece(text, to);
  }

  private void opening(StringBuilder to) {
    String name = composed.calls().get(call).name();
    switch (request.tools().style()) {
      case FUNCTION -> {
        to.append("\"function_call\":");
        CompletionWriter.function(name, "", to);
      }
      case TOOLS -> {
        to.append("\"tool_calls\":[{\"index\":").append(call);
        to.append(",\"id\":").append(stamp.callId(index, call));
        to.append(",\"type\":\"function\",\"function\":");
        CompletionWriter.function(name, "", to);
        to.append("}]");
      }
    }
  }

  private void arguments(StringBuilder to) {
    String text = composed.calls().get(call).arguments();
    switch (request.tools().style()) {
      case FUNCTION -> {
        to.append("\"function_call\":{\"arguments\":");
        piece(text, to);
        to.append('}');
      }
      case TOOLS -> {
        to.append("\"tool_calls\":[{\"index\":").append(call);
        to.append(",\"function\":{\"arguments\":");
        piece(text, to);
        to.append("}}]");
      }
    }
  }

  private void piece(String text, StringBuilder to) {
    int end = Tokens.end(text, at, request.model().chunkTokens());
    JsonText.quote(text.substring(at, end), to);
    at = end;
  }

  private void logprobs(int from, int to, StringBuilder json) {
    if (request.topLogprobs() == DemoRequest.NO_LOGPROBS) {
      json.append("null");
      return;
    }
    Logprobs.append(composed.content(), from, to, composed.refused(), request.topLogprobs(), json);
  }

  /** Steps to the next part that has something to say. */
  private void skipWhatIsOver() {
    if (part == Part.REASONING && at == composed.reasoning().length()) {
      part = Part.CONTENT;
      at = 0;
    }
    if (part == Part.CONTENT && at == composed.content().length()) {
      part = Part.FINISH;
    }
    if (part == Part.ARGUMENTS && at == composed.calls().get(call).arguments().length()) {
      call++;
      at = 0;
      part = call < composed.calls().size() ? Part.CALL : Part.FINISH;
    }
  }
}
