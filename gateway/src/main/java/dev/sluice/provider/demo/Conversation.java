package dev.sluice.provider.demo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The messages of a request.
 *
 * @param messages in order; never empty
 * @param tokens what they cost as a prompt
 */
record Conversation(List<Said> messages, int tokens) {

  private static final int PER_MESSAGE_TOKENS = 3;
  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool", "function");

  /** A message's role and its text, with what is no text named in brackets. */
  record Said(String role, String text) {

    boolean isResult() {
      return role.equals("tool") || role.equals("function");
    }
  }

  static Conversation read(JsonNode root) {
    JsonNode given = Params.required(root, "messages", "messages");
    if (!given.isArray() || given.isEmpty()) {
      throw DemoError.invalid("messages", "Invalid 'messages': expected a non-empty array");
    }
    List<Said> messages = new ArrayList<>();
    Set<String> calls = new HashSet<>();
    int tokens = 0;
    for (int i = 0; i < given.size(); i++) {
      JsonNode message = given.get(i);
      String param = "messages[" + i + "]";
      String role = message.path("role").asString("");
      if (!ROLES.contains(role)) {
        throw DemoError.invalid(
            param + ".role", "Invalid value: expected system, developer, user, assistant or tool");
      }
      JsonNode made = message.path("tool_calls");
      for (JsonNode call : made) {
        calls.add(call.path("id").asString(""));
      }
      if (role.equals("tool")) {
        answersACall(message, calls, param);
      }
      String text = text(message.path("content"), role, param + ".content");
      messages.add(new Said(role, text));
      tokens += PER_MESSAGE_TOKENS + Tokens.count(text) + json(made);
      tokens += json(message.path("function_call"));
    }
    return new Conversation(List.copyOf(messages), tokens);
  }

  /** The text of the last message that a user said; empty where there is none. */
  String userText() {
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (messages.get(i).role().equals("user")) {
        return messages.get(i).text();
      }
    }
    return "";
  }

  /** What the tools answered with which the conversation ends; empty where it does not. */
  List<String> results() {
    List<String> results = new ArrayList<>();
    for (int i = messages.size() - 1; i >= 0 && messages.get(i).isResult(); i--) {
      results.addFirst(messages.get(i).text());
    }
    return results;
  }

  private static int json(JsonNode value) {
    return value.isEmpty() ? 0 : Tokens.count(value.toString());
  }

  private static void answersACall(JsonNode message, Set<String> calls, String param) {
    JsonNode id = Params.required(message, "tool_call_id", param + ".tool_call_id");
    if (!calls.contains(id.asString(""))) {
      throw DemoError.invalid(
          param + ".tool_call_id",
          "Invalid value: no message before this one holds a tool call with this id");
    }
  }

  private static String text(JsonNode content, String role, String param) {
    if (content.isString()) {
      return content.stringValue();
    }
    if (!Params.given(content) && role.equals("assistant")) {
      return "";
    }
    if (!content.isArray()) {
      throw DemoError.invalid(param, "Invalid '" + param + "': expected a string or an array");
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < content.size(); i++) {
      text.append(text.isEmpty() ? "" : " ");
      text.append(partText(content.get(i), param + "[" + i + "]"));
    }
    return text.toString();
  }

  private static String partText(JsonNode part, String param) {
    String type = part.path("type").asString("");
    return switch (type) {
      case "text", "refusal" -> {
        JsonNode text = Params.required(part, type, param + "." + type);
        yield text.asString("");
      }
      case "image_url", "input_audio", "file" -> {
        Params.required(part, type, param + "." + type);
        yield type.equals("file") ? "[file]" : type.equals("image_url") ? "[image]" : "[audio]";
      }
      default ->
          throw DemoError.invalid(
              param + ".type",
              "Invalid value: expected text, refusal, image_url, input_audio or file");
    };
  }
}
