package dev.sluice.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes settings records out of YAML nodes, guided by the records' own annotations, and notes
 * everything that is wrong on the way instead of stopping at the first.
 */
final class Binder {

  private final String file;
  private final References references;
  private final List<Problem> problems;
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final Map<String, String> written = new LinkedHashMap<>();

  Binder(String file, References references, List<Problem> problems) {
    this.file = file;
    this.references = references;
    this.problems = problems;
  }

  /** The lines of all settings that the file holds, by path. */
  Map<String, Integer> lines() {
    return lines;
  }

  /** The texts with references in them, as the file has them, by path. */
  Map<String, String> references() {
    return written;
  }

  /** The record that {@code node} says; {@code null} where a problem was noted that prevents it. */
  <T extends Record> @Nullable T record(Class<T> type, YamlNode node, String path) {
    return type.cast(bindRecord(type, node, path));
  }

  private @Nullable Object bindRecord(Class<?> type, YamlNode node, String path) {
    lines.put(path, node.line());
    if (node instanceof YamlNode.Scalar scalar) {
      Method factory = factory(type);
      if (factory != null) {
        String text = filled(scalar, path);
        return text == null ? null : invoke(factory, text);
      }
    }
    Map<String, YamlNode> members;
    Map<String, Integer> keyLines;
    if (node instanceof YamlNode.Mapping mapping) {
      members = mapping.members();
      keyLines = mapping.keyLines();
    } else if (node instanceof YamlNode.Empty) {
      members = Map.of();
      keyLines = Map.of();
    } else {
      problem(node.line(), path, "expected a mapping");
      return null;
    }
    RecordComponent[] components = type.getRecordComponents();
    List<String> keys = new ArrayList<>();
    for (RecordComponent component : components) {
      keys.add(key(component));
    }
    for (String given : members.keySet()) {
      if (!keys.contains(given)) {
        List<String> nearest = NearestNames.nearest(given, keys, 1);
        problem(
            keyLines.getOrDefault(given, node.line()),
            below(path, given),
            "unknown key"
                + (nearest.isEmpty()
                    ? "; expected one of " + String.join(", ", keys)
                    : "; did you mean " + nearest.getFirst() + "?"));
      }
    }
    @Nullable Object[] values = new @Nullable Object[components.length];
    boolean complete = true;
    for (int i = 0; i < components.length; i++) {
      YamlNode member = members.get(keys.get(i));
      Bound bound = component(components[i], member, node.line(), below(path, keys.get(i)));
      values[i] = bound.value();
      complete &= bound.good();
    }
    return complete ? construct(type, values) : null;
  }

  /** A component's value; it may well be {@code null} where the record allows it. */
  private record Bound(@Nullable Object value, boolean good) {
    static final Bound BAD = new Bound(null, false);
  }

  private Bound component(
      RecordComponent component, @Nullable YamlNode node, int parentLine, String path) {
    Doc doc = component.getAnnotation(Doc.class);
    Class<?> type = component.getType();
    boolean absent = node == null || node instanceof YamlNode.Empty;
    if (absent && isNullable(component)) {
      return new Bound(null, true);
    }
    if (absent && doc != null && !doc.byDefault().isEmpty()) {
      return new Bound(Scalars.read(type, doc.byDefault()), true);
    }
    int line = node == null ? parentLine : node.line();
    YamlNode given = node == null ? new YamlNode.Empty(parentLine) : node;
    if (type == List.class) {
      return list(component, given, path);
    }
    if (type == Map.class) {
      return map(component, given, path);
    }
    if (type.isRecord() && type != DataSize.class && type != Secret.class) {
      Object bound = bindRecord(type, given, path);
      return bound == null ? Bound.BAD : new Bound(bound, true);
    }
    if (absent) {
      problem(line, path, "is required: expected " + Scalars.expected(type, doc));
      return Bound.BAD;
    }
    return scalar(type, doc, given, path);
  }

