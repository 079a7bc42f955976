package dev.sluice.engine;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Usage;
import dev.sluice.config.Settings;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.RequestHead;
import dev.sluice.json.JsonWriter;
import dev.sluice.net.UpstreamRequest;
import dev.sluice.protocol.openai.OpenAiDeviations.StreamUsage;
import dev.sluice.protocol.openai.OpenAiRequestOptions;
import dev.sluice.protocol.openai.OpenAiRequests;
import dev.sluice.provider.Credential;
import dev.sluice.provider.Provider;
import dev.sluice.provider.translation.Betas;
import dev.sluice.provider.translation.Translation;
import dev.sluice.provider.translation.Translator;
import dev.sluice.routing.Plan;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
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
 * @param copies all requests where the target is called more than once; {@code null} where once
 */
record Outgoing(
    UpstreamRequest request,
    @Nullable Interpreter interpreter,
    Losses losses,
    @Nullable Copies copies) {

  private static final int LOSSES_SHOWN_MAX = 10;

  /** A long conversation's text; what holds files is larger, and rare. */
  private static final int WRITER_BYTES_KEPT = 512 * 1024;

  /**
   * What every request is made with.
   *
   * @param step of the plan
   * @param credential the provider's
   * @param head the client's request
   * @param alloc for the request's bytes; of whatever thread makes them
   * @param writer where they are written first; of that thread, too, and empty
   */
  record Means(
      Plan.Step step,
      Credential credential,
      RequestHead head,
      ByteBufAllocator alloc,
      JsonWriter writer) {

    private Provider provider() {
      return step.target().provider();
    }
  }

  /**
   * The client's own bytes, for a target that speaks OpenAI's protocol; written anew only where it
   * would refuse them.
   *
   * @throws GatewayException where the target cannot be asked that
   */
  static Outgoing same(Means means, Inquiry inquiry, Serving serving) {
    Provider provider = means.provider();
    String model = means.step().target().model();
    OpenAiRequestOptions rewriting = provider.rewriting();
    StreamUsage usage =
        rewriting == null ? StreamUsage.ASKED_FOR : rewriting.deviations().streamUsage();
    ByteBuf body = inquiry.openAiBody(means.step().asked(), model, usage, means.alloc());
    Losses losses = new Losses();
    if (rewriting != null) {
      byte[] bytes = ByteBufUtil.getBytes(body);
      if (rewriting.deviations().needsAdjusting(bytes, 0, bytes.length)) {
        body.release();
        JsonWriter adjusted = means.writer();
        try {
          OpenAiRequests.encode(Inquiry.decoded(bytes), rewriting, adjusted, losses);
          refuseLosses(losses, provider, serving);
          body = means.alloc().directBuffer(adjusted.length());
          adjusted.writeTo(body);
        } finally {
          adjusted.reset(WRITER_BYTES_KEPT);
        }
      }
    }
    UpstreamRequest request = provider.chat(model, body, kind(inquiry), means.head().requestId());
    finish(means, request);
    return new Outgoing(request, null, losses, null);
  }

  private static void refuseLosses(Losses losses, Provider provider, Serving serving) {
    if (!losses.isEmpty() && serving.unsupported() == Settings.Unsupported.ERROR) {
      throw new GatewayException(refused(losses, provider));
    }
  }

  /**
   * The request for a target that has a protocol of its own.
   *
   * @param asked with the model as the provider calls it
   * @param loops for the answer's bytes; of the exchange's loop
   * @throws GatewayException where the target cannot be asked that
   */
  static Outgoing translated(
      Means means, Inquiry inquiry, ChatRequest asked, Serving serving, ByteBufAllocator loops) {
    Provider provider = means.provider();
    Translator translator = translator(provider);
    Losses losses = new Losses();
    int calls = Copies.count(asked, provider, translator);
    ChatRequest each = calls == 1 ? asked : Copies.ofOne(asked, 0);
    Copies.Copy written = written(means, inquiry, each, serving, losses);
    Copies copies =
        calls == 1
            ? null
            : Copies.of(
                calls,
                asked,
                written,
                another -> written(means, inquiry, another, serving, new Losses()));
    Interpreter interpreter =
        new Interpreter(
            copies == null ? written.translation() : copies.braid(),
            asked,
            means.head().requestId(),
            provider.blockedPrompts(),
            loops);
    return new Outgoing(written.request(), interpreter, losses, copies);
  }

  private static Copies.Copy written(
      Means means, Inquiry inquiry, ChatRequest asked, Serving serving, Losses losses) {
    Provider provider = means.provider();
    JsonWriter body = means.writer();
    try {
      Translation translation =
          translator(provider).translate(asked, means.head().headers(), body, losses);
      refuseLosses(losses, provider, serving);
      UpstreamRequest request =
          provider.chat(translation, body, kind(inquiry), means.head().requestId(), means.alloc());
      finish(means, request);
      return new Copies.Copy(translation, request);
    } finally {
      body.reset(WRITER_BYTES_KEPT);
    }
  }

  private static Translator translator(Provider provider) {
    Translator translator = provider.translator();
    if (translator == null) {
      throw new IllegalStateException("speaks OpenAI's protocol: " + provider);
    }
    return translator;
  }

  /** What the provider has reported, as far as it had to be interpreted. */
  Usage usage() {
    if (copies != null) {
      return copies.braid().usage();
    }
    return interpreter == null ? Usage.NONE : interpreter.usage();
  }

  private static Provider.AnswerKind kind(Inquiry inquiry) {
    return inquiry.stream() ? Provider.AnswerKind.STREAM : Provider.AnswerKind.WHOLE;
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

  /** Releases a request that is not sent. */
  void discard() {
    if (copies == null) {
      request.body().release();
    } else {
      copies.discard();
    }
  }

  /** What is passed on from the client, and then the signature: it covers the rest. */
  private static void finish(Means means, UpstreamRequest request) {
    Provider provider = means.provider();
    forward(means.head().headers(), provider, request.headers());
    try {
      provider.sign(means.credential(), request);
    } catch (GatewayException e) {
      request.body().release();
      throw e;
    }
  }

  private static void forward(HttpHeaders from, Provider provider, HttpHeaders to) {
    List<String> names = provider.forwardHeaders();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String value = from.get(name);
      // Betas are the translator's, who has let through what it understands.
      boolean betas = provider.translator() != null && name.equalsIgnoreCase(Betas.HEADER);
      if (value != null && !betas) {
        to.set(name, value);
      }
    }
  }
}
