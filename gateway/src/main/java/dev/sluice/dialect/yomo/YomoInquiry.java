package dev.sluice.dialect.yomo;

import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.OpenAiEnvelope;
import dev.sluice.json.Scan;
import dev.sluice.json.Splice;
import dev.sluice.protocol.openai.OpenAiDeviations.StreamUsage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/** A chat completion of the YoMo dialect: its own bytes, and the few edits they need. */
final class YomoInquiry implements Inquiry {

  private static final OpenAiEnvelope.Fields FIELDS =
      new OpenAiEnvelope.Fields(
          YomoFields.MODEL, YomoFields.STREAM, YomoFields.STREAM_OPTIONS, YomoFields.AGENT_CONTEXT);

  private final OpenAiEnvelope envelope;
  private final String model;
  private final List<Messages.Message> messages;
  private final SystemPrompt systemPrompt;

  YomoInquiry(
      Scan scan, int to, String model, List<Messages.Message> messages, SystemPrompt systemPrompt) {
    this.envelope = new OpenAiEnvelope(scan, to, FIELDS);
    this.model = model;
    this.messages = messages;
    this.systemPrompt = systemPrompt;
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public List<String> fallbacks() {
    return List.of();
  }

  @Override
  public boolean stream() {
    return envelope.stream();
  }

  @Override
  public boolean usageWanted() {
    return envelope.usageWanted();
  }

  @Override
  public ByteBuf openAiBody(int asked, String target, StreamUsage usage, ByteBufAllocator alloc) {
    Splice splice = envelope.edits(target, usage);
    Scan scan = envelope.scan();
    systemPrompt.apply(scan, scan.valueStart(YomoFields.MESSAGES), messages, splice);
    return splice.toBuf(alloc);
  }
}
