package dev.sluice.protocol.jylo;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequestBuilder;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Json;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonCursor;
import dev.sluice.json.MalformedJson;
import dev.sluice.protocol.jylo.JyloRequests.Decoded;
import dev.sluice.protocol.jylo.JyloRequests.Options;
import dev.sluice.protocol.jylo.JyloRequests.UnknownMembers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request in one pass. A value of the wrong type is noted and stepped over, so that all
 * of them are told at once; text that is no JSON ends the pass.
 */
final class RequestReader {

  /** Further violations are not noted. */
  static final int VIOLATIONS_MAX = 32;

  private static final String MODELS = "Jylo.Inference.Core.Models.";
  private static final String REQUEST = MODELS + "ChatCompletionRequest";
  private static final String MESSAGE = MODELS + "Message";
  private static final String FORMAT = MODELS + "ResponseFormat";
  private static final String LIST = "System.Collections.Generic.List`1[" + MESSAGE + "]";
  private static final String STRING = "System.String";
  private static final String BOOLEAN = "System.Boolean";
  private static final String INTEGER = "System.Nullable`1[System.Int32]";

  private static final byte[][] OF_REQUEST =
      names("messages", "stream", "response_format", "max_tokens");
  private static final byte[][] OF_MESSAGE = names("role", "content");
  private static final byte[][] OF_FORMAT = names("type", "schema");

  /** What OpenAI's protocol wants a schema to be called, and Jylo's has no name for. */
  private static final String SCHEMA_NAME = "response";

  private final byte[] bytes;
  private final int from;
  private final Options options;
  private final JsonCursor in;
  private List<Fault.Violation> violations = List.of();

  // Where the value at hand stands.
  private int messageIndex = -1;
  private boolean inFormat;
  private int formatNameStart;
  private int messagesNameStart;
  private int nameStart;

  // What was read last under each name.
  private @Nullable List<Message> messages;
  private boolean messagesGiven;
  private boolean messagesWrong;
  private boolean stream;
  private @Nullable Long maxTokens;
  private @Nullable ResponseFormat format;

  RequestReader(byte[] bytes, int from, int to, Options options) {
    this.bytes = bytes;
    this.from = from;
    this.options = options;
    this.in = new JsonCursor(bytes, from, to, options.depthMax());
  }

  /**
   * Reads the text.
   *
   * @throws MalformedJson where it is not JSON
   */
  Decoded read() {
    int first = in.peek();
    boolean isNull = first == 'n';
    if (first == '{') {
      request();
    } else {
      int start = in.at();
      in.skipValue(0);
      unconvertible("$", REQUEST, first, start);
    }
    if (in.peek() != -1) {
      throw in.expected("the end of the text");
    }
    if (isNull) {
      return JyloRequests.nothing();
    }
    List<Message> read = messages;
    if (!violations.isEmpty() || read == null) {
      return new Decoded.Refused(violations);
    }
    ChatRequestBuilder builder = ChatRequest.builder("").messages(read).format(format);
    builder.tokensMax(maxTokens);
    builder.delivery(stream ? ChatRequest.Delivery.STREAM_WITH_USAGE : ChatRequest.Delivery.WHOLE);
    return new Decoded.Accepted(builder.build());
  }

  private void request() {
    boolean more = in.enter('}');
    while (more) {
      int member = member(OF_REQUEST);
      int first = in.peek();
      switch (member) {
        case 0 -> messages(first);
        case 1 -> stream(first);
        case 2 -> format(first);
        case 3 -> maxTokens(first);
        default -> unknown(REQUEST, 1);
      }
      more = in.next('}');
    }
    if (!messagesGiven) {
      missing("$", REQUEST, "'messages'");
    } else if (messages == null && !messagesWrong) {
      violated("Messages", "The Messages field is required.", 0);
    }
  }

  /** Steps over the next name; its place in {@code names}, or -1. */
  private int member(byte[][] names) {
    in.peek();
    nameStart = in.at();
    in.readName();
    return MemberNames.find(names, bytes, nameStart, MemberNames.end(bytes, nameStart));
  }

