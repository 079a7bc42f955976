package dev.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonReaderTest {

  private static JsonReader reader(String json) {
    byte[] bytes = ("<<" + json + ">>").getBytes(StandardCharsets.UTF_8);
    return new JsonReader(bytes, 2, bytes.length - 2, NameTable.of("known", "n"));
  }

  @Test
  void readsMembersAndItemsAndKeepsExactText() {
    JsonReader in =
        reader(
            " {\"known\" : [1e2, -0.50 ,true,null,\"\\u00e9\"] ,\"\\u006e\":{ \"x\":[ ] }, \"z\":{}}");
    List<Object> found = new ArrayList<>();

    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "known" -> {
          in.enterArray();
          found.add(in.integer());
          in.nextItem();
          found.add(in.number());
          in.nextItem();
          found.add(in.bool());
          in.nextItem();
          found.add(in.skipNull());
          in.nextItem();
          found.add(in.text());
          assertThat(in.nextItem()).isFalse();
        }
        case "n" -> found.add(in.raw());
        default -> found.add(in.enterObject());
      }
    }
    in.end();

    assertThat(found)
        .containsExactly(100L, new BigDecimal("-0.50"), true, true, "é", "{ \"x\":[ ] }", false);
  }

  @Test
  void namesTheFieldItComplainsOf() {
    JsonReader in = reader("{\"a\":[{\"b\":[0,{\"c\":\"x\"}]}]}");
    in.enterObject();
    in.name();
    in.enterArray();
    in.enterObject();
    in.name();
    in.enterArray();
    in.skip();
    in.nextItem();
    in.enterObject();
    in.name();

    assertThatThrownBy(in::integer)
        .isInstanceOfSatisfying(
            MisshapenJson.class,
            e -> {
              assertThat(e.path()).isEqualTo("a[0].b[1].c");
              assertThat(e.reason()).isEqualTo("`a[0].b[1].c` must be a number, but is a string");
              assertThat(e.offset()).isEqualTo(19);
            });
  }

  @Test
  void aValueThatIsReadLaterIsStillNamedByItsPlaceInTheWholeText() {
    JsonReader in = reader("{\"a\":[7,{\"b\":[0,\"x\"]}]}");
    in.enterObject();
    in.name();
    in.enterArray();
    in.skip();
    in.nextItem();
    int mark = in.mark();
    in.skip();

    JsonReader later = in.later(mark);
    later.enterObject();
    later.name();
    later.enterArray();
    later.skip();
    later.nextItem();

    assertThatThrownBy(later::integer)
        .isInstanceOfSatisfying(
            MisshapenJson.class,
            e -> {
              assertThat(e.path()).isEqualTo("a[1].b[1]");
              assertThat(e.offset()).isEqualTo(16);
            });
    assertThat(in.nextItem()).isFalse();
    assertThat(in.nextMember()).isFalse();
    in.end();
  }

  @Test
  void pathsMayBeDeepAndComeBack() {
    int depth = 100;
    JsonReader in = reader("[".repeat(depth) + "7" + "]".repeat(depth));
    for (int i = 0; i < depth; i++) {
      in.enterArray();
    }

    assertThat(in.path()).isEqualTo("[0]".repeat(depth));
    assertThat(in.integer()).isEqualTo(7);
    for (int i = 0; i < depth; i++) {
      assertThat(in.nextItem()).isFalse();
    }
    assertThat(in.path()).isEmpty();
    in.end();
  }

  @Test
  void absurdNumbersAreRefusedQuickly() {
    assertThatThrownBy(() -> reader("1e999999999").number()).isInstanceOf(MisshapenJson.class);
    assertThatThrownBy(() -> reader("9".repeat(100_000)).integer())
        .isInstanceOf(MisshapenJson.class);
    assertThatThrownBy(() -> reader("1.5").integer()).isInstanceOf(MisshapenJson.class);
    assertThatThrownBy(() -> reader("9223372036854775808").integer())
        .isInstanceOf(MisshapenJson.class);
  }

  @Test
  void expectedNamesAreToldApartByEveryByte() {
    String[] expected = {"a", "ab", "abcdefgh", "abcdefghi", "abcdefghj", "caf\u00e9", ""};
    NameTable table = NameTable.of(expected);

    for (String name : expected) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      byte[] amongOthers = ("0" + name + "123456789").getBytes(StandardCharsets.UTF_8);
      assertThat(table.find(bytes, 0, bytes.length)).isSameAs(name);
      assertThat(table.find(amongOthers, 1, 1 + bytes.length)).isSameAs(name);
      for (int i = 0; i < bytes.length; i++) {
        byte[] other = bytes.clone();
        other[i] ^= 0x40;
        assertThat(table.find(other, 0, other.length)).isNull();
      }
    }
    assertThat(table.find(new byte[] {'a', 0}, 0, 2)).isNull();
    assertThat(table.find(new byte[] {0}, 0, 1)).isNull();
    assertThat(table.find(new byte[9], 0, 1)).isNull();
  }

  @Test
  void aTableTakesNoNameThatIsWrittenWithEscapes() {
    assertThatThrownBy(() -> NameTable.of("a\\b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anExpectedNameMayBeSpelledWithEscapes() {
    byte[] bytes =
        "{\"kno\\u0077n\" : \"\\u006e\", \"other\\n\": \"\\\"\"}".getBytes(StandardCharsets.UTF_8);
    for (JsonReader in : bothReaders(bytes)) {
      assertThat(in.enterObject()).isTrue();
      assertThat(in.name()).isEqualTo("known");
      assertThat(in.word()).isEqualTo("n");
      assertThat(in.nextMember()).isTrue();
      assertThat(in.name()).isEqualTo("other\n");
      assertThat(in.word()).isEqualTo("\"");
      assertThat(in.nextMember()).isFalse();
    }
  }

  private static List<JsonReader> bothReaders(byte[] bytes) {
    NameTable names = NameTable.of("known", "n");
    return List.of(
        new JsonReader(bytes, 0, bytes.length, names),
        JsonReader.ofWellFormed(bytes, 0, bytes.length, names));
  }
}
