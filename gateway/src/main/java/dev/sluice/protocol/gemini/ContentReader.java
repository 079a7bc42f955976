package dev.sluice.protocol.gemini;

import dev.sluice.chat.CallIds;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import dev.sluice.protocol.gemini.PartReader.Piece;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the contents of one request, in order. Calls may come without ids, and then results belong
 * to the first open call of their name.
 */
final class ContentReader {

  private static final String SEED = "contents";

  // The ids of calls of each name, and which of them have been answered by id.
  private final Map<String, Deque<String>> open = new HashMap<>();
  private final Set<String> answered = new HashSet<>();
  private int calls;
  private final List<Message> messages = new ArrayList<>();

  /** Reads the contents at hand: a list, or a lone one. */
  List<Message> contents(JsonReader in) {
    if (in.peek() == JsonReader.Kind.OBJECT) {
      content(in);
      return messages;
    }
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      content(in);
    }
    return messages;
  }

  /** A content's members, as they came. */
  private static final class Fields {
    private @Nullable String role;
    private final List<Piece> pieces = new ArrayList<>();
    private final RestBuilder rest = new RestBuilder(Gemini.PROTOCOL);

    private void read(JsonReader in) {
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        String name = in.name();
        if (in.skipNull()) {
          continue;
        }
        switch (name) {
          case "role" -> role = in.text();
          case "parts" -> parts(in);
          default -> rest.add(name, in.raw());
        }
      }
    }

    private void parts(JsonReader in) {
      if (in.peek() == JsonReader.Kind.OBJECT) {
        pieces.add(PartReader.read(in));
        return;
      }
      for (boolean more = in.enterArray(); more; more = in.nextItem()) {
        pieces.add(PartReader.read(in));
      }
    }
  }

  /** Reads the system's instruction. Its role says nothing, but is kept. */
  static Message.System instruction(JsonReader in) {
    if (in.peek() == JsonReader.Kind.TEXT) {
      return Message.System.of(in.text());
    }
    Fields fields = new Fields();
    fields.read(in);
    List<Part> parts = new ArrayList<>();
    for (Piece piece : fields.pieces) {
      if (piece instanceof Piece.Said said) {
        parts.add(said.part());
      }
    }
    if (fields.role != null) {
      fields.rest.add("role", JsonText.quote(fields.role));
    }
    return new Message.System(parts, null, fields.rest.build());
  }

  private void content(JsonReader in) {
    int mark = in.mark();
    Fields fields = new Fields();
    fields.read(in);
    Rest rest = fields.rest.build();
    switch (fields.role == null ? "user" : fields.role) {
      case "user", "function", "tool" -> user(in, mark, fields.pieces, rest);
      case "model" -> model(in, mark, fields.pieces, rest);
      case "system" -> messages.add(new Message.System(said(fields.pieces), null, rest));
      default -> throw in.misshapen("a content whose role is user or model", mark);
    }
  }

  private static List<Part> said(List<Piece> pieces) {
    List<Part> parts = new ArrayList<>();
    for (Piece piece : pieces) {
      if (piece instanceof Piece.Said said) {
        parts.add(said.part());
      }
    }
    return parts;
  }

  private void model(JsonReader in, int mark, List<Piece> pieces, Rest rest) {
    List<Part> parts = new ArrayList<>();
    for (Piece piece : pieces) {
      switch (piece) {
        case Piece.Said said -> parts.add(said.part());
        case Piece.Call call -> {
          String id = given(call.id()) ? Gemini.orEmpty(call.id()) : CallIds.make(SEED, 0, calls);
          calls++;
          open.computeIfAbsent(call.name(), _ -> new ArrayDeque<>()).add(id);
          parts.add(call.as(id, Part.ToolCall.Kind.FUNCTION));
        }
        case Piece.Result _ ->
            throw in.misshapen("a content without results, as its role is model", mark);
      }
    }
    messages.add(new Message.Assistant(parts, null, List.of(), null, rest));
  }

  private void user(JsonReader in, int mark, List<Piece> pieces, Rest rest) {
    List<Part> parts = new ArrayList<>();
    boolean results = false;
    for (Piece piece : pieces) {
      switch (piece) {
        case Piece.Said said -> parts.add(said.part());
        case Piece.Result result -> {
          results = true;
          if (!parts.isEmpty()) {
            messages.add(new Message.User(parts, null, rest));
            parts = new ArrayList<>();
          }
          messages.add(result(result));
        }
        case Piece.Call _ ->
            throw in.misshapen("a content without calls, as its role is user", mark);
      }
    }
    if (!parts.isEmpty() || !results) {
      messages.add(new Message.User(parts, null, rest));
    }
  }

  private Message.ToolResult result(Piece.Result result) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part.Text(result.text().text()));
    parts.addAll(result.media());
    return new Message.ToolResult(
        idOf(result),
        result.name().isEmpty() ? null : result.name(),
        parts,
        result.text().outcome(),
        null,
        result.rest());
  }

  private String idOf(Piece.Result result) {
    if (given(result.id())) {
      String id = Gemini.orEmpty(result.id());
      answered.add(id);
      return id;
    }
    Deque<String> waiting = open.get(result.name());
    while (waiting != null && !waiting.isEmpty()) {
      String id = waiting.poll();
      if (!answered.contains(id)) {
        return id;
      }
    }
    return CallIds.make(SEED + result.name(), 1, calls);
  }

  private static boolean given(@Nullable String id) {
    return id != null && !id.isEmpty();
  }
}
