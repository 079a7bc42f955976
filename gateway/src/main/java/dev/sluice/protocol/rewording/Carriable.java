package dev.sluice.protocol.rewording;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Signature;
import dev.sluice.protocol.rewording.Turn.Block.Said;
import java.util.ArrayList;
import java.util.List;

/**
 * Sorts out which parts of messages the provider can be given: nothing empty, and no seals but its
 * own. What can be missed is listed, what can't is refused. Owned by one request's encoder.
 */
public final class Carriable {

  private final String protocol;
  private final String issuer;
  private final MediaRule media;
  private final Losses losses;

  /**
   * A sorter.
   *
   * @param issuer whose seals the provider takes back; empty where it takes none
   * @param media what else it can be given
   */
  public Carriable(String protocol, String issuer, MediaRule media, Losses losses) {
    this.protocol = protocol;
    this.issuer = issuer;
    this.media = media;
    this.losses = losses;
  }

  /** A refusal that names the field. */
  public static GatewayException refused(String path, String what) {
    return new GatewayException(Fault.InvalidRequest.of(path, "`" + path + "`: " + what));
  }

  /** Of instructions: text. */
  public List<Said> instructions(List<Part> parts) {
    List<Said> said = new ArrayList<>(parts.size());
    for (Part part : parts) {
      switch (part) {
        case Part.Text text -> text(text, List.of(), said);
        case Part.Refusal refusal -> text(new Part.Text(refusal.text()), List.of(), said);
        case Part.Foreign foreign -> foreign(foreign, said);
        case Part.Image _,
            Part.Audio _,
            Part.Video _,
            Part.File _,
            Part.Thinking _,
            Part.SealedThinking _,
            Part.ToolCall _ ->
            losses.add("messages.content");
      }
    }
    return said;
  }

  /**
   * Of a user's message: text, images and documents.
   *
   * @param message the message's place in the request
   */
  public List<Said> user(List<Part> parts, int message) {
    List<Said> said = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      check(part, message, i);
      switch (part) {
        case Part.Text text -> text(text, List.of(), said);
        case Part.Refusal refusal -> text(new Part.Text(refusal.text()), List.of(), said);
        case Part.Image _, Part.File _, Part.Audio _, Part.Video _ ->
            said.add(new Said(part, List.of()));
        case Part.Foreign foreign -> foreign(foreign, said);
        case Part.Thinking _, Part.SealedThinking _, Part.ToolCall _ ->
            losses.add("messages.content");
      }
    }
    return said;
  }

  /** Of the model's turn: thoughts with the provider's own seal, text, calls. */
  public List<Said> assistant(Message.Assistant assistant) {
    List<Said> said = new ArrayList<>(assistant.parts().size());
    CitedText cited = new CitedText(protocol, assistant.citations());
    for (Part part : assistant.parts()) {
      switch (part) {
        case Part.Text text -> text(text, cited.of(text), said);
        case Part.Refusal refusal -> text(new Part.Text(refusal.text()), List.of(), said);
        case Part.Thinking thinking -> {
          Signature signature = thinking.signature();
          if (signature == null) {
            // Nobody but the provider can sign it, and unsigned it is refused.
            losses.add("messages.reasoning_content");
          } else {
            sealed(thinking, signature, said);
          }
        }
        case Part.SealedThinking thinking -> sealed(thinking, thinking.sealed(), said);
        case Part.ToolCall _ -> said.add(new Said(part, List.of()));
        case Part.Foreign foreign -> foreign(foreign, said);
        case Part.Image _, Part.Audio _, Part.Video _, Part.File _ ->
            losses.add("messages.content");
      }
    }
    if (cited.hasLost()) {
      losses.add("messages.annotations");
    }
    if (assistant.audio() != null) {
      losses.add("messages.audio");
    }
    return said;
  }

  private void text(Part.Text text, List<Citation> citations, List<Said> said) {
    // The provider refuses blank text.
    if (!text.wording().isBlank()) {
      said.add(new Said(text, citations));
    }
  }

  private void foreign(Part.Foreign foreign, List<Said> said) {
    if (foreign.protocol().equals(protocol)) {
      said.add(new Said(foreign, List.of()));
    } else {
      losses.add("messages.content." + foreign.type());
    }
  }

  private void sealed(Part thought, Signature seal, List<Said> said) {
    if (seal.issuer().equals(issuer)) {
      said.add(new Said(thought, List.of()));
    } else {
      losses.add("messages.reasoning_details");
    }
  }

  /**
   * Refuses a part that the provider can't have, and that would be missed.
   *
   * @param message the message's place in the request
   * @param index the part's place in the message
   */
  public void check(Part part, int message, int index) {
    Media source =
        switch (part) {
          case Part.Audio audio -> audio.source();
          case Part.Video video -> video.source();
          case Part.Image image -> image.source();
          case Part.File file -> file.source();
          case Part.Text _,
              Part.Refusal _,
              Part.Thinking _,
              Part.SealedThinking _,
              Part.ToolCall _,
              Part.Foreign _ ->
              null;
        };
    String refusal = source == null ? null : media.refusal(part, source);
    if (refusal != null) {
      throw refused("messages[" + message + "].content[" + index + "]", refusal);
    }
  }
}
