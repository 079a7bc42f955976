package dev.sluice.dialect.bifrost;

import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.OpenAiEnvelope;
import dev.sluice.json.Scan;
import dev.sluice.protocol.openai.OpenAiDeviations.StreamUsage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/**
 * A request of the Bifrost dialect: its own bytes, and where in them the gateway's fields stand.
 */
final class BifrostInquiry implements Inquiry {

  private static final OpenAiEnvelope.Fields FIELDS =
      new OpenAiEnvelope.Fields(
          BifrostFields.MODEL,
          BifrostFields.STREAM,
          BifrostFields.STREAM_OPTIONS,
          BifrostFields.FALLBACKS);

  private final OpenAiEnvelope envelope;
  private final String model;
  private final List<String> fallbacks;

  BifrostInquiry(Scan scan, int to) {
    this.envelope = new OpenAiEnvelope(scan, to, FIELDS);
    this.model = scan.text(BifrostFields.MODEL);
    this.fallbacks = scan.texts(BifrostFields.FALLBACKS);
  }

  Scan scan() {
    return envelope.scan();
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public List<String> fallbacks() {
    return fallbacks;
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
    return envelope.edits(target, usage).toBuf(alloc);
  }
}