  private void unknown(String owner, int depth) {
    in.skipValue(depth);
    if (options.unknownMembers() == UnknownMembers.REFUSED) {
      String name = MemberNames.text(bytes, nameStart, MemberNames.end(bytes, nameStart));
      violated(
          path(),
          "The JSON property '"
              + MemberNames.shown(name)
              + "' could not be mapped to any .NET member contained in type '"
              + owner
              + "'.",
          nameStart - from);
    }
  }

  // Members of the request.

  private void messages(int first) {
    messagesGiven = true;
    messagesWrong = false;
    messages = null;
    if (first == 'n') {
      in.skipValue(1);
    } else if (first == '[') {
      messagesNameStart = nameStart;
      List<Message> read = new ArrayList<>();
      boolean more = in.enter(']');
      while (more) {
        messageIndex = read.size();
        read.add(message());
        more = in.next(']');
      }
      messageIndex = -1;
      messages = read;
    } else {
      messagesWrong = true;
      wrongType(LIST, 1);
    }
  }

  private void stream(int first) {
    stream = first == 't';
    if (first == 't' || first == 'f') {
      in.skipValue(1);
    } else {
      wrongType(BOOLEAN, 1);
    }
  }

  private void maxTokens(int first) {
    maxTokens = null;
    int start = in.at();
    if (first == 'n') {
      in.skipValue(1);
      return;
    }
    String text = null;
    if (first == '"') {
      text = in.readText();
    } else if (first == '-' || (first >= '0' && first <= '9')) {
      in.skipValue(1);
      text = new String(bytes, start, in.at() - start, StandardCharsets.US_ASCII);
    } else {
      in.skipValue(1);
    }
    maxTokens = text == null ? null : integer(text);
    if (maxTokens == null) {
      unconvertible(path(), INTEGER, first, start);
    }
  }

  /** The number that the framework reads there; {@code null} where it is none of 32 bits. */
  private static @Nullable Long integer(String text) {
    int digits = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    if (text.length() == digits) {
      return null;
    }
    long value = 0;
    for (int i = digits; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      value = Math.min(value * 10 + digit, Integer.MAX_VALUE + 2L);
    }
    value = text.charAt(0) == '-' ? -value : value;
    boolean fits = value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE;
    return fits ? Long.valueOf(value) : null;
  }

  // A message.

  private Message message() {
    int first = in.peek();
    int start = in.at();
    String role = null;
    String content = null;
    boolean roleGiven = false;
    boolean contentGiven = false;
    if (first != '{') {
      nameStart = -1;
      wrongType(MESSAGE, 2);
      return Message.User.of("");
    }
    boolean more = in.enter('}');
    while (more) {
      switch (member(OF_MESSAGE)) {
        case 0 -> {
          roleGiven = true;
          role = textOrNull(3);
        }
        case 1 -> {
          contentGiven = true;
          content = textOrNull(3);
        }
        default -> unknown(MESSAGE, 3);
      }
      more = in.next('}');
    }
    nameStart = -1;
    if (!roleGiven || !contentGiven) {
      String lacking = roleGiven ? "'content'" : contentGiven ? "'role'" : "'role', 'content'";
      missing(path(), MESSAGE, lacking);
    } else if (role == null) {
      violated("Messages[" + messageIndex + "].Role", "The Role field is required.", start - from);
    }
    return said(role == null ? "" : role, content == null ? "" : content);
  }

  /** The message of any role; the page has no list of them, and a stranger is a user. */
  private static Message said(String role, String content) {
    return switch (role) {
      case "user" -> Message.User.of(content);
      case "assistant" -> Message.Assistant.of(new Part.Text(content));
      case "system" -> Message.System.of(content);
      case "developer" -> Message.Developer.of(content);
      default -> {
        String lower = role.toLowerCase(Locale.ROOT);
        yield lower.equals(role) ? Message.User.of(content) : said(lower, content);
      }
    };
  }

  private @Nullable String textOrNull(int depth) {
    int first = in.peek();
    if (first == '"') {
      return in.readText();
    }
    if (first == 'n') {
      in.skipValue(depth);
      return null;
    }
    wrongType(STRING, depth);
    // Not to be taken for null, of which there would be more to say.
    return "";
  }

