package dev.sluice.protocol.anthropic;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.CallIds;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.rewording.Arguments;
import dev.sluice.protocol.rewording.CacheMarks;
import dev.sluice.protocol.rewording.Conversation;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.MediaTypes;
import dev.sluice.protocol.rewording.Turn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes a request's instructions and turns. */
final class BlockWriter {

  /** A result must say something: an empty one is refused by some platforms, for ever. */
  private static final String NO_OUTPUT = "(no output)";

  /** The result of a call that was never answered. */
  private static final String NEVER_ANSWERED = "The call was cancelled: it has no result.";

  private static final String IMAGE = "image";
  private static final String DOCUMENT = "document";
  private static final Set<String> SOURCE = Set.of("source");

  private final AnthropicAbilities abilities;
  private final Disguise disguise;
  private final CacheMarks marks;
  private final JsonWriter out;
  private final Losses losses;

  BlockWriter(
      AnthropicAbilities abilities,
      Disguise disguise,
      CacheMarks marks,
      JsonWriter out,
      Losses losses) {
    this.abilities = abilities;
    this.disguise = disguise;
    this.marks = marks;
    this.out = out;
    this.losses = losses;
  }

  /** Writes the members {@code system}, unless there is nothing to tell, and {@code messages}. */
  void write(Conversation conversation) {
    if (!conversation.system().isEmpty()) {
      out.name("system");
      content(conversation.system());
    }
    out.name("messages").beginArray();
    for (Turn turn : conversation.turns()) {
      turn(turn);
    }
    out.endArray();
  }

  private void turn(Turn turn) {
    out.beginObject().name("role").text(turn.role().word()).name("content");
    List<? extends Turn.Block> blocks = turn.blocks();
    if (blocks.size() == 1
        && blocks.getFirst() instanceof Turn.Block.Said said
        && said.citations().isEmpty()
        && isPlain(said.part())) {
      out.text(((Part.Text) said.part()).wording());
    } else {
      out.beginArray();
      for (Turn.Block block : blocks) {
        switch (block) {
          case Turn.Block.Said said -> part(said.part(), said.citations());
          case Turn.Block.Result result -> result(result.result());
          case Turn.Block.Unanswered call -> unanswered(call.callId());
        }
      }
      out.endArray();
    }
    Anthropic.rest(out, turn.rest());
    out.endObject();
  }

  /** Writes a content: a string where a lone text has nothing else to say. */
  private void content(List<Part> parts) {
    if (parts.size() == 1 && parts.getFirst() instanceof Part.Text text && isPlain(text)) {
      out.text(text.wording());
      return;
    }
    out.beginArray();
    for (Part part : parts) {
      part(part, List.of());
    }
    out.endArray();
  }

  private static boolean isPlain(Part part) {
    return part instanceof Part.Text text
        && text.cache() == null
        && text.signature() == null
        && text.rest().isEmpty();
  }

  private void part(Part part, List<Citation> citations) {
    switch (part) {
      case Part.Text text -> {
        begin("text").name("text").text(text.wording());
        Citations.write(out, citations);
        if (text.signature() != null) {
          losses.add("messages.content.signature");
        }
        end(text.cache(), text.rest(), Set.of());
      }
      case Part.Image image -> media(IMAGE, image.source(), null, image.cache(), image.rest());
      case Part.File file -> media(DOCUMENT, file.source(), file.name(), file.cache(), file.rest());
      case Part.Thinking thinking -> thinking(thinking);
      case Part.SealedThinking thinking -> {
        begin("redacted_thinking").name("data").text(thinking.sealed().text());
        end(null, thinking.rest(), Set.of());
      }
      case Part.ToolCall call -> call(call);
      case Part.Foreign foreign -> out.raw(foreign.json().text());
      case Part.Refusal _, Part.Audio _, Part.Video _ ->
          throw new IllegalStateException("let into a turn: " + part.getClass());
    }
  }

  private JsonWriter begin(String type) {
    return out.beginObject().name("type").text(type);
  }

  private void end(@Nullable CacheHint hint, Rest rest, Set<String> merged) {
    CacheControl.write(out, marks.pass(hint));
    losses.addUnlessOf(Anthropic.PROTOCOL, "messages.content.", rest);
    Anthropic.rest(out, rest, merged);
    out.endObject();
  }

