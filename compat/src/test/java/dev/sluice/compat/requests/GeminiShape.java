package dev.sluice.compat.requests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.genai.Client;
import com.google.genai.JsonSerializable;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.HttpOptions;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Gemini's content, by Google's Java client: what it reads strictly from our request it must send
 * as we did. What only the other one of AI Studio and Vertex takes, it refuses to send.
 */
final class GeminiShape implements Shape, AutoCloseable {

  private static final Set<String> BESIDE_SETTINGS =
      Set.of(
          "systemInstruction", "tools", "toolConfig", "safetySettings", "cachedContent", "labels");

  private static final ObjectMapper STRICT = strict();

  private final HttpServer server;
  private final AtomicReference<String> sent = new AtomicReference<>("");
  private final Client client;

  /** Where it is served. */
  enum Host {
    STUDIO,
    VERTEX
  }

  GeminiShape(Host host) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          sent.set(new String(body, StandardCharsets.UTF_8));
          exchange.getResponseHeaders().set("content-type", "application/json");
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write(new byte[] {'{', '}'});
          exchange.close();
        });
    server.start();
    client =
        Client.builder()
            .apiKey("none")
            .vertexAI(host == Host.VERTEX)
            .httpOptions(
                HttpOptions.builder()
                    .baseUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .build())
            .build();
  }

  @SuppressWarnings("deprecation") // Its own mapper can be made strict only so.
  private static ObjectMapper strict() {
    return JsonSerializable.objectMapper()
        .copy()
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS);
  }

  @Override
  public List<String> problems(String body) {
    ObjectNode request = (ObjectNode) Trees.read(body);
    plainBase64(request);
    List<String> found = new ArrayList<>();
    JsonNode settings = request.path("generationConfig");
    ObjectNode config = settings.isObject() ? settings.deepCopy() : request.objectNode();
    request
        .properties()
        .forEach(member -> {
          String name = member.getKey();
          if (BESIDE_SETTINGS.contains(name)) {
            if (config.has(name)) {
              found.add("/generationConfig/" + name + " stands in the wrong place");
            }
            config.set(name, member.getValue());
          } else if (!name.equals("contents") && !name.equals("generationConfig")) {
            found.add("/" + name + " is unknown");
          }
        });
    try {
      List<Content> contents =
          STRICT.convertValue(request.path("contents"), new TypeReference<List<Content>>() {});
      GenerateContentConfig read = STRICT.readValue(config.toString(), GenerateContentConfig.class);
      found.addAll(
          ModelWalk.unknown(contents, "com.google.genai", Set.of(), ModelWalk.Absent.MARKED));
      found.addAll(ModelWalk.unknown(read, "com.google.genai", Set.of(), ModelWalk.Absent.MARKED));
      client.models.generateContent("gemini-2.5-flash", contents, read);
      if (!request.has("generationConfig")) {
        request.putObject("generationConfig"); // It sends it always.
      }
      found.addAll(Trees.differences(Trees.withoutNulls(request), Trees.read(sent.get())));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      found.add(e + (e.getCause() == null ? "" : ": " + e.getCause()));
    }
    return found;
  }

  /** Servers take seals in either alphabet of base 64, the client in one only. */
  private static void plainBase64(JsonNode node) {
    if (node instanceof ObjectNode object && object.path("thoughtSignature").isTextual()) {
      String seal = object.path("thoughtSignature").asText();
      object.put("thoughtSignature", seal.replace('-', '+').replace('_', '/'));
    }
    node.forEach(GeminiShape::plainBase64);
  }

  @Override
  public void close() {
    client.close();
    server.stop(0);
  }
}
