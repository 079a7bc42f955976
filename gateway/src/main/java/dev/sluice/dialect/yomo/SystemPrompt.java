package dev.sluice.dialect.yomo;

import dev.sluice.config.DialectSettings.SystemPromptMode;
import dev.sluice.dialect.yomo.Messages.Message;
import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonText;
import dev.sluice.json.Scan;
import dev.sluice.json.Splice;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The operator's system prompt. Where it applies, the first system message carries it, further
 * system messages go, and where there is none it is put in front.
 *
 * @param text empty for none; then nothing is done in any mode
 */
record SystemPrompt(String text, SystemPromptMode mode) {

  private static final byte[] NOTHING = {};

  /** The text before a conversation that has none of its own; empty where none belongs there. */
  String forPrompt() {
    return mode == SystemPromptMode.DISABLED ? "" : text;
  }

  /**
   * Edits the messages.
   *
   * @param open where the array of messages begins
   */
  void apply(Scan scan, int open, List<Message> messages, Splice splice) {
    if (text.isEmpty() || mode == SystemPromptMode.DISABLED) {
      return;
    }
    List<Message> found =
        messages.stream().filter(message -> message.role() == Messages.Role.SYSTEM).toList();
    if (found.isEmpty()) {
      String message = "{\"role\":\"system\",\"content\":" + JsonText.quote(text) + "}";
      splice.replace(open + 1, open + 1, utf8(messages.isEmpty() ? message : message + ","));
      return;
    }
    Message first = found.getFirst();
    if (mode == SystemPromptMode.CLIENT_PREFERRED) {
      return;
    }
    overwrite(scan, first, splice);
    for (int i = 1; i < found.size(); i++) {
      // Never the first message, so a comma stands before it.
      int before = found.get(i).start() - 1;
      while (scan.bytes()[before] != ',') {
        before--;
      }
      splice.replace(before, found.get(i).end(), NOTHING);
    }
  }

  private void overwrite(Scan scan, Message first, Splice splice) {
    if (first.contentStart() < 0) {
      splice.replace(
          first.start() + 1, first.start() + 1, utf8("\"content\":" + JsonText.quote(text) + ","));
      return;
    }
    boolean isText = scan.bytes()[first.contentStart()] == '"';
    if (mode == SystemPromptMode.PREFIX && isText) {
      String quoted = JsonText.quote(text + "\n");
      int at = first.contentStart() + 1;
      // Between the quotes, so that the client's own text keeps its spelling.
      splice.replace(at, at, utf8(quoted.substring(1, quoted.length() - 1)));
    } else if (mode == SystemPromptMode.PREFIX && scan.bytes()[first.contentStart()] == '[') {
      int at = first.contentStart() + 1;
      String part = "{\"type\":\"text\",\"text\":" + JsonText.quote(text + "\n") + "}";
      boolean empty = isEmptyArray(scan.bytes(), first);
      splice.replace(at, at, utf8(empty ? part : part + ","));
    } else {
      splice.replace(first.contentStart(), first.contentEnd(), utf8(JsonText.quote(text)));
    }
  }

  private static boolean isEmptyArray(byte[] bytes, Message found) {
    return !new JsonCursor(bytes, found.contentStart(), found.contentEnd(), 1).enter(']');
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
