package dev.sluice.protocol.rewording;

/**
 * Tells whether JSON that comes in pieces has begun and not ended: within a text, an object or a
 * list. What is wrong otherwise it does not find. Owned by one thread.
 */
public final class OpenJson {

  private int depth;
  private boolean inText;
  private boolean escaped;

  /** Takes the next piece. */
  public void add(String piece) {
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      if (escaped) {
        escaped = false;
      } else if (inText) {
        escaped = c == '\\';
        inText = c != '"';
      } else {
        switch (c) {
          case '"' -> inText = true;
          case '{', '[' -> depth++;
          case '}', ']' -> depth--;
          default -> {
            // Whatever else there is opens nothing.
          }
        }
      }
    }
  }

  /** Whether something is open. */
  public boolean isOpen() {
    return inText || depth > 0;
  }

  /** Whether {@code json} ends before what it opened is closed. */
  public static boolean isOpen(String json) {
    OpenJson open = new OpenJson();
    open.add(json);
    return open.isOpen();
  }
}
