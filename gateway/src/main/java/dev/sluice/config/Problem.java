package dev.sluice.config;

/**
 * Something wrong with a configuration.
 *
 * @param file the file's name as it was given
 * @param line from 1; 0 where the whole file is meant
 * @param path the setting, such as {@code models.smart.targets[0].to}; may be empty
 * @param message what was expected and what came; never a secret's value
 */
public record Problem(String file, int line, String path, String message) {

  /** One line, whatever the file's keys and values hold. */
  @Override
  public String toString() {
    String place = line > 0 ? file + ":" + line : file;
    String text = place + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> shown.appendCodePoint(YamlText.isPrintable(c) && c >= ' ' ? c : '\ufffd'));
    return shown.toString();
  }
}
