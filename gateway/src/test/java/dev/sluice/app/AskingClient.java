package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;

import java.net.http.HttpResponse;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Clients that ask and wait, so that the test can say meanwhile what the provider answers. Behind
 * each test those that still wait are let go.
 */
final class AskingClient implements AfterEachCallback {

  private static final int SECONDS_MAX = 10;

  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Asks the model {@code up/m}.
   *
   * @param more members of the request, each behind a comma
   */
  Future<HttpResponse<String>> ask(RunningGateway gateway, String more) {
    return submit(() -> gateway.chat(body("up/m", "hi", more)));
  }

  /** Asks as {@link #ask} does; what is told is the status, and in the next line the body. */
  Future<String> askText(RunningGateway gateway, String more) {
    return submit(() -> {
      HttpResponse<String> answer = gateway.chat(body("up/m", "hi", more));
      return answer.statusCode() + "\n" + answer.body();
    });
  }

  <T> Future<T> submit(Callable<T> asking) {
    return clients.submit(asking);
  }

  static <T> T answered(Future<T> asked) throws Exception {
    return asked.get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    clients.shutdownNow();
  }
}
