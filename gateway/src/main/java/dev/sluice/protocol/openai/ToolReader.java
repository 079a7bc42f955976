package dev.sluice.protocol.openai;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.CallIds;
import dev.sluice.chat.Json;
import dev.sluice.chat.Part;
import dev.sluice.chat.Part.ToolCall;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a request says of tools, and the calls in messages. */
final class ToolReader {

  /** A message with more calls is refused. */
  static final int CALLS_MAX = 4096;

  private ToolReader() {}

  /** Reads a list of tools; none for {@code null}. */
  static List<Tool> tools(JsonReader in) {
    List<Tool> tools = new ArrayList<>();
    if (!in.skipNull()) {
      for (boolean more = in.enterArray(); more; more = in.nextItem()) {
        tools.add(tool(in));
      }
    }
    return tools;
  }

  /** Reads a list of the old functions; none for {@code null}. */
  static List<Tool> functions(JsonReader in) {
    List<Tool> tools = new ArrayList<>();
    if (!in.skipNull()) {
      for (boolean more = in.enterArray(); more; more = in.nextItem()) {
        Declared function = declared(in);
        tools.add(function.function(null, function.rest));
      }
    }
    return tools;
  }

  private static Tool tool(JsonReader in) {
    int mark = in.mark();
    String type = null;
    Declared function = null;
    Declared custom = null;
    CacheHint cache = null;
    RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (name) {
        case "type" -> type = in.text();
        case "function" -> function = declared(in);
        case "custom" -> custom = declared(in);
        case "cache_control" -> {
          String json = in.raw();
          cache = CacheControl.read(json);
          if (cache == null) {
            rest.add(name, json);
          }
        }
        default -> rest.add(name, in.raw());
      }
    }
    if (function != null && (type == null || type.equals("function"))) {
      rest.addInner("function", function.rest.build());
      return function.function(cache, rest);
    }
    if (custom != null && "custom".equals(type)) {
      rest.addInner("custom", custom.rest.build());
      return new Tool.Custom(custom.name, custom.description, custom.format, cache, rest.build());
    }
    if (type == null || type.equals("function") || type.equals("custom")) {
      throw in.missing(type == null ? "type" : type, mark);
    }
    return new Tool.Foreign(OpenAi.PROTOCOL, type, new Json(in.textSince(mark)));
  }

  /** The inside of a function or a custom tool. */
  private static final class Declared {
    private String name = "";
    private @Nullable String description;
    private @Nullable Json parameters;
    private @Nullable Json format;
    private @Nullable Boolean strict;
    private final RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);

    private Tool function(@Nullable CacheHint cache, RestBuilder outer) {
      return new Tool.Function(name, description, parameters, strict, cache, outer.build());
    }
  }

  private static Declared declared(JsonReader in) {
    int mark = in.mark();
    Declared declared = new Declared();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (name) {
        case "name" -> declared.name = in.text();
        case "description" -> declared.description = in.text();
        case "parameters" -> declared.parameters = object(in);
        case "format" -> declared.format = new Json(in.raw());
        case "strict" -> declared.strict = in.bool();
        default -> declared.rest.add(name, in.raw());
      }
    }
    if (declared.name.isEmpty()) {
      throw in.missing("name", mark);
    }
    return declared;
  }

  private static Json object(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      throw in.misshapen("an object");
    }
    return new Json(in.raw());
  }

  /** Reads {@code tool_choice}, or {@code function_call} of a request. */
  static @Nullable ToolChoice choice(JsonReader in) {
    return switch (in.peek()) {
      case NULL -> {
        in.skip();
        yield null;
      }
      case TEXT -> {
        int mark = in.mark();
        String word = in.text();
        yield switch (word) {
          case "auto" -> new ToolChoice.Auto();
          case "none" -> new ToolChoice.None();
          case "required", "any" -> new ToolChoice.Required();
          default -> new ToolChoice.Foreign(OpenAi.PROTOCOL, new Json(in.textSince(mark)));
        };
      }
      case OBJECT -> named(in);
      case ARRAY, NUMBER, BOOLEAN, NONE -> throw in.misshapen("a string or an object");
    };
  }

  private static ToolChoice named(JsonReader in) {
    int mark = in.mark();
    String type = null;
    String tool = null;
    Allowed allowed = new Allowed();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "type" -> type = OpenAi.looseText(in);
        // The old function_call names its function right here.
        case "name" -> tool = OpenAi.looseText(in);
        case "function", "custom" -> tool = nameWithin(in);
        case "allowed_tools" -> allowed.read(in);
        case "mode" -> allowed.mode = mode(OpenAi.looseText(in));
        case "tools" -> allowed.names(in);
        default -> in.skip();
      }
    }
    if ("allowed_tools".equals(type)) {
      if (allowed.plain && !allowed.names.isEmpty()) {
        return new ToolChoice.Allowed(allowed.mode, allowed.names);
      }
    } else if (tool != null && (type == null || type.equals("function") || type.equals("custom"))) {
      return new ToolChoice.Named(tool);
    }
    return new ToolChoice.Foreign(OpenAi.PROTOCOL, new Json(in.textSince(mark)));
  }

  private static ToolChoice.Allowed.Mode mode(@Nullable String word) {
    return "required".equals(word)
        ? ToolChoice.Allowed.Mode.REQUIRED
        : ToolChoice.Allowed.Mode.AUTO;
  }

  /** The members of {@code allowed_tools}. */
  private static final class Allowed {
    private ToolChoice.Allowed.Mode mode = ToolChoice.Allowed.Mode.AUTO;
    private final List<String> names = new ArrayList<>();
    private boolean plain = true;

    private void read(JsonReader in) {
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        switch (in.name()) {
          case "mode" -> mode = mode(OpenAi.looseText(in));
          case "tools" -> names(in);
          default -> in.skip();
        }
      }
    }

    /** The names of functions; anything else makes the choice one that only OpenAI knows. */
    private void names(JsonReader in) {
      for (boolean more = in.enterArray(); more; more = in.nextItem()) {
        String name = nameWithin(in);
        if (name == null) {
          plain = false;
        } else {
          names.add(name);
        }
      }
    }
  }

  /** The name in an object or in its {@code function}; {@code null} where there is none. */
  private static @Nullable String nameWithin(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return null;
    }
    String name = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "name" -> name = OpenAi.looseText(in);
        case "function", "custom" -> {
          String inner = nameWithin(in);
          name = inner == null ? name : inner;
        }
        default -> in.skip();
      }
    }
    return name;
  }

  /**
   * Reads the tool calls of a whole message; none for {@code null}.
   *
   * @param seed for the ids of calls that have none
   * @param choice the message's place, for the same
   */
  static List<Part> calls(JsonReader in, String seed, int choice) {
    List<Part> calls = new ArrayList<>();
    if (in.skipNull()) {
      return calls;
    }
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      if (calls.size() == CALLS_MAX) {
        throw in.misshapen("absent: there are more than " + CALLS_MAX + " tool calls", in.mark());
      }
      CallFields call = CallFields.read(in);
      String id =
          call.id == null || call.id.isEmpty() ? CallIds.make(seed, choice, calls.size()) : call.id;
      calls.add(
          new ToolCall(
              id,
              OpenAi.orEmpty(call.name),
              call.kind,
              OpenAi.orEmpty(call.arguments),
              call.signature,
              null,
              call.rest.build()));
    }
    return calls;
  }

  /** The old way of a single call without an id. */
  static ToolCall legacyCall(JsonReader in, String seed, int choice) {
    CallFields call = new CallFields();
    call.function(in);
    return new ToolCall(
        CallIds.make(seed, choice, 0), OpenAi.orEmpty(call.name), OpenAi.orEmpty(call.arguments));
  }

  /** A tool call, or a piece of one, as it stands on the wire. */
  static final class CallFields {
    int index = -1;
    @Nullable String id;
    @Nullable String name;
    @Nullable String arguments;
    ToolCall.Kind kind = ToolCall.Kind.FUNCTION;
    @Nullable Signature signature;
    final RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);

    static CallFields read(JsonReader in) {
      CallFields call = new CallFields();
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        String member = in.name();
        if (in.skipNull()) {
          continue;
        }
        switch (member) {
          case "index" -> call.index = index(in);
          case "id" -> call.id = OpenAi.looseText(in);
          case "type" -> call.type(in);
          case "function" -> call.function(in);
          case "custom" -> {
            call.kind = ToolCall.Kind.CUSTOM;
            call.function(in);
          }
          case "extra_content" -> call.extra(in);
          default -> call.rest.add(member, in.raw());
        }
      }
      return call;
    }

    private void type(JsonReader in) {
      if ("custom".equals(OpenAi.looseText(in))) {
        kind = ToolCall.Kind.CUSTOM;
      }
    }

    /** Reads the inside of the call, which is all there is in the old style. */
    void function(JsonReader in) {
      RestBuilder inner = new RestBuilder(OpenAi.PROTOCOL);
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        String member = in.name();
        if (in.skipNull()) {
          continue;
        }
        switch (member) {
          case "name" -> name = OpenAi.looseText(in);
          // Some servers send the arguments as the object that they are.
          case "arguments", "input" ->
              arguments = in.peek() == JsonReader.Kind.TEXT ? in.text() : in.raw();
          default -> inner.add(member, in.raw());
        }
      }
      rest.addInner(kind == ToolCall.Kind.CUSTOM ? "custom" : "function", inner.build());
    }

    /** Google's own place for thought signatures in this protocol. */
    private void extra(JsonReader in) {
      String json = in.raw();
      signature = ThoughtSignatures.read(json);
      if (signature == null) {
        rest.add("extra_content", json);
      }
    }

    private static int index(JsonReader in) {
      if (in.peek() != JsonReader.Kind.NUMBER) {
        in.skip();
        return -1;
      }
      long index = in.cursor().readInteger(-1);
      return index < 0 || index > Integer.MAX_VALUE ? -1 : (int) index;
    }
  }
}
