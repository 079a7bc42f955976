package dev.sluice.dialect;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/**
 * What was asked: the little that the gateway must know of a chat completion, and the means to say
 * it to a provider. Owns no buffer: it is valid as long as the request's bytes are.
 */
public interface Inquiry {

  /** The model's name as the client wrote it. */
  String model();

  /** The models to try after it, as the client listed them. */
  List<String> fallbacks();

  /** Whether the answer is to be streamed. */
  boolean stream();

  /**
   * Whether a streamed answer's usage is shown to the client. A provider is asked for it in any
   * case, since every answer is accounted.
   */
  boolean usageWanted();

  /**
   * The request in OpenAI's protocol, for one target: the client's own bytes but for what names the
   * model and what is the gateway's alone.
   *
   * @param model as the target's provider calls it
   * @return owned by the caller
   */
  ByteBuf openAiBody(String model, ByteBufAllocator alloc);
}
