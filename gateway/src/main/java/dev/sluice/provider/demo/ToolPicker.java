package dev.sluice.provider.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Decides which tools the demo calls, and with what. */
final class ToolPicker {

  /** Words such as get say nothing of what a tool is for. */
  private static final Set<String> FILLERS =
      Set.of("get", "set", "do", "the", "a", "of", "fetch", "find");

  private ToolPicker() {}

  /** The calls to make; none where the answer is a text. */
  static List<Composer.Call> calls(DemoRequest request) {
    ToolUse use = request.tools();
    if (use.tools().isEmpty() || !request.conversation().results().isEmpty()) {
      return List.of();
    }
    if (use.named() != null) {
      return List.of(call(use.named()));
    }
    if (use.choice() == ToolUse.Choice.NONE) {
      return List.of();
    }
    String said = request.conversation().userText().toLowerCase(Locale.ROOT);
    List<Composer.Call> calls = new ArrayList<>();
    for (ToolUse.Tool tool : use.tools()) {
      if ((use.parallel() || calls.isEmpty()) && mentions(said, tool.name())) {
        calls.add(call(tool));
      }
    }
    if (calls.isEmpty() && use.choice() == ToolUse.Choice.REQUIRED) {
      calls.add(call(use.tools().getFirst()));
    }
    return calls;
  }

  private static Composer.Call call(ToolUse.Tool tool) {
    if (!(tool.parameters() instanceof ObjectNode parameters)) {
      return new Composer.Call(tool.name(), "{}");
    }
    // Arguments are an object, also where the schema leaves it unsaid.
    JsonNode schema = parameters.deepCopy().put("type", "object");
    JsonNode arguments = new SchemaInstance(schema, tool.param()).build();
    return new Composer.Call(tool.name(), arguments.toString());
  }

  /** Whether a text names a tool: by its name, or by the words of it. */
  private static boolean mentions(String lower, String name) {
    if (says(lower, name.toLowerCase(Locale.ROOT))) {
      return true;
    }
    List<String> words = words(name);
    List<String> telling = words.stream().filter(word -> !FILLERS.contains(word)).toList();
    List<String> wanted = telling.isEmpty() ? words : telling;
    return !wanted.isEmpty() && wanted.stream().allMatch(word -> says(lower, word));
  }

  /** Whether a text holds a word, and not just its letters within another. */
  private static boolean says(String lower, String word) {
    for (int at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) {
      int end = at + word.length();
      boolean starts = at == 0 || !Character.isLetterOrDigit(lower.charAt(at - 1));
      boolean ends = end == lower.length() || !Character.isLetterOrDigit(lower.charAt(end));
      if (starts && ends) {
        return true;
      }
      if (word.isEmpty()) {
        return false;
      }
    }
    return false;
  }

  /** {@code getURLInfo} and {@code get_url_info} are three words each. */
  private static List<String> words(String name) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean upper = Character.isUpperCase(c);
      boolean afterLower = i > 0 && Character.isLowerCase(name.charAt(i - 1));
      boolean beforeLower = i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1));
      boolean starts = upper && (afterLower || (beforeLower && !word.isEmpty()));
      if ((starts || !Character.isLetterOrDigit(c)) && !word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
      if (Character.isLetterOrDigit(c)) {
        word.append(Character.toLowerCase(c));
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }
}
