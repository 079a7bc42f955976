package dev.sluice.config;

import java.time.Duration;

/**
 * How long a provider may take.
 *
 * @param connect until a connection is there
 * @param firstByte from the request's end to the answer's first byte
 * @param idle between two pieces of an answer
 * @param total for everything
 */
public record TimeoutSettings(
    @Doc(value = "Until a connection is there.", byDefault = "5s", min = 10, max = 3_600_000)
        Duration connect,
    @Doc(
            value = "From the request's end to the answer's first byte.",
            byDefault = "2m",
            min = 10,
            max = 86_400_000)
        Duration firstByte,
    @Doc(value = "Between two pieces of an answer.", byDefault = "60s", min = 10, max = 86_400_000)
        Duration idle,
    @Doc(value = "For everything.", byDefault = "10m", min = 10, max = 86_400_000)
        Duration total) {}
