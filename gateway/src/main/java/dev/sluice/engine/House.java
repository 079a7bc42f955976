package dev.sluice.engine;

import dev.sluice.observe.Metrics;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all exchanges of a loop share.
 *
 * @param aside where large requests are read and written
 * @param checks where answers are checked: clients choose how long that takes, and it is nothing
 *     that other requests should wait for
 */
record House(
    Serving serving,
    EngineLoop loop,
    Metrics metrics,
    Holdings holdings,
    Aside aside,
    Aside checks,
    LongAdder openStreams,
    ModelListing listing,
    Drains drains) {}
