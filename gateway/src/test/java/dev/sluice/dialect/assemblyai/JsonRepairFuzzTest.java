package dev.sluice.dialect.assemblyai;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.fuzz.Checks;
import java.nio.charset.StandardCharsets;

/** What a model wrote is repaired or left as it is, and a second repair changes nothing. */
class JsonRepairFuzzTest {

  @FuzzTest
  void repair(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);

    String repaired = JsonRepair.repair(text);

    if (!repaired.equals(text) && !JsonRepair.isJson(repaired)) {
      throw new IllegalStateException("changed, but not to JSON");
    }
    if (!JsonRepair.repair(repaired).equals(repaired)) {
      throw new IllegalStateException("repaired twice");
    }
    Checks.bounded(repaired.length(), text.length());
  }
}
