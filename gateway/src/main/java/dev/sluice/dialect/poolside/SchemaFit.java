package dev.sluice.dialect.poolside;

import dev.sluice.config.DialectSettings.Unfinished;
import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonText;
import dev.sluice.json.Splice;
import java.util.Arrays;
import java.util.List;

/**
 * Fits an answer or a chunk of OpenAI's protocol to poolside's schema, which is stricter in a few
 * places: {@code finish_reason} and identifiers are strings and never {@code null}, roles are four
 * words, a tool call always has its type, its function's name and arguments, optional objects are
 * absent rather than {@code null}, and usage has all three counts. One pass notes the edits; what
 * fits already stays as it is, byte for byte. Used by one thread, for one text that is known to be
 * JSON with an object as its root.
 */
final class SchemaFit {

  private static final byte[] EMPTY = TextEdits.ascii("\"\"");
  private static final byte[] NULL = TextEdits.ascii("null");
  private static final byte[] ASSISTANT = TextEdits.ascii("\"assistant\"");

  private static final byte[] SCHEMA_NAME = TextEdits.ascii("$schema");
  private static final byte[] CHOICES_NAME = TextEdits.ascii("choices");
  private static final byte[] CREATED_NAME = TextEdits.ascii("created");
  private static final byte[] MODEL_NAME = TextEdits.ascii("model");
  private static final byte[] OBJECT_NAME = TextEdits.ascii("object");
  private static final byte[] USAGE_NAME = TextEdits.ascii("usage");
  private static final byte[] DELTA_NAME = TextEdits.ascii("delta");
  private static final byte[] MESSAGE_NAME = TextEdits.ascii("message");
  private static final byte[] FINISH_REASON_NAME = TextEdits.ascii("finish_reason");
  private static final byte[] INDEX_NAME = TextEdits.ascii("index");
  private static final byte[] CONTENT_NAME = TextEdits.ascii("content");
  private static final byte[] ROLE_NAME = TextEdits.ascii("role");
  private static final byte[] TOOL_CALL_ID_NAME = TextEdits.ascii("tool_call_id");
  private static final byte[] TOOL_CALLS_NAME = TextEdits.ascii("tool_calls");

  private static final byte[] COMPLETION = TextEdits.ascii("\"chat.completion\"");
  private static final byte[] COMPLETION_CHUNK = TextEdits.ascii("\"chat.completion.chunk\"");

  private static final List<String> ROLES = List.of("user", "assistant", "system", "tool");

  /** What a text is. */
  enum Kind {
    WHOLE,
    CHUNK
  }

  /** Whether the client is shown a stream's usage. */
  enum UsageShown {
    SHOWN,
    HIDDEN
  }

  /**
   * What a text is fitted to.
   *
   * @param unfinished what {@code finish_reason} is as long as a choice goes on
   * @param model what {@code model} is where the provider does not say
   * @param created what {@code created} is where the provider does not say, in Unix seconds
   */
  record Rules(Kind kind, UsageShown usage, Unfinished unfinished, String model, long created) {}

  private final byte[] bytes;
  private final Rules rules;
  private final TextEdits edits;
  private final JsonCursor cursor;
  private final ToolCallFit calls;

  private boolean choices;
  private boolean finished;
  private boolean members;
  private boolean stable = true;
  private int contents;
  private int contentFrom;
  private int contentTo;
  private int usageFrom = -1;
  private int usageTo = -1;
  private int open;
  private int close;

  private SchemaFit(byte[] bytes, int from, int to, Rules rules) {
    this.bytes = bytes;
    this.rules = rules;
    this.edits = new TextEdits(bytes, from, to);
    this.cursor = edits.cursor();
    this.calls = new ToolCallFit(edits);
  }

  /** Fits {@code bytes[from, to)}; all offsets are into the array. */
  static SchemaFit of(byte[] bytes, int from, int to, Rules rules) {
    SchemaFit fit = new SchemaFit(bytes, from, to, rules);
    fit.root();
    return fit;
  }

  /** The edits. */
  Splice splice() {
    return edits.splice();
  }

