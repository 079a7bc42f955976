package dev.sluice.dialect.assemblyai;

import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonText;
import dev.sluice.json.Splice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One pass over a provider's whole answer, and what is added on the way: the envelope's members
 * behind the answer's own, tokens under both of their names, and tool calls both in the choice and
 * in its message. Everything else stays as it is, byte for byte.
 */
final class AnswerEdits {

  private static final byte[] CHOICES = ascii("choices");
  private static final byte[] USAGE = ascii("usage");
  private static final byte[] MESSAGE = ascii("message");
  private static final byte[] CONTENT = ascii("content");
  private static final byte[] TOOL_CALLS = ascii("tool_calls");
  private static final byte[] TOOL_CALLS_MEMBER = ascii("\"tool_calls\":");

  /** Names of tokens in a usage; the older of a pair stands before the newer. */
  private static final byte[][] TOKENS = {
    ascii("prompt_tokens"),
    ascii("input_tokens"),
    ascii("completion_tokens"),
    ascii("output_tokens"),
    ascii("total_tokens"),
  };

  private static final int PROMPT = 0;
  private static final int COMPLETION = 2;
  private static final int TOTAL = 4;

  private final byte[] bytes;
  private final Splice edits;
  private final JsonCursor cursor;
  private final Content content;
  private final byte[][] names;
  private final byte[][] values;

  /** What becomes of a message's text. */
  enum Content {
    AS_IT_IS,
    MADE_JSON
  }

  /** A value in the answer's bytes; the end is 0 where there is none. */
  private record Value(int start, int end) {
    static final Value NONE = new Value(0, 0);

    boolean exists() {
      return end != 0;
    }
  }

  /**
   * Edits of {@code bytes[from, to)}, which is known to hold an object.
   *
   * @param names of the envelope's members
   * @param values of the envelope's members, as JSON
   */
  AnswerEdits(byte[] bytes, int from, int to, Content content, byte[][] names, byte[][] values) {
    this.bytes = bytes;
    this.edits = new Splice(bytes, from, to);
    this.cursor = new JsonCursor(bytes, from, to, JsonCursor.DEPTH_MAX);
    this.content = content;
    this.names = names;
    this.values = values;
  }

  /** Finds all edits. */
  Splice find() {
    long told = 0;
    cursor.peek();
    boolean more = cursor.enter('}');
    boolean hasMembers = more;
    while (more) {
      cursor.readName();
      int first = cursor.peek();
      if (first == '[' && cursor.nameIs(CHOICES)) {
        choices();
      } else if (first == '{' && cursor.nameIs(USAGE)) {
        usage();
      } else {
        int own = own();
        int start = cursor.at();
        cursor.skipValue(1);
        if (own >= 0) {
          // The provider has such a member itself, as one that is such a gateway does.
          edits.replace(start, cursor.at(), values[own]);
          told |= 1L << own;
        }
      }
      more = cursor.next('}');
    }
    envelope(told, hasMembers);
    return edits;
  }

  /** Which of the envelope's members the name read last is; -1 for none. */
  private int own() {
    for (int i = 0; i < names.length; i++) {
      if (cursor.nameIs(names[i])) {
        return i;
      }
    }
    return -1;
  }

  private void envelope(long told, boolean hasMembers) {
    int close = cursor.at() - 1;
    boolean comma = hasMembers;
    for (int i = 0; i < names.length; i++) {
      if ((told & 1L << i) == 0) {
        edits.replace(close, close, member(comma, names[i], values[i]));
        comma = true;
      }
    }
  }

  private void choices() {
    boolean more = cursor.enter(']');
    while (more) {
      if (cursor.peek() == '{') {
        choice();
      } else {
        cursor.skipValue(2);
      }
      more = cursor.next(']');
    }
  }

  private void choice() {
    Value calls = Value.NONE;
    Message message = Message.NONE;
    boolean more = cursor.enter('}');
    boolean hasMembers = more;
    while (more) {
      cursor.readName();
      int first = cursor.peek();
      if (first == '{' && cursor.nameIs(MESSAGE)) {
        message = message();
      } else {
        boolean isCalls = first == '[' && cursor.nameIs(TOOL_CALLS);
        int start = cursor.at();
        cursor.skipValue(3);
        if (isCalls) {
          calls = new Value(start, cursor.at());
        }
      }
      more = cursor.next('}');
    }
    int close = cursor.at() - 1;
    if (message.calls().exists() && !calls.exists()) {
      insertCalls(close, hasMembers, message.calls());
    } else if (calls.exists() && message.close() != 0 && !message.namesCalls()) {
      insertCalls(message.close(), message.hasMembers(), calls);
    }
  }

