package dev.sluice.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A streamed answer put together from its events, for comparing it with what was sent. Checks on
 * the way what every stream of events promises.
 */
public final class Assembled {

  /** One choice. */
  public static final class Piece {
    public final StringBuilder text = new StringBuilder();
    public final StringBuilder reasoning = new StringBuilder();
    public final StringBuilder refusal = new StringBuilder();
    public final List<Call> calls = new ArrayList<>();
    public final List<Signature> signatures = new ArrayList<>();
    public final List<Citation> citations = new ArrayList<>();
    public Finish finish;
  }

  /** A tool call. */
  public static final class Call {
    public final String id;
    public final String name;
    public final StringBuilder arguments = new StringBuilder();

    Call(String id, String name) {
      this.id = id;
      this.name = name;
    }

    @Override
    public String toString() {
      return id + ' ' + name + ' ' + arguments;
    }
  }

  public final Map<Integer, Piece> choices = new TreeMap<>();
  public ChatEvent.Start start;
  public Usage usage = Usage.NONE;
  public ChatEvent last;

  private Assembled() {}

  /** The answer that the events tell. */
  public static Assembled of(List<ChatEvent> events) {
    Assembled answer = new Assembled();
    events.forEach(answer::take);
    return answer;
  }

  private Piece piece(int choice) {
    return choices.computeIfAbsent(choice, _ -> new Piece());
  }

  private void take(ChatEvent event) {
    promise(!(last instanceof ChatEvent.End || last instanceof ChatEvent.Failure), event);
    last = event;
    switch (event) {
      case ChatEvent.Start first -> {
        promise(start == null, event);
        start = first;
      }
      case ChatEvent.TextDelta delta -> {
        promise(!delta.text().isEmpty(), event);
        piece(delta.choice()).text.append(delta.text());
      }
      case ChatEvent.ReasoningDelta delta -> {
        promise(!delta.text().isEmpty(), event);
        piece(delta.choice()).reasoning.append(delta.text());
      }
      case ChatEvent.ReasoningSignature seal ->
          piece(seal.choice()).signatures.add(seal.signature());
      case ChatEvent.SealedReasoning seal -> piece(seal.choice()).signatures.add(seal.sealed());
      case ChatEvent.RefusalDelta delta -> piece(delta.choice()).refusal.append(delta.text());
      case ChatEvent.ToolCallStart call -> {
        promise(call.call() == piece(call.choice()).calls.size(), event);
        promise(!call.id().isEmpty() && !call.name().isEmpty(), event);
        piece(call.choice()).calls.add(new Call(call.id(), call.name()));
      }
      case ChatEvent.ToolCallDelta delta ->
          piece(delta.choice()).calls.get(delta.call()).arguments.append(delta.arguments());
      case ChatEvent.CitationFound found -> piece(found.choice()).citations.add(found.citation());
      case ChatEvent.Finished finish -> {
        promise(piece(finish.choice()).finish == null, event);
        piece(finish.choice()).finish = finish.finish();
      }
      case ChatEvent.UsageReport report -> usage = report.usage();
      case ChatEvent.AudioDelta _,
          ChatEvent.LogprobsDelta _,
          ChatEvent.ForeignPart _,
          ChatEvent.Extra _,
          ChatEvent.End _,
          ChatEvent.Failure _ -> {
        // Nothing to put together.
      }
    }
  }

  private void promise(boolean kept, ChatEvent event) {
    if (!kept) {
      throw new AssertionError("out of place: " + event + " after " + last);
    }
  }
}
