package dev.sluice.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Prints settings as YAML, with all defaults, names sorted, and nothing secret: secrets as {@code
 * ***}, and other texts that hold references with these in place of their values. Beside a 0 that
 * stands for something else a comment says what it is.
 */
public final class SettingsPrinter {

  private final StringBuilder out = new StringBuilder();
  private final SettingsLoader.Loaded loaded;

  private SettingsPrinter(SettingsLoader.Loaded loaded) {
    this.loaded = loaded;
  }

  /** The settings as a file would say them. */
  public static String print(SettingsLoader.Loaded loaded) {
    SettingsPrinter printer = new SettingsPrinter(loaded);
    printer.members(loaded.settings(), "", 0);
    return printer.out.toString();
  }

  private void members(Record shown, String path, int indent) {
    for (RecordComponent component : shown.getClass().getRecordComponents()) {
      Object value = value(shown, component);
      if (value != null) {
        String key = Binder.key(component);
        member(key, value, Binder.below(path, key), indent);
        meaning(component, value);
      }
    }
  }

  private void meaning(RecordComponent component, Object value) {
    Doc doc = component.getAnnotation(Doc.class);
    if (doc != null && !doc.zero().isEmpty() && isZero(value)) {
      out.insert(out.length() - 1, " # " + doc.zero());
    }
  }

  private static boolean isZero(Object value) {
    return value instanceof DataSize size ? size.bytes() == 0 : value.equals(0);
  }

  private void member(String key, Object value, String path, int indent) {
    out.append("  ".repeat(indent)).append(YamlText.scalar(key)).append(':');
    switch (value) {
      case Map<?, ?> map when map.isEmpty() -> out.append(" {}\n");
      case List<?> list when list.isEmpty() -> out.append(" []\n");
      case Map<?, ?> map -> {
        out.append('\n');
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((name, each) -> sorted.put(String.valueOf(name), each));
        sorted.forEach((name, each) -> member(name, each, Binder.below(path, name), indent + 1));
      }
      case List<?> list -> {
        out.append('\n');
        for (int i = 0; i < list.size(); i++) {
          item(list.get(i), path + "[" + i + "]", indent + 1);
        }
      }
      case Record nested when isNested(nested) -> {
        int start = out.append('\n').length();
        members(nested, path, indent + 1);
        if (out.length() == start) {
          // Without a member it would read as if it were not there.
          out.setLength(start - 1);
          out.append(" {}\n");
        }
      }
      default -> out.append(' ').append(scalar(value, path)).append('\n');
    }
  }

  private void item(Object item, String path, int indent) {
    if (!(item instanceof Record nested)) {
      out.append("  ".repeat(indent)).append("- ").append(scalar(item, path)).append('\n');
      return;
    }
    int start = out.length();
    members(nested, path, indent + 1);
    // The first member stands beside the dash.
    out.replace(start, start + 2 * (indent + 1), "  ".repeat(indent) + "- ");
  }

  private String scalar(Object value, String path) {
    if (value instanceof Secret) {
      return "\"***\"";
    }
    if (!(value instanceof String text)) {
      return Scalars.write(value);
    }
    String reference = loaded.reference(path);
    return reference == null ? YamlText.scalar(text) : "\"" + reference + "\"";
  }

  private static boolean isNested(Record value) {
    return !(value instanceof DataSize) && !(value instanceof Secret);
  }

  private static @Nullable Object value(Record shown, RecordComponent component) {
    try {
      return component.getAccessor().invoke(shown);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component.getName(), e);
    }
  }
}
