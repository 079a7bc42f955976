package dev.sluice.protocol.cohere;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.cohere.CohereAbilities.Reasoning;
import dev.sluice.protocol.rewording.Disguise;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request's messages, in the client's order: the protocol takes instructions anywhere, and
 * a message for each tool's result. Documents of users go to the request's own list, images that
 * tools gave into a user's message behind the results.
 */
final class MessageWriter {

  private static final String NOTHING = "there is nothing to answer";

  private final CohereAbilities abilities;
  private final Disguise disguise;
  private final JsonWriter out;
  private final Losses losses;
  private final List<Part.File> documents = new ArrayList<>();
  private final List<Part> fromTools = new ArrayList<>();

  MessageWriter(CohereAbilities abilities, Disguise disguise, JsonWriter out, Losses losses) {
    this.abilities = abilities;
    this.disguise = disguise;
    this.out = out;
    this.losses = losses;
  }

  /** The documents that users gave, in order; complete when the messages are written. */
  List<Part.File> documents() {
    return documents;
  }

  /**
   * Refuses what can't be had and would be missed.
   *
   * @throws GatewayException with a fault that names the message
   */
  static void check(List<Message> messages) {
    if (messages.isEmpty()) {
      throw refused("messages", NOTHING);
    }
    for (int i = 0; i < messages.size(); i++) {
      boolean heard =
          switch (messages.get(i)) {
            case Message.User _, Message.ToolResult _ -> true;
            case Message.System _, Message.Developer _, Message.Assistant _ -> false;
          };
      if (heard) {
        List<Part> parts = messages.get(i).parts();
        for (int j = 0; j < parts.size(); j++) {
          String refusal = refusal(parts.get(j));
          if (refusal != null) {
            throw refused("messages[" + i + "].content[" + j + "]", refusal);
          }
        }
      }
    }
  }

  private static GatewayException refused(String path, String what) {
    return new GatewayException(Fault.InvalidRequest.of(path, "`" + path + "`: " + what));
  }

  /** Why the provider can't have the part; {@code null} where it can. */
  private static @Nullable String refusal(Part part) {
    return switch (part) {
      case Part.Audio _ -> "this provider can't hear";
      case Part.Video _ -> "this provider can't see films";
      case Part.Image image ->
          switch (image.source()) {
            // An address or a data: URL.
            case Media.Remote _, Media.Inline _ -> null;
            case Media.Uploaded _, Media.Written _ ->
                "this provider takes images by their address or as bytes";
          };
      case Part.File file ->
          Documents.text(file) == null ? "this provider takes documents as plain text only" : null;
      // Nothing to be had from elsewhere.
      case Part.Text _,
          Part.Refusal _,
          Part.Thinking _,
          Part.SealedThinking _,
          Part.ToolCall _,
          Part.Foreign _ ->
          null;
    };
  }

  /**
   * Writes the member {@code messages}.
   *
   * @throws GatewayException where nobody says anything
   */
  void write(List<Message> messages) {
    out.name("messages").beginArray();
    int before = out.length();
    for (Message message : messages) {
      if (!(message instanceof Message.ToolResult)) {
        flushFromTools();
      }
      losses.addUnlessOf(Cohere.PROTOCOL, "messages.", message.rest());
      switch (message) {
        case Message.System told -> {
          name(told.name());
          said("system", told.parts(), told.rest());
        }
        case Message.Developer told -> {
          name(told.name());
          said("system", told.parts(), told.rest());
        }
        case Message.User user -> {
          name(user.name());
          user(user);
        }
        case Message.Assistant assistant -> {
          name(assistant.name());
          assistant(assistant);
        }
        case Message.ToolResult result -> result(result);
      }
    }
    flushFromTools();
    if (out.length() == before) {
      // Only turns of the model in which nothing is said, which are left out.
      throw refused("messages", NOTHING);
    }
    out.endArray();
  }

  private void name(@Nullable String name) {
    if (name != null) {
      losses.add("messages.name");
    }
  }

  private void flushFromTools() {
    if (!fromTools.isEmpty()) {
      out.beginObject().name("role").text("user").name("content");
      list(fromTools);
      out.endObject();
      fromTools.clear();
    }
  }

