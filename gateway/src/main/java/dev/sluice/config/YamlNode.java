package dev.sluice.config;

import java.util.List;
import java.util.Map;

/** A piece of a YAML file that knows its line. */
sealed interface YamlNode {

  /** The line where it begins, from 1. */
  int line();

  /** A scalar's text as written; references are still to be filled in. */
  record Scalar(int line, String text) implements YamlNode {}

  /** Nothing, be it {@code null}, {@code ~} or an empty value. */
  record Empty(int line) implements YamlNode {}

  /** A list. */
  record Sequence(int line, List<YamlNode> items) implements YamlNode {}

  /** A mapping, in the file's order, with the lines of its keys. */
  record Mapping(int line, Map<String, YamlNode> members, Map<String, Integer> keyLines)
      implements YamlNode {}
}
