package dev.sluice.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The references of a file: an environment variable's name in braces behind a dollar sign, perhaps
 * with a colon and a default behind it, or {@code file:} and a path. A second dollar sign in front
 * makes the text literal.
 *
 * <p>They are set aside before the file is read as YAML, since braces mean something there, and put
 * in when a scalar is used, so that a value can hold whatever it likes and cannot change the file's
 * structure. What marks their places is a character that the file itself cannot produce, neither as
 * it is nor as an escape.
 */
final class References {

  private static final String FILE = "file:";
  private static final int FILE_BYTES_MAX = 1 << 20;

  /** Characters that Unicode leaves to private use; one of them marks places. */
  private static final char MARK_FIRST = '\ue000';

  private static final char MARK_LAST = '\uf8ff';

  private final List<Piece> pieces = new ArrayList<>();
  private final UnaryOperator<@Nullable String> environment;
  private final Path folder;
  private char mark = MARK_FIRST;

  private enum Kind {
    REFERENCE,
    LITERAL,
    UNCLOSED
  }

  /** What was set aside, with its dollar sign and braces. */
  private record Piece(Kind kind, String text) {}

  References(UnaryOperator<@Nullable String> environment, Path folder) {
    this.environment = environment;
    this.folder = folder;
  }

  /** What became of a text. */
  sealed interface Filled {

    /**
     * A text with its references put in.
     *
     * @param written as the file has it, to stand between double quotes; {@code null} where there
     *     is no reference in it
     */
    record Value(String text, @Nullable String written) implements Filled {}

    /** A text that has no value. */
    record Wrong(String message) implements Filled {}
  }

  /**
   * The text with its references set aside; its lines stay as they are. {@code null} where no
   * character is left to mark their places.
   */
  @Nullable String setAside(String yaml) {
    if (!chooseMark(yaml)) {
      return null;
    }
    StringBuilder text = new StringBuilder(yaml.length());
    int at = 0;
    int lineEnd = -1;
    while (true) {
      int open = yaml.indexOf("${", at);
      if (open < 0) {
        return text.append(yaml, at, yaml.length()).toString();
      }
      if (open > lineEnd) {
        lineEnd = indexOrEnd(yaml, "\n", open, yaml.length());
      }
      int next = indexOrEnd(yaml, "${", open + 2, lineEnd);
      int close = yaml.indexOf('}', open + 2, next);
      boolean literal = open > at && yaml.charAt(open - 1) == '$';
      int end = close < 0 ? open + 2 : close + 1;
      Kind kind = literal ? Kind.LITERAL : close < 0 ? Kind.UNCLOSED : Kind.REFERENCE;
      text.append(yaml, at, literal ? open - 1 : open)
          .append(mark)
          .append(pieces.size())
          .append(mark);
      pieces.add(new Piece(kind, yaml.substring(open, end)));
      at = end;
    }
  }

  /** A scalar with its references put in. */
  Filled fill(String scalar) {
    StringBuilder text = new StringBuilder();
    StringBuilder written = new StringBuilder();
    boolean referenced = false;
    int at = 0;
    for (int open = scalar.indexOf(mark); open >= 0; open = scalar.indexOf(mark, at)) {
      int close = scalar.indexOf(mark, open + 1);
      Piece piece = pieces.get(Integer.parseInt(scalar, open + 1, close, 10));
      text.append(scalar, at, open);
      written.append(YamlText.escaped(scalar.substring(at, open)));
      switch (piece.kind()) {
        case LITERAL -> {
          text.append(piece.text());
          written.append(YamlText.escaped(piece.text()));
        }
        case REFERENCE -> {
          switch (value(piece.text().substring(2, piece.text().length() - 1))) {
            case Filled.Wrong wrong -> {
              return wrong;
            }
            case Filled.Value value -> text.append(value.text());
          }
          written.append(piece.text());
          referenced = true;
        }
        case UNCLOSED -> {
          return new Filled.Wrong(
              "expected a reference that is closed on its line and holds no other;"
                  + " $${ stands for the text itself");
        }
      }
      at = close + 1;
    }
    text.append(scalar, at, scalar.length());
    written.append(YamlText.escaped(scalar.substring(at)));
    return new Filled.Value(text.toString(), referenced ? written.toString() : null);
  }

  /** A key, in which no reference may stand. */
  Filled key(String key) {
    for (int open = key.indexOf(mark); open >= 0; ) {
      int close = key.indexOf(mark, open + 1);
      if (pieces.get(Integer.parseInt(key, open + 1, close, 10)).kind() != Kind.LITERAL) {
        return new Filled.Wrong("a reference can stand in a value, not in a key");
      }
      open = key.indexOf(mark, close + 1);
    }
    return fill(key);
  }

  /** Takes a mark that neither stands in the text nor is written there as an escape. */
  private boolean chooseMark(String yaml) {
    String lower = yaml.toLowerCase(Locale.ROOT);
    for (char candidate = MARK_FIRST; candidate <= MARK_LAST; candidate++) {
      if (yaml.indexOf(candidate) < 0 && !lower.contains(Integer.toHexString(candidate))) {
        mark = candidate;
        return true;
      }
    }
    return false;
  }

  private Filled value(String reference) {
    if (reference.startsWith(FILE)) {
      return file(reference.substring(FILE.length()));
    }
    int colon = reference.indexOf(':');
    String name = colon < 0 ? reference : reference.substring(0, colon);
    if (!isVariable(name)) {
      // The name is not shown: it may be the secret itself, put where its variable belongs.
      return new Filled.Wrong(
          "expected the name of an environment variable, or file: and a path, between ${ and }");
    }
    String value = environment.apply(name);
    if (value != null && !value.isEmpty()) {
      return new Filled.Value(value, null);
    }
    return colon >= 0
        ? new Filled.Value(reference.substring(colon + 1), null)
        : new Filled.Wrong("the environment variable " + name + " is not set");
  }

  private Filled file(String name) {
    try {
      Path path = folder.resolve(name);
      String text = TextFile.read(path, FILE_BYTES_MAX).stripTrailing();
      return text.isEmpty()
          ? new Filled.Wrong("the file " + path + " is empty")
          : new Filled.Value(text, null);
    } catch (InvalidPathException _) {
      return new Filled.Wrong("expected a path behind ${file:");
    } catch (TextFile.NotTaken e) {
      return new Filled.Wrong("the file " + folder.resolve(name) + " " + e.getMessage());
    }
  }

  private static boolean isVariable(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static int indexOrEnd(String text, String wanted, int from, int end) {
    int index = text.indexOf(wanted, Math.min(from, end), end);
    return index < 0 ? end : index;
  }
}
