package dev.sluice.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;

/** Reads a YAML text into nodes that know their lines, with duplicate keys noted as problems. */
final class YamlReader {

  private static final int DEPTH_MAX = 50;

  private final String file;
  private final List<Problem> problems;

  YamlReader(String file, List<Problem> problems) {
    this.file = file;
    this.problems = problems;
  }

  /** The text's root; an empty mapping where there is none. */
  YamlNode read(String text) {
    try (JsonParser parser = new YAMLFactory().createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == null) {
        return new YamlNode.Mapping(1, Map.of(), Map.of());
      }
      YamlNode root = value(parser, "", 0);
      return root instanceof YamlNode.Empty ? new YamlNode.Mapping(1, Map.of(), Map.of()) : root;
    } catch (JacksonException e) {
      TokenStreamLocation place = e.getLocation();
      String message = String.valueOf(e.getOriginalMessage());
      int lineEnd = message.indexOf('\n');
      problems.add(
          new Problem(
              file,
              place == null ? 0 : place.getLineNr(),
              "",
              "not YAML: " + (lineEnd < 0 ? message : message.substring(0, lineEnd))));
      return new YamlNode.Mapping(1, Map.of(), Map.of());
    }
  }

  private YamlNode value(JsonParser parser, String path, int depth) {
    int line = parser.currentTokenLocation().getLineNr();
    if (depth > DEPTH_MAX) {
      problems.add(new Problem(file, line, path, "nesting is deeper than " + DEPTH_MAX));
      parser.skipChildren();
      return new YamlNode.Empty(line);
    }
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return mapping(parser, path, line, depth);
    }
    if (token == JsonToken.START_ARRAY) {
      List<YamlNode> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(value(parser, path + "[" + items.size() + "]", depth + 1));
      }
      return new YamlNode.Sequence(line, items);
    }
    if (token == JsonToken.VALUE_NULL) {
      return new YamlNode.Empty(line);
    }
    return new YamlNode.Scalar(line, parser.getString());
  }

  private YamlNode mapping(JsonParser parser, String path, int line, int depth) {
    Map<String, YamlNode> members = new LinkedHashMap<>();
    Map<String, Integer> keyLines = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      int keyLine = parser.currentTokenLocation().getLineNr();
      parser.nextToken();
      String below = path.isEmpty() ? key : path + "." + key;
      YamlNode member = value(parser, below, depth + 1);
      if (members.put(key, member) != null) {
        problems.add(new Problem(file, keyLine, below, "is given twice"));
      }
      keyLines.put(key, keyLine);
    }
    return new YamlNode.Mapping(line, members, keyLines);
  }
}
