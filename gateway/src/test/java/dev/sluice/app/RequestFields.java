package dev.sluice.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table of what each front door must say to each field; see the file itself. */
final class RequestFields {

  private static final String FILE = "/pages/request-fields.txt";
  private static final String MESSAGES = "[{\"role\":\"user\",\"content\":\"hi\"}]";
  private static final int TAKEN = 200;

  /** The columns, in the file's order. */
  enum Kind {
    ABSENT,
    NULL,
    RIGHT,
    WRONG_TYPE,
    OUT_OF_RANGE,
    UNKNOWN_WORD
  }

  /**
   * A request and its answer's expectation.
   *
   * @param type a refusal's media type
   * @param begins what a refusal's body begins with
   * @param words what a refusal says; {@code null} where the request is taken
   */
  record Case(
      String door,
      String field,
      Kind kind,
      String value,
      String path,
      String body,
      int status,
      String type,
      String begins,
      @Nullable String words) {

    @Override
    public String toString() {
      String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      return door + " " + field + " " + name + (value.isEmpty() ? "" : ": " + value);
    }
  }

  /** The lines at a door's beginning. */
  private final Map<String, String> door = new HashMap<>();

  private final List<Case> cases = new ArrayList<>();

  private RequestFields() {}

  /** All cases of these kinds, in the file's order. */
  static List<Case> of(Kind kind) {
    return all().stream().filter(one -> one.kind == kind).toList();
  }

  static List<Case> all() {
    RequestFields table = new RequestFields();
    for (String line : text().split("\n")) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.contains(" | ")) {
        table.field(line.split(" \\| "));
      } else {
        int space = line.indexOf(' ');
        table.door.put(line.substring(0, space), line.substring(space + 1));
      }
    }
    return table.cases;
  }

  private void field(String[] cells) {
    String name = cells[0];
    String field = name.replaceFirst(" \\(.*", "");
    String request = cells.length > 7 ? cells[7] : further(field);
    add(name, Kind.ABSENT, absent(request, field), "", outcome(cells[1], field));
    add(name, Kind.NULL, request.replace("@", "null"), "", outcome(cells[2], field));
    for (int i = 3; i < 7; i++) {
      Kind kind = Kind.values()[i - 1];
      for (String cell : cells[i].equals("-") ? new String[0] : cells[i].split(" ; ")) {
        String[] parts = cell.split(" => ");
        String usual = kind == Kind.RIGHT ? String.valueOf(TAKEN) : of("refusal");
        String said = parts.length > 1 ? parts[1] : usual;
        add(
            name,
            kind,
            request.replace("@", parts[0]),
            parts[0],
            outcome(said.matches("[0-9]{3}( .*)?") ? said : usual + " " + said, field));
      }
    }
  }

  private String of(String key) {
    String value = door.get(key);
    if (value == null) {
      throw new IllegalStateException(key + " is not known in " + FILE);
    }
    return value;
  }

  /** The right request with one member more. */
  private String further(String field) {
    String body = of("body");
    return body.substring(0, body.length() - 1) + ",\"" + field + "\":@}";
  }

  private static String absent(String request, String field) {
    String member = "\"" + field.substring(field.lastIndexOf('.') + 1) + "\":@";
    if (!request.contains(member)) {
      throw new IllegalStateException(field + " has no place in " + request);
    }
    String without = request.replace("," + member, "").replace(member + ",", "");
    return without.replace(member, "");
  }

  /** A status and what a refusal says beside it. */
  private String[] outcome(String cell, String field) {
    int space = cell.indexOf(' ');
    return space < 0
        ? new String[] {cell, of("named").replace("@", field)}
        : new String[] {cell.substring(0, space), cell.substring(space + 1)};
  }

  private void add(String name, Kind kind, String body, String value, String[] outcome) {
    int status = Integer.parseInt(outcome[0]);
    String words = status == TAKEN ? null : outcome[1];
    // A status of its own, such as that of an unknown model, has the plainest type.
    String type = outcome[0].equals(of("refusal")) ? of("type") : "application/json";
    cases.add(
        new Case(
            of("door"),
            name,
            kind,
            value,
            of("path"),
            body.replace("<m>", MESSAGES),
            status,
            type,
            of("begins"),
            words));
  }

  private static String text() {
    try (InputStream in = RequestFields.class.getResourceAsStream(FILE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
