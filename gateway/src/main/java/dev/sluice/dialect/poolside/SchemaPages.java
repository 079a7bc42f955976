package dev.sluice.dialect.poolside;

import dev.sluice.dialect.OpenApi;
import dev.sluice.dialect.Rendered;
import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.SelfAddress;
import dev.sluice.json.JsonText;
import dev.sluice.json.Shape;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pages that {@code $schema}, {@code link} and the description lead to, written from the tables
 * that check requests: one schema for each of the page's objects, and all of them together with the
 * paths.
 */
final class SchemaPages {

  /** The description's path. */
  static final String OPENAPI_PATH = "/openai/openapi.json";

  /** What a schema's path begins with. */
  static final String SCHEMAS_PATH = "/openai/schemas/";

  /** What it ends with. */
  static final String SUFFIX = ".json";

  private static final Map<String, byte[]> SCHEMAS = new HashMap<>();
  private static final String COMPONENTS = components();

  private static final String PATHS =
      """
      "paths":{"/openai/v1/chat/completions":{"post":{"tags":["chat"],\
      "summary":"Create chat completion","operationId":"create-chat-completion",\
      "requestBody":{"required":true,"content":{\
      "application/json":{"schema":{"$ref":"#/components/schemas/CreateChatCompletionBody"}},\
      "application/octet-stream":{"schema":{"type":"string","format":"binary",\
      "contentMediaType":"application/octet-stream"}}}},\
      "responses":{"200":{"description":"JSON, or SSE when stream is true","content":{\
      "application/json":{"schema":{"$ref":"#/components/schemas/ChatCompletion"}},\
      "text/event-stream":{"schema":%s}}},\
      "400":{"description":"Bad Request","content":{"application/json":{\
      "schema":{"$ref":"#/components/schemas/V1PromptModelError"}}}},\
      "default":{"description":"Error","content":{"application/problem+json":{\
      "schema":{"$ref":"#/components/schemas/ErrorModel"}}}}},\
      "security":[{"bearerAuth":[]}]}},\
      "/openai/v1/models":{"get":{"tags":["models"],"summary":"List models",\
      "operationId":"list-models","responses":{"200":{"description":"OK","content":{\
      "application/json":{"schema":{"$ref":"#/components/schemas/PageListModel"}}}},\
      "default":{"description":"Error","content":{"application/problem+json":{\
      "schema":{"$ref":"#/components/schemas/ErrorModel"}}}}},\
      "security":[{"bearerAuth":[]}]}}}\
      """
          .formatted(
              OpenApi.event(
                  "{\"$ref\":\"#/components/schemas/ChatCompletion\"},"
                      + "{\"type\":\"object\",\"required\":[\"error\"]}"));

  /** How one schema names another. */
  private enum Reference {
    /** As a part of the description. */
    COMPONENT,
    /** As a neighbouring file, so that it resolves wherever the files are. */
    FILE
  }

  static {
    PoolsideFields.NAMES.forEach((object, name) -> {
      StringBuilder text = new StringBuilder(512);
      write(object, Reference.FILE, text);
      SCHEMAS.put(
          SCHEMAS_PATH + name + SUFFIX,
          text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    });
  }

  private SchemaPages() {}

  /** Whether there is a page at {@code path}. */
  static boolean has(String path) {
    return path.equals(OPENAPI_PATH) || SCHEMAS.containsKey(path);
  }

  /** The page at the path of {@code head}, which there is. */
  static Rendered page(RequestHead head) {
    byte @Nullable [] schema = SCHEMAS.get(head.path());
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    return new Rendered(
        HttpResponseStatus.OK, headers, schema == null ? description(head) : schema.clone());
  }

  private static byte[] description(RequestHead head) {
    StringBuilder text = new StringBuilder(8192);
    text.append(
        "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"OpenAI Compatible API\","
            + "\"version\":\"1.0.0\"},\"servers\":[{\"url\":");
    JsonText.quote(SelfAddress.of(head), text);
    text.append("}],").append(PATHS).append(',').append(COMPONENTS).append("}\n");
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String components() {
    StringBuilder text = new StringBuilder(8192).append("\"components\":{\"schemas\":{");
    int start = text.length();
    PoolsideFields.NAMES.forEach((object, name) -> {
      text.append(text.length() == start ? "" : ",").append('"').append(name).append("\":");
      write(object, Reference.COMPONENT, text);
    });
    return text.append(
            "},\"securitySchemes\":{\"bearerAuth\":{\"type\":\"http\",\"scheme\":\"bearer\"}}}")
        .toString();
  }

  private static void write(Shape.Object object, Reference reference, StringBuilder to) {
    to.append("{\"type\":\"object\",\"additionalProperties\":true,\"properties\":{");
    StringBuilder required = new StringBuilder();
    for (int i = 0; i < object.fields().size(); i++) {
      Shape.Field field = object.fields().get(i);
      to.append(i == 0 ? "\"" : ",\"").append(field.name()).append("\":");
      if (field.name().equals(PoolsideFields.SCHEMA)) {
        String schema = "{\"type\":\"string\",\"format\":\"uri\",\"readOnly\":true}";
        to.append(
            field.shape() instanceof Shape.OrNull
                ? "{\"anyOf\":[" + schema + ",{\"type\":\"null\"}]}"
                : schema);
      } else {
        write(field.shape(), reference, to);
      }
      if (field.required()) {
        required.append(required.isEmpty() ? "\"" : ",\"").append(field.name()).append('"');
      }
    }
    to.append('}');
    if (!required.isEmpty()) {
      to.append(",\"required\":[").append(required).append(']');
    }
    to.append('}');
  }

  private static void write(Shape shape, Reference reference, StringBuilder to) {
    switch (shape) {
      case Shape.Any _ -> to.append("{}");
      case Shape.Text _ -> to.append("{\"type\":\"string\"}");
      case Shape.Words words ->
          to.append("{\"type\":\"string\",\"enum\":[\"")
              .append(String.join("\",\"", words.choices()))
              .append("\"]}");
      case Shape.Number number ->
          to.append(
              number.whole()
                  ? "{\"type\":\"integer\",\"format\":\"int64\"}"
                  : "{\"type\":\"number\"}");
      case Shape.Bool _ -> to.append("{\"type\":\"boolean\"}");
      case Shape.Array array -> {
        to.append("{\"type\":\"array\",\"items\":");
        write(array.item(), reference, to);
        to.append(array.itemsMin() > 0 ? ",\"minItems\":" + array.itemsMin() + "}" : "}");
      }
      case Shape.Object object ->
          to.append("{\"$ref\":\"")
              .append(
                  switch (reference) {
                    case COMPONENT -> "#/components/schemas/" + PoolsideFields.name(object);
                    case FILE -> PoolsideFields.name(object) + SUFFIX;
                  })
              .append("\"}");
      case Shape.OrNull orNull -> {
        to.append("{\"anyOf\":[");
        write(orNull.shape(), reference, to);
        to.append(",{\"type\":\"null\"}]}");
      }
      case Shape.AnyOf anyOf -> {
        to.append("{\"anyOf\":[");
        for (int i = 0; i < anyOf.choices().size(); i++) {
          to.append(i == 0 ? "" : ",");
          write(anyOf.choices().get(i), reference, to);
        }
        to.append("]}");
      }
    }
  }
}
