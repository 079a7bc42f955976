package dev.sluice.dialect.yomo;

import dev.sluice.dialect.Inquiry;
import dev.sluice.json.JsonText;
import dev.sluice.json.Scan;
import dev.sluice.protocol.openai.OpenAiDeviations.StreamUsage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One prompt of {@code /invoke}, as a conversation of one user message. */
final class InvokeInquiry implements Inquiry {

  private final String model;
  private final String systemPrompt;
  private final String promptText;
  private final boolean callStack;

  InvokeInquiry(Scan scan, String model, SystemPrompt systemPrompt) {
    this.model = model;
    this.systemPrompt = systemPrompt.forPrompt();
    int start = scan.valueStart(YomoFields.PROMPT);
    this.promptText =
        new String(
            scan.bytes(), start, scan.valueEnd(YomoFields.PROMPT) - start, StandardCharsets.UTF_8);
    this.callStack = scan.isTrue(YomoFields.INCLUDE_CALL_STACK);
  }

  /** The messages as JSON text. */
  String messages() {
    String user = "{\"role\":\"user\",\"content\":" + promptText + "}";
    return systemPrompt.isEmpty()
        ? user
        : "{\"role\":\"system\",\"content\":" + JsonText.quote(systemPrompt) + "}," + user;
  }

  /** Whether the answer is to show all messages. */
  boolean callStack() {
    return callStack;
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
    return false;
  }

  @Override
  public boolean usageWanted() {
    return false;
  }

  @Override
  public ByteBuf openAiBody(int asked, String target, StreamUsage usage, ByteBufAllocator alloc) {
    String body = "{\"model\":" + JsonText.quote(target) + ",\"messages\":[" + messages() + "]}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return alloc.directBuffer(bytes.length).writeBytes(bytes);
  }
}