  private void thinking(Part.Thinking thinking) {
    Signature signature = thinking.signature();
    begin("thinking").name("thinking").text(thinking.text());
    out.name("signature").text(signature == null ? "" : signature.text());
    end(null, thinking.rest(), Set.of());
  }

  /**
   * Writes an image or a document, as its bytes say, or else as the client does.
   *
   * @param type what the client calls it
   */
  private void media(
      String type, Media source, @Nullable String title, @Nullable CacheHint hint, Rest rest) {
    String mediaType = source instanceof Media.Inline inline ? MediaTypes.of(inline) : "";
    String block = type;
    if (!mediaType.isEmpty()) {
      block = mediaType.startsWith("image/") ? IMAGE : DOCUMENT;
    }
    begin(block).name("source").beginObject();
    switch (source) {
      case Media.Remote remote -> out.name("type").text("url").name("url").text(remote.url());
      case Media.Inline inline -> inline(inline, mediaType);
      case Media.Written written -> plainText(written.text());
      case Media.Uploaded uploaded ->
          out.name("type").text("file").name("file_id").text(uploaded.id());
    }
    Anthropic.inner(out, rest, "source");
    out.endObject();
    if (block.equals(DOCUMENT)) {
      out.member("title", title);
    }
    end(hint, rest, SOURCE);
  }

  private void inline(Media.Inline inline, String mediaType) {
    byte[] text = MediaTypes.isText(mediaType) ? MediaTypes.decode(inline.base64()) : null;
    if (text != null) {
      plainText(new String(text, StandardCharsets.UTF_8));
      return;
    }
    out.name("type").text("base64").name("media_type").text(mediaType);
    out.name("data").text(inline.base64());
  }

  private void plainText(String text) {
    out.name("type").text("text").name("media_type").text("text/plain").name("data").text(text);
  }

  private void call(Part.ToolCall call) {
    String name = disguise.wireName(call.name(), abilities.toolNameMax());
    begin("tool_use").name("id").text(wireId(call.id())).name("name").text(name).name("input");
    switch (call.kind()) {
      case FUNCTION -> out.raw(Arguments.object(call.arguments()));
      case CUSTOM -> out.raw(Arguments.ofFreeText(call.arguments()));
    }
    if (call.signature() != null) {
      losses.add("messages.tool_calls.signature");
    }
    end(call.cache(), call.rest(), Set.of());
  }

  /** The id on the wire, which takes fewer characters than OpenAI; the same for a call's result. */
  private static String wireId(String id) {
    return Disguise.isPlain(id) ? id : CallIds.make(id, 0, 0);
  }

  private void result(Message.ToolResult result) {
    begin("tool_result").name("tool_use_id").text(wireId(result.callId()));
    List<Part> parts = new ArrayList<>();
    for (Part part : result.parts()) {
      switch (part) {
        case Part.Text text -> {
          if (!text.wording().isBlank()) {
            parts.add(text);
          } else {
            marks.pass(text.cache());
          }
        }
        case Part.Image _, Part.File _ -> parts.add(part);
        case Part.Refusal refusal -> parts.add(new Part.Text(refusal.text()));
        case Part.Foreign foreign -> {
          if (foreign.protocol().equals(Anthropic.PROTOCOL)) {
            parts.add(foreign);
          } else {
            losses.add("messages.content." + foreign.type());
          }
        }
        case Part.Thinking _, Part.SealedThinking _, Part.ToolCall _, Part.Audio _, Part.Video _ ->
            losses.add("messages.content");
      }
    }
    if (parts.isEmpty()) {
      parts.add(new Part.Text(NO_OUTPUT));
    }
    out.name("content");
    content(parts);
    switch (result.outcome()) {
      case UNSTATED -> {
        // Which counts as success.
      }
      case SUCCESS -> out.name("is_error").bool(false);
      case FAILURE -> out.name("is_error").bool(true);
    }
    end(result.cache(), result.rest(), Set.of());
  }

  private void unanswered(String callId) {
    begin("tool_result").name("tool_use_id").text(wireId(callId));
    out.name("content").text(NEVER_ANSWERED).name("is_error").bool(true).endObject();
  }
}
