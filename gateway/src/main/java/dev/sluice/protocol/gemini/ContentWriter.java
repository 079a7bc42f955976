package dev.sluice.protocol.gemini;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.gemini.GeminiAbilities.Feature;
import dev.sluice.protocol.gemini.GeminiRequestOptions.MissingResults;
import dev.sluice.protocol.gemini.GeminiRequestOptions.Urls;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request's messages as turns of the user's and the model's, one after the other. All
 * results of a turn's calls stand at the beginning of the next turn in the order of the calls,
 * since Vertex pairs them by their places.
 */
final class ContentWriter {

  /** What the user said where the protocol wants a turn of the user's and there is none. */
  private static final String FILLER = " ";

  private static final String NO_RESULT = "The call was cancelled: there is no result.";

  private enum Side {
    USER,
    MODEL
  }

  /** A result and its message's place. */
  private record Placed(int index, Message.ToolResult result) {}

  /** A turn under way. */
  private static final class Turn {
    private final Side side;
    private final int index;
    private final List<Part> parts = new ArrayList<>(2);
    private final List<Placed> results = new ArrayList<>(0);
    private final RestBuilder rest = new RestBuilder(Gemini.PROTOCOL);

    private Turn(Side side, int index) {
      this.side = side;
      this.index = index;
    }
  }

  private final GeminiRequestOptions options;
  private final JsonWriter out;
  private final Losses losses;
  private final PartWriter parts;
  private final Turn instruction = new Turn(Side.USER, 0);
  private final List<Turn> turns = new ArrayList<>();

  ContentWriter(
      GeminiRequestOptions options, GeminiToolNames names, JsonWriter out, Losses losses) {
    this.options = options;
    this.out = out;
    this.losses = losses;
    this.parts = PartWriter.ofRequest(options, names, out, losses);
  }

  /** The resolution that holds for all images; {@code null} where none was asked for. */
  @Nullable String resolution() {
    return parts.resolution();
  }

  /**
   * Writes the members {@code systemInstruction} and {@code contents}.
   *
   * @param cached whether the instruction is in the provider's cache, and must not be said again
   */
  void write(List<Message> messages, boolean cached) {
    if (messages.isEmpty()) {
      throw refused("messages", "`messages` must hold at least one message");
    }
    gather(messages);
    if (turns.isEmpty() || turns.getFirst().side == Side.MODEL) {
      Turn filler = new Turn(Side.USER, 0);
      filler.parts.add(new Part.Text(FILLER));
      turns.addFirst(filler);
    }
    if (!instruction.parts.isEmpty()) {
      if (cached) {
        losses.add("messages.system");
      } else {
        instruction();
      }
    }
    out.name("contents").beginArray();
    List<Part.ToolCall> calls = List.of();
    for (Turn turn : turns) {
      calls = turn(turn, calls);
    }
    out.endArray();
  }

  private void instruction() {
    out.name("systemInstruction").beginObject().name("parts").beginArray();
    for (Part part : instruction.parts) {
      parts.said(part);
    }
    out.endArray();
    Gemini.rest(out, instruction.rest.build());
    out.endObject();
  }

