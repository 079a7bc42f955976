package dev.sluice.provider.checking;

/** A check has used up its time. Thrown through a library, and caught by {@link FormCheck}. */
final class OutOfTime extends RuntimeException {

  private static final long serialVersionUID = 1L;

  OutOfTime() {
    super("out of time", null, false, false);
  }
}
