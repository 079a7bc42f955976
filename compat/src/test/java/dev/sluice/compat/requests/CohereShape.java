package dev.sluice.compat.requests;

import com.cohere.api.core.ObjectMappers;
import com.cohere.api.resources.v2.requests.V2ChatRequest;
import com.cohere.api.resources.v2.requests.V2ChatStreamRequest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Cohere's second chat protocol, by its Java client. */
final class CohereShape implements Shape {

  @Override
  public List<String> problems(String body) {
    ObjectNode request = (ObjectNode) Trees.read(body);
    List<String> found = new ArrayList<>();
    JsonNode stream = request.remove("stream");
    if (stream != null && !stream.isBoolean()) {
      found.add("/stream: " + stream);
    }
    // Which of the two it is goes without saying there.
    boolean streamed = stream != null && stream.asBoolean();
    Class<?> type = streamed ? V2ChatStreamRequest.class : V2ChatRequest.class;
    try {
      Object read = ObjectMappers.JSON_MAPPER.readValue(request.toString(), type);
      found.addAll(ModelWalk.unknown(read, "com.cohere", Set.of(), ModelWalk.Absent.EMPTY_OR_NULL));
      // The client is lenient with types, but writes what it took them for.
      String written = ObjectMappers.JSON_MAPPER.writeValueAsString(read);
      found.addAll(Trees.differences(request.put("stream", streamed), Trees.read(written)));
    } catch (JsonProcessingException e) {
      found.add(e.toString());
    }
    return found;
  }
}
