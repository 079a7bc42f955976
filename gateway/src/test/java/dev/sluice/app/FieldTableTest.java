package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Dialect;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The table of all request fields: what each front door checks is read from its published schema,
 * and what becomes of the field is seen at a provider.
 */
class FieldTableTest {

  private static final Path TABLE = Path.of("..", "docs", "dialects", "fields.md");
  private static final String WRITE = "sluice.fields.write";
  private static final String ID = "11111111-1111-4111-8111-111111111111";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String HEAD =
      """
      # Fields of a chat request at each front door

      Written by a test, which reads what is checked from each door's `openapi.json` and looks at a
      provider that speaks OpenAI's protocol for what arrives there:

          mvn -pl gateway test -Dtest=FieldTableTest -Dsluice.fields.write=true

      *Forwarded* is the client's own bytes; *rewritten* arrives under its name with another value,
      *translated* under another name or in another place. *Kept* is for the gateway alone,
      *ignored* means nothing to the door, *refused* is an error. A door that forwards a field
      *unread* leaves it to the provider.

      """;

  /** A front door's chat endpoint. */
  private record Door(Dialect dialect, String path, Contract contract) {
    /** The schema of a request, without what holds beside its table. */
    JsonNode table() {
      JsonNode schema =
          contract
              .document()
              .path("paths")
              .path(path)
              .path("post")
              .path("requestBody")
              .path("content")
              .path("application/json")
              .path("schema");
      return resolved(schema.has("allOf") ? schema.path("allOf").get(0) : schema);
    }

    JsonNode resolved(JsonNode schema) {
      String reference = schema.path("$ref").asString("");
      return reference.isEmpty()
          ? schema
          : contract
              .document()
              .path("components")
              .path("schemas")
              .path(reference.substring(reference.lastIndexOf('/') + 1));
    }

    JsonNode field(String name) {
      return resolved(table().path("properties").path(name));
    }
  }

  @Test
  void theTableShowsWhatHappens() throws Exception {
    String table;
    String refusal = "{\"error\":{\"message\":\"no\"}}";
    try (ScriptedUpstream up = ScriptedUpstream.whole(400, "", refusal);
        RunningGateway gateway =
            RunningGateway.before(
                up.port(),
                "dialects: { yomo: { default_model: up/m } }\n"
                    + "models: { m: { targets: [ up/m ], id: "
                    + ID
                    + " } }\n")) {
      table = HEAD + table(gateway, up);
    }
    if (Boolean.getBoolean(WRITE)) {
      Files.createDirectories(TABLE.toAbsolutePath().getParent());
      Files.writeString(TABLE, table);
    }

    assertThat(Files.readString(TABLE)).as("write it anew with -D%s=true", WRITE).isEqualTo(table);
  }

