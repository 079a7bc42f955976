package dev.sluice.conformance;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;

/** A test that proves an item: the class's simple name, and the method's. */
record Proof(Item item, String test) implements Comparable<Proof> {

  private static final String SUFFIX = ".class";

  /** All that there are beside this class, in the report's order. */
  static List<Proof> all() throws IOException {
    List<Proof> proofs = new ArrayList<>();
    for (Class<?> type : testClasses()) {
      for (Method method : type.getDeclaredMethods()) {
        DisplayName name = method.getAnnotation(DisplayName.class);
        Item item = name == null ? null : Item.of(name.value());
        if (item != null) {
          proofs.add(new Proof(item, type.getSimpleName() + "." + method.getName()));
        }
      }
    }
    proofs.sort(null);
    return proofs;
  }

  /** All classes of tests beside this one. */
  static List<Class<?>> testClasses() throws IOException {
    Path root;
    try {
      root = Path.of(Proof.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    List<Class<?>> classes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(one -> one.toString().endsWith("Test" + SUFFIX)).toList()) {
        String name = root.relativize(file).toString().replace('/', '.').replace('\\', '.');
        classes.add(load(name.substring(0, name.length() - SUFFIX.length())));
      }
    }
    return classes;
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, Proof.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int compareTo(Proof other) {
    int byItem = item.compareTo(other.item);
    return byItem == 0 ? test.compareTo(other.test) : byItem;
  }
}
