package dev.sluice.protocol.jylo;

/**
 * Where something stands in a text, as the framework says it.
 *
 * @param line from 0
 * @param byteInLine from 0
 */
record Place(int line, int byteInLine) {

  /** The place of {@code at} in the text that begins at {@code from}. */
  static Place of(byte[] bytes, int from, int at) {
    int line = 0;
    int lineStart = from;
    for (int i = from; i < at; i++) {
      if (bytes[i] == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new Place(line, at - lineStart);
  }

  /** {@code sentence} with the path and this place behind it. */
  String behind(String sentence, String path) {
    return sentence
        + " Path: "
        + path
        + " | LineNumber: "
        + line
        + " | BytePositionInLine: "
        + byteInLine
        + ".";
  }
}