  private void user(Message.User user) {
    List<Part> content = new ArrayList<>(user.parts().size());
    for (Part part : user.parts()) {
      if (part instanceof Part.File file) {
        cache(file.cache());
        documents.add(file);
      } else {
        content.add(part);
      }
    }
    said("user", content, user.rest());
  }

  private void said(String role, List<Part> parts, Rest rest) {
    List<Part> content = new ArrayList<>(parts.size());
    for (Part part : parts) {
      switch (part) {
        case Part.Text text -> content.add(text);
        case Part.Refusal refusal -> content.add(new Part.Text(refusal.text()));
        case Part.Image _ -> {
          if (role.equals("user")) {
            content.add(part);
          } else {
            losses.add("messages.content");
          }
        }
        case Part.Foreign foreign -> foreign(foreign, content);
        case Part.Audio _,
            Part.Video _,
            Part.File _,
            Part.Thinking _,
            Part.SealedThinking _,
            Part.ToolCall _ ->
            losses.add("messages.content");
      }
    }
    out.beginObject().name("role").text(role).name("content");
    content(content);
    Cohere.rest(out, rest);
    out.endObject();
  }

  private void foreign(Part.Foreign foreign, List<Part> content) {
    if (foreign.protocol().equals(Cohere.PROTOCOL)) {
      content.add(foreign);
    } else {
      losses.add("messages.content." + foreign.type());
    }
  }

  private void result(Message.ToolResult result) {
    List<Part> content = new ArrayList<>(result.parts().size());
    for (Part part : result.parts()) {
      switch (part) {
        case Part.Text _, Part.File _ -> content.add(part);
        case Part.Refusal refusal -> content.add(new Part.Text(refusal.text()));
        case Part.Image _ -> fromTools.add(part);
        case Part.Foreign foreign -> foreign(foreign, content);
        case Part.Thinking _, Part.SealedThinking _, Part.ToolCall _ ->
            losses.add("messages.content");
        case Part.Audio _, Part.Video _ ->
            throw new IllegalStateException("was checked: " + part.getClass());
      }
    }
    cache(result.cache());
    out.beginObject().name("role").text("tool").name("tool_call_id").text(result.callId());
    out.name("content");
    content(content);
    Cohere.rest(out, result.rest());
    out.endObject();
  }

  private void assistant(Message.Assistant assistant) {
    List<Part> content = new ArrayList<>();
    List<Part.ToolCall> calls = new ArrayList<>();
    StringBuilder plan = new StringBuilder();
    boolean calling = !assistant.toolCalls().isEmpty();
    for (Part part : assistant.parts()) {
      switch (part) {
        case Part.Text text -> {
          if (!text.wording().isEmpty()) {
            content.add(text);
          }
        }
        case Part.Refusal refusal -> {
          if (!refusal.text().isEmpty()) {
            content.add(new Part.Text(refusal.text()));
          }
        }
        case Part.Thinking thinking -> thought(thinking, calling, content, plan);
        case Part.SealedThinking _ -> losses.add("messages.reasoning_details");
        case Part.ToolCall call -> calls.add(call);
        case Part.Foreign foreign -> foreign(foreign, content);
        case Part.Image _, Part.Audio _, Part.Video _, Part.File _ ->
            losses.add("messages.content");
      }
    }
    if (assistant.audio() != null) {
      losses.add("messages.audio");
    }
    boolean ours = !assistant.rest().isEmpty() && assistant.rest().isOf(Cohere.PROTOCOL);
    if (content.isEmpty() && calls.isEmpty() && plan.isEmpty() && !ours) {
      // The provider refuses a turn in which nothing is said.
      return;
    }
    out.beginObject().name("role").text("assistant");
    if (!content.isEmpty()) {
      out.name("content");
      content(content);
    }
    if (!plan.isEmpty()) {
      out.name("tool_plan").text(plan.toString());
    }
    calls(calls);
    citations(assistant.citations(), content);
    Cohere.rest(out, assistant.rest());
    out.endObject();
  }

