package dev.sluice.protocol.anthropic;

import dev.sluice.chat.Citation;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Signature;
import dev.sluice.protocol.anthropic.AnthropicAbilities.Addresses;
import dev.sluice.protocol.anthropic.Turn.Block.Said;
import java.util.ArrayList;
import java.util.List;

/**
 * Sorts out which parts of messages the provider can be given: nothing empty, no seals but its own,
 * no sound. What can be missed is listed, what can't is refused. Owned by one request's encoder.
 */
final class Carriable {

  private final Addresses addresses;
  private final Losses losses;

  Carriable(Addresses addresses, Losses losses) {
    this.addresses = addresses;
    this.losses = losses;
  }

  /** A refusal that names the field. */
  static GatewayException refused(String path, String what) {
    return new GatewayException(Fault.InvalidRequest.of(path, "`" + path + "`: " + what));
  }

  /** Of instructions: text. */
  List<Said> instructions(List<Part> parts) {
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
  List<Said> user(List<Part> parts, int message) {
    List<Said> said = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      check(part, message, i);
      switch (part) {
        case Part.Text text -> text(text, List.of(), said);
        case Part.Refusal refusal -> text(new Part.Text(refusal.text()), List.of(), said);
        case Part.Image _, Part.File _ -> said.add(new Said(part, List.of()));
        case Part.Foreign foreign -> foreign(foreign, said);
        case Part.Thinking _, Part.SealedThinking _, Part.ToolCall _ ->
            losses.add("messages.content");
        case Part.Audio _, Part.Video _ -> throw new IllegalStateException("was checked: " + i);
      }
    }
    return said;
  }

  /** Of the model's turn: thoughts with the provider's own seal, text, calls. */
  List<Said> assistant(Message.Assistant assistant) {
    List<Said> said = new ArrayList<>(assistant.parts().size());
    CitedText cited = new CitedText(assistant.citations());
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
    if (!text.text().isBlank()) {
      said.add(new Said(text, citations));
    }
  }

  private void foreign(Part.Foreign foreign, List<Said> said) {
    if (foreign.protocol().equals(Anthropic.PROTOCOL)) {
      said.add(new Said(foreign, List.of()));
    } else {
      losses.add("messages.content." + foreign.type());
    }
  }

  private void sealed(Part thought, Signature seal, List<Said> said) {
    if (seal.issuer().equals(Signature.CLAUDE)) {
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
  void check(Part part, int message, int index) {
    switch (part) {
      case Part.Audio _ -> throw refused(path(message, index), "this provider can't hear");
      case Part.Video _ -> throw refused(path(message, index), "this provider can't see films");
      case Part.Image image -> checkSource(image.source(), message, index);
      case Part.File file -> checkSource(file.source(), message, index);
      case Part.Text _,
          Part.Refusal _,
          Part.Thinking _,
          Part.SealedThinking _,
          Part.ToolCall _,
          Part.Foreign _ -> {
        // Nothing to be had from elsewhere.
      }
    }
  }

  private void checkSource(Media source, int message, int index) {
    switch (source) {
      case Media.Remote remote -> {
        boolean web = remote.url().startsWith("https://") || remote.url().startsWith("http://");
        if (!web || addresses == Addresses.REFUSED) {
          throw refused(path(message, index), "this provider takes bytes, and no such address");
        }
      }
      case Media.Inline inline -> {
        if (!MediaTypes.isCarried(MediaTypes.of(inline))) {
          throw refused(path(message, index), "this provider takes images, PDFs and plain text");
        }
      }
      case Media.Uploaded uploaded -> {
        if (!uploaded.protocol().equals(Anthropic.PROTOCOL)) {
          throw refused(
              path(message, index), "a file that was uploaded to another provider is not here");
        }
      }
      case Media.Written _ -> {
        // Plain text.
      }
    }
  }

  private static String path(int message, int index) {
    return "messages[" + message + "].content[" + index + "]";
  }
}