  /** Whether there is any edit. */
  boolean isEdited() {
    return edits.isEdited();
  }

  /** Whether there is any choice. */
  boolean hasChoices() {
    return choices;
  }

  /** Whether any choice has a finish reason. */
  boolean isFinished() {
    return finished;
  }

  /** Whether a text like it, with another content, is fitted by the same edits. */
  boolean isContentAlone() {
    return stable && contents == 1;
  }

  /** Where the only content's text begins, behind its quote. */
  int contentFrom() {
    return contentFrom;
  }

  /** Where it ends, before its quote. */
  int contentTo() {
    return contentTo;
  }

  /** Whether there is a usage that fits, be it shown or not. */
  boolean hasUsage() {
    return usageFrom >= 0;
  }

  /** Where the usage's value begins. */
  int usageFrom() {
    return usageFrom;
  }

  /** Where it ends. */
  int usageTo() {
    return usageTo;
  }

  /** Where the root's opening brace stands. */
  int open() {
    return open;
  }

  /** Where its closing brace stands. */
  int close() {
    return close;
  }

  /** Whether anything stands between them. */
  boolean hasMembers() {
    return members;
  }

  private void root() {
    cursor.peek();
    open = cursor.at();
    boolean model = false;
    boolean created = false;
    boolean object = false;
    Members root = new Members(edits);
    boolean more = cursor.enter('}');
    while (more) {
      int start = root.begin();
      int value = cursor.peek();
      boolean stays = true;
      if (cursor.nameIs(CHOICES_NAME)) {
        choices(value);
      } else if (cursor.nameIs(MODEL_NAME)) {
        model = true;
        model(value);
      } else if (cursor.nameIs(CREATED_NAME)) {
        created = true;
        edits.requireInteger(value, rules.created());
      } else if (cursor.nameIs(OBJECT_NAME)) {
        object = true;
        edits.requireText(value, objectType());
      } else if (cursor.nameIs(USAGE_NAME)) {
        stays = usage(value);
      } else {
        // A provider's own word for its own schema; ours stands first.
        stays = rules.kind() == Kind.CHUNK || !cursor.nameIs(SCHEMA_NAME);
        cursor.skipValue(1);
      }
      if (stays) {
        root.keep(start);
      } else {
        root.drop(start);
      }
      more = cursor.next('}');
    }
    close = cursor.at() - 1;
    if (!model) {
      root.add(TextEdits.joined(TextEdits.ascii("\"model\":"), TextEdits.quoted(rules.model())));
    }
    if (!created) {
      root.add(TextEdits.ascii("\"created\":" + rules.created()));
    }
    if (!object) {
      root.add(TextEdits.joined(TextEdits.ascii("\"object\":"), objectType()));
    }
    root.close();
    members = root.hasAny();
  }

  private void model(int first) {
    if (first == '"') {
      cursor.skipValue(1);
    } else {
      edits.requireText(first, TextEdits.quoted(rules.model()));
    }
  }

  private byte[] objectType() {
    return switch (rules.kind()) {
      case WHOLE -> COMPLETION;
      case CHUNK -> COMPLETION_CHUNK;
    };
  }

  /** Steps over the usage; whether it stays. */
  private boolean usage(int first) {
    int start = cursor.at();
    if (first != '{') {
      cursor.skipValue(1);
      return false;
    }
    UsageCounts counts = UsageCounts.read(cursor);
    if (!counts.areKnown()) {
      return false;
    }
    usageFrom = start;
    usageTo = cursor.at();
    // Hidden usage on a chunk without choices goes with its chunk; elsewhere it is taken out.
    if (rules.usage() == UsageShown.HIDDEN) {
      return false;
    }
    counts.fill(edits::replace);
    return true;
  }

  private void choices(int first) {
    if (first != '[') {
      cursor.skipValue(1);
      return;
    }
    int position = 0;
    boolean more = cursor.enter(']');
    while (more) {
      choices = true;
      if (cursor.peek() == '{') {
        choice(position);
      } else {
        cursor.skipValue(2);
      }
      position++;
      more = cursor.next(']');
    }
  }

