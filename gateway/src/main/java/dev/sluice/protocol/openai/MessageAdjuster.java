package dev.sluice.protocol.openai;

import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes of a request's messages those that a server with {@link OpenAiDeviations} wants. */
final class MessageAdjuster {

  /** What the assistant says where nobody else may speak, and nothing is no answer. */
  static final String NOTED = "OK";

  private final OpenAiDeviations deviations;
  private final Losses losses;
  private final boolean orderly;
  private final List<Message> adjusted = new ArrayList<>();

  // What tools gave that a result can't hold, for the user's message behind the results.
  private final List<Part> fromTools = new ArrayList<>();

  MessageAdjuster(OpenAiDeviations deviations, Losses losses) {
    this.deviations = deviations;
    this.losses = losses;
    this.orderly = deviations.afterResults() == OpenAiDeviations.AfterResults.ASSISTANT;
  }

  List<Message> adjust(List<Message> messages) {
    for (Message message : messages) {
      switch (message) {
        case Message.System told ->
            speak(new Message.System(told.parts(), name(told.name()), told.rest()));
        case Message.Developer told ->
            speak(new Message.Developer(told.parts(), name(told.name()), told.rest()));
        case Message.User user -> user(user);
        case Message.Assistant assistant -> {
          flush();
          adjusted.add(assistant(assistant));
        }
        case Message.ToolResult result -> adjusted.add(result(result));
      }
    }
    flush();
    prefill();
    return adjusted;
  }

  private @Nullable String name(@Nullable String name) {
    if (name == null || deviations.names() == OpenAiDeviations.Names.ANY) {
      return name;
    }
    losses.add("messages.name");
    return null;
  }

  /** Adds a message of whoever is not the assistant. */
  private void speak(Message message) {
    flush();
    note();
    adjusted.add(message);
  }

  /** Gives the assistant the word where it has to come after results. */
  private void note() {
    if (orderly && !adjusted.isEmpty() && adjusted.getLast() instanceof Message.ToolResult) {
      adjusted.add(Message.Assistant.of(new Part.Text(NOTED)));
    }
  }

  private void user(Message.User user) {
    List<Part> parts = new ArrayList<>(fromTools);
    fromTools.clear();
    for (Part part : user.parts()) {
      parts.add(media(part));
    }
    note();
    adjusted.add(new Message.User(parts, name(user.name()), user.rest()));
  }

  private void flush() {
    if (!fromTools.isEmpty()) {
      note();
      adjusted.add(new Message.User(fromTools, null, Rest.NONE));
      fromTools.clear();
    }
  }

  private Message result(Message.ToolResult result) {
    List<Part> parts = new ArrayList<>(result.parts().size());
    for (Part part : result.parts()) {
      boolean elsewhere =
          orderly
              && (part instanceof Part.Image
                  || part instanceof Part.Audio
                  || part instanceof Part.Video
                  || part instanceof Part.File);
      if (elsewhere) {
        fromTools.add(media(part));
      } else {
        parts.add(part);
      }
    }
    return new Message.ToolResult(
        callId(result.callId()),
        result.name(),
        parts,
        result.outcome(),
        result.cache(),
        result.rest());
  }

  private String callId(String id) {
    return switch (deviations.callIds()) {
      case ANY -> id;
      case NINE_ALPHANUMERICS -> Adjuster.callId(id);
    };
  }

  private Message assistant(Message.Assistant assistant) {
    List<Part> parts = new ArrayList<>(assistant.parts().size());
    for (Part part : assistant.parts()) {
      if (part instanceof Part.ToolCall call) {
        parts.add(
            new Part.ToolCall(
                callId(call.id()),
                call.name(),
                call.kind(),
                call.arguments(),
                call.signature(),
                call.cache(),
                call.rest()));
      } else if (part instanceof Part.Refusal refusal && refuses("messages.refusal")) {
        parts.add(new Part.Text(refusal.text()));
      } else {
        parts.add(part);
      }
    }
    boolean uncited = !assistant.citations().isEmpty() && refuses("messages.annotations");
    boolean silent = assistant.audio() != null && refuses("messages.audio");
    if (uncited) {
      losses.add("messages.annotations");
    }
    if (silent) {
      losses.add("messages.audio");
    }
    return new Message.Assistant(
        parts,
        name(assistant.name()),
        uncited ? List.of() : assistant.citations(),
        silent ? null : assistant.audio(),
        assistant.rest());
  }

