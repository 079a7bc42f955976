package dev.sluice.dialect;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.openai.OpenAiDeviations.StreamUsage;
import dev.sluice.protocol.openai.OpenAiRequests;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.List;

/**
 * What was asked: the little that the gateway must know of a chat completion, and the means to say
 * it to a provider. Owns no buffer: it is valid as long as the request's bytes are, and refers to
 * them, so that whoever lives as long as the answer must not refer to it.
 */
public interface Inquiry {

  /** The model's name or UUID as the client wrote it, or the dialect's default. */
  String model();

  /** The models to try after it, as the client listed them. */
  List<String> fallbacks();

  /** Which failures the client's fallbacks rescue. */
  default FallbackRule fallbackRule() {
    return FallbackRule.EVERY_FAILURE;
  }

  /** How often a failed target is tried again before the next one is. */
  default RetryRule retryRule() {
    return RetryRule.NEVER;
  }

  /** Whether the answer is to be streamed. */
  boolean stream();

  /**
   * Whether a streamed answer's usage is shown to the client. A provider is asked for it in any
   * case, since every answer is accounted.
   */
  boolean usageWanted();

  /**
   * The request in OpenAI's protocol, for one target: where the client speaks it, too, the client's
   * own bytes but for what names the model and what is the gateway's alone.
   *
   * @param asked which of the client's models this is for: 0 for {@link #model}, from 1 for {@link
   *     #fallbacks}
   * @param model as the target's provider calls it
   * @param usage whether a stream's usage must be asked for
   * @return owned by the caller
   */
  ByteBuf openAiBody(int asked, String model, StreamUsage usage, ByteBufAllocator alloc);

  /** The same for a provider that must be asked for a stream's usage, as nearly all must. */
  default ByteBuf openAiBody(int asked, String model, ByteBufAllocator alloc) {
    return openAiBody(asked, model, StreamUsage.ASKED_FOR, alloc);
  }

  /**
   * The request as the model says it, for a target that speaks another protocol.
   *
   * @param asked as in {@link #openAiBody}
   * @param model as the target's provider calls it
   * @throws GatewayException with an invalid request where the model has no room for it
   */
  default ChatRequest chat(int asked, String model, ByteBufAllocator alloc) {
    ByteBuf body = openAiBody(asked, model, alloc);
    byte[] bytes = new byte[body.readableBytes()];
    body.readBytes(bytes);
    body.release();
    return decoded(bytes);
  }

  /**
   * A request in OpenAI's protocol, as the model says it.
   *
   * @param bytes what was checked to be JSON when the request came; given up to the request
   * @throws GatewayException with an invalid request where the model has no room for it
   */
  static ChatRequest decoded(byte[] bytes) {
    try {
      return OpenAiRequests.decodeKnown(bytes, 0, bytes.length);
    } catch (MisshapenJson e) {
      throw new GatewayException(
          new Fault.InvalidRequest(List.of(new Fault.Violation(e.path(), e.reason(), -1, null))),
          e);
    }
  }

  /** Which failures a client's own fallbacks rescue. */
  enum FallbackRule {
    /** Whatever the provider answered, a plain 400 included. */
    EVERY_FAILURE,
    /** What speaks of the provider and not of the request. */
    TARGETS_FAILURE
  }

  /**
   * Tries of one target beyond the first, when it answers with 5xx or not at all.
   *
   * @param times how many, from 0
   * @param delay before each
   */
  record RetryRule(int times, Duration delay) {
    /** No second try. */
    public static final RetryRule NEVER = new RetryRule(0, Duration.ZERO);
  }
}
