package dev.sluice.provider.translation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.Fault;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import org.junit.jupiter.api.Test;

class ProviderFaultsTest {

  private static final ProviderError FILTERED =
      new ProviderError("filtered", null, "content_filter", "prompt");

  private static Fault of(int status) {
    return ProviderFaults.of(FILTERED, status, EmptyHttpHeaders.INSTANCE);
  }

  @Test
  void aFiltersRefusalWithinAnAnswerIsNoFailureOfTheProviders() {
    assertThat(of(502)).isEqualTo(new Fault.ContentFiltered("filtered"));
  }

  @Test
  void aFiltersRefusalWithAStatusOfItsOwnKeepsAllItSays() {
    assertThat(of(400))
        .isEqualTo(
            new Fault.UpstreamFailed("filtered", 400, null, "content_filter", "prompt", null));
  }
}
