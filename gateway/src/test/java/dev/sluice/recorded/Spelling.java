package dev.sluice.recorded;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.POJONode;

/** Writes trees that {@link Exact} has read, with every number as it was spelled. */
final class Spelling {

  private Spelling() {}

  static String of(JsonNode tree) {
    StringBuilder text = new StringBuilder();
    write(tree, text);
    return text.toString();
  }

  private static void write(JsonNode node, StringBuilder to) {
    if (node.isObject()) {
      to.append('{');
      node.properties()
          .forEach(member -> {
            to.append(to.charAt(to.length() - 1) == '{' ? "" : ",");
            to.append(Exact.MAPPER.writeValueAsString(member.getKey())).append(':');
            write(member.getValue(), to);
          });
      to.append('}');
    } else if (node.isArray()) {
      to.append('[');
      for (int i = 0; i < node.size(); i++) {
        to.append(i == 0 ? "" : ",");
        write(node.get(i), to);
      }
      to.append(']');
    } else {
      to.append(node instanceof POJONode number ? String.valueOf(number.getPojo()) : node);
    }
  }
}
