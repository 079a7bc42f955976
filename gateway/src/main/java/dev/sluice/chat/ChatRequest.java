package dev.sluice.chat;

import java.util.List;

/**
 * What a client asks of a model, in no protocol's words. Every codec reads into it and writes from
 * it; what a protocol can't say is left out and reported in {@link Losses}.
 *
 * @param model as the one who is written to calls it; empty where the protocol names it elsewhere
 * @param messages in the client's order; may be empty
 * @param tools what may be called
 * @param sampling how tokens are drawn
 * @param output what is to come out
 * @param reasoning how to think
 * @param service how the provider treats the request
 * @param delivery whole or in pieces
 * @param rest unknown fields
 */
public record ChatRequest(
    String model,
    List<Message> messages,
    ToolSettings tools,
    SamplingSettings sampling,
    OutputSettings output,
    ReasoningSettings reasoning,
    ServiceSettings service,
    Delivery delivery,
    Rest rest) {

  private static final int ROOM_OF_ALL = 512;
  private static final int ROOM_OF_PART = 64;

  /** How the answer is to come. */
  public enum Delivery {
    /** At once. */
    WHOLE,
    /** As a stream; whether its usage is reported is left to the protocol. */
    STREAM,
    /** As a stream that ends with a report of its usage. */
    STREAM_WITH_USAGE
  }

  public ChatRequest {
    messages = List.copyOf(messages);
  }

  /**
   * About how many bytes it takes as JSON: room for its texts, and some for what is around them.
   */
  public int roughBytes() {
    int bytes = ROOM_OF_ALL;
    for (Message message : messages) {
      for (Part part : message.parts()) {
        bytes += ROOM_OF_PART;
        if (part instanceof Part.Text text) {
          bytes += text.wording().roughBytes();
        }
      }
    }
    return bytes;
  }

  /** A builder for a request of that model, with nothing said yet. */
  public static ChatRequestBuilder builder(String model) {
    return new ChatRequestBuilder(model);
  }

  /** A builder that begins with this request. */
  public ChatRequestBuilder toBuilder() {
    return new ChatRequestBuilder(this);
  }
}
