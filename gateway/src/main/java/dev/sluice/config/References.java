package dev.sluice.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The references of a file: an environment variable's name in braces behind a dollar sign, perhaps
 * with a colon and a default behind it, or {@code file:} and a path. A second dollar sign in front
 * makes the text literal.
 *
 * <p>They are set aside before the file is read as YAML, since braces mean something there, and put
 * in when a scalar is used, so that a value can hold whatever it likes and cannot change the file's
 * structure.
 */
final class References {

  private static final char OPEN = '\ue000';
  private static final char CLOSE = '\ue001';
  private static final String FILE = "file:";

  private final List<String> texts = new ArrayList<>();
  private final UnaryOperator<@Nullable String> environment;
  private final Path folder;

  References(UnaryOperator<@Nullable String> environment, Path folder) {
    this.environment = environment;
    this.folder = folder;
  }

  /** A text's value, or why it has none: exactly one of the two. */
  record Filled(String text, @Nullable String problem) {}

  /** The text with its references set aside; its lines stay as they are. */
  String setAside(String yaml) {
    StringBuilder text = new StringBuilder(yaml.length());
    int at = 0;
    while (true) {
      int open = yaml.indexOf("${", at);
      if (open < 0) {
        return text.append(yaml, at, yaml.length()).toString();
      }
      int close = yaml.indexOf('}', open);
      int lineEnd = yaml.indexOf('\n', open);
      if (close < 0 || (lineEnd >= 0 && lineEnd < close)) {
        text.append(yaml, at, open + 2);
        at = open + 2;
        continue;
      }
      boolean literal = open > at && yaml.charAt(open - 1) == '$';
      text.append(yaml, at, literal ? open - 1 : open)
          .append(OPEN)
          .append(texts.size())
          .append(CLOSE);
      texts.add(literal ? "=" + yaml.substring(open, close + 1) : yaml.substring(open + 2, close));
      at = close + 1;
    }
  }

  /** A scalar with its references put in. */
  Filled fill(String scalar) {
    if (scalar.indexOf(OPEN) < 0) {
      return new Filled(scalar, null);
    }
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (true) {
      int open = scalar.indexOf(OPEN, at);
      if (open < 0) {
        return new Filled(text.append(scalar, at, scalar.length()).toString(), null);
      }
      int close = scalar.indexOf(CLOSE, open);
      Filled value = value(texts.get(Integer.parseInt(scalar.substring(open + 1, close))));
      if (value.problem() != null) {
        return value;
      }
      text.append(scalar, at, open).append(value.text());
      at = close + 1;
    }
  }

  private Filled value(String reference) {
    if (reference.startsWith("=")) {
      return new Filled(reference.substring(1), null);
    }
    if (reference.startsWith(FILE)) {
      Path path = folder.resolve(reference.substring(FILE.length()));
      try {
        return new Filled(Files.readString(path).stripTrailing(), null);
      } catch (IOException | RuntimeException _) {
        return new Filled("", "the file " + path + " cannot be read");
      }
    }
    int colon = reference.indexOf(':');
    String name = colon < 0 ? reference : reference.substring(0, colon);
    String value = environment.apply(name);
    if (value != null && !value.isEmpty()) {
      return new Filled(value, null);
    }
    return colon >= 0
        ? new Filled(reference.substring(colon + 1), null)
        : new Filled("", "the environment variable " + name + " is not set");
  }
}