  private Bound scalar(Class<?> type, @Nullable Doc doc, YamlNode node, String path) {
    lines.put(path, node.line());
    if (!(node instanceof YamlNode.Scalar scalar)) {
      problem(node.line(), path, "expected " + Scalars.expected(type, doc));
      return Bound.BAD;
    }
    String text = filled(scalar, path);
    if (text == null) {
      return Bound.BAD;
    }
    Object value = Scalars.read(type, text);
    boolean secret = doc != null && doc.secret();
    boolean inRange =
        value != null
            && (doc == null
                || (Scalars.measure(value) >= doc.min() && Scalars.measure(value) <= doc.max())
                || type == String.class);
    if (!inRange) {
      problem(
          node.line(),
          path,
          "expected " + Scalars.expected(type, doc) + (secret ? "" : ", but " + given(text, path)));
      return Bound.BAD;
    }
    return new Bound(value, true);
  }

  private Bound list(RecordComponent component, YamlNode node, String path) {
    lines.put(path, node.line());
    List<Object> items = new ArrayList<>();
    if (node instanceof YamlNode.Empty) {
      return new Bound(items, true);
    }
    if (!(node instanceof YamlNode.Sequence sequence)) {
      problem(node.line(), path, "expected a list");
      return Bound.BAD;
    }
    Class<?> type = argument(component, 0);
    boolean good = true;
    for (int i = 0; i < sequence.items().size(); i++) {
      Bound item = item(type, sequence.items().get(i), path + "[" + i + "]");
      good &= item.good();
      if (item.value() != null) {
        items.add(item.value());
      }
    }
    return new Bound(items, good);
  }

  private Bound map(RecordComponent component, YamlNode node, String path) {
    lines.put(path, node.line());
    Map<String, Object> entries = new LinkedHashMap<>();
    if (node instanceof YamlNode.Empty) {
      return new Bound(entries, true);
    }
    if (!(node instanceof YamlNode.Mapping mapping)) {
      problem(node.line(), path, "expected a mapping");
      return Bound.BAD;
    }
    Class<?> type = argument(component, 1);
    boolean good = true;
    for (Map.Entry<String, YamlNode> entry : mapping.members().entrySet()) {
      Bound value = item(type, entry.getValue(), below(path, entry.getKey()));
      good &= value.good();
      if (value.value() != null) {
        entries.put(entry.getKey(), value.value());
      }
    }
    return new Bound(entries, good);
  }

  private Bound item(Class<?> type, YamlNode node, String path) {
    if (type.isRecord()) {
      Object bound = bindRecord(type, node, path);
      return bound == null ? Bound.BAD : new Bound(bound, true);
    }
    return scalar(type, null, node, path);
  }

  private @Nullable String filled(YamlNode.Scalar scalar, String path) {
    return switch (references.fill(scalar.text())) {
      case References.Filled.Wrong wrong -> {
        problem(scalar.line(), path, wrong.message());
        yield null;
      }
      case References.Filled.Value value -> {
        if (value.written() != null) {
          written.put(path, value.written());
        }
        yield value.text();
      }
    };
  }

  /** What came; what a reference stands for is not told, as it may be a secret. */
  private String given(String text, String path) {
    String reference = written.get(path);
    return reference == null ? "is " + shown(text) : reference + " says otherwise";
  }

  private void problem(int line, String path, String message) {
    problems.add(new Problem(file, line, path, message));
  }

  private static String shown(String text) {
    int most = 60;
    return "`" + (text.length() <= most ? text : text.substring(0, most) + "…") + "`";
  }

  private static Object construct(Class<?> type, @Nullable Object[] values) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + type.getSimpleName(), e);
    }
  }

  private static Object invoke(Method factory, String text) {
    try {
      return factory.invoke(null, text);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot make a setting from text", e);
    }
  }

  static @Nullable Method factory(Class<?> type) {
    for (Method method : type.getDeclaredMethods()) {
      if (Modifier.isStatic(method.getModifiers()) && method.isAnnotationPresent(FromText.class)) {
        return method;
      }
    }
    return null;
  }

  static boolean isNullable(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  static Class<?> argument(RecordComponent component, int index) {
    Type[] arguments = ((ParameterizedType) component.getGenericType()).getActualTypeArguments();
    return (Class<?>) arguments[index];
  }

  /** The key of a component in the file: its name in snake case, or what is written beside it. */
  static String key(RecordComponent component) {
    Key key = component.getAnnotation(Key.class);
    if (key != null) {
      return key.value();
    }
    StringBuilder snake = new StringBuilder();
    for (char c : component.getName().toCharArray()) {
      if (Character.isUpperCase(c)) {
        snake.append('_');
      }
      snake.append(c);
    }
    return snake.toString().toLowerCase(Locale.ROOT);
  }

  static String below(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
