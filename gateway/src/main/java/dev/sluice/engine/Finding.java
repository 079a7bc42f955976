package dev.sluice.engine;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Part;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.openai.AskedForm;
import dev.sluice.protocol.openai.OpenAiAnswers;
import dev.sluice.provider.checking.FormCheck;
import dev.sluice.provider.checking.Verdict;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What was found of an answer's form. Made beside the loop.
 *
 * @param verdict {@code null} where there is nothing to check
 * @param text the answer's
 * @param form what was asked for
 */
record Finding(@Nullable Verdict verdict, String text, Form form) {

  private static final FormCheck CHECK = new FormCheck(FormCheck.USUAL);

  private static final Finding NOTHING = new Finding(null, "", new Form(null));

  /**
   * That JSON was asked for.
   *
   * @param schema the JSON Schema; {@code null} where any will do
   */
  record Form(@Nullable String schema) {}

  /**
   * What a request asks for.
   *
   * @param form {@code null} where there is nothing to check
   */
  record Asked(@Nullable Form form) {

    private static final Asked NOTHING = new Asked(null);

    /**
     * Reads a request.
     *
     * @param request in OpenAI's protocol
     */
    static Asked in(byte[] request) {
      AskedForm asked;
      try {
        asked = AskedForm.read(request, 0, request.length);
      } catch (MalformedJson _) {
        // The door or the provider took it as it is: it is not for a check to refuse it.
        return NOTHING;
      }
      return switch (asked.kind()) {
        case ANY -> NOTHING;
        case JSON -> new Asked(new Form(null));
        case SCHEMA -> {
          int from = asked.schemaFrom();
          int length = asked.schemaTo() - from;
          yield new Asked(new Form(new String(request, from, length, StandardCharsets.UTF_8)));
        }
      };
    }
  }

  /** That there was no time to look. */
  static Finding late(Form form) {
    return new Finding(new Verdict.Unchecked(Verdict.Reason.OUT_OF_TIME), "", form);
  }

  /** Holds an answer against a form. */
  static Finding of(Form form, ByteBuf answer) {
    String text = text(answer);
    return text == null ? NOTHING : new Finding(CHECK.check(form.schema(), text), text, form);
  }

  /** Whether an answer says anything, were it that it refuses to. */
  static boolean hasChoices(ByteBuf answer) {
    ChatResponse response = read(answer);
    return response != null && !response.choices().isEmpty();
  }

  private static @Nullable ChatResponse read(ByteBuf answer) {
    int from = answer.arrayOffset() + answer.readerIndex();
    try {
      return OpenAiAnswers.decode(answer.array(), from, from + answer.readableBytes());
    } catch (MalformedJson | MisshapenJson _) {
      return null;
    }
  }

  /**
   * The text that is to have the form; {@code null} where the answer is another one: several, a
   * call, a refusal, or one that was cut, which to ask for again would be cut again.
   */
  private static @Nullable String text(ByteBuf answer) {
    ChatResponse response = read(answer);
    if (response == null || response.choices().size() != 1) {
      return null;
    }
    Choice choice = response.choices().getFirst();
    Finish finish = choice.finish();
    if (finish != null && (finish.reason() != FinishReason.STOP || finish.stopSequence() != null)) {
      return null;
    }
    for (Part part : choice.message().parts()) {
      if (part instanceof Part.ToolCall || part instanceof Part.Refusal) {
        return null;
      }
    }
    return choice.message().audio() == null ? choice.message().text() : null;
  }
}
