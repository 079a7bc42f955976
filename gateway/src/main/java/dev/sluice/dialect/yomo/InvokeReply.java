package dev.sluice.dialect.yomo;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Usage;
import dev.sluice.dialect.ReplyWriter;
import dev.sluice.json.JsonText;
import dev.sluice.protocol.openai.AnswerReader;
import dev.sluice.protocol.sse.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The short answer of {@code /invoke}. */
final class InvokeReply implements ReplyWriter {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final InvokeInquiry inquiry;

  InvokeReply(InvokeInquiry inquiry) {
    this.inquiry = inquiry;
  }

  @Override
  public void wholeHeaders(HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
  }

  @Override
  public ByteBuf whole(
      ByteBuf answer, AnswerReader.Facts facts, long latencyMillis, ByteBufAllocator alloc) {
    JsonNode choice = choice(answer);
    JsonNode message = choice.path("message");
    String content = message.path("content").asString("");
    String finishReason = choice.path("finish_reason").asString("");
    StringBuilder text = new StringBuilder(content.length() + 128);
    text.append('{');
    if (!content.isEmpty()) {
      text.append("\"content\":");
      JsonText.quote(content, text);
      text.append(',');
    }
    if (!finishReason.isEmpty()) {
      text.append("\"finish_reason\":\"").append(YomoReply.known(finishReason)).append("\",");
    }
    Usage usage = facts.usage();
    text.append("\"token_usage\":{\"prompt_tokens\":")
        .append(Math.max(usage.promptTokens(), 0))
        .append(",\"completion_tokens\":")
        .append(Math.max(usage.completionTokens(), 0))
        .append('}');
    if (inquiry.callStack()) {
      text.append(",\"history\":[").append(inquiry.messages()).append(',');
      text.append(message.isObject() ? message : "{\"role\":\"assistant\"}").append(']');
    }
    byte[] bytes = text.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    return alloc.directBuffer(bytes.length).writeBytes(bytes);
  }

  /** An answer's first choice. */
  private static JsonNode choice(ByteBuf answer) {
    int from = answer.arrayOffset() + answer.readerIndex();
    try {
      return JSON.readTree(answer.array(), from, answer.readableBytes()).path("choices").path(0);
    } catch (JacksonException e) {
      // It is JSON, but nested deeper than a tree is made of, or with a number that fills pages.
      throw new GatewayException(
          new Fault.UpstreamUnreachable("the provider's answer is no chat completion"), e);
    } finally {
      answer.release();
    }
  }

  @Override
  public void streamHeaders(HttpHeaders headers) {
    throw neverStreamed();
  }

  @Override
  public FrameInterest interest() {
    throw neverStreamed();
  }

  @Override
  public ByteBuf frame(Frame frame, Edge edge, ByteBufAllocator alloc) {
    frame.buffer().release();
    throw neverStreamed();
  }

  @Override
  public ByteBuf done(ByteBufAllocator alloc) {
    throw neverStreamed();
  }

  private static IllegalStateException neverStreamed() {
    return new IllegalStateException("an invocation is never streamed");
  }
}
