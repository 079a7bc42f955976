package dev.sluice.provider.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNamesTest {

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, gpt-4o",
    "gpt-4o-2024-08-06, gpt-4o",
    "claude-sonnet-4-5-20250929, claude-sonnet-4-5",
    "claude-3-5-haiku-latest, claude-3-5-haiku",
    "claude-sonnet-4-5@20250929, claude-sonnet-4-5",
    "claude-opus-5@default, claude-opus-5",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0, anthropic.claude-sonnet-4-5",
    "apac.amazon.nova-lite-v1:0, amazon.nova-lite",
    "global.anthropic.claude-opus-4-6-v1, anthropic.claude-opus-4-6",
    "arn:aws:bedrock:us-east-1:012345678901:inference-profile/us.anthropic.claude-3-7-sonnet-20250219-v1:0, anthropic.claude-3-7-sonnet",
    "deepseek.v3-v1:0, deepseek.v3",
    "gpt-4.1, gpt-4.1",
    "deepseek-v3, deepseek-v3",
    "command-r-08-2024, command-r-08-2024",
    "o1, o1"
  })
  void aVersionIsLookedUpByItsModel(String version, String model) {
    assertThat(ModelNames.of(version)).startsWith(version).contains(model);
  }

  @Test
  void theClosestNameComesFirst() {
    assertThat(ModelNames.of("us.anthropic.claude-x-20250101-v1:0"))
        .containsExactly(
            "us.anthropic.claude-x-20250101-v1:0",
            "us.anthropic.claude-x-20250101",
            "us.anthropic.claude-x",
            "anthropic.claude-x-20250101-v1:0",
            "anthropic.claude-x-20250101",
            "anthropic.claude-x");
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "-latest",
    "@",
    ":",
    "-v",
    "-20250101",
    "arn:",
    "arn:/",
    "us.",
    "a-v1:0:0",
    "."
  })
  void oddNamesAreNoTrouble(String name) {
    assertThat(ModelNames.of(name)).startsWith(name);
    assertThat(Catalogue.load().card("bedrock", name).prices()).isNull();
  }
}
