package dev.sluice.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks a text in one pass: that it is strictly JSON, that its known fields have their shapes, and
 * where the root's known fields stand. Builds no tree. Immutable and shared by all threads.
 *
 * <p>What the shapes name is walked with them; everything else is stepped over by {@link
 * JsonCursor}, which checks syntax only.
 */
public final class ShapeScanner {

  private final Shape.Object root;
  private final ScanOptions options;

  /** By identity: a shape is a tree, and its hash would be taken of the whole of it each time. */
  private final IdentityHashMap<Shape.Object, Names> names = new IdentityHashMap<>();

  private final Names rootNames;

  /** A scanner for texts whose root looks like {@code root}. */
  public ShapeScanner(Shape.Object root, ScanOptions options) {
    this.root = root;
    this.options = options;
    compile(root);
    this.rootNames = names(root);
  }

  /**
   * Scans {@code bytes[from, to)}.
   *
   * @throws MalformedJson where the text is not JSON
   */
  public Scan scan(byte[] bytes, int from, int to) {
    return new Pass(bytes, from, to).run();
  }

  private void compile(Shape shape) {
    switch (shape) {
      case Shape.Object object -> {
        if (names.put(object, new Names(object.fields())) == null) {
          object.fields().forEach(field -> compile(field.shape()));
        }
      }
      case Shape.Array array -> compile(array.item());
      case Shape.AnyOf anyOf -> anyOf.choices().forEach(this::compile);
      case Shape.OrNull orNull -> compile(orNull.shape());
      case Shape.Any _, Shape.Text _, Shape.Words _, Shape.Number _, Shape.Bool _ -> {}
    }
  }

  private Names names(Shape.Object object) {
    Names found = names.get(object);
    if (found == null) {
      throw new IllegalStateException("a shape that was not compiled");
    }
    return found;
  }

  /** One scan of one text. */
  private final class Pass extends JsonCursor {

    /** Up to this many unknown names of the root are compared one by one. */
    private static final int FEW_NAMES = 16;

    private final int[] spans = Scan.spans(root.fields().size());
    private @Nullable List<Violation> violations;
    private int[] unknownNames = new int[2 * FEW_NAMES];
    private int unknownCount;
    private @Nullable Set<String> manyNames;

    /** The way to the value at hand: field names as strings, positions as integers. */
    private Object[] path = new Object[8];

    private int pathLength;

    Pass(byte[] bytes, int from, int to) {
      super(bytes, from, to, options.depthMax());
    }

    Scan run() {
      int first = peek();
      if (first == -1) {
        throw malformed("the text is empty");
      }
      int open = at;
      boolean members = false;
      int close = at;
      if (first == '{') {
        members = object(root, rootNames, 1);
        close = at - 1;
      } else {
        skipValue(0);
        violated(Violation.Kind.WRONG_TYPE, root, type(first), open);
      }
      if (peek() != -1) {
        throw expected("the end of the text");
      }
      List<Violation> found = violations == null ? List.of() : violations;
      return new Scan(bytes, base, spans, found, open, close, members);
    }

    /** Walks the object that begins here; whether it has members. */
    private boolean object(Shape.Object shape, Names fields, int depth) {
      if (depth > depthMax) {
        throw malformed("nesting is deeper than " + depthMax);
      }
      boolean isRoot = depth == 1;
      int open = at;
      at++;
      long seen = 0;
      int next = peek();
      boolean members = next != '}';
      if (!members) {
        at++;
      }
      while (members) {
        int nameStart = at;
        skipNameOnly(next);
        int nameEnd = at;
        boolean nameEscaped = escaped;
        if (peek() != ':') {
          throw expected("':'");
        }
        at++;
        int field = find(fields, nameStart, nameEnd, nameEscaped);
        int first = peek();
        int valueStart = at;
        if (field == Names.NONE) {
          if (isRoot) {
            unknownName(nameStart, nameEnd, nameEscaped);
          }
          skipValue(depth);
        } else {
          Shape.Field known = shape.fields().get(field);
          push(known.name());
          if ((seen & 1L << field) != 0 && options.duplicates() == ScanOptions.Duplicates.REFUSED) {
            violated(Violation.Kind.DUPLICATE, known.shape(), "", nameStart);
          }
          seen |= 1L << field;
          value(known.shape(), first, depth);
          if (isRoot) {
            Scan.note(spans, field, nameStart, valueStart, at);
          }
          pathLength--;
        }
        int separator = peek();
        if (separator == '}') {
          at++;
          break;
        }
        if (separator != ',') {
          throw expected("',' or '}'");
        }
        at++;
        next = peek();
      }
      requireFields(shape, seen, open);
      return members;
    }

