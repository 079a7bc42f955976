package dev.sluice.dialect;

import dev.sluice.dialect.Description.Answer;
import dev.sluice.dialect.Description.Body;
import dev.sluice.dialect.Description.Content;
import dev.sluice.dialect.Description.Endpoint;
import dev.sluice.dialect.Description.Named;
import dev.sluice.dialect.Description.Parameter;
import dev.sluice.dialect.Description.Place;
import dev.sluice.dialect.Description.Security;
import dev.sluice.json.JsonSchema;
import dev.sluice.json.JsonText;
import dev.sluice.json.Shape;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A front door's description as an OpenAPI 3.1 document. Written once, but for the server's
 * address, which is where the client at hand reached the door. Safe for all threads.
 *
 * <p>The schema of a stream is that of each of its events, an object of the event's fields, as
 * OpenAPI 3.2 takes events to be; 3.1 leaves it open.
 */
public final class OpenApi {

  /** Where a dialect serves its description. */
  public static final String PATH = "/openapi.json";

  private static final String SCHEMAS = "#/components/schemas/";

  private static final String EVENT_BEFORE_DATA =
      """
      {"type":"object","description":"One event of the stream.","properties":{\
      "event":{"type":"string"},"data":{"type":"string","anyOf":[{"const":"[DONE]"},\
      {"contentMediaType":"application/json","contentSchema":{"anyOf":[\
      """;

  private static final String EVENT_AFTER_DATA = "]}}]}},\"required\":[\"data\"]}";

  private final Supplier<Description> description;
  private volatile @Nullable Document document;

  /** The document but for the server's address. */
  private record Document(byte[] beforeServer, byte[] afterServer) {}

  /**
   * The document of a description, which is asked for when the document first is: a start need not
   * wait for what few will read.
   */
  public OpenApi(Supplier<Description> description) {
    this.description = description;
  }

