package dev.sluice.protocol.cohere;

/**
 * How an answer is to be written for a client.
 *
 * @param id the answer's id where the provider gave none
 */
public record CohereAnswerOptions(String id) {}
