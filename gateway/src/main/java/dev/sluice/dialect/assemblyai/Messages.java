package dev.sluice.dialect.assemblyai;

import dev.sluice.chat.Fault;
import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonText;
import dev.sluice.json.Scan;
import dev.sluice.json.Splice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One pass over a request's messages: checks what depends on a message's role, and finds the items
 * of a history as AssemblyAI wrote it at first, {@code function_call} and {@code
 * function_call_output}, which a provider knows as assistant and tool messages. Only such items are
 * rewritten; calls that stand together become one message, since a provider wants all calls of a
 * turn before their results.
 */
final class Messages {

  private static final byte[] ROLE = ascii("role");
  private static final byte[] CONTENT = ascii("content");
  private static final byte[] TYPE = ascii("type");
  private static final byte[] TOOL_CALL_ID = ascii("tool_call_id");
  private static final byte[] TOOL_CALLS = ascii("tool_calls");
  private static final byte[] FUNCTION_CALL = ascii("function_call");
  private static final byte[] REFUSAL = ascii("refusal");
  private static final byte[] NAME = ascii("name");
  private static final byte[] ARGUMENTS = ascii("arguments");
  private static final byte[] OUTPUT = ascii("output");

  private final byte[] bytes;
  private final int offset;
  private final List<Fault.Violation> violations;
  private final List<Item> items = new ArrayList<>(0);
  private int count;

  // The message at hand: where its members' values begin, and for some where they end; 0 for none.
  private int role;
  private int content;
  private int type;
  private int typeEnd;
  private int callId;
  private int callIdEnd;
  private int name;
  private int nameEnd;
  private int text;
  private int textEnd;
  private boolean spoken;

  /** What an item of a history is. */
  private enum Kind {
    CALL,
    OUTPUT
  }

  /** A place in the request's bytes. */
  private record Span(int start, int end) {}

  /** An item that is rewritten; {@code text} is a call's arguments or an output. */
  private record Item(Kind kind, int index, Span all, Span callId, Span name, Span text) {}

  private Messages(byte[] bytes, int offset, List<Fault.Violation> violations) {
    this.bytes = bytes;
    this.offset = offset;
    this.violations = violations;
  }

  /**
   * Reads the messages that {@code scan} found; their members are known to have the right types.
   *
   * @param violations where what is wrong is noted
   */
  static Messages read(Scan scan, List<Fault.Violation> violations) {
    Messages messages = new Messages(scan.bytes(), scan.from(), violations);
    if (scan.has(AssemblyAiFields.MESSAGES)) {
      messages.readAll(
          scan.valueStart(AssemblyAiFields.MESSAGES), scan.valueEnd(AssemblyAiFields.MESSAGES));
    }
    return messages;
  }

  /** How many there are. */
  int count() {
    return count;
  }

  private void readAll(int from, int to) {
    JsonCursor cursor = new JsonCursor(bytes, from, to, JsonCursor.DEPTH_MAX);
    cursor.peek();
    boolean more = cursor.enter(']');
    while (more) {
      cursor.peek();
      message(cursor);
      count++;
      more = cursor.next(']');
    }
  }

  private void message(JsonCursor cursor) {
    role = 0;
    content = 0;
    type = 0;
    callId = 0;
    name = 0;
    text = 0;
    spoken = false;
    int start = cursor.at();
    boolean more = cursor.enter('}');
    while (more) {
      cursor.readName();
      int first = cursor.peek();
      int at = cursor.at();
      boolean given = first != 'n';
      if (cursor.nameIs(ROLE)) {
        role = at;
      } else if (cursor.nameIs(CONTENT)) {
        content = given ? at : 0;
      } else if (given) {
        member(cursor, at);
        more = cursor.next('}');
        continue;
      }
      cursor.skipValue(2);
      more = cursor.next('}');
    }
    check(start, cursor.at());
  }

