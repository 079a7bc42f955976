package dev.sluice.dialect.assemblyai;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

/** The headers that tell a caller where it stands in its rate window. */
final class RateHeaders {

  private static final AsciiString LIMIT = AsciiString.cached("x-ratelimit-limit");
  private static final AsciiString REMAINING = AsciiString.cached("x-ratelimit-remaining");
  private static final AsciiString RESET = AsciiString.cached("x-ratelimit-reset");
  private static final AsciiString MODEL = AsciiString.cached("x-ratelimit-model");
  private static final AsciiString SERVICE = AsciiString.cached("x-ratelimit-service");
  private static final String LLM_GATEWAY = "llmgw";

  private RateHeaders() {}

  /** Sets the headers; the model's is left out where its name does not fit into a header. */
  static void set(int limit, long remaining, long resetSeconds, String model, HttpHeaders headers) {
    headers.set(LIMIT, Integer.toString(limit));
    headers.set(REMAINING, Long.toString(remaining));
    headers.set(RESET, Long.toString(resetSeconds));
    if (isVisible(model)) {
      headers.set(MODEL, model);
    }
    headers.set(SERVICE, LLM_GATEWAY);
  }

  /** A name comes out of a client's JSON, and may hold line ends. */
  private static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }
}
