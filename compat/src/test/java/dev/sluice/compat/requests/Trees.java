package dev.sluice.compat.requests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** JSON as trees, in the words of the library that the providers' clients use. */
final class Trees {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private Trees() {}

  /** Reads what is known to be JSON. */
  static JsonNode read(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON", e);
    }
  }

  /** The same without members that are null, which some clients forget. */
  static JsonNode withoutNulls(JsonNode node) {
    JsonNode copy = node.deepCopy();
    drop(copy);
    return copy;
  }

  private static void drop(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.removeIf(JsonNode::isNull);
    }
    node.forEach(Trees::drop);
  }

  /** Where two trees differ, by path; numbers are the same if a client's float is. */
  static List<String> differences(JsonNode ours, JsonNode theirs) {
    List<String> found = new ArrayList<>();
    compare("", ours, theirs, found);
    return found;
  }

  private static void compare(String path, JsonNode ours, JsonNode theirs, List<String> found) {
    if (ours.isObject() && theirs.isObject()) {
      Set<String> names = new TreeSet<>();
      ours.fieldNames().forEachRemaining(names::add);
      theirs.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> compare(path + "/" + name, ours.path(name), theirs.path(name), found));
    } else if (ours.isArray() && theirs.isArray() && ours.size() == theirs.size()) {
      for (int i = 0; i < ours.size(); i++) {
        compare(path + "/" + i, ours.get(i), theirs.get(i), found);
      }
    } else if (!same(ours, theirs)) {
      found.add(path + ": " + shown(ours) + " became " + shown(theirs));
    }
  }

  private static boolean same(JsonNode ours, JsonNode theirs) {
    if (ours.isNumber() && theirs.isNumber()) {
      return ours.decimalValue().compareTo(theirs.decimalValue()) == 0
          || BigDecimal.valueOf(ours.floatValue())
                  .compareTo(BigDecimal.valueOf(theirs.floatValue()))
              == 0;
    }
    return ours.equals(theirs);
  }

  private static String shown(JsonNode node) {
    String text = node.isMissingNode() ? "nothing" : node.toString();
    return text.length() > 120 ? text.substring(0, 120) + "..." : text;
  }
}
