package dev.sluice.protocol.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequest.Delivery;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.gemini.GeminiAbilities.Feature;
import dev.sluice.protocol.gemini.GeminiAbilities.Level;
import dev.sluice.protocol.gemini.GeminiAbilities.Reasoning;
import dev.sluice.protocol.gemini.GeminiRequestOptions.CallIdField;
import dev.sluice.protocol.gemini.GeminiRequestOptions.FileNames;
import dev.sluice.protocol.gemini.GeminiRequestOptions.LateInstructions;
import dev.sluice.protocol.gemini.GeminiRequestOptions.MissingResults;
import dev.sluice.protocol.gemini.GeminiRequestOptions.ThoughtsWanted;
import dev.sluice.protocol.gemini.GeminiRequestOptions.TierField;
import dev.sluice.protocol.gemini.GeminiRequestOptions.Urls;
import dev.sluice.recorded.Protocol;
import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Real requests to AI Studio and Vertex come out of the codec as they went in. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class RecordedRequestsTest {

  @Test
  void everyRequestComesOutAsItWentInButForTheNormalForm() {
    int checked = 0;
    for (Recorded recorded : Recordings.of(Protocol.GEMINI)) {
      if (recorded.request().toString().contains("invalid_role")) {
        continue;
      }
      checked++;
      byte[] bytes = recorded.request().toString().getBytes(StandardCharsets.UTF_8);
      boolean level = recorded.request().toString().contains("thinking_level");

      ChatRequest request = GeminiRequests.decode(bytes, 0, bytes.length, "m", Delivery.WHOLE);
      JsonWriter out = new JsonWriter();
      Losses losses = new Losses();
      GeminiRequests.encode(request, options(recorded.request(), level), out, losses);

      assertThat(losses.fields()).as(recorded.name()).isEmpty();
      assertThat(normal(Recordings.MAPPER.readTree(out.toString())))
          .as(recorded.name())
          .isEqualTo(normal(recorded.request()));
      assertThat(GeminiRequests.decode(out.toBytes(), 0, out.length(), "m", Delivery.WHOLE).tools())
          .as(recorded.name())
          .isEqualTo(request.tools());
    }
    assertThat(checked).isGreaterThan(190);
  }

  private static GeminiRequestOptions options(JsonNode request, boolean level) {
    Set<Feature> features = EnumSet.allOf(Feature.class);
    features.remove(Feature.SIGNED_CALLS);
    GeminiAbilities abilities =
        new GeminiAbilities(
            Long.MAX_VALUE,
            BigDecimal.TWO,
            5,
            8,
            level
                ? new Reasoning.Levels(Set.of(Level.values()))
                : new Reasoning.Budget(0, Long.MAX_VALUE),
            features);
    String text = request.path("contents").toString();
    return new GeminiRequestOptions(
        abilities,
        text.contains("\"id\":") ? CallIdField.WRITE : CallIdField.OMIT,
        Urls.ANY,
        ThoughtsWanted.WHERE_ASKED,
        LateInstructions.REFUSE,
        MissingResults.REFUSE,
        TierField.WRITE,
        FileNames.WRITE);
  }

  /** The request in the codec's normal form: what is written in two ways is written in one. */
  private static JsonNode normal(JsonNode request) {
    ObjectNode root = (ObjectNode) camel(request);
    if (root.path("tools") instanceof ObjectNode tool) {
      root.putArray("tools").add(tool);
    }
    if (root.path("tools") instanceof ArrayNode tools) {
      ArrayNode split = Recordings.MAPPER.createArrayNode();
      for (JsonNode tool : tools) {
        for (Map.Entry<String, JsonNode> member : tool.properties()) {
          split.addObject().set(member.getKey(), member.getValue());
        }
      }
      root.set("tools", split);
      if (split.isEmpty()) {
        root.remove("tools");
      }
    }
    if (root.path("contents") instanceof ArrayNode contents) {
      root.set("contents", joined(contents));
    }
    if (root.path("generationConfig").isEmpty()) {
      root.remove("generationConfig");
    }
    if (root.path("generationConfig").has("topK")) {
      int topK = root.path("generationConfig").path("topK").asInt();
      ((ObjectNode) root.path("generationConfig")).put("topK", topK);
    }
    return root;
  }

  private static ArrayNode joined(ArrayNode contents) {
    ArrayNode joined = Recordings.MAPPER.createArrayNode();
    for (JsonNode content : contents) {
      JsonNode last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last != null && last.path("role").equals(content.path("role"))) {
        ((ArrayNode) last.path("parts")).addAll((ArrayNode) content.path("parts"));
      } else {
        joined.add(content);
      }
    }
    return joined;
  }

  /** Names in camel case, but for those that are the client's own. */
  private static JsonNode camel(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = Recordings.MAPPER.createObjectNode();
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        String name = Gemini.camel(member.getKey());
        boolean own =
            Set.of("args", "response", "parameters", "parametersJsonSchema").contains(name)
                || name.contains("Schema");
        copy.set(name, own ? member.getValue() : camel(member.getValue()));
      }
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = Recordings.MAPPER.createArrayNode();
      array.forEach(item -> copy.add(camel(item)));
      return copy;
    }
    return node;
  }
}