    private void skipNameOnly(int first) {
      if (first != '"') {
        throw expected("a name in double quotes");
      }
      skipString();
    }

    private int find(Names fields, int nameStart, int nameEnd, boolean nameEscaped) {
      if (!nameEscaped) {
        return fields.find(bytes, nameStart + 1, nameEnd - 1);
      }
      // A name may be spelled with escapes; another reader would still know it.
      byte[] plain = JsonText.unquote(bytes, nameStart, nameEnd).getBytes(StandardCharsets.UTF_8);
      return fields.find(plain, 0, plain.length);
    }

    private void requireFields(Shape.Object shape, long seen, int open) {
      List<Shape.Field> fields = shape.fields();
      for (int i = 0; i < fields.size(); i++) {
        Shape.Field field = fields.get(i);
        if (field.required() && (seen & 1L << i) == 0) {
          push(field.name());
          violated(Violation.Kind.MISSING, field.shape(), "", open);
          pathLength--;
        }
      }
    }

    /** Checks the value that begins here with {@code first}, and steps over it. */
    private void value(Shape shape, int first, int depth) {
      switch (shape) {
        case Shape.Any _ -> skipValue(depth);
        case Shape.OrNull orNull -> {
          if (first == 'n') {
            skipScalar(first);
          } else {
            value(orNull.shape(), first, depth);
          }
        }
        case Shape.AnyOf anyOf -> {
          Shape choice = choose(anyOf, first);
          if (choice == null) {
            wrongType(anyOf, first, depth);
          } else {
            value(choice, first, depth);
          }
        }
        case Shape.Text text -> text(text, first, depth);
        case Shape.Words words -> words(words, first, depth);
        case Shape.Number number -> number(number, first, depth);
        case Shape.Bool _ -> {
          if (first == 't' || first == 'f') {
            skipScalar(first);
          } else {
            wrongType(shape, first, depth);
          }
        }
        case Shape.Array array -> array(array, first, depth);
        case Shape.Object object -> {
          if (first == '{') {
            object(object, names(object), depth + 1);
          } else {
            wrongType(shape, first, depth);
          }
        }
      }
    }

    /** The choice whose JSON type fits; {@code null} where none does. */
    private @Nullable Shape choose(Shape.AnyOf anyOf, int first) {
      for (int i = 0; i < anyOf.choices().size(); i++) {
        Shape choice = anyOf.choices().get(i);
        if (fits(choice, first)) {
          return choice;
        }
      }
      return null;
    }

    private boolean fits(Shape shape, int first) {
      return switch (shape) {
        case Shape.Any _ -> true;
        case Shape.Text _, Shape.Words _ -> first == '"';
        case Shape.Number _ -> first == '-' || (first >= '0' && first <= '9');
        case Shape.Bool _ -> first == 't' || first == 'f';
        case Shape.Array _ -> first == '[';
        case Shape.Object _ -> first == '{';
        case Shape.OrNull orNull -> first == 'n' || fits(orNull.shape(), first);
        case Shape.AnyOf anyOf -> {
          for (Shape choice : anyOf.choices()) {
            if (fits(choice, first)) {
              yield true;
            }
          }
          yield false;
        }
      };
    }

    private void text(Shape.Text shape, int first, int depth) {
      if (first != '"') {
        wrongType(shape, first, depth);
        return;
      }
      int start = at;
      skipString();
      if (at - start - 2 < shape.lengthMin()) {
        violated(Violation.Kind.TOO_SHORT, shape, "empty", start);
      }
    }

    private void words(Shape.Words shape, int first, int depth) {
      if (first != '"') {
        wrongType(shape, first, depth);
        return;
      }
      int start = at;
      skipString();
      String word = JsonText.unquote(bytes, start, at);
      if (!shape.choices().contains(word)) {
        violated(Violation.Kind.NOT_ONE_OF, shape, "another word", start);
      }
    }

