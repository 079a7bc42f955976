package dev.sluice.protocol.cohere;

import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;

/** The members of a tool call, whole or of a piece of it. */
final class CallFields {

  String id = "";
  String name = "";
  String arguments = "";
  final RestBuilder rest = new RestBuilder(Cohere.PROTOCOL);

  private CallFields() {}

  /** Reads the call at hand. */
  static CallFields read(JsonReader in) {
    CallFields call = new CallFields();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "id" -> call.id = Cohere.orEmpty(Cohere.looseText(in));
        case "type" -> in.skip();
        case "function" -> call.function(in);
        default -> call.rest.add(member, in.raw());
      }
    }
    return call;
  }

  private void function(JsonReader in) {
    RestBuilder inner = new RestBuilder(Cohere.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "name" -> name = Cohere.orEmpty(Cohere.looseText(in));
        // By right a string; some servers send the object that it says.
        case "arguments" -> arguments = in.peek() == JsonReader.Kind.TEXT ? in.text() : in.raw();
        default -> inner.add(member, in.raw());
      }
    }
    rest.addInner("function", inner.build());
  }
}
