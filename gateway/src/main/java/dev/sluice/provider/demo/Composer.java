package dev.sluice.provider.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.node.JsonNodeFactory;

/** Thinks up what the demo answers: always the same to the same request. */
final class Composer {

  private static final String[] LOREM =
      ("lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut"
              + " labore et dolore magna aliqua ut enim ad minim veniam quis nostrud exercitation"
              + " ullamco laboris nisi ut aliquip ex ea commodo consequat")
          .split(" ", -1);

  private static final String THOUGHT =
      "The user said something, so the best answer is to say it again.";
  private static final int KILOBYTE = 1024;

  /** The most that all choices of an answer may hold, so that a request cannot fill the memory. */
  static final int ANSWER_CHARS_MAX = 4 << 20;

  /** The most logprobs, alternatives among them, that an answer may show. */
  private static final int LOGPROBS_MAX = 200_000;

  private final DemoRequest request;

  Composer(DemoRequest request) {
    this.request = request;
  }

  /**
   * One choice of the answer.
   *
   * @param content what it says, or refuses with; empty beside calls
   * @param tokens all that was made, the reasoning's {@code reasoningTokens} among them
   */
  record Composed(
      String reasoning,
      String content,
      boolean refused,
      List<Call> calls,
      String finishReason,
      int reasoningTokens,
      int tokens) {}

  /** A tool call. */
  record Call(String name, String arguments) {}

  /** How long an answer will be, as far as its model's name tells it: large ones take time. */
  static long expectedChars(DemoRequest request) {
    return request.model().kind() == DemoModel.Kind.BIG
        ? Math.min(ANSWER_CHARS_MAX, (long) request.model().number() * KILOBYTE * request.n())
        : 0;
  }

  /** All choices. */
  List<Composed> compose() {
    List<Composed> choices = new ArrayList<>();
    int chars = 0;
    long shown = 0;
    for (int i = 0; i < request.n(); i++) {
      Composed composed = compose(i);
      chars += composed.content().length();
      if (chars > ANSWER_CHARS_MAX) {
        throw tooLong();
      }
      shown += composed.tokens() * (1L + Math.max(0, request.topLogprobs()));
      if (shown > LOGPROBS_MAX && request.topLogprobs() != DemoRequest.NO_LOGPROBS) {
        throw DemoError.invalid(
            "top_logprobs", "The demo shows at most " + LOGPROBS_MAX + " logprobs in an answer");
      }
      choices.add(composed);
    }
    return choices;
  }

  private Composed compose(int choice) {
    boolean refused = request.model().kind() == DemoModel.Kind.REFUSAL;
    List<Call> calls = refused ? List.of() : ToolPicker.calls(request);
    if (!calls.isEmpty()) {
      return calling(calls);
    }
    String reasoning = request.model().kind() == DemoModel.Kind.REASONING ? THOUGHT : "";
    String content = cutAtStop(text(choice));
    int max = request.tokensMax();
    String thought = reasoning.substring(0, Tokens.end(reasoning, 0, max));
    int thoughtTokens = Tokens.count(thought);
    String said = content.substring(0, Tokens.end(content, 0, max - thoughtTokens));
    boolean whole = said.length() == content.length() && thought.length() == reasoning.length();
    return new Composed(
        thought,
        said,
        refused,
        List.of(),
        whole ? "stop" : "length",
        thoughtTokens,
        thoughtTokens + Tokens.count(said));
  }

  /** The calls as far as the limit lets them be written; a name is written whole or not at all. */
  private Composed calling(List<Call> wanted) {
    List<Call> calls = new ArrayList<>();
    int tokens = 0;
    boolean whole = true;
    for (Call call : wanted) {
      int left = request.tokensMax() - tokens - Tokens.count(call.name());
      if (left < 0) {
        whole = false;
        break;
      }
      String arguments = call.arguments().substring(0, Tokens.end(call.arguments(), 0, left));
      calls.add(new Call(call.name(), arguments));
      tokens += Tokens.count(call.name()) + Tokens.count(arguments);
      whole &= arguments.length() == call.arguments().length();
    }
    return new Composed("", "", false, calls, whole ? called() : "length", 0, tokens);
  }

  /** OpenAI reports a call that the client named as {@code stop}: the model did not decide it. */
  private String called() {
    ToolUse use = request.tools();
    if (use.choice() == ToolUse.Choice.NAMED) {
      return "stop";
    }
    return switch (use.style()) {
      case TOOLS -> "tool_calls";
      case FUNCTION -> "function_call";
    };
  }

  private String text(int choice) {
    if (request.model().kind() == DemoModel.Kind.REFUSAL) {
      return "I cannot help with that.";
    }
    return switch (request.format()) {
      case DemoRequest.Format.Text _ -> plain(choice);
      case DemoRequest.Format.JsonObject _ ->
          JsonNodeFactory.instance.objectNode().put("answer", plain(choice)).toString();
      case DemoRequest.Format.JsonSchema wanted ->
          new SchemaInstance(wanted.schema(), wanted.param()).build().toString();
    };
  }

  private String plain(int choice) {
    int number = request.model().number();
    return switch (request.model().kind()) {
      case LOREM -> lorem(number, choice);
      case BIG -> big(number);
      case STALL, CUT, CUT_CLEAN, ERROR_MID_STREAM, GARBAGE -> lorem(number * 2 + 10, choice);
      case ECHO, REASONING, REFUSAL, NO_USAGE, SLOW, HANG, HTML, FLAKY, FAIL -> echo();
    };
  }

  private String echo() {
    List<String> results = request.conversation().results();
    return switch (results.size()) {
      case 0 -> request.conversation().userText();
      case 1 -> "The tool answered: " + results.getFirst();
      default -> "The tools answered: " + String.join(", ", results);
    };
  }

  private String lorem(int tokens, int choice) {
    SplittableRandom random = new SplittableRandom(request.seed() * 31 + choice);
    boolean seeded = request.seed() != 0 || choice != 0;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < tokens; i++) {
      int word = seeded ? random.nextInt(LOREM.length) : i % LOREM.length;
      text.append(i == 0 ? "" : " ").append(LOREM[word]);
    }
    return text.toString();
  }

  private static String big(int kilobytes) {
    if (kilobytes > ANSWER_CHARS_MAX / KILOBYTE) {
      throw tooLong();
    }
    int bytes = kilobytes * KILOBYTE;
    StringBuilder text = new StringBuilder(bytes);
    for (int i = 0; text.length() < bytes; i++) {
      text.append(LOREM[i % LOREM.length]).append(' ');
    }
    text.setLength(bytes);
    return text.toString();
  }

  private static DemoError tooLong() {
    return DemoError.invalid(
        "n", "The demo answers with at most " + (ANSWER_CHARS_MAX >> 20) + " MB over all choices");
  }

  private String cutAtStop(String text) {
    int cut = text.length();
    for (String stop : request.stops()) {
      int at = text.indexOf(stop);
      if (at >= 0) {
        cut = Math.min(cut, at);
      }
    }
    return text.substring(0, cut);
  }
}
