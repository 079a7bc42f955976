package dev.sluice.bench;

/**
 * Where a load generator asks, on this machine.
 *
 * @param path of chat completions there
 * @param model what a client calls the mock provider's model there; empty where the path tells it
 */
record Door(int port, String path, String model) {

  private static final int PARTS = 3;

  /** The beginning of a request's body, up to the text of its only message. */
  String bodyHead() {
    String member = model.isEmpty() ? "" : "\"model\":\"" + model + "\",";
    return "{" + member + "\"messages\":[{\"role\":\"user\",\"content\":\"";
  }

  /** One word, as {@link #decode} reads it. */
  String encode() {
    return port + "," + path + "," + model;
  }

  /**
   * What {@link #encode} wrote.
   *
   * @throws IllegalArgumentException where it is not that
   */
  static Door decode(String word) {
    String[] parts = word.split(",", PARTS);
    if (parts.length != PARTS) {
      throw new IllegalArgumentException("PORT,PATH,MODEL is wanted, not " + word);
    }
    return new Door(Integer.parseInt(parts[0]), parts[1], parts[2]);
  }
}