  private static Document written(Description description) {
    StringBuilder before = new StringBuilder(128);
    before.append("{\"openapi\":\"3.1.0\",\"info\":{\"title\":");
    JsonText.quote(description.title(), before);
    before.append(",\"version\":");
    JsonText.quote(description.version(), before);
    before.append("},\"servers\":[{\"url\":");
    return new Document(
        before.toString().getBytes(StandardCharsets.UTF_8),
        new Writer(description).write().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The schema of a server-sent event.
   *
   * @param data the schemas of which its data satisfies one, separated by commas
   */
  public static String event(String data) {
    return EVENT_BEFORE_DATA + data + EVENT_AFTER_DATA;
  }

  /**
   * The document for whoever sent {@code head}.
   *
   * @throws IllegalArgumentException where two shapes of the description have one name
   */
  public Rendered page(RequestHead head) {
    Document known = document;
    if (known == null) {
      // Two who ask at once both write it, and the same.
      known = written(description.get());
      document = known;
    }
    byte[] beforeServer = known.beforeServer();
    byte[] afterServer = known.afterServer();
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(beforeServer.length + afterServer.length + 64);
    out.writeBytes(beforeServer);
    out.writeBytes(JsonText.quote(SelfAddress.of(head)).getBytes(StandardCharsets.UTF_8));
    out.writeBytes(afterServer);
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    return new Rendered(HttpResponseStatus.OK, headers, out.toByteArray());
  }

  /** Writes what follows the server's address. */
  private static final class Writer {

    private final Description description;
    private final StringBuilder text = new StringBuilder(16 * 1024);
    private final Map<String, Shape.Object> schemas = new LinkedHashMap<>();

    Writer(Description description) {
      this.description = description;
    }

    String write() {
      text.append("}],\"security\":[");
      for (int i = 0; i < description.security().size(); i++) {
        text.append(i == 0 ? "{" : ",{");
        String scheme = scheme(description.security().get(i));
        if (!scheme.isEmpty()) {
          name(scheme);
          text.append("[]");
        }
        text.append('}');
      }
      text.append("],\"paths\":{");
      Set<String> paths = new LinkedHashSet<>();
      description.endpoints().forEach(endpoint -> paths.add(endpoint.path()));
      separated(paths, this::path);
      text.append("},\"components\":{\"schemas\":{");
      separated(
          schemas.entrySet(),
          schema -> {
            name(schema.getKey());
            JsonSchema.writeOut(schema.getValue(), JsonSchema.References.NONE, text);
          });
      text.append("},\"securitySchemes\":{");
      separated(
          description.security().stream().filter(one -> !scheme(one).isEmpty()).toList(),
          this::securityScheme);
      return text.append("}}}\n").toString();
    }

    private void path(String path) {
      name(path);
      text.append('{');
      separated(
          description.endpoints().stream().filter(one -> one.path().equals(path)).toList(),
          this::endpoint);
      text.append('}');
    }

    private void endpoint(Endpoint endpoint) {
      name(endpoint.method().toLowerCase(Locale.ROOT));
      text.append("{\"operationId\":");
      JsonText.quote(endpoint.id(), text);
      text.append(",\"summary\":");
      JsonText.quote(endpoint.summary(), text);
      if (!endpoint.parameters().isEmpty()) {
        text.append(",\"parameters\":[");
        separated(endpoint.parameters(), this::parameter);
        text.append(']');
      }
      Body body = endpoint.body();
      if (body != null) {
        text.append(",\"requestBody\":{\"required\":true,\"content\":{");
        separated(
            body.mediaTypes(),
            mediaType -> {
              name(mediaType);
              text.append("{\"schema\":");
              body(body);
              text.append('}');
            });
        text.append("}}");
      }
      text.append(",\"responses\":{");
      separated(endpoint.answers(), this::answer);
      text.append("}}");
    }

    private void parameter(Parameter parameter) {
      boolean inPath = parameter.place() == Place.PATH;
      text.append("{\"name\":");
      JsonText.quote(parameter.name(), text);
      text.append(",\"in\":\"").append(inPath ? "path" : "query");
      text.append("\",\"required\":").append(inPath).append(",\"schema\":");
      JsonSchema.write(parameter.shape(), JsonSchema.References.NONE, text);
      text.append('}');
    }

    private void body(Body body) {
      if (body.also().isEmpty()) {
        reference(body.named());
        return;
      }
      text.append("{\"allOf\":[");
      reference(body.named());
      for (String also : body.also()) {
        text.append(',').append(also);
      }
      text.append("]}");
    }

    private void answer(Answer answer) {
      name(answer.status());
      text.append("{\"description\":");
      JsonText.quote(answer.meaning(), text);
      if (!answer.contents().isEmpty()) {
        text.append(",\"content\":{");
        separated(answer.contents(), this::content);
        text.append('}');
      }
      text.append('}');
    }

    private void content(Content content) {
      switch (content) {
        case Content.Json json -> {
          name(json.mediaType());
          text.append("{\"schema\":");
          reference(json.named());
          text.append('}');
        }
        case Content.JsonList list -> {
          name(list.mediaType());
          text.append("{\"schema\":{\"type\":\"array\",\"items\":");
          reference(list.item());
          text.append("}}");
        }
        case Content.Plain _ -> text.append("\"text/plain\":{\"schema\":{\"type\":\"string\"}}");
        case Content.Events events -> {
          text.append("\"text/event-stream\":{\"schema\":").append(EVENT_BEFORE_DATA);
          separated(events.data(), this::reference);
          text.append(EVENT_AFTER_DATA).append('}');
        }
      }
    }

    private void reference(Named named) {
      Shape.Object earlier = schemas.putIfAbsent(named.name(), named.shape());
      if (earlier != null && !earlier.equals(named.shape())) {
        throw new IllegalArgumentException("two shapes are called " + named.name());
      }
      text.append("{\"$ref\":");
      JsonText.quote(SCHEMAS + named.name(), text);
      text.append('}');
    }

    private void securityScheme(Security security) {
      name(scheme(security));
      text.append(
          switch (security) {
            case Security.Bearer _ -> "{\"type\":\"http\",\"scheme\":\"bearer\"}";
            case Security.Header header ->
                "{\"type\":\"apiKey\",\"in\":\"header\",\"name\":"
                    + JsonText.quote(header.name())
                    + "}";
            case Security.Nobody _ -> throw new IllegalStateException("nobody has no scheme");
          });
    }

    /** The name of a scheme; empty where there is none. */
    private static String scheme(Security security) {
      return switch (security) {
        case Security.Nobody _ -> "";
        case Security.Bearer _ -> "bearer";
        case Security.Header header -> header.name();
      };
    }

    private void name(String name) {
      JsonText.quote(name, text);
      text.append(':');
    }

    private <T> void separated(Iterable<T> items, Consumer<T> write) {
      String comma = "";
      for (T item : items) {
        text.append(comma);
        write.accept(item);
        comma = ",";
      }
    }
  }
}
