package dev.sluice.dialect;

/** The credentials that a request carries, as its dialect looks for them. */
public sealed interface Presented {

  /** No credentials. */
  record Nothing() implements Presented {}

  /** Credentials in a form that the dialect does not take. */
  record Unusable() implements Presented {}

  /**
   * A key, not checked yet.
   *
   * @param text never empty; a secret
   */
  record Key(String text) implements Presented {
    /** Tells nothing of the key. */
    @Override
    public String toString() {
      return "Key[***]";
    }
  }

  /** What the dialect itself has checked and found right, such as its own token. */
  record Accepted() implements Presented {}
}