  private static String table(RunningGateway gateway, ScriptedUpstream up) throws Exception {
    List<Door> doors = doors();
    StringBuilder text = new StringBuilder("| field |");
    doors.forEach(door -> text.append(' ').append(door.dialect().name()).append(" |"));
    text.append("\n|---|").append("---|".repeat(doors.size())).append('\n');
    TreeSet<String> fields = new TreeSet<>();
    doors.forEach(door -> fields.addAll(door.table().path("properties").propertyNames()));
    for (String field : fields) {
      text.append("| `").append(field).append("` |");
      for (Door door : doors) {
        text.append(' ')
            .append(cell(door, field, example(field, door, doors), gateway, up))
            .append(" |");
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static List<Door> doors() throws Exception {
    List<Door> doors = new ArrayList<>();
    for (Dialect dialect :
        new Dialects(RunningGateway.loaded("{}\n").settings()).byName().values()) {
      Contract contract = Contract.of(dialect);
      contract.document().path("paths").properties().stream()
          .filter(path -> path.getValue().path("post").toString().contains("text/event-stream"))
          .forEach(path -> doors.add(new Door(dialect, path.getKey(), contract)));
    }
    return doors;
  }

  /** A right value, by the door itself or else the first that has the field. */
  private static JsonNode example(String field, Door asked, List<Door> doors) {
    List<Door> order = new ArrayList<>(doors);
    order.addFirst(asked);
    for (Door door : order) {
      if (door.table().path("properties").has(field)) {
        return JSON.readTree(example(door, door.field(field)));
      }
    }
    throw new IllegalArgumentException(field);
  }

  private static String example(Door door, JsonNode schema) {
    JsonNode known = door.resolved(schema);
    if (known.has("anyOf")) {
      return example(door, known.path("anyOf").get(0));
    }
    if (known.has("enum")) {
      return known.path("enum").get(0).toString();
    }
    return switch (type(known)) {
      case "object" -> {
        Map<String, String> members = new LinkedHashMap<>();
        for (JsonNode name : known.path("required").values()) {
          JsonNode member = known.path("properties").path(name.asString());
          members.put(name.asString(), example(door, member));
        }
        List<String> texts = new ArrayList<>();
        members.forEach((name, value) -> texts.add("\"" + name + "\":" + value));
        yield "{" + String.join(",", texts) + "}";
      }
      case "array" -> "[" + example(door, known.path("items")) + "]";
      case "boolean" -> "true";
      case "integer", "number" -> Long.toString(known.path("minimum").asLong(0) + 1);
      default -> "\"text\"";
    };
  }

  private static String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    return type.isArray() ? type.get(0).asString() : type.asString("");
  }

  private static String cell(
      Door door, String field, JsonNode value, RunningGateway gateway, ScriptedUpstream up)
      throws Exception {
    ObjectNode request = request(door);
    if (field.equals("stream_options")) {
      request.put("stream", true);
    }
    JsonNode without = sent(door, request, gateway, up);
    if (!request.has(field)) {
      request.set(field, value);
    }
    JsonNode with = sent(door, request, gateway, up);
    boolean read = door.table().path("properties").has(field);
    String fate;
    if (with == null) {
      fate = "refused";
    } else if (with.has(field)) {
      fate = with.path(field).equals(request.path(field)) ? "forwarded" : "rewritten";
    } else if (!with.equals(without)) {
      fate = "translated";
    } else {
      fate = read ? "kept" : "ignored";
    }
    if (!read) {
      return fate.equals("forwarded") ? "forwarded unread" : fate;
    }
    String required =
        door.table().path("required").values().stream()
                .anyMatch(one -> one.asString().equals(field))
            ? "required "
            : "";
    return required + words(door, door.table().path("properties").path(field)) + "; " + fate;
  }

  /** The least request that the door takes. */
  private static ObjectNode request(Door door) {
    ObjectNode request = (ObjectNode) JSON.readTree(example(door, door.table()));
    request.set("messages", JSON.readTree("[{\"role\":\"user\",\"content\":\"hi\"}]"));
    if (!door.path().contains("{")) {
      request.put("model", "up/m");
    }
    return request;
  }

  /** What arrived at the provider; {@code null} where nothing did. */
  private static @Nullable JsonNode sent(
      Door door, JsonNode request, RunningGateway gateway, ScriptedUpstream up) throws Exception {
    gateway.send(
        HttpRequest.newBuilder(
                gateway.uri(
                    "/" + door.dialect().name() + door.path().replace("{modelIdentifier}", ID)))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(request.toString())));
    if (up.requestsWaiting() == 0) {
      return null;
    }
    String arrived = up.request();
    while (up.requestsWaiting() > 0) {
      up.request(); // What came for the same request later: fallbacks and repetitions.
    }
    return JSON.readTree(arrived.substring(arrived.indexOf("\r\n\r\n") + 4));
  }

  /** A schema in a few words. */
  private static String words(Door door, JsonNode schema) {
    JsonNode known = door.resolved(schema);
    if (known.has("anyOf")) {
      List<String> choices = new ArrayList<>();
      known.path("anyOf").values().forEach(choice -> choices.add(words(door, choice)));
      return String.join(" or ", choices);
    }
    List<String> types = new ArrayList<>();
    JsonNode type = known.path("type");
    if (type.isArray()) {
      type.values().forEach(one -> types.add(one.asString()));
    } else {
      types.add(type.asString("anything"));
    }
    StringBuilder text =
        new StringBuilder(types.getFirst().equals("string") ? "text" : types.getFirst());
    if (known.has("enum")) {
      List<String> choices = new ArrayList<>();
      known.path("enum").values().stream()
          .filter(JsonNode::isString)
          .forEach(one -> choices.add("`" + one.asString() + "`"));
      text.setLength(0);
      text.append(String.join(", ", choices));
    }
    if (known.has("minimum")) {
      text.append(known.has("maximum") ? " " : " from ").append(known.path("minimum"));
    }
    if (known.has("maximum")) {
      text.append(" to ").append(known.path("maximum"));
    }
    if (known.has("minLength") || known.has("minItems")) {
      text.append(", not empty");
    }
    types.stream().skip(1).forEach(other -> text.append(" or ").append(other));
    return text.toString();
  }
}
