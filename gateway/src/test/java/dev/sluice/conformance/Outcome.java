package dev.sluice.conformance;

/**
 * How a test went that proves an item.
 *
 * @param cases how many times it ran, with other values each time
 * @param failed how many of them failed
 * @param skipped how many of them did not run
 */
record Outcome(Proof proof, int cases, int failed, int skipped) {

  /** One line of a file of outcomes, without its end. */
  String line() {
    return String.join(
        "\t",
        proof.item().dialect(),
        proof.item().source(),
        proof.item().text(),
        proof.test(),
        Integer.toString(cases),
        Integer.toString(failed),
        Integer.toString(skipped));
  }

  /** The result in words. */
  String result() {
    if (failed > 0) {
      return "failed";
    }
    if (skipped == cases) {
      return "not run";
    }
    int passed = cases - skipped;
    return passed == 1 ? "passed" : "passed, " + passed + " cases";
  }
}
