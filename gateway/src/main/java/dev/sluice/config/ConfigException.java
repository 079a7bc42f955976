package dev.sluice.config;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be served, with everything that is wrong with it. */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /** A configuration with {@code problems}, at least one, in whatever order they were found. */
  public ConfigException(List<Problem> problems) {
    List<Problem> sorted =
        problems.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    super(sorted.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = sorted;
  }

  /** What is wrong, in the file's order. */
  public List<Problem> problems() {
    return problems;
  }
}
