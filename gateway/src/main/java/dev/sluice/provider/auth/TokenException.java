package dev.sluice.provider.auth;

import java.io.IOException;

/** There is no token. The message is a sentence for the log and holds no secret. */
final class TokenException extends IOException {

  private static final long serialVersionUID = 1L;

  TokenException(String message) {
    super(message);
  }

  TokenException(String message, Throwable cause) {
    super(message, cause);
  }
}
