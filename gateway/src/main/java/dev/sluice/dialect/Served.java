package dev.sluice.dialect;

/**
 * Who answered, for the fields in which dialects tell it.
 *
 * @param provider the provider's name
 * @param model as the provider calls it
 * @param attempt 0 for the first target of the plan
 */
public record Served(String provider, String model, int attempt) {}
