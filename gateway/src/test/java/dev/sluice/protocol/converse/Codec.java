package dev.sluice.protocol.converse;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Losses;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.converse.ConverseAbilities.CachePoints;
import dev.sluice.protocol.converse.ConverseAbilities.Choices;
import dev.sluice.protocol.converse.ConverseAbilities.Instructing;
import dev.sluice.protocol.converse.ConverseAbilities.Medium;
import dev.sluice.protocol.converse.ConverseAbilities.Parallel;
import dev.sluice.protocol.converse.ConverseAbilities.Sampling;
import dev.sluice.protocol.converse.ConverseAbilities.Schemas;
import dev.sluice.protocol.converse.ConverseAbilities.Status;
import dev.sluice.protocol.converse.ConverseAbilities.Strict;
import dev.sluice.protocol.converse.ConverseAbilities.Thinking;
import dev.sluice.protocol.converse.ConverseAbilities.Tools;
import dev.sluice.protocol.converse.ConverseAbilities.TopK;
import dev.sluice.protocol.eventstream.MessageReader;
import dev.sluice.protocol.eventstream.MessageWriter;
import dev.sluice.protocol.openai.OpenAiRequests;
import dev.sluice.protocol.rewording.Disguise;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The codec with strings at its ends, for tests. */
final class Codec {

  /** A model that takes everything. */
  static final ConverseAbilities ABLE =
      new ConverseAbilities(
          ConverseAbilities.UNKNOWN,
          100,
          Sampling.ALL,
          TopK.TOP_K,
          new Thinking(
              Thinking.Kind.BUDGET_OR_ADAPTIVE,
              "thinking",
              Set.of(Effort.LOW, Effort.MEDIUM, Effort.HIGH, Effort.XHIGH, Effort.MAX),
              Signature.CLAUDE),
          Schemas.BY_FORMAT,
          new Tools(
              Choices.NAMED,
              Strict.ACCEPTED,
              Parallel.SETTABLE,
              Status.ACCEPTED,
              EnumSet.of(Medium.IMAGE, Medium.DOCUMENT, Medium.VIDEO)),
          Instructing.ANYWHERE,
          CachePoints.EVERYWHERE,
          EnumSet.allOf(Medium.class));

  /** A Nova, as far as it differs. */
  static final ConverseAbilities NOVA =
      new ConverseAbilities(
          10_000,
          4,
          Sampling.ALL,
          TopK.NOVA,
          new Thinking(
              Thinking.Kind.NOVA,
              "reasoningConfig",
              Set.of(Effort.LOW, Effort.MEDIUM, Effort.HIGH),
              "amazon-nova-v1"),
          Schemas.BY_TOOL,
          new Tools(
              Choices.NAMED,
              Strict.REFUSED,
              Parallel.FIXED,
              Status.ACCEPTED,
              EnumSet.of(Medium.IMAGE)),
          Instructing.FIRST,
          CachePoints.MESSAGES,
          EnumSet.of(Medium.IMAGE, Medium.DOCUMENT, Medium.VIDEO));

  private Codec() {}

  /**
   * What became of a request.
   *
   * @param text what was written, exactly
   * @param losses the fields that were left out
   */
  record Written(String text, List<String> losses, Disguise disguise) {

    JsonNode json() {
      return Recordings.MAPPER.readTree(text);
    }

    JsonNode at(String pointer) {
      return json().at(pointer);
    }
  }

  static Written write(ChatRequest request, ConverseRequestOptions options) {
    JsonWriter out = new JsonWriter();
    Losses losses = new Losses();
    Disguise disguise = ConverseRequests.encode(request, options, out, losses);
    return new Written(out.toString(), losses.fields(), disguise);
  }

  static Written write(ChatRequest request, ConverseAbilities abilities) {
    return write(request, ConverseRequestOptions.of(abilities));
  }

  /** A request of OpenAI's protocol, for a model that takes everything. */
  static Written fromOpenAi(String json) {
    return fromOpenAi(json, ABLE);
  }