  // The answer's form.

  private void format(int first) {
    format = null;
    if (first == 'n') {
      in.skipValue(1);
      return;
    }
    if (first != '{') {
      wrongType(FORMAT, 1);
      return;
    }
    formatNameStart = nameStart;
    inFormat = true;
    int start = in.at();
    boolean typeGiven = false;
    String type = null;
    String schema = null;
    int wrongBefore = violations.size();
    boolean more = in.enter('}');
    while (more) {
      switch (member(OF_FORMAT)) {
        case 0 -> {
          typeGiven = true;
          type = textOrNull(2);
        }
        case 1 -> schema = textOrNull(2);
        default -> unknown(FORMAT, 2);
      }
      more = in.next('}');
    }
    nameStart = -1;
    if (!typeGiven) {
      missing(path(), FORMAT, "'type'");
    } else if (violations.size() == wrongBefore) {
      format = format(type, schema, start - from);
    }
    inFormat = false;
  }

  /**
   * A schema is looked at only where the type asks for one: the page's example has "text" there.
   */
  private @Nullable ResponseFormat format(
      @Nullable String type, @Nullable String schema, int offset) {
    return switch (type) {
      case null -> null;
      case "text" -> new ResponseFormat.Text();
      case "json_object" -> new ResponseFormat.AnyObject();
      case "json_schema" -> {
        if (schema == null || !isObject(schema)) {
          violated(
              "ResponseFormat.Schema",
              schema == null
                  ? "The Schema field is required."
                  : "The Schema field must be a JSON Schema: a JSON object, written as a string.",
              offset);
          yield null;
        }
        yield new ResponseFormat.Schema(SCHEMA_NAME, null, new Json(schema), null, Rest.NONE);
      }
      default -> {
        violated(
            "ResponseFormat.Type",
            "The Type field must be one of text, json_object and json_schema.",
            offset);
        yield null;
      }
    };
  }

  private boolean isObject(String schema) {
    byte[] text = schema.getBytes(StandardCharsets.UTF_8);
    JsonCursor cursor = new JsonCursor(text, 0, text.length, options.schemaDepthMax());
    try {
      boolean object = cursor.peek() == '{';
      cursor.skipValue(0);
      return object && cursor.peek() == -1;
    } catch (MalformedJson _) {
      return false;
    }
  }

  // What is wrong.

  private void wrongType(String type, int depth) {
    int first = in.peek();
    int start = in.at();
    in.skipValue(depth);
    unconvertible(path(), type, first, start);
  }

  /**
   * Says that a value is not of its type.
   *
   * @param first its first byte; the framework stands behind the token that it does not take, which
   *     of an object or array is the bracket alone
   */
  private void unconvertible(String path, String type, int first, int start) {
    int end = first == '{' || first == '[' ? start + 1 : in.at();
    String sentence = "The JSON value could not be converted to " + type + ".";
    violated(path, Place.of(bytes, from, end).behind(sentence, path), start - from);
  }

  private void missing(String path, String type, String names) {
    violated(
        path,
        "JSON deserialization for type '"
            + type
            + "' was missing required properties including: "
            + names
            + ".",
        0);
  }

  private void violated(String key, String message, int offset) {
    if (violations.isEmpty()) {
      violations = new ArrayList<>();
    }
    if (violations.size() < VIOLATIONS_MAX) {
      violations.add(new Fault.Violation(key, message, offset, null));
    }
  }

  /** The way to the value at hand. */
  private String path() {
    String path = "$";
    if (messageIndex >= 0) {
      path = step(path, messagesNameStart) + "[" + messageIndex + "]";
    } else if (inFormat) {
      path = step(path, formatNameStart);
    }
    return nameStart < 0 ? path : step(path, nameStart);
  }

  private String step(String path, int start) {
    String name = MemberNames.text(bytes, start, MemberNames.end(bytes, start));
    return MemberNames.step(path, name);
  }

  private static byte[][] names(String... names) {
    byte[][] all = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      all[i] = names[i].getBytes(StandardCharsets.US_ASCII);
    }
    return all;
  }
}
