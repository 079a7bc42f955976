package dev.sluice.engine;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.config.TranslationSettings.SeveralChoices;
import dev.sluice.net.UpstreamRequest;
import dev.sluice.provider.Provider;
import dev.sluice.provider.translation.Translation;
import dev.sluice.provider.translation.Translator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The requests of a {@link Fan}, one for each choice that is asked for.
 *
 * @param braid reads their answers
 * @param requests each with a body of its own, which whoever sends it owns
 */
record Copies(Braid braid, List<UpstreamRequest> requests) {

  Copies {
    requests = List.copyOf(requests);
  }

  /** One request and the reader of its answer. */
  record Copy(Translation translation, UpstreamRequest request) {}

  /**
   * How often the target is to be called: once, or once for each choice, where it cannot give them
   * in one call and the operator wants them all the same.
   *
   * @throws GatewayException where there would be too many calls
   */
  static int count(ChatRequest asked, Provider provider, Translator translator) {
    Long choices = asked.output().choices();
    if (choices == null
        || choices <= 1
        || provider.severalChoices() != SeveralChoices.FAN_OUT
        || choices <= translator.choicesMax(asked.model())) {
      return 1;
    }
    if (choices > Fan.CALLS_MAX) {
      throw new GatewayException(
          new Fault.InvalidRequest(
              List.of(
                  new Fault.Violation(
                      "n",
                      "n may be at most "
                          + Fan.CALLS_MAX
                          + " for "
                          + provider.name()
                          + ", which is called once for each choice",
                      -1,
                      null))));
    }
    return Math.toIntExact(choices);
  }

  /**
   * How many requests {@link #of} writes beside the first one, instead of copying that.
   *
   * @throws GatewayException as {@link #count}
   */
  static int writtenAnew(ChatRequest asked, Provider provider, Translator translator) {
    int calls = count(asked, provider, translator);
    return asked.sampling().seed() == null ? 0 : calls - 1;
  }

  /**
   * The same request for one choice.
   *
   * @param index the choice's; each has a seed of its own, since all would be the same with one
   */
  static ChatRequest ofOne(ChatRequest asked, int index) {
    Long seed = asked.sampling().seed();
    return asked.toBuilder().choices(null).seed(seed == null ? null : seed ^ index).build();
  }

  /**
   * The requests for all choices.
   *
   * @param first the first choice's
   * @param writer writes another choice's, where that differs from the first
   */
  static Copies of(int calls, ChatRequest asked, Copy first, Function<ChatRequest, Copy> writer) {
    List<Translation> translations = new ArrayList<>(calls);
    List<UpstreamRequest> requests = new ArrayList<>(calls);
    translations.add(first.translation());
    requests.add(first.request());
    try {
      for (int i = 1; i < calls; i++) {
        Copy copy =
            asked.sampling().seed() == null
                ? new Copy(first.translation(), copied(first.request()))
                : writer.apply(ofOne(asked, i));
        translations.add(copy.translation());
        requests.add(copy.request());
      }
    } catch (GatewayException e) {
      release(requests);
      throw e;
    }
    return new Copies(new Braid(translations), requests);
  }

  private static UpstreamRequest copied(UpstreamRequest request) {
    return new UpstreamRequest(
        request.method(),
        request.path(),
        request.headers().copy(),
        request.body().retainedDuplicate());
  }

  /** Releases requests that are not sent. */
  void discard() {
    release(requests);
  }

  private static void release(List<UpstreamRequest> requests) {
    requests.forEach(request -> request.body().release());
  }
}
