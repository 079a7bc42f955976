package dev.sluice.compat.requests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compat.requests.Asks.Ask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a running gateway makes of requests of OpenAI's protocol is valid to the providers' own
 * clients. Every model gets the project's own samples; of the recorded requests, each protocol gets
 * all and each of its models its share.
 */
class ProviderRequestsTest {

  private static Asked asked;
  private static Map<Takers, Shape> shapes;
  private static List<Ask> samples;
  private static List<Ask> recorded;

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> kinds = new TreeMap<>();
    for (Takers taker : Takers.values()) {
      kinds.put(taker.provider(), taker.kind());
    }
    asked = new Asked(kinds);
    shapes = Takers.shapes();
    samples = Asks.samples();
    recorded = Asks.recorded();
    assertThat(samples).hasSizeGreaterThan(40);
  }

  @AfterAll
  static void stop() throws Exception {
    asked.close();
    for (Shape shape : shapes.values()) {
      if (shape instanceof AutoCloseable open) {
        open.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRequestIsValidToTheProvidersOwnClient(Takers taker) throws Exception {
    List<String> wrong = new ArrayList<>();
    int carried = 0;
    int refused = 0;
    for (int i = 0; i < taker.models().size(); i++) {
      List<Ask> asks = new ArrayList<>(samples);
      for (int j = i; !taker.isHost() && j < recorded.size(); j += taker.models().size()) {
        asks.add(recorded.get(j));
      }
      for (Ask ask : asks) {
        String model = taker.provider() + "/" + taker.models().get(i);
        Asked.Outcome outcome = asked.ask(taker.withoutFetching(ask).to(model));
        if (outcome.sent().isEmpty()) {
          refused++;
          // Only for what the provider, or the model, can't be given.
          if (!outcome.answer().contains("\"type\":\"invalid_request_error\"")) {
            wrong.add(model + ", " + ask.name() + ": " + outcome.answer());
          }
          continue;
        }
        carried++;
        for (String problem : shapes.get(taker).problems(taker.ours(outcome.sent()))) {
          wrong.add(model + ", " + ask.name() + ": " + problem);
        }
      }
    }

    assertThat(wrong).isEmpty();
    assertThat(refused).isLessThan(carried / 5);
  }
}
