package dev.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelIdsTest {

  @Test
  void aNamesIdIsTheSameForEver() {
    UUID id = ModelIds.of("demo/echo");

    assertThat(id).isEqualTo(UUID.fromString("8291aaec-6080-53b1-97ec-de25fd73bb3b"));
    assertThat(id.version()).isEqualTo(5);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(ModelIds.of("demo/echp")).isNotEqualTo(id);
  }

  @Test
  void aLearnedNameIsFoundByItsId() {
    ModelIds ids = new ModelIds();
    UUID id = ModelIds.of("a/b");

    assertThat(ids.name(id)).isNull();
    assertThat(ids.learn("a/b")).isEqualTo(id).isEqualTo(ids.learn("a/b"));
    assertThat(ids.name(id)).isEqualTo("a/b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo/echo",
        "11111111-1111-4111-8111-11111111111",
        "11111111-1111-4111-8111-1111111111111",
        "1-1-4-8-111111111111111111111111111a",
        "11111111-1111-4111-8111-11111111111g",
        "11111111-1111-4111-8111-11111111111١",
        "111111111111-11114111-8111-111111111",
      })
  void whatIsNoUuidIsNone(String text) {
    assertThat(ModelIds.parse(text)).isNull();
  }

  @Test
  void aUuidIsReadInAnyCase() {
    assertThat(ModelIds.parse("ABCDEFAB-cdef-4111-8111-111111111111"))
        .isEqualTo(UUID.fromString("abcdefab-cdef-4111-8111-111111111111"));
  }
}
