package dev.sluice.protocol.openai;

import dev.sluice.json.JsonReader;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import java.math.BigDecimal;
import java.util.Set;

/**
 * Looks through a request's bytes for what a server with {@link OpenAiDeviations} would not take.
 * In doubt there is need: an adjustment that changes nothing does no harm. Owned by one request.
 */
final class DeviationScan {

  /** Members of messages that no deviating server knows, where they have a value. */
  private static final Set<String> FOREIGN_MEMBERS =
      Set.of(
          "annotations",
          "audio",
          "cache_control",
          "function_call",
          "reasoning",
          "reasoning_content",
          "reasoning_details",
          "refusal",
          "thinking_blocks");

  /** Members of requests that every server takes without a value, too. */
  private static final Set<String> NULLABLE =
      Set.of(
          "frequency_penalty",
          "max_tokens",
          "metadata",
          "n",
          "presence_penalty",
          "stop",
          "temperature",
          "tools",
          "top_p");

  private final OpenAiDeviations deviations;
  private boolean needed;
  private String previousRole = "";
  private boolean marked;
  private boolean calling;

  DeviationScan(OpenAiDeviations deviations) {
    this.deviations = deviations;
  }

  boolean needs(byte[] bytes, int from, int to) {
    JsonReader in = new JsonReader(bytes, from, to, OpenAi.NAMES);
    try {
      for (boolean more = in.enterObject(); more && !needed; more = in.nextMember()) {
        String name = in.name();
        if (in.skipNull()) {
          // A member that is refused is refused without a value, too.
          need(!NULLABLE.contains(name));
        } else {
          member(in, name);
        }
      }
    } catch (MalformedJson | MisshapenJson _) {
      // Not JSON, or left in the middle of a value that has said enough.
      return needed;
    }
    return needed || isUnmarkedPrefill();
  }

  private boolean isUnmarkedPrefill() {
    return deviations.prefill() == OpenAiDeviations.Prefill.MARKED
        && previousRole.equals("assistant")
        && !marked
        && !calling;
  }

  private void member(JsonReader in, String name) {
    switch (name) {
      case "messages" -> {
        for (boolean more = in.enterArray(); more && !needed; more = in.nextItem()) {
          message(in);
        }
      }
      case "tool_choice" ->
          need(
              deviations.choice() == OpenAiDeviations.Choice.ANY_OF_OFFERED
                  && !isOneOf(in, "auto", "none", "any"));
      case "tools" -> tools(in);
      case "temperature" -> temperature(in);
      case "seed" -> {
        in.skip();
        need(deviations.seed() == OpenAiDeviations.Seed.RANDOM_SEED);
      }
      case "response_format" -> format(in);
      case "reasoning_effort" ->
          need(
              deviations.efforts() == OpenAiDeviations.Efforts.NONE_OR_HIGH
                  && !isOneOf(in, "none", "high"));
      // The old words for tools, other providers' words for reasoning, the new word for a limit.
      case "functions", "function_call", "reasoning", "thinking", "max_completion_tokens" -> {
        in.skip();
        need(true);
      }
      case "stream_options" -> {
        in.skip();
        need(deviations.streamUsage() == OpenAiDeviations.StreamUsage.ALWAYS);
      }
      default -> {
        in.skip();
        need(deviations.refused().contains(name));
      }
    }
  }

  private void need(boolean need) {
    needed |= need;
  }

  /** Reads a value; whether it is one of those strings. */
  private static boolean isOneOf(JsonReader in, String... words) {
    if (in.peek() != JsonReader.Kind.TEXT) {
      in.skip();
      return false;
    }
    String word = in.text();
    for (String one : words) {
      if (one.equals(word)) {
        return true;
      }
    }
    return false;
  }

  private void tools(JsonReader in) {
    boolean none = true;
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      none = false;
      for (boolean next = in.enterObject(); next; next = in.nextMember()) {
        switch (in.name()) {
          case "custom", "cache_control" -> {
            in.skip();
            need(true);
          }
          case "function" -> function(in);
          default -> in.skip();
        }
      }
    }
    // An empty list says nothing, and is refused by some.
    need(none);
  }

  private void function(JsonReader in) {
    boolean described = false;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      boolean parameters = in.name().equals("parameters");
      if (in.skipNull()) {
        need(true);
      } else {
        described |= parameters;
        in.skip();
      }
    }
    need(!described && deviations.schemas() == OpenAiDeviations.Schemas.REQUIRED);
  }

  private void temperature(JsonReader in) {
    BigDecimal most = deviations.temperatureMax();
    if (most == null) {
      in.skip();
    } else {
      need(in.number().compareTo(most) > 0);
    }
  }

  private void format(JsonReader in) {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("type")) {
        boolean plain = !isOneOf(in, "json_object");
        need(deviations.formats() == OpenAiDeviations.Formats.JSON_NAMED && !plain);
      } else {
        in.skip();
      }
    }
  }

  private void message(JsonReader in) {
    String role = "";
    boolean named = false;
    marked = false;
    calling = false;
    for (boolean more = in.enterObject(); more && !needed; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        need(!name.equals("content"));
        continue;
      }
      switch (name) {
        case "role" -> role = in.text();
        case "name" -> {
          named = true;
          in.skip();
        }
        case "prefix" -> marked = in.raw().equals("true");
        case "tool_call_id" -> callId(in);
        case "tool_calls" -> calls(in);
        case "content" -> content(in);
        default -> {
          in.skip();
          need(FOREIGN_MEMBERS.contains(name));
        }
      }
    }
    if (needed) {
      return;
    }
    need(named && !role.equals("tool") && deviations.names() == OpenAiDeviations.Names.OF_TOOLS);
    // Whoever has no such role, or had another one before.
    need(role.equals("developer") || role.equals("function"));
    need(
        deviations.afterResults() == OpenAiDeviations.AfterResults.ASSISTANT
            && previousRole.equals("tool")
            && !role.equals("tool")
            && !role.equals("assistant"));
    previousRole = role;
  }

  private void callId(JsonReader in) {
    String id = in.text();
    need(
        deviations.callIds() == OpenAiDeviations.CallIds.NINE_ALPHANUMERICS
            && !Adjuster.isNine(id));
  }

  private void calls(JsonReader in) {
    for (boolean more = in.enterArray(); more && !needed; more = in.nextItem()) {
      calling = true;
      for (boolean next = in.enterObject(); next && !needed; next = in.nextMember()) {
        switch (in.name()) {
          case "id" -> callId(in);
          case "custom", "extra_content" -> {
            in.skip();
            need(true);
          }
          default -> in.skip();
        }
      }
    }
  }

  private void content(JsonReader in) {
    if (in.peek() != JsonReader.Kind.ARRAY) {
      need(in.peek() == JsonReader.Kind.OBJECT);
      in.skip();
      return;
    }
    for (boolean more = in.enterArray(); more && !needed; more = in.nextItem()) {
      if (in.peek() != JsonReader.Kind.OBJECT) {
        in.skip();
        continue;
      }
      for (boolean next = in.enterObject(); next && !needed; next = in.nextMember()) {
        switch (in.name()) {
          case "type" -> part(in.text());
          case "cache_control", "file" -> {
            in.skip();
            need(true);
          }
          case "input_audio" -> {
            need(in.peek() == JsonReader.Kind.OBJECT);
            in.skip();
          }
          default -> in.skip();
        }
      }
    }
  }

  /** Its own parts are the server's business, those of OpenAI's may be written otherwise. */
  private void part(String type) {
    need(type.equals("refusal") || type.equals("input_text") || type.equals("output_text"));
  }
}