    private void number(Shape.Number shape, int first, int depth) {
      if (first != '-' && (first < '0' || first > '9')) {
        wrongType(shape, first, depth);
        return;
      }
      int start = at;
      skipNumber();
      if (shape.min() == null && shape.max() == null && !shape.whole()) {
        return;
      }
      BigDecimal number = Numbers.read(bytes, start, at);
      if (number == null) {
        violated(Violation.Kind.OUT_OF_RANGE, shape, "a number beyond all bounds", start);
        return;
      }
      if (shape.whole() && !Numbers.isWhole(number)) {
        violated(Violation.Kind.WRONG_TYPE, shape, "a fraction", start);
        return;
      }
      BigDecimal min = shape.min();
      BigDecimal max = shape.max();
      if ((min != null && number.compareTo(min) < 0)
          || (max != null && number.compareTo(max) > 0)) {
        violated(Violation.Kind.OUT_OF_RANGE, shape, shown(start), start);
      }
    }

    private String shown(int start) {
      int most = 24;
      return at - start <= most
          ? new String(bytes, start, at - start, StandardCharsets.US_ASCII)
          : "a longer number";
    }

    private void array(Shape.Array shape, int first, int depth) {
      if (first != '[') {
        wrongType(shape, first, depth);
        return;
      }
      if (depth + 1 > depthMax) {
        throw malformed("nesting is deeper than " + depthMax);
      }
      int open = at;
      at++;
      int count = 0;
      int next = peek();
      if (next == ']') {
        at++;
      } else {
        while (true) {
          push(count);
          value(shape.item(), next, depth + 1);
          pathLength--;
          count++;
          int separator = peek();
          if (separator == ']') {
            at++;
            break;
          }
          if (separator != ',') {
            throw expected("',' or ']'");
          }
          at++;
          next = peek();
        }
      }
      if (count < shape.itemsMin()) {
        violated(Violation.Kind.TOO_SHORT, shape, "empty", open);
      }
    }

    private void wrongType(Shape shape, int first, int depth) {
      int start = at;
      skipValue(depth);
      violated(Violation.Kind.WRONG_TYPE, shape, type(first), start);
    }

    private void violated(Violation.Kind kind, Shape expected, String found, int start) {
      List<Violation> noted = violations;
      if (noted == null) {
        noted = new ArrayList<>();
        violations = noted;
      }
      if (noted.size() < options.violationsMax()) {
        noted.add(new Violation(pathText(), kind, expected, found, start - base));
      }
    }

    private void push(Object step) {
      if (pathLength == path.length) {
        path = Arrays.copyOf(path, pathLength * 2);
      }
      path[pathLength++] = step;
    }

    private String pathText() {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < pathLength; i++) {
        if (path[i] instanceof Integer index) {
          text.append('[').append(index).append(']');
        } else {
          if (!text.isEmpty()) {
            text.append('.');
          }
          text.append(path[i]);
        }
      }
      return text.toString();
    }

    /** Notes a name of the root that no field has; twice is once too often. */
    private void unknownName(int start, int end, boolean nameEscaped) {
      if (options.duplicates() == ScanOptions.Duplicates.LAST_WINS) {
        return;
      }
      if (manyNames == null && unknownCount < FEW_NAMES && !nameEscaped) {
        for (int i = 0; i < unknownCount; i++) {
          if (Arrays.equals(
              bytes, unknownNames[2 * i], unknownNames[2 * i + 1], bytes, start, end)) {
            duplicate(start, end);
            return;
          }
        }
        unknownNames[2 * unknownCount] = start;
        unknownNames[2 * unknownCount + 1] = end;
        unknownCount++;
        return;
      }
      Set<String> many = manyNames;
      if (many == null) {
        many = new HashSet<>();
        for (int i = 0; i < unknownCount; i++) {
          many.add(JsonText.unquote(bytes, unknownNames[2 * i], unknownNames[2 * i + 1]));
        }
        manyNames = many;
      }
      if (!many.add(JsonText.unquote(bytes, start, end))) {
        duplicate(start, end);
      }
    }

    private void duplicate(int start, int end) {
      int most = 64;
      String name = JsonText.unquote(bytes, start, end);
      push(name.length() <= most ? name : name.substring(0, most) + "…");
      violated(Violation.Kind.DUPLICATE, Shape.any(), "", start);
      pathLength--;
    }

    private static String type(int first) {
      return switch (first) {
        case '{' -> "an object";
        case '[' -> "an array";
        case '"' -> "a string";
        case 't', 'f' -> "a boolean";
        case 'n' -> "null";
        default -> "a number";
      };
    }
  }
}
