package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to a gateway as poolside's clients do, and checks answers by the page's schemas. */
final class PoolsideClient {

  static final String PATH = "/openai/v1/chat/completions";

  static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final JsonNode PAGE = page();
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private PoolsideClient() {}

  /** Posts {@code body} as JSON. */
  static HttpResponse<String> chat(RunningGateway gateway, String body) {
    return chat(gateway, PATH, body);
  }

  static HttpResponse<String> chat(RunningGateway gateway, String path, String body) {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri(path))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** Checks {@code json} by the page's schema of this name. */
  static JsonNode valid(String name, String json) {
    JsonNode instance = MAPPER.readTree(json);
    var schema = MAPPER.createObjectNode();
    schema.put("$ref", "#/$defs/" + name);
    schema.set("$defs", PAGE.get("$defs"));
    Schema validator = SCHEMAS.getSchema(schema);
    assertThat(validator.validate(instance)).as("%s ⊨ %s", json, name).isEmpty();
    return instance;
  }

  /** The data of a stream's frames, but for the mark of its end; every one is a valid chunk. */
  static List<JsonNode> chunks(String stream) {
    List<JsonNode> chunks = new ArrayList<>();
    for (String data : data(stream)) {
      if (!data.equals("[DONE]")) {
        chunks.add(valid("ChatCompletion", data));
      }
    }
    return chunks;
  }

  /** The data of a stream's frames. */
  static List<String> data(String stream) {
    List<String> data = new ArrayList<>();
    for (String frame : stream.split("\n\n", -1)) {
      if (frame.startsWith("data: ")) {
        data.add(frame.substring("data: ".length()));
      }
    }
    return data;
  }

  private static JsonNode page() {
    try (InputStream in = PoolsideClient.class.getResourceAsStream("/pages/poolside.json")) {
      return MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
