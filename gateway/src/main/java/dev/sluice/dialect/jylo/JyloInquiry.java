package dev.sluice.dialect.jylo;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.dialect.Inquiry;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.openai.OpenAiDeviations.StreamUsage;
import dev.sluice.protocol.openai.OpenAiRequestOptions;
import dev.sluice.protocol.openai.OpenAiRequests;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/** A request of Jylo's, which a provider gets in its own protocol. */
final class JyloInquiry implements Inquiry {

  private final String model;
  private final ChatRequest request;

  /**
   * An inquiry.
   *
   * @param model its UUID
   */
  JyloInquiry(String model, ChatRequest request) {
    this.model = model;
    this.request = request;
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
    return switch (request.delivery()) {
      case WHOLE -> false;
      case STREAM, STREAM_WITH_USAGE -> true;
    };
  }

  /** The last chunk of every stream holds it. */
  @Override
  public boolean usageWanted() {
    return true;
  }

  @Override
  public ChatRequest chat(int asked, String target, ByteBufAllocator alloc) {
    return request.toBuilder().model(target).build();
  }

  @Override
  public ByteBuf openAiBody(int asked, String target, StreamUsage usage, ByteBufAllocator alloc) {
    JsonWriter out = new JsonWriter();
    // Nothing that Jylo's protocol has a word for is lost.
    OpenAiRequests.encode(
        request.toBuilder().model(target).build(),
        OpenAiRequestOptions.COMPATIBLE,
        out,
        new Losses());
    ByteBuf body = alloc.directBuffer(out.length());
    out.writeTo(body);
    return body;
  }
}
