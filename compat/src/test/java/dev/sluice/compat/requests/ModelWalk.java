package dev.sluice.compat.requests;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks through what a client library made of a request for members that it does not know and for
 * words that are none of its own. Libraries keep both silently, so that old ones can read what is
 * new; in what we send they are mistakes.
 */
final class ModelWalk {

  private static final String UNKNOWN_MEMBERS = "additionalProperties";

  private final String library;
  private final Set<String> open;
  private final Absent absent;
  private final List<String> found = new ArrayList<>();

  /** How a library keeps a member that was not there. */
  enum Absent {
    /** By a value of its own; it checks by itself which may be absent. */
    MARKED,
    /** An optional one as an empty Optional, any other as null. */
    EMPTY_OR_NULL
  }

  private ModelWalk(String library, Set<String> open, Absent absent) {
    this.library = library;
    this.open = open;
    this.absent = absent;
  }

  /**
   * What is not known in {@code model}.
   *
   * @param library where the library's own types are
   * @param absent how it keeps what was not there
   * @param open ends of the names of types that may hold any members, such as schemas
   */
  static List<String> unknown(Object model, String library, Set<String> open, Absent absent) {
    ModelWalk walk = new ModelWalk(library, open, absent);
    walk.look("", model);
    return walk.found;
  }

  private void look(String path, Object value) {
    switch (value) {
      case null -> {}
      case Optional<?> optional -> look(path, optional.orElse(null));
      case Map<?, ?> map -> map.forEach((name, held) -> look(path + "/" + name, held));
      case Collection<?> items -> {
        int index = 0;
        for (Object item : items) {
          look(path + "/" + index++, item);
        }
      }
      case Enum<?> word -> lookAtWord(path, word);
      default -> {
        if (value.getClass().getName().startsWith(library)) {
          lookInside(path, value);
        }
      }
    }
  }

  private void lookAtWord(String path, Enum<?> word) {
    String name = word.name();
    boolean unknown = name.equals("UNKNOWN") || name.equals("_UNKNOWN");
    if (unknown || name.endsWith("_UNSPECIFIED")) {
      found.add(path + ": no word of " + word.getDeclaringClass().getName());
    }
  }

  private void lookInside(String path, Object value) {
    String name = value.getClass().getName();
    if (name.endsWith("UnknownValue")) {
      found.add(path + ": no kind of " + name);
    }
    for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          Object held = held(field, value);
          if (held == null && absent == Absent.EMPTY_OR_NULL) {
            found.add(path + "/" + field.getName() + " is missing in " + name);
          }
          if (!field.getName().equals(UNKNOWN_MEMBERS)) {
            look(path + "/" + field.getName(), held);
          } else if (held instanceof Map<?, ?> members && open.stream().noneMatch(name::endsWith)) {
            members.forEach((member, told) -> {
              if (!told.equals(constant(value, member.toString()))) {
                found.add(path + "/" + member + " is unknown in " + name);
              }
            });
          }
        }
      }
    }
  }

  /** What the library always writes as that member and never reads; null where it has none. */
  private static Object constant(Object model, String member) {
    String getter = "get" + member.substring(0, 1).toUpperCase(Locale.ROOT) + member.substring(1);
    try {
      return model.getClass().getMethod(getter).invoke(model);
    } catch (ReflectiveOperationException _) {
      return null;
    }
  }

  private static Object held(Field field, Object value) {
    try {
      field.setAccessible(true);
      return field.get(value);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
