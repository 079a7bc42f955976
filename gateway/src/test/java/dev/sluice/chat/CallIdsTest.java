package dev.sluice.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallIdsTest {

  @Test
  void idsAreNineLettersAndDigitsAndDifferByAnswerChoiceAndCall() {
    Set<String> ids = new HashSet<>();
    for (String seed : new String[] {"", "a", "b", "chatcmpl-1/1", "chatcmpl-2/1"}) {
      for (int choice = 0; choice < 10; choice++) {
        for (int call = 0; call < 200; call++) {
          ids.add(CallIds.make(seed, choice, call));
        }
      }
    }

    assertThat(ids).hasSize(10_000).allMatch(id -> id.matches("[0-9A-Za-z]{9}"));
    assertThat(CallIds.make("a", 0, 1)).isEqualTo(CallIds.make("a", 0, 1));
  }
}
