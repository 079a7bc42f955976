package dev.sluice.protocol.cohere;

/**
 * How a request is to be written.
 *
 * @param abilities what the model takes
 */
public record CohereRequestOptions(CohereAbilities abilities) {}