  private void gather(List<Message> messages) {
    boolean leading = true;
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      losses.addUnlessOf(Gemini.PROTOCOL, "messages.", message.rest());
      switch (message) {
        case Message.System system -> {
          name(system.name());
          instruct(leading, system.parts(), system.rest(), i);
        }
        case Message.Developer developer -> {
          name(developer.name());
          instruct(leading, developer.parts(), developer.rest(), i);
        }
        case Message.User user -> {
          leading = false;
          name(user.name());
          said(Side.USER, user.parts(), user.rest(), i);
        }
        case Message.Assistant assistant -> {
          leading = false;
          name(assistant.name());
          if (!assistant.citations().isEmpty()) {
            losses.add("messages.annotations");
          }
          if (assistant.audio() != null) {
            losses.add("messages.audio");
          }
          said(Side.MODEL, assistant.parts(), assistant.rest(), i);
        }
        case Message.ToolResult result -> {
          leading = false;
          for (Part part : result.parts()) {
            check(part, i);
          }
          // What was left over of it goes with the result, not with the turn.
          open(Side.USER, Rest.NONE, i).results.add(new Placed(i, result));
        }
      }
    }
  }

  private void name(@Nullable String name) {
    if (name != null) {
      losses.add("messages.name");
    }
  }

  private void instruct(boolean leading, List<Part> said, Rest rest, int index) {
    if (leading) {
      instructed(said, rest);
      return;
    }
    switch (options.lateInstructions()) {
      case AS_USER -> {
        StringBuilder text = new StringBuilder("<system>\n");
        for (Part part : said) {
          if (part instanceof Part.Text piece) {
            text.append(piece.text()).append('\n');
          } else {
            losses.add("messages.content");
          }
        }
        Part tagged = new Part.Text(text.append("</system>").toString());
        open(Side.USER, Rest.NONE, index).parts.add(tagged);
      }
      case TO_FRONT -> instructed(said, rest);
      case REFUSE ->
          throw refused(
              "messages[" + index + "].role",
              "`messages["
                  + index
                  + "].role` must not be that of an instruction, since the model takes"
                  + " instructions at the beginning only");
    }
  }

  private void instructed(List<Part> said, Rest rest) {
    keep(instruction, rest);
    for (Part part : said) {
      switch (part) {
        case Part.Text _ -> instruction.parts.add(part);
        case Part.Image _,
            Part.Audio _,
            Part.Video _,
            Part.File _,
            Part.Refusal _,
            Part.Thinking _,
            Part.SealedThinking _,
            Part.ToolCall _,
            Part.Foreign _ ->
            losses.add("messages.content");
      }
    }
  }

  private static void keep(Turn turn, Rest rest) {
    if (rest.isOf(Gemini.PROTOCOL)) {
      for (Rest.Member member : rest.members()) {
        turn.rest.add(member.name(), member.value().text());
      }
    }
  }

  private void said(Side side, List<Part> said, Rest rest, int index) {
    List<Part> carried = new ArrayList<>(said.size());
    for (Part part : said) {
      check(part, index);
      boolean goes =
          switch (side) {
            case USER -> parts.carriesForUser(part);
            case MODEL -> parts.carriesForModel(part);
          };
      if (goes) {
        carried.add(part);
      }
    }
    if (!carried.isEmpty()) {
      open(side, rest, index).parts.addAll(carried);
    }
  }

  /** The turn of that side that is under way, or a new one. */
  private Turn open(Side side, Rest rest, int index) {
    Turn turn = turns.isEmpty() ? null : turns.getLast();
    if (turn == null || turn.side != side) {
      turn = new Turn(side, index);
      turns.add(turn);
    }
    keep(turn, rest);
    return turn;
  }

  private void check(Part part, int index) {
    Media media =
        switch (part) {
          case Part.Image image -> image.source();
          case Part.Audio audio -> audio.source();
          case Part.Video video -> video.source();
          case Part.File file -> file.source();
          case Part.Text _,
              Part.Refusal _,
              Part.Thinking _,
              Part.SealedThinking _,
              Part.ToolCall _,
              Part.Foreign _ ->
              null;
        };
    if (media == null) {
      return;
    }
    String path = "messages[" + index + "].content";
    if (media instanceof Media.Uploaded uploaded && !uploaded.protocol().equals(Gemini.PROTOCOL)) {
      throw refused(
          path, "`" + path + "` names a file that was uploaded to another provider than this one");
    }
    if (media instanceof Media.Remote remote
        && options.urls() == Urls.OWN
        && !MediaKind.isGoogles(remote.url())) {
      throw refused(
          path, "`" + path + "` names an address that the provider does not fetch files from");
    }
  }

  /**
   * Writes a turn.
   *
   * @param open the calls of the turn before
   * @return the calls of this one
   */
  private List<Part.ToolCall> turn(Turn turn, List<Part.ToolCall> open) {
    out.beginObject().name("role");
    List<Part.ToolCall> calls = new ArrayList<>();
    switch (turn.side) {
      case USER -> {
        out.text("user").name("parts").beginArray();
        results(turn, open);
      }
      case MODEL -> {
        out.text("model").name("parts").beginArray();
      }
    }
    for (Part part : turn.parts) {
      if (part instanceof Part.ToolCall call) {
        if (calls.isEmpty()) {
          parts.firstCall(call);
        } else {
          parts.call(call);
        }
        calls.add(call);
      } else {
        parts.said(part);
      }
    }
    out.endArray();
    Gemini.rest(out, turn.rest.build());
    out.endObject();
    return calls;
  }

  private void results(Turn turn, List<Part.ToolCall> open) {
    if (turn.results.isEmpty() && open.isEmpty()) {
      return;
    }
    Map<String, Deque<Placed>> left = new LinkedHashMap<>();
    for (Placed placed : turn.results) {
      left.computeIfAbsent(placed.result().callId(), _ -> new ArrayDeque<>()).add(placed);
    }
    List<Part> beside = new ArrayList<>();
    boolean within = options.abilities().has(Feature.MEDIA_IN_RESULTS);
    for (Part.ToolCall call : open) {
      Deque<Placed> answers = left.get(call.id());
      Placed placed = answers == null ? null : answers.poll();
      if (placed != null) {
        parts.result(placed.result(), call, within);
        if (!within) {
          beside.addAll(PartWriter.media(placed.result()));
        }
      } else if (options.missingResults() == MissingResults.FAILED) {
        parts.result(missing(call), call, within);
      } else {
        String path = "messages[" + turn.index + "]";
        throw refused(
            path, "`" + path + "` must be the result of the tool call \"" + call.id() + "\"");
      }
    }
    for (Deque<Placed> orphans : left.values()) {
      if (!orphans.isEmpty()) {
        String path = "messages[" + orphans.getFirst().index() + "].tool_call_id";
        throw refused(
            path, "`" + path + "` must be the id of a call in the assistant's turn before");
      }
    }
    for (Part part : beside) {
      parts.said(part);
    }
  }

  private static Message.ToolResult missing(Part.ToolCall call) {
    return new Message.ToolResult(
        call.id(),
        call.name(),
        List.of(new Part.Text(NO_RESULT)),
        Message.ToolResult.Outcome.FAILURE,
        null,
        Rest.NONE);
  }

  private static GatewayException refused(String path, String message) {
    return new GatewayException(Fault.InvalidRequest.of(path, message));
  }
}
