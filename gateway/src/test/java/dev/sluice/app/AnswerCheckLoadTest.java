package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many answers whose checks take as long as one may. */
@Timeout(60)
class AnswerCheckLoadTest extends AnswerForms {

  /** More than end while a large request is answered, however many are checked at once. */
  private static final int SLOW = 6 * Runtime.getRuntime().availableProcessors();

  private static final int LARGE = 300 * 1024;

  @Test
  @DisplayName("case 49: requests that are read beside the loop do not wait for checks")
  void othersDoNotWait() throws Exception {
    String text = "\"" + "a".repeat(5000) + "\"";
    String slow = asking(WITH_SCHEMA.replace(SCHEMA, "{\"pattern\":\"(a+)+\\\\1b\"}"));
    String large = RunningGateway.body("up/m", "a".repeat(LARGE), "");
    try (ScriptedUpstream up = up(completion(text), completion(text));
        RunningGateway gateway = before(up);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < SLOW; i++) {
        Future<?> _ = clients.submit(() -> gateway.chat(slow));
      }
      await().until(() -> up.requestsWaiting() == SLOW);

      HttpResponse<String> answer = gateway.chat(large);

      assertThat(content(answer)).isEqualTo(text);
      assertThat(checked(gateway)).isLessThan(SLOW - 1);
      // Beyond a bound nobody waits for a check, so all have their answers soon.
      await().until(() -> checked(gateway) == SLOW);
    }
  }

  private static double checked(RunningGateway gateway) {
    return gateway
        .gateway()
        .metrics()
        .scrape()
        .lines()
        .filter(line -> line.startsWith("sluice_answer_checks_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
