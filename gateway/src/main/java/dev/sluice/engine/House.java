package dev.sluice.engine;

import dev.sluice.observe.Metrics;
import java.util.concurrent.atomic.LongAdder;

/** What all exchanges of a loop share. */
record House(
    Serving serving,
    EngineLoop loop,
    Metrics metrics,
    Holdings holdings,
    Aside aside,
    LongAdder openStreams,
    ModelListing listing,
    Drains drains) {}
