package dev.sluice.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Prints settings as YAML, with all defaults, names sorted, and secrets as {@code ***}. */
public final class SettingsPrinter {

  private final StringBuilder out = new StringBuilder();

  private SettingsPrinter() {}

  /** The settings as a file would say them. */
  public static String print(Settings settings) {
    SettingsPrinter printer = new SettingsPrinter();
    printer.members(settings, 0);
    return printer.out.toString();
  }

  private void members(Record shown, int indent) {
    for (RecordComponent component : shown.getClass().getRecordComponents()) {
      Object value = value(shown, component);
      if (value != null) {
        member(Binder.key(component), value, indent);
      }
    }
  }

  private void member(String key, Object value, int indent) {
    out.append("  ".repeat(indent)).append(quoted(key)).append(':');
    switch (value) {
      case Map<?, ?> map when map.isEmpty() -> out.append(" {}\n");
      case List<?> list when list.isEmpty() -> out.append(" []\n");
      case Map<?, ?> map -> {
        out.append('\n');
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((name, each) -> sorted.put(String.valueOf(name), each));
        sorted.forEach((name, each) -> member(name, each, indent + 1));
      }
      case List<?> list -> {
        out.append('\n');
        for (Object item : list) {
          item(item, indent + 1);
        }
      }
      case DataSize size -> out.append(' ').append(Scalars.write(size)).append('\n');
      case Secret _ -> out.append(" \"***\"\n");
      case Record nested -> {
        out.append('\n');
        members(nested, indent + 1);
      }
      default -> out.append(' ').append(scalar(value)).append('\n');
    }
  }

  private void item(Object item, int indent) {
    if (!(item instanceof Record nested)) {
      out.append("  ".repeat(indent)).append("- ").append(scalar(item)).append('\n');
      return;
    }
    int start = out.length();
    members(nested, indent + 1);
    // The first member stands beside the dash.
    out.replace(start, start + 2 * (indent + 1), "  ".repeat(indent) + "- ");
  }

  private static String scalar(Object value) {
    return value instanceof String text ? quoted(text) : Scalars.write(value);
  }

  private static String quoted(String text) {
    boolean plain = !text.isEmpty();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      plain &= Character.isLetterOrDigit(c) || (i > 0 && "._-/".indexOf(c) >= 0);
    }
    boolean word = plain && !List.of("true", "false", "null", "yes", "no").contains(text);
    boolean number = !text.isEmpty() && Character.isDigit(text.charAt(0));
    return word && !number
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("${", "$${") + "\"";
  }

  private static @Nullable Object value(Record shown, RecordComponent component) {
    try {
      return component.getAccessor().invoke(shown);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component.getName(), e);
    }
  }
}
