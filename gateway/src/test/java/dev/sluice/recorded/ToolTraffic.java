package dev.sluice.recorded;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import java.util.ArrayList;
import java.util.List;

/** What a request tells of tools that were called, for comparing it with what it became. */
public final class ToolTraffic {

  private ToolTraffic() {}

  /** The calls, each as the name and the arguments that mean the same however they are written. */
  public static List<String> calls(ChatRequest request) {
    List<String> calls = new ArrayList<>();
    for (Message message : request.messages()) {
      if (message instanceof Message.Assistant assistant) {
        for (Part.ToolCall call : assistant.toolCalls()) {
          String arguments = call.arguments().isBlank() ? "{}" : call.arguments();
          calls.add(call.name() + ' ' + Recordings.MAPPER.readTree(arguments));
        }
      }
    }
    return calls;
  }

  /** The results as text; what is no text is a question mark. */
  public static List<String> results(ChatRequest request) {
    List<String> results = new ArrayList<>();
    for (Message message : request.messages()) {
      if (message instanceof Message.ToolResult result) {
        StringBuilder text = new StringBuilder();
        result
            .parts()
            .forEach(part -> text.append(part instanceof Part.Text piece ? piece.text() : "?"));
        results.add(text.toString().isBlank() ? "(no output)" : text.toString());
      }
    }
    return results;
  }
}
