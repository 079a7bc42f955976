package dev.sluice.compat.requests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * Bedrock's Converse, by the AWS SDK: our request is put into the SDK's own types, member by member
 * as their descriptions say, and what the SDK sends of them must be what we did.
 */
final class ConverseShape implements Shape, AutoCloseable {

  /** The members that must be there; the SDK does not know, but its published reference says so. */
  private static final Map<String, Set<String>> REQUIRED =
      Map.ofEntries(
          Map.entry("Message", Set.of("role", "content")),
          Map.entry("ToolUseBlock", Set.of("toolUseId", "name", "input")),
          Map.entry("ToolResultBlock", Set.of("toolUseId", "content")),
          Map.entry("ToolConfiguration", Set.of("tools")),
          Map.entry("ToolSpecification", Set.of("name", "inputSchema")),
          Map.entry("SpecificToolChoice", Set.of("name")),
          Map.entry("ImageBlock", Set.of("format", "source")),
          Map.entry("AudioBlock", Set.of("format", "source")),
          Map.entry("VideoBlock", Set.of("format", "source")),
          Map.entry("DocumentBlock", Set.of("name", "source")),
          Map.entry("ReasoningTextBlock", Set.of("text")),
          Map.entry("CachePointBlock", Set.of("type")));

  private final Sent sent = new Sent();
  private final BedrockRuntimeClient client =
      BedrockRuntimeClient.builder()
          .region(Region.US_EAST_1)
          .credentialsProvider(AnonymousCredentialsProvider.create())
          .httpClient(sent)
          .build();

  @Override
  public List<String> problems(String body) {
    ObjectNode request = (ObjectNode) Trees.read(body);
    List<String> found = new ArrayList<>();
    // A stream's request has the same members.
    ConverseRequest.Builder builder = ConverseRequest.builder().modelId("some-model");
    fill("", builder, request, found);
    if (found.isEmpty()) {
      try {
        client.converse(builder.build());
        found.addAll(Trees.differences(request, Trees.read(sent.body)));
      } catch (SdkException | IllegalArgumentException e) {
        found.add(e.toString());
      }
    }
    return found;
  }

  /** Puts the members of {@code json} where the SDK has them; what has no place is a problem. */
  private static void fill(String path, SdkPojo to, JsonNode json, List<String> found) {
    if (!json.isObject()) {
      found.add(path + ": an object is wanted, and not " + json.getNodeType());
      return;
    }
    Map<String, SdkField<?>> fields = new HashMap<>();
    for (SdkField<?> field : to.sdkFields()) {
      if (field.location() == MarshallLocation.PAYLOAD) {
        fields.put(field.locationName(), field);
      }
    }
    String type = to.getClass().getDeclaringClass().getSimpleName();
    for (String name : REQUIRED.getOrDefault(type, Set.of())) {
      if (!json.has(name)) {
        found.add(path + "/" + name + " is missing");
      }
    }
    json.properties()
        .forEach(member -> {
          String at = path + "/" + member.getKey();
          SdkField<?> field = fields.get(member.getKey());
          if (field == null) {
            found.add(at + " is unknown");
          } else {
            field.set(to, value(at, field, member.getValue(), found));
          }
        });
  }

  private static Object value(String path, SdkField<?> field, JsonNode json, List<String> found) {
    MarshallingKnownType type = field.marshallingType().getKnownType();
    boolean fits =
        switch (type) {
          case STRING -> json.isTextual();
          case INTEGER -> json.canConvertToInt() && json.isIntegralNumber();
          case LONG -> json.canConvertToLong() && json.isIntegralNumber();
          case FLOAT, DOUBLE, BIG_DECIMAL -> json.isNumber();
          case BOOLEAN -> json.isBoolean();
          case SDK_BYTES -> json.isTextual() && isBase64(json.asText());
          case LIST -> json.isArray();
          case MAP, SDK_POJO -> json.isObject();
          case DOCUMENT -> true;
          case NULL, SHORT, BYTE, INSTANT -> false;
        };
    if (!fits) {
      found.add(path + ": " + type + " is wanted, and not " + json.getNodeType());
      return null;
    }
    return switch (type) {
      case STRING -> json.asText();
      case INTEGER -> json.intValue();
      case LONG -> json.longValue();
      case FLOAT -> json.floatValue();
      case DOUBLE -> json.doubleValue();
      case BIG_DECIMAL -> json.decimalValue();
      case BOOLEAN -> json.booleanValue();
      case SDK_BYTES -> SdkBytes.fromByteArray(Base64.getDecoder().decode(json.asText()));
      case DOCUMENT -> document(json);
      case LIST -> {
        SdkField<?> of = field.getTrait(ListTrait.class).memberFieldInfo();
        List<Object> list = new ArrayList<>();
        for (JsonNode item : json) {
          list.add(value(path + "/" + list.size(), of, item, found));
        }
        yield list;
      }
      case MAP -> {
        SdkField<?> of = field.getTrait(MapTrait.class).valueFieldInfo();
        Map<String, Object> map = new LinkedHashMap<>();
        json.properties()
            .forEach(member ->
                map.put(
                    member.getKey(),
                    value(path + "/" + member.getKey(), of, member.getValue(), found)));
        yield map;
      }
      case SDK_POJO -> {
        SdkPojo builder = field.constructor().get();
        fill(path, builder, json, found);
        Object built = ((Buildable) builder).build();
        words(path, built, found);
        yield built;
      }
      case NULL, SHORT, BYTE, INSTANT -> null;
    };
  }

  /** Looks for words that the SDK does not know, and for choices of which not one was made. */
  private static void words(String path, Object built, List<String> found) {
    for (Method method : built.getClass().getDeclaredMethods()) {
      Class<?> type = method.getReturnType();
      if (type.isEnum() && method.getParameterCount() == 0) {
        Object word = word(method, built);
        boolean choice = type.getDeclaringClass() == built.getClass();
        if (word == null ? choice : ((Enum<?>) word).name().equals("UNKNOWN_TO_SDK_VERSION")) {
          found.add(path + (choice ? ": not one member" : ": no word") + " of " + type.getName());
        }
      }
    }
  }

  private static Object word(Method method, Object built) {
    try {
      return method.invoke(built);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isBase64(String text) {
    try {
      return Base64.getDecoder().decode(text).length > 0;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static Document document(JsonNode json) {
    return switch (json.getNodeType()) {
      case STRING -> Document.fromString(json.asText());
      case NUMBER -> Document.fromNumber(json.asText());
      case BOOLEAN -> Document.fromBoolean(json.booleanValue());
      case ARRAY -> {
        List<Document> list = new ArrayList<>();
        json.forEach(item -> list.add(document(item)));
        yield Document.fromList(list);
      }
      case OBJECT -> {
        Map<String, Document> map = new LinkedHashMap<>();
        json.properties().forEach(member -> map.put(member.getKey(), document(member.getValue())));
        yield Document.fromMap(map);
      }
      case NULL -> Document.fromNull();
      case BINARY, MISSING, POJO -> throw new IllegalArgumentException(json.toString());
    };
  }

  @Override
  public void close() {
    client.close();
  }

  /** In place of a network: keeps what would be sent, and answers that there is nothing to say. */
  private static final class Sent implements SdkHttpClient {
    private String body = "";

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          try {
            byte[] bytes = request.contentStreamProvider().orElseThrow().newStream().readAllBytes();
            body = new String(bytes, StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return HttpExecuteResponse.builder()
              .response(SdkHttpResponse.builder().statusCode(200).build())
              .responseBody(
                  AbortableInputStream.create(new ByteArrayInputStream(new byte[] {'{', '}'})))
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }
}