  /**
   * Thoughts go back to where they came from. Those of other models are thoughts to a model that
   * thinks, and to any other one the plan of the calls that follow them, if any do.
   */
  private void thought(
      Part.Thinking thinking, boolean calling, List<Part> content, StringBuilder plan) {
    if (thinking.signature() != null) {
      losses.add("messages.reasoning_details");
    }
    if (thinking.text().isEmpty()) {
      return;
    }
    boolean planned = thinking.rest().equals(MessageReader.PLAN);
    if (!planned && abilities.reasoning() == Reasoning.BUDGET) {
      content.add(thinking);
    } else if (planned || calling) {
      plan.append(thinking.text());
    } else {
      losses.add("messages.reasoning_content");
    }
  }

  private void calls(List<Part.ToolCall> calls) {
    if (calls.isEmpty()) {
      return;
    }
    out.name("tool_calls").beginArray();
    for (Part.ToolCall call : calls) {
      if (call.signature() != null) {
        losses.add("messages.reasoning_details");
      }
      cache(call.cache());
      losses.addUnlessOf(Cohere.PROTOCOL, "messages.tool_calls.", call.rest());
      AnswerWriter.call(out, call, disguise.wireName(call.name(), abilities.toolNameMax()));
    }
    out.endArray();
  }

  private void citations(List<Citation> citations, List<Part> content) {
    boolean open = false;
    for (Citation citation : citations) {
      if (!Citations.isOwn(citation)) {
        losses.add("messages.annotations");
        continue;
      }
      if (!open) {
        open = true;
        out.name("citations").beginArray();
      }
      Citations.write(out, citation, content);
    }
    if (open) {
      out.endArray();
    }
  }

  private void content(List<Part> content) {
    if (content.isEmpty()) {
      out.text("");
    } else if (content.size() == 1
        && content.getFirst() instanceof Part.Text text
        && (text.rest().isEmpty() || !text.rest().isOf(Cohere.PROTOCOL))) {
      cache(text.cache());
      losses.addUnlessOf(Cohere.PROTOCOL, "messages.content.", text.rest());
      out.text(text.wording());
    } else {
      list(content);
    }
  }

  private void list(List<Part> content) {
    out.beginArray();
    for (Part part : content) {
      switch (part) {
        case Part.Text text -> {
          cache(text.cache());
          begin("text").name("text").text(text.wording());
          end(text.rest(), "");
        }
        case Part.Thinking thinking -> {
          begin("thinking").name("thinking").text(thinking.text());
          end(thinking.rest(), "");
        }
        case Part.Image image -> image(image);
        case Part.File file -> {
          cache(file.cache());
          begin("document").name("document");
          Documents.write(out, file, Cohere.orEmpty(Documents.text(file)));
          out.endObject();
        }
        case Part.Foreign foreign -> out.raw(foreign.json().text());
        case Part.Audio _, Part.Video _, Part.Refusal _, Part.SealedThinking _, Part.ToolCall _ ->
            throw new IllegalStateException("no content: " + part.getClass());
      }
    }
    out.endArray();
  }

  private void image(Part.Image image) {
    cache(image.cache());
    String url =
        switch (image.source()) {
          case Media.Remote remote -> remote.url();
          case Media.Inline inline -> "data:" + inline.mediaType() + ";base64," + inline.base64();
          case Media.Uploaded _, Media.Written _ ->
              throw new IllegalStateException("was checked: " + image.source().getClass());
        };
    begin("image_url").name("image_url").beginObject().name("url").text(url);
    out.member("detail", image.detail());
    Cohere.inner(out, image.rest(), "image_url");
    out.endObject();
    end(image.rest(), "image_url");
  }

  private JsonWriter begin(String type) {
    return out.beginObject().name("type").text(type);
  }

  private void end(Rest rest, String object) {
    losses.addUnlessOf(Cohere.PROTOCOL, "messages.content.", rest);
    Cohere.rest(out, rest, Set.of(object));
    out.endObject();
  }

  private void cache(@Nullable CacheHint hint) {
    if (hint != null) {
      losses.add("cache_control");
    }
  }
}
