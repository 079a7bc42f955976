package dev.sluice.dialect;

/**
 * Who answered, for the fields in which dialects tell it.
 *
 * @param provider the provider's name
 * @param model as the provider calls it
 * @param attempt 0 for the first target of the plan
 * @param status the provider's HTTP status; 0 before it has answered
 */
public record Served(String provider, String model, int attempt, int status) {

  /** One that has not answered yet. */
  public Served(String provider, String model, int attempt) {
    this(provider, model, attempt, 0);
  }

  /** The same, now that it has answered. */
  public Served answered(int statusCode) {
    return new Served(provider, model, attempt, statusCode);
  }
}