  /**
   * A choice's message.
   *
   * @param close where its closing brace stands; 0 where there is no message
   * @param calls its tool calls
   * @param namesCalls whether it has a member of that name, be it null
   */
  private record Message(int close, boolean hasMembers, Value calls, boolean namesCalls) {
    static final Message NONE = new Message(0, false, Value.NONE, false);
  }

  private Message message() {
    Value calls = Value.NONE;
    boolean namesCalls = false;
    boolean more = cursor.enter('}');
    boolean hasMembers = more;
    while (more) {
      cursor.readName();
      int first = cursor.peek();
      int start = cursor.at();
      boolean isCalls = cursor.nameIs(TOOL_CALLS);
      boolean isText = first == '"' && cursor.nameIs(CONTENT);
      cursor.skipValue(4);
      namesCalls |= isCalls;
      if (isCalls && first == '[') {
        calls = new Value(start, cursor.at());
      } else if (isText && content == Content.MADE_JSON) {
        repair(start, cursor.at());
      }
      more = cursor.next('}');
    }
    return new Message(cursor.at() - 1, hasMembers, calls, namesCalls);
  }

  private void repair(int start, int end) {
    String text = JsonText.unquote(bytes, start, end);
    String repaired = JsonRepair.repair(text);
    if (!repaired.equals(text)) {
      edits.replace(start, end, JsonText.quote(repaired).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void insertCalls(int close, boolean hasMembers, Value calls) {
    byte[] text = Arrays.copyOfRange(bytes, calls.start(), calls.end());
    byte[] member = new byte[TOOL_CALLS_MEMBER.length + text.length + (hasMembers ? 1 : 0)];
    int at = 0;
    if (hasMembers) {
      member[at++] = ',';
    }
    System.arraycopy(TOOL_CALLS_MEMBER, 0, member, at, TOOL_CALLS_MEMBER.length);
    System.arraycopy(text, 0, member, at + TOOL_CALLS_MEMBER.length, text.length);
    edits.replace(close, close, member);
  }

  private void usage() {
    int[] starts = new int[TOKENS.length];
    int[] ends = new int[TOKENS.length];
    boolean more = cursor.enter('}');
    while (more) {
      cursor.readName();
      int first = cursor.peek();
      int token = token();
      int start = cursor.at();
      cursor.skipValue(2);
      if (token >= 0 && first >= '0' && first <= '9') {
        starts[token] = start;
        ends[token] = cursor.at();
      } else if (token >= 0) {
        // There, but no number: the name cannot be given again.
        ends[token] = -1;
      }
      more = cursor.next('}');
    }
    int close = cursor.at() - 1;
    beside(PROMPT, starts, ends, close);
    beside(COMPLETION, starts, ends, close);
    if (ends[TOTAL] == 0) {
      total(starts, ends, close);
    }
  }

  private int token() {
    for (int i = 0; i < TOKENS.length; i++) {
      if (cursor.nameIs(TOKENS[i])) {
        return i;
      }
    }
    return -1;
  }

  /** Gives the pair at {@code older} under the name that is missing. */
  private void beside(int older, int[] starts, int[] ends, int close) {
    int newer = older + 1;
    if (ends[older] > 0 && ends[newer] == 0) {
      edits.replace(close, close, token(newer, starts[older], ends[older]));
    } else if (ends[newer] > 0 && ends[older] == 0) {
      edits.replace(close, close, token(older, starts[newer], ends[newer]));
    }
  }

  private void total(int[] starts, int[] ends, int close) {
    int prompt = ends[PROMPT] > 0 ? PROMPT : PROMPT + 1;
    int completion = ends[COMPLETION] > 0 ? COMPLETION : COMPLETION + 1;
    if (ends[prompt] > 0 && ends[completion] > 0) {
      long sum =
          number(starts[prompt], ends[prompt]) + number(starts[completion], ends[completion]);
      edits.replace(close, close, member(true, TOKENS[TOTAL], ascii(Long.toString(sum))));
    }
  }

  private byte[] token(int name, int start, int end) {
    return member(true, TOKENS[name], Arrays.copyOfRange(bytes, start, end));
  }

  private long number(int start, int end) {
    return new JsonCursor(bytes, start, end, 1).readInteger(0);
  }

  private static byte[] member(boolean comma, byte[] name, byte[] value) {
    int at = comma ? 1 : 0;
    byte[] member = new byte[at + name.length + 3 + value.length];
    member[0] = ',';
    member[at++] = '"';
    System.arraycopy(name, 0, member, at, name.length);
    at += name.length;
    member[at++] = '"';
    member[at++] = ':';
    System.arraycopy(value, 0, member, at, value.length);
    return member;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
