package dev.sluice.engine;

import io.netty.util.AsciiString;

/** Header names that every door and provider shares. */
public final class Headers {

  /** The request's id, in and out. */
  public static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");

  private Headers() {}
}
