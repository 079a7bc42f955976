package dev.sluice.app;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.config.Settings;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.OpenApi;
import dev.sluice.dialect.Operation;
import dev.sluice.dialect.Rendered;
import dev.sluice.dialect.RequestHead;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a front door's published description says, held against requests and answers. Answers of
 * paths that the description does not have are not looked at.
 */
final class Contract {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private final JsonNode document;
  private final Map<String, Schema> compiled = new LinkedHashMap<>();

  private Contract(JsonNode document) {
    this.document = document;
  }

  /** What {@code dialect} publishes. */
  static Contract of(Dialect dialect) {
    RequestHead head =
        new RequestHead(
            RequestHead.Entrance.of(path(dialect)), "", "http", new DefaultHttpHeaders(), "id");
    Rendered page = dialect.page(head);
    return new Contract(JSON.readTree(page.body()));
  }

  /** Where {@code dialect} has its description: at the root, or below what only it has. */
  static String path(Dialect dialect) {
    boolean atRoot = dialect.operation(HttpMethod.GET, OpenApi.PATH) instanceof Operation.Page;
    return atRoot ? OpenApi.PATH : dialect.ownPaths().getFirst() + OpenApi.PATH;
  }

  JsonNode document() {
    return document;
  }

  /** The paths with their methods in small letters, such as {@code post /v1/chat/completions}. */
  List<String> endpoints() {
    List<String> endpoints = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .propertyNames()
                .forEach(method -> endpoints.add(method + " " + path.getKey())));
    return endpoints;
  }

  /** The schema of a JSON request to this endpoint. */
  Schema request(String method, String path) {
    return schema(
        endpoint(method, path)
            .path("requestBody")
            .path("content")
            .path("application/json")
            .path("schema"));
  }

  /** What is wrong with a request that was taken; empty where nothing is. */
  List<String> requestProblems(String method, String path, String asked) {
    if (!endpoint(method, path).has("requestBody")) {
      return List.of();
    }
    return request(method, path).validate(asked, InputFormat.JSON).stream()
        .map(problem -> "taken, but " + problem)
        .toList();
  }

  /** What is wrong with the answer to a request; empty where nothing is. */
  List<String> answerProblems(
      String method, String path, int status, @Nullable String type, String body) {
    JsonNode endpoint = endpoint(method, path);
    if (endpoint.isMissingNode()) {
      return List.of();
    }
    List<String> problems = new ArrayList<>();
    JsonNode answer = endpoint.path("responses").path(Integer.toString(status));
    if (answer.isMissingNode()) {
      answer = endpoint.path("responses").path(status / 100 + "XX");
    }
    if (answer.isMissingNode()) {
      answer = endpoint.path("responses").path("default");
    }
    if (answer.isMissingNode()) {
      problems.add("no word of status " + status);
      return problems;
    }
    if (answer.path("content").isEmpty() && body.isEmpty()) {
      return problems;
    }
    String essence = type == null ? "" : type.replaceFirst(";.*", "");
    JsonNode content = answer.path("content").path(essence);
    if (content.isMissingNode()) {
      problems.add("no word of type " + type + " with status " + status);
    } else if (essence.endsWith("json")) {
      check(content.path("schema"), body, problems);
    } else if (essence.equals("text/event-stream")) {
      events(eventData(content), body, problems);
    }
    return problems;
  }

  /** The schema of an event's data, where that is JSON. */
  private static JsonNode eventData(JsonNode content) {
    return content
        .path("schema")
        .path("properties")
        .path("data")
        .path("anyOf")
        .path(1)
        .path("contentSchema");
  }

  /** Checks the data of each event; what stands in place of an event is the dialect's matter. */
  private void events(JsonNode schema, String body, List<String> problems) {
    for (String event : body.split("\r\n\r\n|\r\r|\n\n")) {
      StringBuilder data = new StringBuilder();
      for (String line : event.split("\r\n|\r|\n")) {
        data.append(line.startsWith("data:") ? line.substring(5) : "");
      }
      if (data.toString().strip().startsWith("{")) {
        check(schema, data.toString(), problems);
      }
    }
  }

  private void check(JsonNode schema, String body, List<String> problems) {
    schema(schema)
        .validate(body, InputFormat.JSON)
        .forEach(problem -> problems.add(problem + " in " + body));
  }

  private JsonNode endpoint(String method, String path) {
    String[] segments = path.split("/");
    for (Map.Entry<String, JsonNode> one : document.path("paths").properties()) {
      if (fits(one.getKey().split("/"), segments)) {
        return one.getValue().path(method.toLowerCase(Locale.ROOT));
      }
    }
    return MissingNode.getInstance();
  }

  private static boolean fits(String[] template, String[] segments) {
    boolean fits = template.length == segments.length;
    for (int i = 0; fits && i < template.length; i++) {
      fits = template[i].startsWith("{") || template[i].equals(segments[i]);
    }
    return fits;
  }

  private synchronized Schema schema(JsonNode node) {
    if (node.isMissingNode()) {
      throw new IllegalStateException("no schema");
    }
    return compiled.computeIfAbsent(
        node.toString(),
        text -> {
          ObjectNode root = JSON.createObjectNode();
          root.putArray("allOf").add(node);
          root.set("components", document.path("components"));
          return SCHEMAS.getSchema(root.toString(), InputFormat.JSON);
        });
  }

  /** The contracts of a gateway's front doors, and which of them a path belongs to. */
  static final class All {

    /** Doors that take more than they say: names in any case, numbers as strings. */
    private static final List<String> OPEN_INWARDS = List.of("jylo");

    private static final Map<String, Contract> BY_DIALECT = new LinkedHashMap<>();

    private final Map<String, Dialect> dialects;
    private final Dialect byDefault;

    All(Settings settings) {
      this.dialects = new Dialects(settings).byName();
      Dialect named = dialects.get(settings.dialects().byDefault());
      if (named == null) {
        throw new IllegalStateException("no default");
      }
      this.byDefault = named;
    }

    /** The problems of an exchange on the gateway's common port. */
    List<String> problems(
        String method, String path, String asked, int status, @Nullable String type, String body) {
      Dialect dialect = byDefault;
      String own = path;
      for (Dialect one : dialects.values()) {
        String prefix = "/" + one.name();
        if (path.startsWith(prefix + "/")) {
          dialect = one;
          own = one.entrance(prefix, path.substring(prefix.length())).path();
        } else if (one.ownPaths().stream().anyMatch(path::startsWith)) {
          dialect = one;
        }
      }
      Dialect chosen = dialect;
      Contract contract;
      synchronized (BY_DIALECT) {
        contract = BY_DIALECT.computeIfAbsent(chosen.name(), name -> of(chosen));
      }
      String trimmed = own.endsWith("/") ? own.substring(0, own.length() - 1) : own;
      List<String> problems =
          new ArrayList<>(contract.answerProblems(method, trimmed, status, type, body));
      if (status == 200 && !OPEN_INWARDS.contains(chosen.name())) {
        problems.addAll(contract.requestProblems(method, trimmed, asked));
      }
      return problems;
    }
  }
}
