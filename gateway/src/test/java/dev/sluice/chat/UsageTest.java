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

  @Test
  void sumsKeepWhatIsMissingApartFromZero() {
    Usage one = Usage.builder().prompt(10).completion(2).cached(0).total(12).build();
    Usage other = Usage.builder().prompt(20).completion(3).reasoning(1).build();

    Usage sum = one.plus(other);

    assertThat(sum.promptTokens()).isEqualTo(30);
    assertThat(sum.completionTokens()).isEqualTo(5);
    assertThat(sum.totalTokens()).isEqualTo(35);
    assertThat(sum.cachedTokens()).isZero();
    assertThat(sum.reasoningTokens()).isEqualTo(1);
    assertThat(sum.webSearches()).isEqualTo(Usage.UNKNOWN);
    assertThat(sum).isEqualTo(other.plus(one));
    assertThat(one.plus(Usage.NONE)).isEqualTo(one);
    assertThat(Usage.NONE.plus(Usage.NONE)).isEqualTo(Usage.NONE);
  }

  @Test
  void aSumWithAnEstimateIsOne() {
    Usage estimate =
        Usage.builder().prompt(10).completion(2).origin(Usage.Origin.ESTIMATED).build();

    assertThat(estimate.plus(Usage.NONE).origin()).isEqualTo(Usage.Origin.ESTIMATED);
    assertThat(Usage.NONE.plus(estimate).origin()).isEqualTo(Usage.Origin.ESTIMATED);
  }
}
