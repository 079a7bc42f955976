package dev.sluice.provider.checking;

import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;

/**
 * Looks at the clock at every step of a check. Extends, since the library has no other place where
 * every step comes by.
 */
final class TimedExecution extends ExecutionContext {

  private final Deadline deadline;

  TimedExecution(ExecutionConfig config, Deadline deadline) {
    super(config);
    this.deadline = deadline;
  }

  @Override
  public void evaluationPathAddLast(String name) {
    deadline.look();
    super.evaluationPathAddLast(name);
  }
}