  static Written fromOpenAi(String json, ConverseAbilities abilities) {
    return write(openAi(json), abilities);
  }

  static ChatRequest openAi(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return OpenAiRequests.decode(bytes, 0, bytes.length);
  }

  static ChatRequest request(String json) {
    byte[] bytes = ("xx" + json + "yy").getBytes(StandardCharsets.UTF_8);
    return ConverseRequests.decode(bytes, 2, bytes.length - 2);
  }

  static ChatResponse answer(String json, Disguise disguise) {
    byte[] bytes = ("xx" + json + "yy").getBytes(StandardCharsets.UTF_8);
    return ConverseAnswers.decode(bytes, 2, bytes.length - 2, disguise);
  }

  static ChatResponse answer(String json) {
    return answer(json, Disguise.NONE);
  }

  static String text(ChatResponse response, Losses losses) {
    JsonWriter out = new JsonWriter();
    ConverseAnswers.encode(response, out, losses);
    return out.toString();
  }

  static JsonNode write(ChatResponse response, Losses losses) {
    return Recordings.MAPPER.readTree(text(response, losses));
  }

  /** The events of a stream that comes in pieces of {@code size} bytes. */
  static List<ChatEvent> events(byte[] stream, int size, Disguise disguise) {
    List<ChatEvent> events = new ArrayList<>();
    ConverseEventDecoder decoder = new ConverseEventDecoder(disguise);
    MessageReader reader =
        new MessageReader(
            Recordings.MESSAGE_BYTES_MAX, message -> decoder.message(message, events::add));
    for (int at = 0; at < stream.length; at += size) {
      reader.feed(stream, at, Math.min(stream.length, at + size));
    }
    reader.end();
    decoder.transferEnded(events::add);
    return events;
  }

  static List<ChatEvent> events(byte[] stream, int size) {
    return events(stream, size, Disguise.NONE);
  }

  /** The events of a stream of {@code name {payload}}s. */
  static List<ChatEvent> events(Disguise disguise, String... frames) {
    byte[] stream = stream(frames);
    return events(stream, Math.max(1, stream.length), disguise);
  }

  static List<ChatEvent> events(String... frames) {
    return events(Disguise.NONE, frames);
  }

  /** A stream of {@code name {payload}}s; exceptions are known by their names. */
  static byte[] stream(String... frames) {
    ByteBuf out = Unpooled.buffer();
    for (String frame : frames) {
      int space = frame.indexOf(' ');
      String type = frame.substring(0, space);
      JsonWriter payload = new JsonWriter().raw(frame.substring(space + 1));
      if (type.endsWith("Exception")) {
        MessageWriter.exception(out, type, payload);
      } else {
        MessageWriter.event(out, type, payload);
      }
    }
    return bytes(out);
  }

  static byte[] bytes(ByteBuf out) {
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  /** Writes a stream. */
  static byte[] write(List<ChatEvent> events, Losses losses) {
    ByteBuf out = Unpooled.buffer();
    ConverseEventEncoder encoder = new ConverseEventEncoder(losses);
    for (ChatEvent event : events) {
      encoder.encode(event, out);
    }
    return bytes(out);
  }

  /** Where the messages of a stream end. */
  static List<Integer> ends(byte[] stream) {
    List<Integer> ends = new ArrayList<>();
    int at = 0;
    while (at < stream.length) {
      at += Unpooled.wrappedBuffer(stream).getInt(at);
      ends.add(at);
    }
    return ends;
  }

  /** The same answer without what says of a call that it is an ordinary one. */
  static JsonNode withoutTypes(JsonNode answer) {
    for (JsonNode block : answer.at("/output/message/content")) {
      if (block.at("/toolUse/type").asString("").equals("tool_use")) {
        ((ObjectNode) block.path("toolUse")).remove("type");
      }
    }
    return answer;
  }
}
