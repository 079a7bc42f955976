package dev.sluice.engine;

import dev.sluice.json.JsonWriter;
import dev.sluice.net.LoopTicker;
import dev.sluice.protocol.sse.FrameScanner;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What the exchanges of one event loop share, so that they need no lock for it.
 *
 * @param ticker looks after their deadlines
 * @param random chooses targets and keys
 * @param scratch where frames are looked at
 * @param writer where requests are written; empty between two of them
 * @param strangers requests for models that a listing may tell of
 */
record EngineLoop(
    LoopTicker ticker,
    RandomGenerator random,
    FrameScanner.Scratch scratch,
    JsonWriter writer,
    Strangers strangers) {

  EngineLoop(LoopTicker ticker) {
    this(
        ticker,
        new SplittableRandom(),
        new FrameScanner.Scratch(),
        new JsonWriter(),
        new Strangers());
  }
}
