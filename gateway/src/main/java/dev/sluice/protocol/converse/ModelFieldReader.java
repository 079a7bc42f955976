package dev.sluice.protocol.converse;

import dev.sluice.chat.ChatRequestBuilder;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Disclosure;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.protocol.rewording.Efforts;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code additionalModelRequestFields}, as far as the fields of several models mean something
 * that the canonical model has a word for. Owned by one request's decoder.
 */
final class ModelFieldReader {

  private Mode mode = Mode.UNSTATED;
  private @Nullable Effort effort;
  private @Nullable Long budget;

  /** Reads the value at hand; what is left over of it. */
  Rest read(JsonReader in, ChatRequestBuilder request) {
    RestBuilder rest = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "thinking", "reasoning_config", "reasoningConfig", "reasoning_effort" ->
            thinking(in, member, rest);
        case "output_config" -> rest.addInner(member, outputConfig(in));
        case "top_k", "k" -> topK(in, member, request, rest);
        case "inferenceConfig" -> {
          if (in.peek() == JsonReader.Kind.OBJECT) {
            rest.addInner(member, inferenceConfig(in, request));
          } else {
            rest.add(member, in.raw());
          }
        }
        default -> rest.add(member, in.raw());
      }
    }
    return rest.build();
  }

  /** What all of it says of thinking. */
  ReasoningSettings reasoning() {
    return new ReasoningSettings(mode, effort, budget, Disclosure.UNSTATED);
  }

  /** Notes an effort; whether it was a word for one. */
  boolean effort(String word) {
    Effort known =
        switch (word) {
          case "none" -> Effort.NONE;
          case "minimal" -> Effort.MINIMAL;
          default -> Efforts.of(word);
        };
    if (known != null) {
      effort = known;
    }
    return known != null;
  }

  private void thinking(JsonReader in, String member, RestBuilder rest) {
    int mark = in.mark();
    switch (in.peek()) {
      case OBJECT -> rest.addInner(member, thinking(in));
      case TEXT -> {
        if (!effort(in.text())) {
          rest.add(member, in.textSince(mark));
        }
      }
      case ARRAY, NUMBER, BOOLEAN, NULL, NONE -> rest.add(member, in.raw());
    }
  }

  private Rest thinking(JsonReader in) {
    RestBuilder inner = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      int mark = in.mark();
      boolean known =
          switch (member) {
            case "type" -> mode(Converse.text(in));
            case "maxReasoningEffort" -> effort(Converse.text(in));
            case "budget_tokens" -> {
              budget = in.integer();
              yield true;
            }
            default -> {
              in.skip();
              yield false;
            }
          };
      if (!known) {
        inner.add(member, in.textSince(mark));
      }
    }
    return inner.build();
  }

  private boolean mode(String word) {
    switch (word) {
      case "enabled" -> mode = Mode.ON;
      case "disabled" -> mode = Mode.OFF;
      case "adaptive" -> mode = Mode.ADAPTIVE;
      default -> {
        return false;
      }
    }
    return true;
  }

  private Rest outputConfig(JsonReader in) {
    RestBuilder inner = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      int mark = in.mark();
      boolean known = member.equals("effort") && effort(Converse.text(in));
      if (!known) {
        if (!member.equals("effort")) {
          in.skip();
        }
        inner.add(member, in.textSince(mark));
      }
    }
    return inner.build();
  }

  private static Rest inferenceConfig(JsonReader in, ChatRequestBuilder request) {
    RestBuilder inner = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      if (member.equals("topK")) {
        topK(in, member, request, inner);
      } else {
        inner.add(member, in.raw());
      }
    }
    return inner.build();
  }

  private static void topK(
      JsonReader in, String member, ChatRequestBuilder request, RestBuilder rest) {
    if (in.peek() == JsonReader.Kind.NUMBER) {
      request.topK(in.integer());
    } else {
      rest.add(member, in.raw());
    }
  }
}
