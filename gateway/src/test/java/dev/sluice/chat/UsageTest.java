package dev.sluice.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsageTest {

  @Test
  void aPromptInPartsIsTheirSum() {
    Usage usage =
        Usage.builder().promptFromParts(100, 21, 7).cacheWriteHour(2).completion(5).build();

    assertThat(usage.promptTokens()).isEqualTo(128);
    assertThat(usage.cachedTokens()).isEqualTo(21);
    assertThat(usage.uncachedTokens()).isEqualTo(100);
    assertThat(usage.cacheWriteFiveMinuteTokens()).isEqualTo(5);
  }

  @Test
  void missingIsNotZero() {
    Usage parts = Usage.builder().promptFromParts(Usage.UNKNOWN, 3, Usage.UNKNOWN).build();

    assertThat(parts.promptTokens()).isEqualTo(Usage.UNKNOWN);
    assertThat(parts.uncachedTokens()).isEqualTo(Usage.UNKNOWN);
    assertThat(parts.cacheWriteTokens()).isEqualTo(Usage.UNKNOWN);
    assertThat(parts.cacheWriteFiveMinuteTokens()).isEqualTo(Usage.UNKNOWN);
    assertThat(Usage.builder().promptFromParts(0, 0, 0).build().promptTokens()).isZero();
    assertThat(Usage.NONE.isReported()).isFalse();
    assertThat(Usage.builder().completion(0).build().isReported()).isTrue();
  }

  @Test
  void derivedFiguresAreNeverNegative() {
    Usage usage = Usage.builder().prompt(3).cached(9).completion(2).reasoning(5).build();

    assertThat(usage.uncachedTokens()).isZero();
    assertThat(usage.answerTokens()).isZero();
  }
}
