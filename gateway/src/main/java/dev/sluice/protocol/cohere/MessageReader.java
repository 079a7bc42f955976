package dev.sluice.protocol.cohere;

import dev.sluice.chat.CallIds;
import dev.sluice.chat.Json;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one message, of a request or of an answer. */
final class MessageReader {

  /** The mark of thoughts that are a plan of calls, which has a place of its own on the wire. */
  static final Rest PLAN = Rest.of(Cohere.PROTOCOL, "type", new Json("\"tool_plan\""));

  private static final String BASE64_MARK = ";base64,";

  private @Nullable String role;
  private @Nullable String callId;
  private List<Part> content = List.of();
  private String plan = "";
  private List<Part> calls = List.of();
  private List<Citations.Read> citations = List.of();
  private final RestBuilder rest = new RestBuilder(Cohere.PROTOCOL);
  private final String seed;

  private MessageReader(String seed) {
    this.seed = seed;
  }

  /** Reads the list of messages at hand. */
  static List<Message> messages(JsonReader in) {
    List<Message> messages = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      int mark = in.mark();
      MessageReader reader = new MessageReader("message" + messages.size());
      reader.members(in);
      messages.add(reader.message(in, mark));
    }
    return messages;
  }

  /**
   * Reads an answer's message at hand.
   *
   * @param seed for the ids of calls that have none
   */
  static Message.Assistant answer(JsonReader in, String seed) {
    MessageReader reader = new MessageReader(seed);
    reader.members(in);
    return reader.assistant();
  }

  private void members(JsonReader in) {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (name) {
        case "role" -> role = in.text();
        case "content" -> content = content(in);
        case "tool_plan" -> plan = in.text();
        case "tool_calls" -> calls = calls(in);
        case "tool_call_id" -> callId = in.text();
        case "citations" -> citations = Citations.list(in);
        default -> rest.add(name, in.raw());
      }
    }
  }

  private Message message(JsonReader in, int mark) {
    return switch (Cohere.orEmpty(role)) {
      case "system", "developer" -> new Message.System(content, null, rest.build());
      case "user" -> new Message.User(content, null, rest.build());
      case "assistant" -> assistant();
      case "tool" -> {
        if (callId == null) {
          throw in.missing("tool_call_id", mark);
        }
        yield new Message.ToolResult(
            callId, null, content, Message.ToolResult.Outcome.UNSTATED, null, rest.build());
      }
      case "" -> throw in.missing("role", mark);
      default ->
          throw in.misshapen("a message whose role is user, assistant, system or tool", mark);
    };
  }

  /** The model's turn: thoughts and text as they stand, then the plan, then calls. */
  private Message.Assistant assistant() {
    List<Part> parts = new ArrayList<>(content.size() + calls.size() + 1);
    if (!isNothing(content)) {
      parts.addAll(content);
    }
    if (!plan.isEmpty()) {
      parts.add(new Part.Thinking(plan, Part.Thinking.Form.FULL, null, PLAN));
    }
    parts.addAll(calls);
    return new Message.Assistant(
        parts, null, Citations.placed(citations, content), null, rest.build());
  }

  private static boolean isNothing(List<Part> content) {
    return content.size() == 1
        && content.getFirst() instanceof Part.Text text
        && text.text().isEmpty()
        && text.rest().isEmpty();
  }

  private static List<Part> content(JsonReader in) {
    return switch (in.peek()) {
      case TEXT -> List.of(new Part.Text(in.string()));
      case ARRAY -> {
        List<Part> parts = new ArrayList<>();
        for (boolean more = in.enterArray(); more; more = in.nextItem()) {
          parts.add(in.peek() == JsonReader.Kind.TEXT ? new Part.Text(in.string()) : block(in));
        }
        yield parts;
      }
      // A block alone, which some clients send.
      case OBJECT -> List.of(block(in));
      case NUMBER, BOOLEAN, NULL, NONE -> throw in.misshapen("a string or an array of blocks");
    };
  }

  /** Reads the content block at hand. */
  static Part block(JsonReader in) {
    int mark = in.mark();
    String type = "";
    String text = null;
    Media image = null;
    String detail = null;
    Part.File document = null;
    RestBuilder rest = new RestBuilder(Cohere.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (name) {
        case "type" -> type = in.text();
        case "text", "thinking" -> text = in.text();
        case "image_url" -> {
          if (in.peek() == JsonReader.Kind.TEXT) {
            image = media(in);
          } else {
            RestBuilder inner = new RestBuilder(Cohere.PROTOCOL);
            for (boolean next = in.enterObject(); next; next = in.nextMember()) {
              String member = in.name();
              if (in.skipNull()) {
                continue;
              }
              switch (member) {
                case "url" -> image = media(in);
                case "detail" -> detail = in.text();
                default -> inner.add(member, in.raw());
              }
            }
            rest.addInner(name, inner.build());
          }
        }
        case "document" -> document = Documents.read(in);
        default -> rest.add(name, in.raw());
      }
    }
    Part part =
        switch (type) {
          case "text" -> text == null ? null : new Part.Text(text, null, null, rest.build());
          case "thinking" ->
              text == null
                  ? null
                  : new Part.Thinking(text, Part.Thinking.Form.FULL, null, rest.build());
          case "image_url" ->
              image == null ? null : new Part.Image(image, detail, null, rest.build());
          case "document" -> document;
          default -> null;
        };
    return part == null
        ? new Part.Foreign(Cohere.PROTOCOL, type, new Json(in.textSince(mark)))
        : part;
  }

  private static Media media(JsonReader in) {
    int mark = in.mark();
    String url = in.text();
    if (url.regionMatches(true, 0, "data:", 0, 5)) {
      int comma = url.indexOf(BASE64_MARK);
      if (comma <= 5) {
        throw in.misshapen("a data: URL with a media type and base 64", mark);
      }
      return new Media.Inline(url.substring(5, comma), url.substring(comma + BASE64_MARK.length()));
    }
    if (url.isEmpty()) {
      throw in.misshapen("an address or a data: URL, but is empty", mark);
    }
    return new Media.Remote(url, null);
  }

  private List<Part> calls(JsonReader in) {
    List<Part> read = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      int mark = in.mark();
      CallFields call = CallFields.read(in);
      if (call.name.isEmpty()) {
        throw in.misshapen("a call of a function with a name", mark);
      }
      String id = call.id.isEmpty() ? CallIds.make(seed, 0, read.size()) : call.id;
      read.add(
          new Part.ToolCall(
              id,
              call.name,
              Part.ToolCall.Kind.FUNCTION,
              call.arguments,
              null,
              null,
              call.rest.build()));
    }
    return read;
  }
}