  private boolean refuses(String field) {
    return deviations.refused().contains(field);
  }

  private Part media(Part part) {
    if (deviations.media() == OpenAiDeviations.Media.OPENAI) {
      return part;
    }
    return switch (part) {
      case Part.File file -> document(file);
      case Part.Audio audio -> sound(audio);
      case Part.Text _,
          Part.Image _,
          Part.Video _,
          Part.Refusal _,
          Part.Thinking _,
          Part.SealedThinking _,
          Part.ToolCall _,
          Part.Foreign _ ->
          part;
    };
  }

  private static Part document(Part.File file) {
    return switch (file.source()) {
      case Media.Remote remote -> document(remote.url(), file);
      case Media.Inline inline ->
          document("data:" + inline.mediaType() + ";base64," + inline.base64(), file);
      case Media.Uploaded uploaded ->
          foreign("file", "{\"type\":\"file\",\"file_id\":" + JsonText.quote(uploaded.id()) + '}');
      // Text it can be given as what it is.
      case Media.Written _ -> file;
    };
  }

  private static Part document(String url, Part.File file) {
    StringBuilder json = new StringBuilder("{\"type\":\"document_url\",\"document_url\":");
    JsonText.quote(url, json);
    if (file.name() != null) {
      json.append(",\"document_name\":");
      JsonText.quote(file.name(), json);
    }
    return foreign("document_url", json.append('}').toString());
  }

  private static Part sound(Part.Audio audio) {
    return switch (audio.source()) {
      case Media.Remote remote -> sound(remote.url());
      case Media.Inline inline -> sound(inline.base64());
      case Media.Written _, Media.Uploaded _ -> audio;
    };
  }

  private static Part sound(String data) {
    return foreign(
        "input_audio", "{\"type\":\"input_audio\",\"input_audio\":" + JsonText.quote(data) + '}');
  }

  private static Part foreign(String type, String json) {
    return new Part.Foreign(OpenAi.PROTOCOL, type, new Json(json));
  }

  private void prefill() {
    if (deviations.prefill() == OpenAiDeviations.Prefill.UNMARKED
        || adjusted.isEmpty()
        || !(adjusted.getLast() instanceof Message.Assistant last)
        || !last.toolCalls().isEmpty()) {
      return;
    }
    Rest rest = Adjuster.with(last.rest(), "prefix", "true", losses);
    adjusted.set(
        adjusted.size() - 1,
        new Message.Assistant(last.parts(), last.name(), last.citations(), last.audio(), rest));
  }

  /** All text of a message. */
  static String texts(Message message) {
    StringBuilder text = new StringBuilder();
    for (Part part : message.parts()) {
      if (part instanceof Part.Text piece) {
        text.append(piece.text()).append('\n');
      }
    }
    return text.toString();
  }

  /** Adds an instruction: to the one that stands in front, or before all messages. */
  static void instruct(List<Message> messages, String text) {
    Part more = new Part.Text(text);
    switch (messages.isEmpty() ? null : messages.getFirst()) {
      case Message.System told -> {
        List<Part> parts = new ArrayList<>(told.parts());
        parts.add(more);
        messages.set(0, new Message.System(parts, told.name(), told.rest()));
      }
      case Message.Developer told -> {
        List<Part> parts = new ArrayList<>(told.parts());
        parts.add(more);
        messages.set(0, new Message.Developer(parts, told.name(), told.rest()));
      }
      case null -> messages.addFirst(Message.System.of(text));
      case Message.User _, Message.Assistant _, Message.ToolResult _ ->
          messages.addFirst(Message.System.of(text));
    }
  }
}
