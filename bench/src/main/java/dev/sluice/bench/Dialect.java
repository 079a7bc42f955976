package dev.sluice.bench;

import java.util.Locale;

/** The gateway's front doors, each as its clients ask it. */
enum Dialect {
  /** The one that answers where nothing else is said. */
  BIFROST(Target.PATH, Rig.MODEL),
  YOMO("/yomo" + Target.PATH, Rig.MODEL),
  ASSEMBLYAI("/assemblyai" + Target.PATH, Rig.MODEL),
  POOLSIDE("/poolside/openai" + Target.PATH, Rig.MODEL),
  /** The model stands in the path. */
  JYLO("/inference/completions/" + Rig.MODEL_ID, "");

  private final String path;
  private final String model;

  Dialect(String path, String model) {
    this.path = path;
    this.model = model;
  }

  /** The door at a gateway that listens on {@code port}. */
  Door at(int port) {
    return new Door(port, path, model);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
