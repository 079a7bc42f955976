package dev.sluice.protocol.openai;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.CallIds;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Json;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the messages of one request, in order; functions of old have no ids, so it makes them. */
final class MessageReader {

  private static final String LEGACY_SEED = "function_call";

  private final Map<String, String> legacyIds = new HashMap<>();
  private boolean legacy;
  private int count;

  /** Whether a message spoke of functions in the old way. */
  boolean sawFunctions() {
    return legacy;
  }

  /** Reads the messages at hand. */
  List<Message> messages(JsonReader in) {
    List<Message> messages = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      messages.add(message(in));
      count++;
    }
    return messages;
  }

  private Message message(JsonReader in) {
    int mark = in.mark();
    Fields fields = new Fields();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (name.equals("role")) {
        fields.role = in.word();
      } else if (!in.skipNull()) {
        boolean calls = name.equals("tool_calls") || name.equals("function_call");
        fields.member(in, name, calls ? LEGACY_SEED + count : "", 0);
      }
    }
    String role = fields.role;
    if (role == null) {
      throw in.missing("role", mark);
    }
    return switch (role) {
      case "system" -> new Message.System(fields.instruction(), fields.name, fields.rest.build());
      case "developer" ->
          new Message.Developer(fields.instruction(), fields.name, fields.rest.build());
      case "user" -> new Message.User(fields.instruction(), fields.name, fields.rest.build());
      case "assistant" -> assistant(fields);
      case "tool" -> {
        String callId = fields.callId;
        if (callId == null) {
          throw in.missing("tool_call_id", mark);
        }
        yield result(fields, callId);
      }
      case "function" -> {
        legacy = true;
        String name = OpenAi.orEmpty(fields.name);
        String callId = legacyIds.get(name);
        yield result(fields, callId == null ? CallIds.make(LEGACY_SEED + name, 0, 0) : callId);
      }
      default ->
          throw in.misshapen(
              "a message whose role is system, developer, user, assistant, tool or function", mark);
    };
  }

  private Message assistant(Fields fields) {
    if (fields.legacyCall != null) {
      legacy = true;
      legacyIds.put(fields.legacyCall.name(), fields.legacyCall.id());
    }
    return fields.assistant();
  }

  private static Message result(Fields fields, String callId) {
    return new Message.ToolResult(
        callId,
        fields.name,
        fields.content,
        Message.ToolResult.Outcome.UNSTATED,
        fields.cache,
        fields.rest.build());
  }

  /** The members of a message of whatever role; of answers' messages, too. */
  static final class Fields {
    @Nullable String role;
    @Nullable String name;
    @Nullable String callId;
    @Nullable CacheHint cache;
    private List<Part> content = List.of();
    private @Nullable String refusal;
    private String reasoning = "";
    private List<ReasoningDetails.Detail> details = List.of();
    private List<Part> calls = List.of();
    private Part.@Nullable ToolCall legacyCall;
    private List<Citation> citations = List.of();
    private @Nullable Json audio;
    final RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);

    /** Reads the value of a member, which is not {@code null}. */
    void member(JsonReader in, String member, String seed, int choice) {
      switch (member) {
        case "role" -> role = OpenAi.looseText(in);
        case "content" ->
            // Some clients send a tool's result as the object that it is.
            content =
                in.peek() == JsonReader.Kind.OBJECT
                    ? List.of(new Part.Text(in.raw()))
                    : PartReader.content(in);
        case "name" -> name = in.text();
        case "tool_call_id" -> callId = in.text();
        case "tool_calls" -> calls = ToolReader.calls(in, seed, choice);
        case "function_call" -> legacyCall = ToolReader.legacyCall(in, seed, choice);
        case "refusal" -> refusal = OpenAi.looseText(in);
        case "reasoning_content", "reasoning" -> {
          if (in.peek() == JsonReader.Kind.TEXT) {
            String thoughts = in.text();
            reasoning = thoughts.isEmpty() ? reasoning : thoughts;
          } else {
            rest.add(member, in.raw());
          }
        }
        case "reasoning_details", "thinking_blocks" -> {
          List<ReasoningDetails.Detail> read = ReasoningDetails.read(in);
          details = read.isEmpty() ? details : read;
        }
        case "annotations" -> citations = Citations.read(in);
        case "audio" -> audio = new Json(in.raw());
        case "cache_control" -> {
          String json = in.raw();
          cache = CacheControl.read(json);
          if (cache == null) {
            rest.add(member, json);
          }
        }
        default -> rest.add(member, in.raw());
      }
    }

    /**
     * The parts of an instruction or of a user's turn. A hint on the message counts for its last
     * text.
     */
    private List<Part> instruction() {
      if (cache == null) {
        return content;
      }
      List<Part> parts = new ArrayList<>(content);
      for (int i = parts.size() - 1; i >= 0; i--) {
        if (parts.get(i) instanceof Part.Text text && text.cache() == null) {
          parts.set(i, new Part.Text(text.wording(), cache, text.signature(), text.rest()));
          return parts;
        }
      }
      return parts;
    }

    /** The model's turn in an answer, whose references are citations. */
    Message.Assistant answered() {
      List<Citation> found = new ArrayList<>(citations);
      content = References.taken(content, found);
      citations = found;
      return assistant();
    }

    /** The model's turn: thoughts, then text, then a refusal, then calls, unless told otherwise. */
    Message.Assistant assistant() {
      List<Part> others = new ArrayList<>(content.size() + calls.size() + 1);
      for (Part part : instruction()) {
        // No text beside calls is written as null, as "" and as a part without text.
        if (!(part instanceof Part.Text text) || !text.wording().isEmpty()) {
          others.add(part);
        }
      }
      if (refusal != null && !refusal.isEmpty()) {
        others.add(new Part.Refusal(refusal));
      }
      others.addAll(calls);
      if (legacyCall != null && calls.isEmpty()) {
        others.add(legacyCall);
      }
      if (!reasoning.isEmpty() && !ReasoningDetails.haveText(details)) {
        others.addFirst(new Part.Thinking(reasoning));
      }
      return new Message.Assistant(
          ReasoningDetails.merge(details, others), name, citations, audio, rest.build());
    }
  }
}
