package dev.sluice.protocol.gemini;

import dev.sluice.chat.CallIds;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Tool;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The names that one request's tools go by on the wire: a function's name begins with a letter or
 * an underscore and has at most {@value #LENGTH_MAX} letters, digits, underscores, dots, colons and
 * dashes. A name that breaks this is turned into one that does not, always into the same, so that
 * prompt caches hold. Immutable.
 */
public final class GeminiToolNames {

  /** How long a name may be. */
  public static final int LENGTH_MAX = 64;

  /** No tool was renamed. */
  public static final GeminiToolNames NONE = new GeminiToolNames(Map.of(), Map.of(), Set.of());

  private final Map<String, String> wireNames;
  private final Map<String, String> ownNames;
  private final Set<String> custom;

  private GeminiToolNames(
      Map<String, String> wireNames, Map<String, String> ownNames, Set<String> custom) {
    this.wireNames = wireNames;
    this.ownNames = ownNames;
    this.custom = custom;
  }

  static GeminiToolNames of(ChatRequest request) {
    Set<String> names = new HashSet<>();
    Set<String> custom = new HashSet<>();
    for (Tool tool : request.tools().tools()) {
      switch (tool) {
        case Tool.Function function -> names.add(function.name());
        case Tool.Custom free -> {
          names.add(free.name());
          custom.add(free.name());
        }
        case Tool.Foreign _ -> {
          // It keeps its own words.
        }
      }
    }
    for (Message message : request.messages()) {
      if (message instanceof Message.Assistant assistant) {
        for (Part part : assistant.parts()) {
          if (part instanceof Part.ToolCall call) {
            names.add(call.name());
          }
        }
      } else if (message instanceof Message.ToolResult result && result.name() != null) {
        names.add(result.name());
      }
    }
    Map<String, String> wireNames = new HashMap<>();
    Map<String, String> ownNames = new HashMap<>();
    for (String name : names) {
      if (!isFit(name)) {
        String wire = fit(name);
        wireNames.put(name, wire);
        ownNames.put(wire, name);
      }
    }
    return wireNames.isEmpty() && custom.isEmpty()
        ? NONE
        : new GeminiToolNames(wireNames, ownNames, custom);
  }

  /** The name on the wire. */
  String wire(String own) {
    return wireNames.getOrDefault(own, own);
  }

  /** The client's name. */
  String own(String wire) {
    return ownNames.getOrDefault(wire, wire);
  }

  /** Whether the client's tool of that name takes free text. */
  boolean isCustom(String own) {
    return custom.contains(own);
  }

  private static boolean isFit(String name) {
    if (name.isEmpty() || name.length() > LENGTH_MAX || !isFirst(name.charAt(0))) {
      return false;
    }
    for (int i = 1; i < name.length(); i++) {
      if (!isInner(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isFirst(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isInner(char c) {
    return isFirst(c) || (c >= '0' && c <= '9') || c == '.' || c == ':' || c == '-';
  }

  /** What can be kept of the name, and a hash of all of it, so that no two become one. */
  private static String fit(String name) {
    StringBuilder fit = new StringBuilder(LENGTH_MAX);
    int kept = LENGTH_MAX - CallIds.LENGTH - 2;
    for (int i = 0; i < name.length() && fit.length() < kept; i++) {
      char c = name.charAt(i);
      if (fit.isEmpty() && !isFirst(c)) {
        fit.append('_');
      }
      fit.append(isInner(c) ? c : '_');
    }
    return fit.append('_').append(CallIds.make(name, 0, 0)).toString();
  }
}