  private void choice(int position) {
    boolean reason = false;
    boolean index = false;
    Members choice = new Members(edits);
    boolean more = cursor.enter('}');
    while (more) {
      int start = choice.begin();
      int value = cursor.peek();
      boolean stays = true;
      if (cursor.nameIs(FINISH_REASON_NAME)) {
        reason = true;
        finishReason(value);
      } else if (cursor.nameIs(INDEX_NAME)) {
        index = true;
        edits.requireInteger(value, position);
      } else if (cursor.nameIs(DELTA_NAME) || cursor.nameIs(MESSAGE_NAME)) {
        stays = value == '{';
        if (stays) {
          message();
        } else {
          cursor.skipValue(3);
        }
      } else {
        cursor.skipValue(3);
      }
      if (stays) {
        choice.keep(start);
      } else {
        choice.drop(start);
      }
      more = cursor.next('}');
    }
    if (!index) {
      choice.add(TextEdits.ascii("\"index\":" + position));
    }
    if (!reason) {
      choice.add(TextEdits.joined(TextEdits.ascii("\"finish_reason\":"), unfinished()));
    }
    choice.close();
  }

  private void finishReason(int first) {
    int start = cursor.at();
    cursor.skipValue(3);
    int end = cursor.at();
    if (first == 'n') {
      if (!Arrays.equals(unfinished(), NULL)) {
        edits.replace(start, end, EMPTY);
      }
      return;
    }
    // "" is how this protocol says that a choice goes on.
    finished |= first != '"' || end - start > 2;
    if (first != '"') {
      edits.replace(start, end, edits.asText(start, end));
    }
  }

  private byte[] unfinished() {
    return switch (rules.kind()) {
      case WHOLE -> EMPTY;
      case CHUNK ->
          switch (rules.unfinished()) {
            case EMPTY -> EMPTY;
            case NULL -> NULL;
          };
    };
  }

  private void message() {
    Members message = new Members(edits);
    boolean more = cursor.enter('}');
    while (more) {
      int start = message.begin();
      int value = cursor.peek();
      boolean stays = true;
      if (cursor.nameIs(CONTENT_NAME)) {
        content(value);
      } else if (cursor.nameIs(ROLE_NAME)) {
        stays = role(value);
      } else if (cursor.nameIs(TOOL_CALLS_NAME)) {
        stays = value == '[';
        if (stays) {
          toolCalls();
        } else {
          cursor.skipValue(4);
        }
      } else if (cursor.nameIs(TOOL_CALL_ID_NAME)) {
        stays = edits.identifier(value);
      } else {
        cursor.skipValue(4);
      }
      if (stays) {
        message.keep(start);
      } else {
        message.drop(start);
      }
      more = cursor.next('}');
    }
    message.close();
  }

  private void content(int first) {
    int start = cursor.at();
    cursor.skipValue(4);
    if (first == '"') {
      contents++;
      contentFrom = start + 1;
      contentTo = cursor.at() - 1;
    }
  }

  /** Steps over a role; whether it stays. */
  private boolean role(int first) {
    int start = cursor.at();
    cursor.skipValue(4);
    int end = cursor.at();
    if (Arrays.equals(bytes, start, end, ASSISTANT, 0, ASSISTANT.length)) {
      return true;
    }
    String role = first == '"' ? JsonText.unquote(bytes, start, end) : "";
    if (ROLES.contains(role)) {
      return true;
    }
    if (role.isEmpty() && rules.kind() == Kind.CHUNK) {
      // Some providers send an empty role with every chunk but the first.
      return false;
    }
    edits.replace(start, end, ASSISTANT);
    return true;
  }

  private void toolCalls() {
    // Their texts are as varied as a content's, so that no chunk is like the one before.
    stable = false;
    boolean more = cursor.enter(']');
    while (more) {
      if (cursor.peek() == '{') {
        calls.toolCall();
      } else {
        cursor.skipValue(5);
      }
      more = cursor.next(']');
    }
  }
}
