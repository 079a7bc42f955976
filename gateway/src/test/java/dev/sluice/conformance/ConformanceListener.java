package dev.sluice.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Notes while the tests run how those went that prove an item, writes that to {@code
 * target/conformance.tsv}, and where the property {@value #WRITE} is set, puts it into the report.
 * A test that runs with several values counts once.
 */
public final class ConformanceListener implements TestExecutionListener {

  static final String WRITE = "sluice.conformance.write";

  private static final Path OUTCOMES = Path.of("target", "conformance.tsv");

  private final Map<String, Tally> tallies = new ConcurrentHashMap<>();
  private volatile @Nullable TestPlan plan;

  /** The counts of one test, guarded by itself. */
  private static final class Tally {
    private final Proof proof;
    private int cases;
    private int failed;
    private int skipped;

    Tally(Proof proof) {
      this.proof = proof;
    }

    synchronized void add(TestExecutionResult.Status status) {
      cases++;
      switch (status) {
        case SUCCESSFUL -> {}
        case ABORTED -> skipped++;
        case FAILED -> failed++;
      }
    }

    synchronized Outcome outcome() {
      return new Outcome(proof, cases, failed, skipped);
    }
  }

  @Override
  public void testPlanExecutionStarted(TestPlan testPlan) {
    plan = testPlan;
  }

  @Override
  public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
    if (identifier.isTest()) {
      add(identifier, result.getStatus());
    }
  }

  @Override
  public void executionSkipped(TestIdentifier identifier, String reason) {
    add(identifier, TestExecutionResult.Status.ABORTED);
    TestPlan running = plan;
    if (running != null) {
      running
          .getDescendants(identifier)
          .forEach(one -> add(one, TestExecutionResult.Status.ABORTED));
    }
  }

  private void add(TestIdentifier identifier, TestExecutionResult.Status status) {
    TestPlan running = plan;
    Optional<TestIdentifier> at = Optional.of(identifier);
    while (running != null && at.isPresent()) {
      Item item = Item.of(at.get().getDisplayName());
      if (item != null && at.get().getSource().orElse(null) instanceof MethodSource method) {
        String className = method.getClassName();
        String test =
            className.substring(className.lastIndexOf('.') + 1) + "." + method.getMethodName();
        tallies
            .computeIfAbsent(at.get().getUniqueId(), id -> new Tally(new Proof(item, test)))
            .add(status);
        return;
      }
      at = running.getParent(at.get());
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan testPlan) {
    Map<Proof, Outcome> outcomes = new TreeMap<>();
    for (Tally tally : tallies.values()) {
      Outcome outcome = tally.outcome();
      outcomes.put(outcome.proof(), outcome);
    }
    tallies.clear();
    try {
      if (Files.isDirectory(OUTCOMES.toAbsolutePath().getParent())) {
        Files.write(OUTCOMES, outcomes.values().stream().map(Outcome::line).toList());
      }
      if (Boolean.getBoolean(WRITE)) {
        Map<Proof, String> results = new HashMap<>();
        outcomes.forEach((proof, outcome) -> results.put(proof, outcome.result()));
        Files.writeString(Report.PATH, Report.write(Proof.all(), results, Report.rows()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
