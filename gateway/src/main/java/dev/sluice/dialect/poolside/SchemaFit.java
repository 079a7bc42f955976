package dev.sluice.dialect.poolside;

import dev.sluice.config.DialectSettings.Unfinished;
import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonText;
import dev.sluice.json.Splice;
import java.nio.charset.StandardCharsets;
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

  /** As deep as what the protocol's readers let through. */
  private static final int DEPTH_MAX = 1000;

  private static final byte[] NOTHING = {};
  private static final byte[] EMPTY = ascii("\"\"");
  private static final byte[] NULL = ascii("null");
  private static final byte[] FUNCTION = ascii("\"function\"");
  private static final byte[] ASSISTANT = ascii("\"assistant\"");
  private static final byte[] COMMA = ascii(",");
  private static final byte[] TYPE_MEMBER = ascii("\"type\":\"function\"");
  private static final byte[] FUNCTION_MEMBER =
      ascii("\"function\":{\"name\":\"\",\"arguments\":\"\"}");
  private static final byte[] NAME_MEMBER = ascii("\"name\":\"\"");
  private static final byte[] ARGUMENTS_MEMBER = ascii("\"arguments\":\"\"");

  private static final byte[] SCHEMA_NAME = ascii("$schema");
  private static final byte[] CHOICES_NAME = ascii("choices");
  private static final byte[] CREATED_NAME = ascii("created");
  private static final byte[] MODEL_NAME = ascii("model");
  private static final byte[] OBJECT_NAME = ascii("object");
  private static final byte[] USAGE_NAME = ascii("usage");
  private static final byte[] DELTA_NAME = ascii("delta");
  private static final byte[] MESSAGE_NAME = ascii("message");
  private static final byte[] FINISH_REASON_NAME = ascii("finish_reason");
  private static final byte[] INDEX_NAME = ascii("index");
  private static final byte[] CONTENT_NAME = ascii("content");
  private static final byte[] ROLE_NAME = ascii("role");
  private static final byte[] TOOL_CALL_ID_NAME = ascii("tool_call_id");
  private static final byte[] TOOL_CALLS_NAME = ascii("tool_calls");
  private static final byte[] ID_NAME = ascii("id");
  private static final byte[] TYPE_NAME = ascii("type");
  private static final byte[] FUNCTION_NAME = ascii("function");
  private static final byte[] NAME_NAME = ascii("name");
  private static final byte[] ARGUMENTS_NAME = ascii("arguments");

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
  private final JsonCursor cursor;
  private final Splice splice;

  private boolean edited;
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
    this.cursor = new JsonCursor(bytes, from, to, DEPTH_MAX);
    this.splice = new Splice(bytes, from, to);
  }

  /** Fits {@code bytes[from, to)}; all offsets are into the array. */
  static SchemaFit of(byte[] bytes, int from, int to, Rules rules) {
    SchemaFit fit = new SchemaFit(bytes, from, to, rules);
    fit.root();
    return fit;
  }

  /** The edits. */
  Splice splice() {
    return splice;
  }

  /** Whether there is any edit. */
  boolean isEdited() {
    return edited;
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
    Members root = new Members();
    boolean more = cursor.enter('}');
    while (more) {
      int start = root.begin();
      int value = cursor.peek();
      boolean stays = true;
      if (cursor.nameIs(CHOICES_NAME)) {
        choices(value);
      } else if (cursor.nameIs(MODEL_NAME)) {
        model = true;
        requireText(value, quoted(rules.model()));
      } else if (cursor.nameIs(CREATED_NAME)) {
        created = true;
        requireInteger(value, rules.created());
      } else if (cursor.nameIs(OBJECT_NAME)) {
        object = true;
        requireText(value, objectType());
      } else if (cursor.nameIs(USAGE_NAME)) {
        stays = usage(value);
      } else {
        // A provider's own word for its own schema; ours stands first.
        stays = rules.kind() == Kind.CHUNK || !cursor.nameIs(SCHEMA_NAME);
        cursor.skipValue(1);
      }
      root.end(start, stays);
      more = cursor.next('}');
    }
    close = cursor.at() - 1;
    if (!model) {
      root.add(joined(ascii("\"model\":"), quoted(rules.model())));
    }
    if (!created) {
      root.add(ascii("\"created\":" + rules.created()));
    }
    if (!object) {
      root.add(joined(ascii("\"object\":"), objectType()));
    }
    root.close();
    members = root.kept;
  }

  private byte[] objectType() {
    return switch (rules.kind()) {
      case WHOLE -> ascii("\"chat.completion\"");
      case CHUNK -> ascii("\"chat.completion.chunk\"");
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
    counts.fill(this::replace);
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
    Members choice = new Members();
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
        requireInteger(value, position);
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
      choice.end(start, stays);
      more = cursor.next('}');
    }
    if (!index) {
      choice.add(ascii("\"index\":" + position));
    }
    if (!reason) {
      choice.add(joined(ascii("\"finish_reason\":"), unfinished()));
    }
    choice.close();
  }

  private void finishReason(int first) {
    int start = cursor.at();
    cursor.skipValue(3);
    int end = cursor.at();
    if (first == 'n') {
      if (!Arrays.equals(unfinished(), NULL)) {
        replace(start, end, EMPTY);
      }
      return;
    }
    // "" is how this protocol says that a choice goes on.
    finished |= first != '"' || end - start > 2;
    if (first != '"') {
      replace(start, end, asText(start, end));
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
    Members message = new Members();
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
        stays = identifier(value);
      } else {
        cursor.skipValue(4);
      }
      message.end(start, stays);
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
    String role = first == '"' ? JsonText.unquote(bytes, start, end) : "";
    if (ROLES.contains(role)) {
      return true;
    }
    if (role.isEmpty() && rules.kind() == Kind.CHUNK) {
      // Some providers send an empty role with every chunk but the first.
      return false;
    }
    replace(start, end, ASSISTANT);
    return true;
  }

  private void toolCalls() {
    // Their texts are as varied as a content's, so that no chunk is like the one before.
    stable = false;
    boolean more = cursor.enter(']');
    while (more) {
      if (cursor.peek() == '{') {
        toolCall();
      } else {
        cursor.skipValue(5);
      }
      more = cursor.next(']');
    }
  }

  private void toolCall() {
    boolean type = false;
    boolean function = false;
    Members call = new Members();
    boolean more = cursor.enter('}');
    while (more) {
      int start = call.begin();
      int value = cursor.peek();
      boolean stays = true;
      if (cursor.nameIs(ID_NAME)) {
        stays = identifier(value);
      } else if (cursor.nameIs(TYPE_NAME)) {
        type = true;
        requireText(value, FUNCTION);
      } else if (cursor.nameIs(FUNCTION_NAME)) {
        stays = value == '{';
        function |= stays;
        if (stays) {
          function();
        } else {
          cursor.skipValue(6);
        }
      } else {
        cursor.skipValue(6);
      }
      call.end(start, stays);
      more = cursor.next('}');
    }
    if (!type) {
      call.add(TYPE_MEMBER);
    }
    if (!function) {
      call.add(FUNCTION_MEMBER);
    }
    call.close();
  }

  private void function() {
    boolean name = false;
    boolean arguments = false;
    Members function = new Members();
    boolean more = cursor.enter('}');
    while (more) {
      int start = function.begin();
      int value = cursor.peek();
      boolean isName = cursor.nameIs(NAME_NAME);
      if (isName || cursor.nameIs(ARGUMENTS_NAME)) {
        name |= isName;
        arguments |= !isName;
        int from = cursor.at();
        cursor.skipValue(7);
        if (value != '"') {
          replace(from, cursor.at(), value == 'n' ? EMPTY : asText(from, cursor.at()));
        }
      } else {
        cursor.skipValue(7);
      }
      function.end(start, true);
      more = cursor.next('}');
    }
    if (!name) {
      function.add(NAME_MEMBER);
    }
    if (!arguments) {
      function.add(ARGUMENTS_MEMBER);
    }
    function.close();
  }

  /** Steps over an identifier, which becomes text; whether it stays. */
  private boolean identifier(int first) {
    int start = cursor.at();
    cursor.skipValue(5);
    if (first != '"' && first != 'n') {
      replace(start, cursor.at(), asText(start, cursor.at()));
    }
    return first != 'n';
  }

  /** Steps over what must be text, and puts {@code otherwise} in the place of what is not. */
  private void requireText(int first, byte[] otherwise) {
    int start = cursor.at();
    cursor.skipValue(5);
    if (first != '"') {
      replace(start, cursor.at(), otherwise);
    }
  }

  private void requireInteger(int first, long otherwise) {
    int start = cursor.at();
    boolean number = first == '-' || (first >= '0' && first <= '9');
    if (number && cursor.readInteger(Long.MIN_VALUE) != Long.MIN_VALUE) {
      return;
    }
    if (!number) {
      cursor.skipValue(3);
    }
    replace(start, cursor.at(), ascii(Long.toString(otherwise)));
  }

  private void replace(int start, int end, byte[] text) {
    edited = true;
    splice.replace(start, end, text);
  }

  private byte[] asText(int start, int end) {
    return quoted(new String(bytes, start, end - start, StandardCharsets.UTF_8));
  }

  private static byte[] quoted(String text) {
    return JsonText.quote(text).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The members of the object that is walked: takes some out, and adds others behind them. */
  private final class Members {

    /** Whether a member before this place stays, or was added. */
    private boolean kept;

    /** Where the member before this place ends. */
    private int end;

    /** Where those that go and have none before them begin; -1 where there are none. */
    private int goneFrom = -1;

    private byte[] added = NOTHING;

    /** Steps to a member's value; where the member begins. */
    int begin() {
      cursor.peek();
      int start = cursor.at();
      cursor.readName();
      return start;
    }

    /** The member from {@code start} ends where the cursor stands. */
    void end(int start, boolean stays) {
      int to = cursor.at();
      if (stays) {
        if (goneFrom >= 0) {
          replace(goneFrom, start, NOTHING);
          goneFrom = -1;
        }
        kept = true;
      } else if (kept) {
        replace(end, to, NOTHING);
      } else if (goneFrom < 0) {
        goneFrom = start;
      }
      end = to;
    }

    void add(byte[] member) {
      added = kept || added.length > 0 ? joined(joined(added, COMMA), member) : member;
    }

    /** Ends the object, behind whose closing brace the cursor stands. */
    void close() {
      if (goneFrom >= 0) {
        replace(goneFrom, end, NOTHING);
      }
      if (added.length > 0) {
        kept = true;
        int brace = cursor.at() - 1;
        replace(brace, brace, added);
      }
    }
  }
}
