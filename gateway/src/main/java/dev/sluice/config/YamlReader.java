package dev.sluice.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads a YAML text into nodes that know their lines. What YAML allows and a configuration does
 * better without is refused, never passed over: aliases, anchors, merge keys, tags, further
 * documents, keys that are no text, and keys given twice.
 */
final class YamlReader {

  private static final int DEPTH_MAX = 50;

  /** What YAML itself allows is 1024 characters as written; a printed key may be all escapes. */
  private static final int KEY_CHARS_MAX = 160;

  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final String WRITE_OUT = " is not taken; write out what it stands for";

  private final String file;
  private final References references;
  private final List<Problem> problems;
  private Iterator<Event> events = List.<Event>of().iterator();

  YamlReader(String file, References references, List<Problem> problems) {
    this.file = file;
    this.references = references;
    this.problems = problems;
  }

  /** The rest of the file is not looked at. */
  private static final class TooDeep extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The text's root; nothing where there is none, or where a problem was noted. */
  YamlNode read(String text) {
    if (!isPrintable(text)) {
      return new YamlNode.Empty(1);
    }
    String aside = references.setAside(text);
    if (aside == null) {
      problem(0, "", "holds all of Unicode's private characters; leave one out");
      return new YamlNode.Empty(1);
    }
    try {
      // One buffer for all of it: with smaller ones, long lines take quadratic time.
      LoadSettings settings =
          LoadSettings.builder()
              .setCodePointLimit(Integer.MAX_VALUE)
              .setBufferSize(aside.length() + 1)
              .build();
      events = new Parse(settings).parseString(aside).iterator();
      return document();
    } catch (TooDeep _) {
      return new YamlNode.Empty(1);
    } catch (MarkedYamlEngineException e) {
      String context = e.getContext();
      problem(
          line(e.getProblemMark().orElse(null)),
          "",
          "not YAML: "
              + (context == null || context.isEmpty() ? "" : context + ": ")
              + e.getProblem());
      return new YamlNode.Empty(1);
    } catch (YamlEngineException e) {
      problem(0, "", "not YAML: " + e.getMessage());
      return new YamlNode.Empty(1);
    }
  }

  private boolean isPrintable(String text) {
    int line = 1;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (!YamlText.isPrintable(c)) {
        problem(
            line,
            "",
            "not YAML: holds the control character U+"
                + Integer.toHexString(0x10000 | c).substring(1)
                + "; write it as an escape, in double quotes");
        return false;
      }
      line += c == '\n' ? 1 : 0;
      i += Character.charCount(c);
    }
    return true;
  }

  private YamlNode document() {
    YamlNode root = null;
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof DocumentStartEvent) {
        if (root != null) {
          problem(line(event), "", "a second document begins here; a file holds one");
          return root;
        }
        root = node(events.next(), "", 0);
      }
    }
    return root == null ? new YamlNode.Empty(1) : root;
  }

  private YamlNode node(Event event, String path, int depth) {
    int line = line(event);
    if (depth > DEPTH_MAX) {
      problem(line, "", "nesting is deeper than " + DEPTH_MAX);
      throw new TooDeep();
    }
    refuseDecoration(event, path);
    if (event instanceof ScalarEvent scalar) {
      return scalar.isPlain() && NULLS.contains(scalar.getValue())
          ? new YamlNode.Empty(line)
          : new YamlNode.Scalar(line, scalar.getValue());
    }
    if (event instanceof SequenceStartEvent) {
      List<YamlNode> items = new ArrayList<>();
      for (Event next = events.next(); !isEnd(next); next = events.next()) {
        items.add(node(next, path + "[" + items.size() + "]", depth + 1));
      }
      return new YamlNode.Sequence(line, items);
    }
    return event instanceof CollectionStartEvent
        ? mapping(line, path, depth)
        : new YamlNode.Empty(line);
  }

  private YamlNode mapping(int line, String path, int depth) {
    Map<String, YamlNode> members = new LinkedHashMap<>();
    Map<String, Integer> keyLines = new LinkedHashMap<>();
    Set<String> repeated = new HashSet<>();
    for (Event next = events.next(); !isEnd(next); next = events.next()) {
      int keyLine = line(next);
      String key = key(next, path, depth);
      String below = key == null || path.isEmpty() ? String.valueOf(key) : path + "." + key;
      YamlNode member = node(events.next(), key == null ? path : below, depth + 1);
      if (key == null) {
        continue;
      }
      if (members.put(key, member) != null && repeated.add(key)) {
        problem(keyLine, below, "is given twice");
      }
      keyLines.put(key, keyLine);
    }
    return new YamlNode.Mapping(line, members, keyLines);
  }

  /** A member's key; {@code null} where a problem was noted. */
  private @Nullable String key(Event event, String path, int depth) {
    if (!(event instanceof ScalarEvent scalar)) {
      problem(line(event), path, "expected a key that is text");
      node(event, path, depth + 1);
      return null;
    }
    refuseDecoration(event, path);
    if (scalar.isPlain() && scalar.getValue().equals("<<")) {
      problem(line(event), path, "a merge key (<<)" + WRITE_OUT);
      return null;
    }
    return switch (references.key(scalar.getValue())) {
      case References.Filled.Wrong wrong -> {
        problem(line(event), path, wrong.message());
        yield null;
      }
      case References.Filled.Value value -> {
        if (value.text().length() > KEY_CHARS_MAX) {
          problem(line(event), path, "a key is longer than " + KEY_CHARS_MAX + " characters");
          yield null;
        }
        yield value.text();
      }
    };
  }

  private void refuseDecoration(Event event, String path) {
    if (event instanceof AliasEvent) {
      problem(line(event), path, "an alias (*)" + WRITE_OUT);
    } else if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      problem(line(event), path, "an anchor (&) is not taken; write its value where it is needed");
    }
    if ((event instanceof ScalarEvent scalar && scalar.getTag().isPresent())
        || (event instanceof CollectionStartEvent start && start.getTag().isPresent())) {
      problem(line(event), path, "a tag (!) is not taken; leave it out");
    }
  }

  private void problem(int line, String path, String message) {
    problems.add(new Problem(file, line, path, message));
  }

  private static boolean isEnd(Event event) {
    return switch (event.getEventId()) {
      case MappingEnd, SequenceEnd -> true;
      case Alias,
          Comment,
          DocumentEnd,
          DocumentStart,
          MappingStart,
          Scalar,
          SequenceStart,
          StreamEnd,
          StreamStart ->
          false;
    };
  }

  private static int line(Event event) {
    return line(event.getStartMark().orElse(null));
  }

  private static int line(@Nullable Mark mark) {
    return mark == null ? 0 : mark.getLine() + 1;
  }
}
