package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every case that is hard to translate is proven by a test which says so. */
class TranslationCasesTest {

  private static final Path TABLE = Path.of("..", "docs", "translation.md");
  private static final String WRITE = "sluice.cases.write";

  private static final Pattern NAME =
      Pattern.compile("(?:translation )?cases? ((?:\\d+(?:, | and )?)+): .+");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private static final String HEAD =
      """
      # What is hard to translate

      A request that is sent to a provider in another protocol than the client's, and its answer,
      meet these cases. Each is proven by tests whose names begin with its number. Written by a
      test:

          mvn -pl gateway test -Dtest=TranslationCasesTest -Dsluice.cases.write=true

      | case | about | tests |
      |---|---|---|
      """;

  @Test
  void everyCaseIsProvenByATestThatNamesIt() throws Exception {
    Map<Integer, SortedSet<String>> tests = tests();
    String table = table(tests);
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(TABLE, table);
    }

    SortedSet<Integer> expected = numbers(TranslationCases.NAMES.size());
    assertThat(tests.keySet())
        .as("cases that are named, of 1 to %d", TranslationCases.NAMES.size())
        .isEqualTo(expected);
    assertThat(Files.readString(TABLE)).as("write it anew with -D%s=true", WRITE).isEqualTo(table);
  }

  @Test
  void aNameTellsItsCases() {
    assertThat(cases("case 7: nothing empty is sent")).containsExactly(7);
    assertThat(cases("cases 1, 2 and 30: a")).containsExactly(1, 2, 30);
    assertThat(cases("translation case 30: a")).containsExactly(30);
    assertThat(cases("in case 7: a")).isEmpty();
    assertThat(cases("case seven: a")).isEmpty();
  }

  private static SortedSet<Integer> numbers(int last) {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (int number = 1; number <= last; number++) {
      numbers.add(number);
    }
    return numbers;
  }

  private static SortedSet<Integer> cases(String displayName) {
    SortedSet<Integer> cases = new TreeSet<>();
    Matcher name = NAME.matcher(displayName);
    if (name.matches()) {
      Matcher number = NUMBER.matcher(name.group(1));
      while (number.find()) {
        cases.add(Integer.valueOf(number.group()));
      }
    }
    return cases;
  }

  /** By case: the tests, each with the room that it is about. */
  private static Map<Integer, SortedSet<String>> tests() throws IOException {
    Map<Integer, SortedSet<String>> tests = new TreeMap<>();
    for (Class<?> type : Proof.testClasses()) {
      String room = type.getPackageName();
      room = room.substring(room.lastIndexOf('.') + 1);
      for (Method method : type.getDeclaredMethods()) {
        DisplayName name = method.getAnnotation(DisplayName.class);
        if (name == null) {
          continue;
        }
        for (Integer number : cases(name.value())) {
          tests
              .computeIfAbsent(number, _ -> new TreeSet<>())
              .add(room + " `" + type.getSimpleName() + "." + method.getName() + "`");
        }
      }
    }
    return tests;
  }

  private static String table(Map<Integer, SortedSet<String>> tests) {
    StringBuilder text = new StringBuilder(HEAD);
    for (int number = 1; number <= TranslationCases.NAMES.size(); number++) {
      text.append("| ")
          .append(number)
          .append(" | ")
          .append(TranslationCases.NAMES.get(number - 1))
          .append(" | ")
          .append(String.join("<br>", tests.get(number)))
          .append(" |\n");
    }
    return text.toString();
  }
}
