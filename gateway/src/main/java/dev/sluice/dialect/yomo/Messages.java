package dev.sluice.dialect.yomo;

import dev.sluice.chat.Fault;
import dev.sluice.json.JsonCursor;
import dev.sluice.json.Scan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Where a request's messages stand, and what their roles ask of them. */
final class Messages {

  private static final byte[] ROLE = "role".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.US_ASCII);
  private static final int MESSAGE_DEPTH = 2;

  private Messages() {}

  /** Whose words a message holds, as far as it matters here. */
  enum Role {
    SYSTEM,
    ASSISTANT,
    OTHER
  }

  /**
   * A message.
   *
   * @param start where it begins, as an offset into the scanned bytes
   * @param contentStart where its content begins; -1 where it has none
   */
  record Message(Role role, int start, int end, int contentStart, int contentEnd) {}

  /**
   * The messages in {@code scan}'s field {@code field}, which is known to be an array of objects.
   */
  static List<Message> in(Scan scan, int field) {
    List<Message> found = new ArrayList<>();
    JsonCursor cursor =
        new JsonCursor(
            scan.bytes(), scan.valueStart(field), scan.valueEnd(field), JsonCursor.DEPTH_MAX);
    boolean more = cursor.enter(']');
    while (more) {
      cursor.peek();
      found.add(message(cursor));
      more = cursor.next(']');
    }
    return found;
  }

  private static Message message(JsonCursor cursor) {
    int start = cursor.at();
    int contentStart = -1;
    int contentEnd = -1;
    Role role = Role.OTHER;
    boolean more = cursor.enter('}');
    while (more) {
      cursor.readName();
      int value = cursor.peek();
      int at = cursor.at();
      if (value == '"' && cursor.nameIs(ROLE)) {
        role =
            switch (cursor.readText()) {
              case "system" -> Role.SYSTEM;
              case "assistant" -> Role.ASSISTANT;
              default -> Role.OTHER;
            };
      } else {
        boolean content = cursor.nameIs(CONTENT);
        cursor.skipValue(MESSAGE_DEPTH);
        if (content) {
          contentStart = at;
          contentEnd = cursor.at();
        }
      }
      more = cursor.next('}');
    }
    return new Message(role, start, cursor.at(), contentStart, contentEnd);
  }

  /** Which messages lack the content that the page wants of all but the assistant's. */
  static List<Fault.Violation> violations(List<Message> messages, Scan scan) {
    List<Fault.Violation> violations = List.of();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      boolean missing = message.contentStart() < 0 || scan.bytes()[message.contentStart()] == 'n';
      if (missing && message.role() != Role.ASSISTANT) {
        if (violations.isEmpty()) {
          violations = new ArrayList<>();
        }
        String path = "messages[" + i + "].content";
        int offset = message.start() - scan.from();
        violations.add(new Fault.Violation(path, path + " is required", offset, null));
      }
    }
    return violations;
  }
}
