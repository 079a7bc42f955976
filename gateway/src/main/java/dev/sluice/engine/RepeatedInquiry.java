package dev.sluice.engine;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.dialect.Inquiry;
import dev.sluice.json.JsonText;
import dev.sluice.json.Splice;
import dev.sluice.protocol.openai.AskedForm;
import dev.sluice.protocol.openai.OpenAiDeviations.StreamUsage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What was asked, and behind its last message an answer to it and what is wrong with that answer.
 * Nothing else is altered: of the client's own bytes, all others stay as they are.
 */
final class RepeatedInquiry implements Inquiry {

  private final Inquiry asked;
  private final String answer;
  private final String complaint;

  /**
   * An inquiry.
   *
   * @param asked has a message at least
   * @param answer the assistant's
   * @param complaint the user's
   */
  RepeatedInquiry(Inquiry asked, String answer, String complaint) {
    this.asked = asked;
    this.answer = answer;
    this.complaint = complaint;
  }

  @Override
  public String model() {
    return asked.model();
  }

  @Override
  public List<String> fallbacks() {
    return asked.fallbacks();
  }

  @Override
  public FallbackRule fallbackRule() {
    return asked.fallbackRule();
  }

  @Override
  public RetryRule retryRule() {
    return asked.retryRule();
  }

  @Override
  public boolean stream() {
    return asked.stream();
  }

  @Override
  public boolean usageWanted() {
    return asked.usageWanted();
  }

  @Override
  public ByteBuf openAiBody(int place, String model, StreamUsage usage, ByteBufAllocator alloc) {
    ByteBuf body = asked.openAiBody(place, model, usage, alloc);
    byte[] bytes = ByteBufUtil.getBytes(body);
    body.release();
    int end = AskedForm.read(bytes, 0, bytes.length).messagesEnd();
    StringBuilder more = new StringBuilder(answer.length() + complaint.length() + 128);
    more.append(",{\"role\":\"assistant\",\"content\":");
    JsonText.quote(answer, more);
    more.append("},{\"role\":\"user\",\"content\":");
    JsonText.quote(complaint, more);
    more.append('}');
    return new Splice(bytes, 0, bytes.length)
        .replace(end, end, more.toString().getBytes(StandardCharsets.UTF_8))
        .toBuf(alloc);
  }

  @Override
  public ChatRequest chat(int place, String model, ByteBufAllocator alloc) {
    return asked.chat(place, model, alloc).toBuilder()
        .message(Message.Assistant.of(new Part.Text(answer)))
        .message(Message.User.of(complaint))
        .build();
  }
}
