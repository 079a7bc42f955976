package dev.sluice.provider.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Thinks up what the demo answers: always the same to the same request. */
final class Composer {

  private static final String[] LOREM =
      ("lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut"
              + " labore et dolore magna aliqua ut enim ad minim veniam quis nostrud exercitation"
              + " ullamco laboris nisi ut aliquip ex ea commodo consequat")
          .split(" ", -1);

  private static final int KILOBYTE = 1024;

  private final DemoRequest request;

  Composer(DemoRequest request) {
    this.request = request;
  }

  /** One choice of the answer. */
  record Composed(
      List<String> reasoning,
      List<String> content,
      boolean refused,
      List<Call> calls,
      String finishReason) {

    int tokens() {
      int tokens = reasoning.size() + content.size();
      for (Call call : calls) {
        tokens += Tokens.count(call.name()) + Tokens.count(call.arguments());
      }
      return tokens;
    }
  }

  /** A tool call. */
  record Call(String name, String arguments) {}

  Composed compose(int choice) {
    List<Call> calls = calls();
    if (!calls.isEmpty()) {
      return new Composed(List.of(), List.of(), false, calls, "tool_calls");
    }
    String text = cutAtStop(text(choice));
    List<String> tokens = Tokens.of(text);
    List<String> reasoning =
        request.model().kind() == DemoModel.Kind.REASONING
            ? Tokens.of("The user said something, so the best answer is to say it again.")
            : List.of();
    int max = request.tokensMax();
    if (reasoning.size() >= max) {
      return new Composed(reasoning.subList(0, max), List.of(), false, List.of(), "length");
    }
    max -= reasoning.size();
    boolean refused = request.model().kind() == DemoModel.Kind.REFUSAL;
    if (tokens.size() > max) {
      return new Composed(reasoning, tokens.subList(0, max), refused, List.of(), "length");
    }
    return new Composed(reasoning, tokens, refused, List.of(), "stop");
  }

  private String text(int choice) {
    JsonNode schema = request.jsonSchema();
    if (schema != null) {
      return new SchemaInstance(schema).build().toString();
    }
    DemoRequest.Said last = request.messages().getLast();
    String said =
        last.role().equals("tool") ? "The tool answered: " + last.text() : request.userText();
    String text =
        switch (request.model().kind()) {
          case LOREM -> lorem(request.model().number(), choice);
          case BIG -> big(request.model().number() * KILOBYTE);
          case REFUSAL -> "I cannot help with that.";
          case STALL, CUT, CUT_CLEAN, ERROR_MID_STREAM, GARBAGE ->
              lorem(request.model().number() * 2 + 10, choice);
          case ECHO, REASONING, NO_USAGE, SLOW, HANG, HTML, FLAKY, FAIL -> said;
        };
    if (request.jsonObject()) {
      return JsonNodeFactory.instance.objectNode().put("answer", text).toString();
    }
    return text;
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

  private static String big(int bytes) {
    StringBuilder text = new StringBuilder(bytes);
    for (int i = 0; text.length() < bytes; i++) {
      text.append(LOREM[i % LOREM.length]).append(' ');
    }
    text.setLength(bytes);
    return text.toString();
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

  private List<Call> calls() {
    DemoRequest.ToolUse use = request.tools();
    String choice = use.choice();
    if (use.tools().isEmpty()
        || choice.equals("none")
        || request.messages().getLast().role().equals("tool")) {
      return List.of();
    }
    if (choice.startsWith("named:")) {
      String name = choice.substring("named:".length());
      return use.tools().stream()
          .filter(tool -> tool.name().equals(name))
          .map(Composer::call)
          .toList();
    }
    List<Call> calls = new ArrayList<>();
    for (DemoRequest.Tool tool : use.tools()) {
      if (mentions(request.userText(), tool.name()) && (use.parallel() || calls.isEmpty())) {
        calls.add(call(tool));
      }
    }
    if (calls.isEmpty() && choice.equals("required")) {
      calls.add(call(use.tools().getFirst()));
    }
    return calls;
  }

  private static Call call(DemoRequest.Tool tool) {
    JsonNode schema = tool.parameters();
    String arguments =
        schema.isMissingNode() ? "{}" : new SchemaInstance(schema).build().toString();
    return new Call(tool.name(), arguments);
  }

  /** Whether a text names a tool: by its name, or by the words of it. */
  private static boolean mentions(String text, String name) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains(name.toLowerCase(Locale.ROOT))) {
      return true;
    }
    StringBuilder spaced = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c) || c == '_' || c == '-') {
        spaced.append(' ');
      }
      if (Character.isLetterOrDigit(c)) {
        spaced.append(Character.toLowerCase(c));
      }
    }
    boolean all = true;
    for (String word : spaced.toString().strip().split(" +", -1)) {
      // Verbs such as get say nothing of what the tool is for.
      boolean filler = List.of("get", "set", "do", "the", "a", "fetch", "find").contains(word);
      all &= filler || lower.contains(word);
    }
    return all;
  }
}