  /** Notes one of the rarer members, and steps over it. */
  private void member(JsonCursor cursor, int at) {
    boolean isType = cursor.nameIs(TYPE);
    boolean isCallId = cursor.nameIs(TOOL_CALL_ID);
    boolean isName = cursor.nameIs(NAME);
    boolean isText = cursor.nameIs(ARGUMENTS) || cursor.nameIs(OUTPUT);
    spoken |= cursor.nameIs(TOOL_CALLS) || cursor.nameIs(FUNCTION_CALL) || cursor.nameIs(REFUSAL);
    cursor.skipValue(2);
    int end = cursor.at();
    if (isType) {
      type = at;
      typeEnd = end;
    } else if (isCallId) {
      callId = at;
      callIdEnd = end;
    } else if (isName) {
      name = at;
      nameEnd = end;
    } else if (isText) {
      text = at;
      textEnd = end;
    }
  }

  private void check(int start, int end) {
    String kind =
        type != 0 && bytes[type] == '"' ? JsonText.unquote(bytes, type, typeEnd) : "message";
    switch (kind) {
      case "function_call" -> item(Kind.CALL, start, end);
      case "function_call_output" -> item(Kind.OUTPUT, start, end);
      default -> checkRole(start);
    }
  }

  private void item(Kind kind, int start, int end) {
    require(callId, "tool_call_id", "a string", start);
    switch (kind) {
      case CALL -> require(name, "name", "a string", start);
      case OUTPUT -> require(text, "output", "a string", start);
    }
    items.add(
        new Item(
            kind,
            count,
            new Span(start, end),
            new Span(callId, callIdEnd),
            new Span(name, nameEnd),
            new Span(text, textEnd)));
  }

  private void checkRole(int start) {
    if (role == 0) {
      require(0, "role", "one of user, assistant, system, developer, tool", start);
      return;
    }
    switch (roleInitial()) {
      case 't' -> {
        if (content == 0 || bytes[content] != '"') {
          require(0, "content", "a string for a tool message", start);
        }
        require(callId, "tool_call_id", "a string", start);
      }
      case 'a' -> {
        if (!spoken) {
          require(content, "content", "a string or an array, unless there are tool_calls", start);
        }
      }
      default -> require(content, "content", "a string or an array", start);
    }
  }

  /** The role's first letter, which tells the roles apart. */
  private char roleInitial() {
    byte first = bytes[role + 1];
    if (first != '\\') {
      return (char) first;
    }
    JsonCursor cursor = new JsonCursor(bytes, role, bytes.length, 1);
    return cursor.readText().charAt(0);
  }

  private void require(int value, String member, String expected, int start) {
    if (value == 0 && violations.size() < RequestReader.VIOLATIONS_MAX) {
      String path = "messages[" + count + "]." + member;
      violations.add(
          new Fault.Violation(
              path, "`" + path + "` is required: expected " + expected, start - offset, null));
    }
  }

  /** Adds the edits that make a provider's messages of the history's items. */
  void rewrite(Splice edits) {
    int i = 0;
    while (i < items.size()) {
      Item first = items.get(i);
      StringBuilder message = new StringBuilder(160);
      Item last = first;
      switch (first.kind()) {
        case CALL -> {
          message.append("{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[");
          call(first, message);
          while (i + 1 < items.size() && follows(last, items.get(i + 1))) {
            i++;
            last = items.get(i);
            call(last, message.append(','));
          }
          message.append("]}");
        }
        case OUTPUT -> {
          message.append("{\"role\":\"tool\",\"tool_call_id\":").append(raw(first.callId()));
          message.append(",\"content\":");
          string(first.text(), message);
          message.append('}');
        }
      }
      edits.replace(
          first.all().start(),
          last.all().end(),
          message.toString().getBytes(StandardCharsets.UTF_8));
      i++;
    }
  }

  private static boolean follows(Item call, Item next) {
    return next.kind() == Kind.CALL && next.index() == call.index() + 1;
  }

  private void call(Item call, StringBuilder to) {
    to.append("{\"id\":").append(raw(call.callId()));
    to.append(",\"type\":\"function\",\"function\":{\"name\":").append(raw(call.name()));
    to.append(",\"arguments\":");
    if (call.text().start() == 0) {
      to.append("\"{}\"");
    } else {
      string(call.text(), to);
    }
    to.append("}}");
  }

  /** A string as it stands, and anything else as a string that holds its JSON. */
  private void string(Span span, StringBuilder to) {
    if (bytes[span.start()] == '"') {
      to.append(raw(span));
    } else {
      JsonText.quote(raw(span), to);
    }
  }

  private String raw(Span span) {
    return new String(bytes, span.start(), span.end() - span.start(), StandardCharsets.UTF_8);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
