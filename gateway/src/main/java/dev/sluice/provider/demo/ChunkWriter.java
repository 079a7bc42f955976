package dev.sluice.provider.demo;

import dev.sluice.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Writes composed choices as a stream's frames, in order and without the mark that ends it: the
 * choices take turns, and the usage comes last where it was asked for. A frame is made when it is
 * asked for, so that a long stream holds no more memory than a short one.
 */
final class ChunkWriter implements Iterator<byte[]> {

  private final DemoRequest request;
  private final List<Composer.Composed> composed;
  private final List<ChoiceChunks> choices = new ArrayList<>();
  private final String head;
  private int turn;
  private int unfinished;
  private boolean usageDue;

  ChunkWriter(DemoRequest request, CompletionWriter.Stamp stamp, List<Composer.Composed> composed) {
    this.request = request;
    this.composed = composed;
    for (int i = 0; i < composed.size(); i++) {
      choices.add(new ChoiceChunks(request, stamp, i, composed.get(i)));
    }
    this.unfinished = choices.size();
    this.usageDue = request.includeUsage() && request.model().kind() != DemoModel.Kind.NO_USAGE;
    this.head =
        "data: {\"id\":"
            + JsonText.quote("chatcmpl-" + stamp.id())
            + ",\"object\":\"chat.completion.chunk\",\"created\":"
            + stamp.createdSeconds()
            + ",\"model\":"
            + JsonText.quote(request.modelName())
            + ",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_demo\",\"choices\":[";
  }

  @Override
  public boolean hasNext() {
    return unfinished > 0 ? !breaksOff() : usageDue;
  }

  @Override
  public byte[] next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the stream is over");
    }
    StringBuilder text = new StringBuilder(head);
    if (unfinished == 0) {
      usageDue = false;
      text.append("],\"usage\":");
      CompletionWriter.usage(request, composed, text);
    } else {
      choice(text);
      text.append(request.includeUsage() ? "],\"usage\":null" : "]");
    }
    return text.append("}\n\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A model that breaks off does so at the latest where it would have finished. */
  private boolean breaksOff() {
    return request.model().breaks() && whoseTurn().finishes();
  }

  private ChoiceChunks whoseTurn() {
    while (!choices.get(turn).hasNext()) {
      turn = (turn + 1) % choices.size();
    }
    return choices.get(turn);
  }

  private void choice(StringBuilder text) {
    ChoiceChunks choice = whoseTurn();
    turn = (turn + 1) % choices.size();
    choice.next(text);
    if (!choice.hasNext()) {
      unfinished--;
    }
  }
}
