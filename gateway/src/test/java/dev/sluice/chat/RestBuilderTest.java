package dev.sluice.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RestBuilderTest {

  private static final int MANY = 200_000;

  @Test
  void aLaterMemberTakesThePlaceOfAnEarlierOneHoweverManyThereAre() {
    RestBuilder few = new RestBuilder("openai");
    RestBuilder many = new RestBuilder("openai");
    for (int i = 0; i < 3; i++) {
      few.add("a" + i, "1");
    }
    few.add("a1", "2");
    for (int i = 0; i < 20; i++) {
      many.add("a" + i, "1");
    }
    many.add("a1", "2");

    assertThat(few.build().members())
        .extracting(Rest.Member::name)
        .containsExactly("a0", "a2", "a1");
    assertThat(many.build().members()).hasSize(20);
    assertThat(many.build().members().getLast()).isEqualTo(new Rest.Member("a1", new Json("2")));
    assertThat(many.build().members().getFirst().name()).isEqualTo("a0");
  }

  /** A client may send as many as its body has room for. */
  @Test
  @Timeout(20)
  void membersAreNotComparedWithAllOthers() {
    RestBuilder rest = new RestBuilder("openai");
    for (int i = 0; i < MANY; i++) {
      rest.add("member" + i, "1");
    }

    assertThat(rest.build().members()).hasSize(MANY);
  }
}
