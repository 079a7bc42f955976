package dev.sluice.protocol.converse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.protocol.converse.Recordings.Recorded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Real requests through the codec. */
@EnabledIfEnvironmentVariable(
    named = "SLUICE_RECORDINGS",
    matches = ".+",
    disabledReason = "SLUICE_RECORDINGS names no folder of recorded traffic")
class RecordedRequestsTest {

  private static List<Recorded> recordings = List.of();

  @BeforeAll
  static void load() throws IOException {
    recordings =
        Recordings.load().stream()
            .filter(r -> r.isConverse() && r.request().has("messages"))
            .toList();
    assertThat(recordings).hasSizeGreaterThan(80);
  }

  @Test
  void everyRequestComesOutAsItWentInButForTheNormalForm() {
    for (Recorded recorded : recordings) {
      ChatRequest request = Codec.request(recorded.request().toString());

      Codec.Written written = Codec.write(request, abilities(recorded));

      JsonNode expected = normal(recorded.request().deepCopy());
      JsonNode actual = normal(written.json());
      if (recorded.request().toString().contains("minLength")) {
        // A length in the schema of an answer is told in words, since most models refuse it.
        String schema = "/outputConfig/textFormat/structure/jsonSchema";
        ((ObjectNode) expected.at(schema)).remove("schema");
        assertThat(((ObjectNode) actual.at(schema)).remove("schema").asString())
            .contains("minLength");
        assertThat(written.losses()).containsExactly("response_format.json_schema.schema");
      } else {
        assertThat(written.losses()).as(recorded.name()).isEmpty();
      }
      assertThat(actual).as(recorded.name()).isEqualTo(expected);
    }
  }

  /** One model is asked to think by a word. */
  private static ConverseAbilities abilities(Recorded recorded) {
    if (!recorded.endpoint().contains("qwen")) {
      return Codec.ABLE;
    }
    return new ConverseAbilities(
        ConverseAbilities.UNKNOWN,
        4,
        ConverseAbilities.Sampling.ALL,
        ConverseAbilities.TopK.REFUSED,
        new ConverseAbilities.Thinking(
            ConverseAbilities.Thinking.Kind.WORD,
            "reasoning_config",
            Codec.ABLE.thinking().efforts(),
            ""),
        ConverseAbilities.Schemas.BY_FORMAT,
        Codec.ABLE.tools(),
        ConverseAbilities.Instructing.FIRST,
        ConverseAbilities.CachePoints.NONE,
        Codec.ABLE.media());
  }

  @Test
  void whatWasWrittenIsReadAsTheSame() {
    for (Recorded recorded : recordings) {
      ChatRequest request = Codec.request(recorded.request().toString());
      ChatRequest once = Codec.request(Codec.write(request, Codec.ABLE).text());
      ChatRequest twice = Codec.request(Codec.write(once, Codec.ABLE).text());

      assertThat(twice).as(recorded.name()).isEqualTo(once);
    }
  }

  /** Empty lists and objects left out, turns merged, results in front, their JSON as text. */
  private static JsonNode normal(JsonNode request) {
    ObjectNode root = (ObjectNode) request;
    for (String name : List.of("system", "inferenceConfig", "additionalModelRequestFields")) {
      if (root.has(name) && root.path(name).isEmpty()) {
        root.remove(name);
      }
    }
    ArrayNode turns = Recordings.MAPPER.createArrayNode();
    for (JsonNode turn : root.path("messages")) {
      JsonNode last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
      if (last != null && last.path("role").equals(turn.path("role"))) {
        ((ArrayNode) last.path("content")).addAll((ArrayNode) turn.path("content"));
      } else {
        turns.add(turn);
      }
    }
    for (JsonNode turn : turns) {
      List<JsonNode> results = new ArrayList<>();
      List<JsonNode> said = new ArrayList<>();
      for (JsonNode block : turn.path("content")) {
        (block.has("toolResult") ? results : said).add(block);
        block.at("/toolResult/content").forEach(RecordedRequestsTest::text);
      }
      ArrayNode content = (ArrayNode) turn.path("content");
      content.removeAll();
      results.forEach(content::add);
      said.forEach(content::add);
    }
    root.set("messages", turns);
    return root;
  }

  private static void text(JsonNode piece) {
    if (piece.has("json")) {
      ((ObjectNode) piece).put("text", piece.path("json").toString()).remove("json");
    }
  }
}
