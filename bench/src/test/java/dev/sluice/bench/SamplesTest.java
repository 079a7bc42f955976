package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SamplesTest {

  @Test
  void aMedianIsTheMiddleOfTheValuesInOrder() {
    assertThat(Samples.of(9, 1, 5).median()).isEqualTo(5);
    assertThat(Samples.of(9, 1, 5, 7).median()).isEqualTo(6);
  }

  @Test
  void theSpreadOfFewIsFromTheLeastToTheMost() {
    Samples few = Samples.of(3, 1, 900, 2);

    assertThat(few.low()).isEqualTo(1);
    assertThat(few.high()).isEqualTo(900);
  }

  @Test
  void theSpreadOfManyIsTheirMiddleHalf() {
    Samples many = Samples.of(8, 1, 2, 900, 3, 4, 5, 6, 7);

    assertThat(many.median()).isEqualTo(5);
    assertThat(many.low()).isEqualTo(3);
    assertThat(many.high()).isEqualTo(7);
  }

  @Test
  void ratiosAreOfRunsThatStoodBesideEachOther() {
    Samples ratio = Samples.of(10, 40, 90).dividedBy(Samples.of(10, 20, 30));

    assertThat(ratio.median()).isEqualTo(2);
    assertThat(ratio.low()).isEqualTo(1);
    assertThat(ratio.high()).isEqualTo(3);
  }

  /** Each run here is spoilt on one side or the other; the medians are not. */
  @Test
  void aDifferenceIsThatOfTheMedians() {
    Samples loaded = Samples.of(3, 3, 3, 80, 90);
    Samples direct = Samples.of(50, 60, 1, 1, 1);

    Samples added = loaded.minus(direct);

    assertThat(added.median()).isEqualTo(2);
    assertThat(added.low()).isEqualTo(-57);
    assertThat(added.high()).isEqualTo(89);
  }

  @Test
  void runsThatWereNotBesideEachOtherAreNotCompared() {
    Samples two = Samples.of(1, 2);
    Samples three = Samples.of(1, 2, 3);

    assertThatThrownBy(() -> two.minus(three)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> two.dividedBy(three)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(Samples::of).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void numbersHaveThreeDigits() {
    assertThat(Samples.number(0)).isEqualTo("0");
    assertThat(Samples.number(0.1234)).isEqualTo("0.123");
    assertThat(Samples.number(1.2345)).isEqualTo("1.23");
    assertThat(Samples.number(-12.345)).isEqualTo("-12.3");
    assertThat(Samples.number(12_345.6)).isEqualTo("12,346");
  }

  @Test
  void oneRunHasNoSpread() {
    assertThat(Samples.of(7).text()).isEqualTo("7.00");
    assertThat(Samples.of(7, 8, 9).text()).isEqualTo("8.00 (7.00 to 9.00)");
    assertThat(Samples.of(0.1, 0.1).minus(Samples.of(0.1, 0.1)).median())
        .isCloseTo(0, within(1e-9));
  }
}
