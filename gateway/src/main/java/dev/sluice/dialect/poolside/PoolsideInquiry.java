package dev.sluice.dialect.poolside;

import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.OpenAiEnvelope;
import dev.sluice.json.Scan;
import dev.sluice.protocol.openai.OpenAiDeviations.StreamUsage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/**
 * A request of the poolside dialect: its own bytes, of which only the model's name and {@code
 * $schema}, which is the gateway's own word, do not reach a provider as they are.
 */
final class PoolsideInquiry implements Inquiry {

  private static final OpenAiEnvelope.Fields FIELDS =
      new OpenAiEnvelope.Fields(
          PoolsideFields.MODEL_FIELD,
          PoolsideFields.STREAM_FIELD,
          PoolsideFields.STREAM_OPTIONS_FIELD,
          PoolsideFields.SCHEMA_FIELD);

  private final OpenAiEnvelope envelope;
  private final String model;

  PoolsideInquiry(Scan scan, int to) {
    this.envelope = new OpenAiEnvelope(scan, to, FIELDS);
    this.model = scan.text(PoolsideFields.MODEL_FIELD);
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
    return envelope.edits(target, usage).toBuf(alloc);
  }
}
