package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageSumTest {

  private static String added(String earlier, String later) {
    byte[] one = ("xx" + earlier).getBytes(StandardCharsets.UTF_8);
    byte[] other = ("xxx" + later + "y").getBytes(StandardCharsets.UTF_8);
    byte[] sum = UsageSum.added(one, 2, one.length, other, 3, other.length - 1);
    return sum == null ? "" : new String(sum, StandardCharsets.UTF_8);
  }

  private static String sum(String earlier, String later) {
    String sum =
        added("{\"usage\":" + earlier + "}", "{\"é\":1e2, \"usage\" : " + later + " , \"b\":[]}");
    String head = "{\"é\":1e2, \"usage\" : ";
    String tail = " , \"b\":[]}";
    if (sum.isEmpty()) {
      return sum;
    }
    assertThat(sum).startsWith(head).endsWith(tail);
    return sum.substring(head.length(), sum.length() - tail.length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1} | {\"a\":2} | {\"a\":3}",
        "{\"a\":1,\"c\":5} | {\"b\":2,\"a\":2} | {\"b\":2,\"a\":3,\"c\":5}",
        "{\"d\":{\"x\":1}} | {\"d\":{\"x\":2,\"y\":3}} | {\"d\":{\"x\":3,\"y\":3}}",
        "{\"d\":{\"x\":1}} | {\"d\":null} | {\"d\":{\"x\":1}}",
        "{\"d\":null} | {\"d\":{\"x\":1}} | {\"d\":{\"x\":1}}",
        "{\"cost\":0.1} | {\"cost\":0.2} | {\"cost\":0.3}",
        "{\"tier\":\"a\"} | {\"tier\":\"b\"} | {\"tier\":\"b\"}",
        "{\"usage_estimated\":true} | {\"usage_estimated\":false} | {\"usage_estimated\":true}",
        "{\"usage_estimated\":false} | {\"usage_estimated\":true} | {\"usage_estimated\":true}",
        "{\"a\":9223372036854775807} | {\"a\":1} | {\"a\":9223372036854775808}",
        "{\"a\":[1]} | {\"a\":[2]} | {\"a\":[2]}",
        "{\"a\":1} | null | {\"a\":1}",
        "null | {\"a\":1} | {\"a\":1}",
      })
  void figuresAreAddedUpAndTheRestIsTheLaterOnes(String earlier, String later, String expected) {
    assertThat(sum(earlier, later)).isEqualTo(expected);
  }

  @Test
  void aFigureOfAbsurdSizeIsNotAddedTo() {
    assertThat(sum("{\"a\":1e999999999}", "{\"a\":1}")).isEqualTo("{\"a\":1}");
    assertThat(sum("{\"a\":1}", "{\"a\":1e-999999999}")).contains("999999999");
    assertThat(sum("{\"a\":" + "1".repeat(100) + "}", "{\"a\":1}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | {\"usage\":{ \"a\":1e1}}",
        "{\"é\":{}} | {\"é\":{},\"usage\":{ \"a\":1e1}}",
        "` { \"b\" : [] } ` | ` { \"b\" : [] ,\"usage\":{ \"a\":1e1}} `",
        "{\"b\":{\"usage\":{}}} | {\"b\":{\"usage\":{}},\"usage\":{ \"a\":1e1}}",
      })
  void whereTheLaterOneHasNoneItGetsTheEarlierOnes(String later, String expected) {
    assertThat(added("{\"b\":2, \"usage\" : { \"a\":1e1} }", later)).isEqualTo(expected);
  }

  @Test
  void whereNothingCanBeAddedNothingIs() {
    assertThat(added("{\"a\":1}", "{\"usage\":{}}")).isEmpty();
    assertThat(added("{\"usage\":null}", "{\"a\":1}")).isEmpty();
    assertThat(added("{\"usage\":{\"a\":1}}", "[{}]")).isEmpty();
    assertThat(added("[]", "{\"usage\":{}}")).isEmpty();
    assertThat(sum("{\"a\":\"" + "x".repeat(20_000) + "\"}", "{}")).isEmpty();
    assertThat(sum("{\"a\":" + "[".repeat(50) + "]".repeat(50) + "}", "{}")).isEmpty();
  }
}
