package dev.sluice.engine;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.config.Settings;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.RequestHead;
import dev.sluice.net.UpstreamRequest;
import dev.sluice.provider.Credential;
import dev.sluice.provider.Provider;
import dev.sluice.provider.translation.Translation;
import dev.sluice.provider.translation.Translator;
import dev.sluice.routing.Plan;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one target is sent: the client's own bytes where it speaks the client's protocol, else what
 * its protocol can carry of them.
 *
 * @param request owned by whoever sends it
 * @param interpreter reads the answer; {@code null} where it needs no interpreting
 * @param losses what could not be carried
 */
record Outgoing(UpstreamRequest request, @Nullable Interpreter interpreter, Losses losses) {

  private static final int LOSSES_SHOWN_MAX = 10;

  /**
   * Writes the request for a step of the plan.
   *
   * @throws GatewayException where the target cannot be asked that
   */
  static Outgoing to(
      Plan.Step step,
      Credential credential,
      Inquiry inquiry,
      RequestHead head,
      Serving serving,
      ByteBufAllocator alloc) {
    Provider provider = step.target().provider();
    String model = step.target().model();
    Provider.AnswerKind kind =
        inquiry.stream() ? Provider.AnswerKind.STREAM : Provider.AnswerKind.WHOLE;
    Translator translator = provider.translator();
    Outgoing made;
    if (translator == null) {
      UpstreamRequest request =
          provider.chat(
              credential,
              model,
              inquiry.openAiBody(step.asked(), model, alloc),
              kind,
              head.requestId());
      made = new Outgoing(request, null, new Losses());
    } else {
      ChatRequest asked = inquiry.chat(step.asked(), model, alloc);
      Losses losses = new Losses();
      Translation translation = translator.translate(asked, losses);
      if (!losses.isEmpty() && serving.unsupported() == Settings.Unsupported.ERROR) {
        throw new GatewayException(refused(losses, provider));
      }
      made =
          new Outgoing(
              provider.chat(credential, translation, kind, head.requestId(), alloc),
              new Interpreter(translation, asked, head.requestId(), alloc),
              losses);
    }
    forward(head.headers(), provider.forwardHeaders(), made.request().headers());
    return made;
  }

  private static Fault refused(Losses losses, Provider provider) {
    List<Fault.Violation> violations =
        losses.fields().stream()
            .limit(LOSSES_SHOWN_MAX)
            .map(field ->
                new Fault.Violation(
                    field, field + " cannot be carried to " + provider.name(), -1, null))
            .toList();
    return new Fault.InvalidRequest(violations);
  }

  private static void forward(HttpHeaders from, List<String> names, HttpHeaders to) {
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String value = from.get(name);
      if (value != null) {
        to.set(name, value);
      }
    }
  }
}
