package dev.sluice.dialect.assemblyai;

import dev.sluice.dialect.OpenAiEnvelope;
import dev.sluice.json.Scan;
import dev.sluice.json.Splice;
import dev.sluice.protocol.openai.OpenAiDeviations.StreamUsage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The text of a request that was found right, and the edits that make a provider's of it. Valid as
 * long as its bytes are.
 *
 * <p>AssemblyAI puts a message's {@code name} in front of its content where the model does not take
 * names. Every provider that is sent this text speaks OpenAI's protocol and takes them; for others
 * {@link SpokenNames} does it.
 */
final class AssemblyAiRequest {

  private static final OpenAiEnvelope.Fields FIELDS =
      new OpenAiEnvelope.Fields(
          AssemblyAiFields.MODEL,
          AssemblyAiFields.STREAM,
          AssemblyAiFields.STREAM_OPTIONS,
          AssemblyAiFields.PROMPT,
          AssemblyAiFields.FALLBACKS,
          AssemblyAiFields.FALLBACK_CONFIG,
          AssemblyAiFields.POST_PROCESSING_STEPS,
          AssemblyAiFields.TRANSCRIPT_ID,
          AssemblyAiFields.MODEL_REGION);

  private static final byte[] MAX_TOKENS = ascii("\"max_tokens\":");
  private static final byte[] MESSAGES_OPEN = ascii("\"messages\":[");
  private static final byte[] USER = ascii("{\"role\":\"user\",\"content\":");
  private static final int ECHO_BYTES = 128;

  /** The members that {@code request} repeats in an answer, beside {@code max_tokens}. */
  private static final int[] ECHOED = {
    AssemblyAiFields.TEMPERATURE, AssemblyAiFields.TOOLS, AssemblyAiFields.TOOL_CHOICE_FIELD,
  };

  private static final byte[][] ECHOED_NAMES = {
    ascii(",\"temperature\":"), ascii(",\"tools\":"), ascii(",\"tool_choice\":"),
  };

  private final OpenAiEnvelope envelope;
  private final Scan scan;
  private final Messages messages;
  private final byte[] defaultMaxTokens;

  /**
   * A request.
   *
   * @param to where the text ends
   * @param defaultMaxTokens what {@code max_tokens} is where it is absent
   */
  AssemblyAiRequest(Scan scan, int to, Messages messages, byte[] defaultMaxTokens) {
    this.envelope = new OpenAiEnvelope(scan, to, FIELDS);
    this.scan = scan;
    this.messages = messages;
    this.defaultMaxTokens = defaultMaxTokens;
  }

  OpenAiEnvelope envelope() {
    return envelope;
  }

  Scan scan() {
    return scan;
  }

  /**
   * The text for a provider.
   *
   * @param model as the provider calls it
   * @param usage whether a stream's usage must be asked for
   * @return owned by the caller
   */
  ByteBuf body(String model, StreamUsage usage, ByteBufAllocator alloc) {
    Splice edits = envelope.edits(model, usage);
    if (needsMaxTokens()) {
      edits.insertFirst(scan, joined(MAX_TOKENS, defaultMaxTokens));
    }
    messages.rewrite(edits);
    if (scan.hasValue(AssemblyAiFields.PROMPT)) {
      appendPrompt(edits);
    }
    return edits.toBuf(alloc);
  }

  /** A limit under its newer name is a limit, too; some providers refuse both together. */
  private boolean needsMaxTokens() {
    return !scan.has(AssemblyAiFields.MAX_TOKENS)
        && !scan.has(AssemblyAiFields.MAX_COMPLETION_TOKENS);
  }

  /** Makes a user message of the prompt, behind those that there are. */
  private void appendPrompt(Splice edits) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(ECHO_BYTES);
    boolean alone = !scan.has(AssemblyAiFields.MESSAGES);
    if (alone) {
      text.writeBytes(MESSAGES_OPEN);
    } else if (messages.count() > 0) {
      text.write(',');
    }
    text.writeBytes(USER);
    raw(AssemblyAiFields.PROMPT, text);
    text.write('}');
    if (alone) {
      text.write(']');
      edits.insertFirst(scan, text.toByteArray());
    } else {
      int close = scan.valueEnd(AssemblyAiFields.MESSAGES) - 1;
      edits.replace(close, close, text.toByteArray());
    }
  }

  /** What {@code request} says in an answer: the parameters in the client's own spelling. */
  byte[] echo() {
    ByteArrayOutputStream text = new ByteArrayOutputStream(ECHO_BYTES);
    text.writeBytes(ascii("{\"model\":"));
    raw(AssemblyAiFields.MODEL, text);
    if (scan.hasValue(AssemblyAiFields.MAX_TOKENS)) {
      text.writeBytes(ascii(",\"max_tokens\":"));
      raw(AssemblyAiFields.MAX_TOKENS, text);
    } else if (needsMaxTokens()) {
      text.writeBytes(ascii(",\"max_tokens\":"));
      text.writeBytes(defaultMaxTokens);
    }
    for (int i = 0; i < ECHOED.length; i++) {
      if (scan.hasValue(ECHOED[i])) {
        text.writeBytes(ECHOED_NAMES[i]);
        raw(ECHOED[i], text);
      }
    }
    text.write('}');
    return text.toByteArray();
  }

  private void raw(int field, ByteArrayOutputStream to) {
    int start = scan.valueStart(field);
    to.write(scan.bytes(), start, scan.valueEnd(field) - start);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
