package dev.sluice.engine;

import dev.sluice.chat.Usage;
import dev.sluice.protocol.openai.ErrorReader;
import dev.sluice.provider.translation.ProviderFaults;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** A provider's error: kept up to a bound, read when it is complete. */
final class ErrorAnswer implements Attempt.Answer {

  private static final int BYTES_MAX = 64 * 1024;

  private final Attempt attempt;
  private final int status;
  private final HttpHeaders headers;
  private final @Nullable Interpreter interpreter;
  private @Nullable ByteBuf body;

  ErrorAnswer(Attempt attempt, int status, HttpHeaders headers, @Nullable Interpreter interpreter) {
    this.attempt = attempt;
    this.status = status;
    this.headers = headers;
    this.interpreter = interpreter;
  }

  @Override
  public void data(ByteBuf data, long nowNanos) {
    ByteBuf kept = body;
    if (kept == null) {
      kept = attempt.exchange().client().alloc().heapBuffer(data.readableBytes());
      body = kept;
    }
    int fits = Math.min(data.readableBytes(), BYTES_MAX - kept.readableBytes());
    kept.writeBytes(data, fits);
    data.release();
    if (kept.readableBytes() == BYTES_MAX) {
      // Longer than any error worth reading.
      conclude();
    }
  }

  @Override
  public void clientGone() {}

  @Override
  public void readComplete() {}

  @Override
  public void end() {
    attempt.over();
    conclude();
  }

  private void conclude() {
    ByteBuf kept = body;
    Interpreter reading = interpreter;
    if (reading != null) {
      attempt.fail(reading.error(status, headers, kept));
      return;
    }
    ErrorReader.ProviderError error = ErrorReader.ProviderError.SILENT;
    if (kept != null) {
      int from = kept.arrayOffset() + kept.readerIndex();
      error = ErrorReader.read(kept.array(), from, from + kept.readableBytes());
    }
    attempt.fail(ProviderFaults.of(error, status, headers));
  }

  @Override
  public Usage usage() {
    return Usage.NONE;
  }

  @Override
  public boolean shown() {
    return false;
  }

  @Override
  public void close() {
    ByteBuf kept = body;
    if (kept != null) {
      body = null;
      kept.release();
    }
  }
}
