package dev.sluice.dialect.poolside;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.config.DialectSettings.Unfinished;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Whatever a provider makes of the known members, the result fits, and the unknown ones stay. */
class SchemaFitTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Schema SCHEMA = schema();
  private static final String[] ODD = {
    "null", "true", "5", "-1.5", "1e3", "\"\"", "\"a\\\"b\"", "{}", "[]", "{\"x\":[1,{}]}"
  };

  @Property(tries = 2000)
  void everythingFitsAndNothingUnknownIsLost(@ForAll long seed) {
    Random random = new Random(seed);
    SchemaFit.Kind kind = random.nextBoolean() ? SchemaFit.Kind.CHUNK : SchemaFit.Kind.WHOLE;
    SchemaFit.UsageShown shown =
        random.nextBoolean() ? SchemaFit.UsageShown.SHOWN : SchemaFit.UsageShown.HIDDEN;
    String text = root(random);

    String fitted = fitted(text, new SchemaFit.Rules(kind, shown, Unfinished.EMPTY, "m", 7));

    JsonNode result = MAPPER.readTree(fitted);
    assertThat(SCHEMA.validate(result)).as("%s became %s", text, fitted).isEmpty();
    assertThat(unknown(result)).isEqualTo(unknown(MAPPER.readTree(text)));
  }

  @Property(tries = 500)
  void whatFitsIsNotTouched(@ForAll long seed) {
    SchemaFit.Rules rules =
        new SchemaFit.Rules(
            SchemaFit.Kind.WHOLE, SchemaFit.UsageShown.SHOWN, Unfinished.EMPTY, "m", 7);
    String once = fitted(root(new Random(seed)), rules);

    assertThat(fitted(once, rules)).isEqualTo(once);
  }

  private static String fitted(String text, SchemaFit.Rules rules) {
    byte[] bytes = ("  " + text + " ").getBytes(StandardCharsets.UTF_8);
    SchemaFit fit = SchemaFit.of(bytes, 2, bytes.length - 1, rules);
    ByteBuf out = Unpooled.buffer();
    fit.splice().writeTo(out);
    String fitted = out.toString(StandardCharsets.UTF_8);
    assertThat(fit.isEdited()).isEqualTo(!fitted.equals(text));
    return fitted;
  }

  private static String root(Random random) {
    List<String> choices = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      choices.add(choice(random));
    }
    return object(
        random,
        "\"choices\":[" + String.join(" , ", choices) + "]",
        maybe(random, "model", "\"gpt\""),
        maybe(random, "created", "17"),
        maybe(random, "object", "\"o\""),
        maybe(
            random,
            "usage",
            object(
                random,
                maybe(random, "prompt_tokens", "3"),
                maybe(random, "completion_tokens", "2"),
                maybe(random, "total_tokens", "5"))));
  }

  private static String choice(Random random) {
    return object(
        random,
        maybe(random, "index", "0"),
        maybe(random, "finish_reason", "\"stop\""),
        maybe(random, "delta", message(random)),
        maybe(random, "message", message(random)));
  }

  private static String message(Random random) {
    String call =
        object(
            random,
            maybe(random, "id", "\"i\""),
            random.nextInt(4) > 0 ? "\"type\":\"function\"" : "\"type\":null",
            maybe(
                random,
                "function",
                object(
                    random, maybe(random, "name", "\"f\""), maybe(random, "arguments", "\"{}\""))));
    return object(
        random,
        maybe(random, "content", "\"text é\""),
        maybe(random, "role", "\"assistant\""),
        maybe(random, "tool_call_id", "\"t\""),
        random.nextBoolean() ? "" : "\"tool_calls\":[" + call + "]");
  }

  /** The member as it should be, in an odd way, or not at all. */
  private static String maybe(Random random, String name, String value) {
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> "\"" + name + "\" : " + ODD[random.nextInt(ODD.length)];
      default -> "\"" + name + "\":" + value;
    };
  }

  /** The members in any order, and an unknown one among them now and then. */
  private static String object(Random random, String... members) {
    List<String> there = new ArrayList<>(List.of(members));
    there.removeIf(String::isEmpty);
    if (random.nextInt(3) == 0) {
      there.add("\"unknown\" :" + ODD[random.nextInt(ODD.length)]);
    }
    Collections.shuffle(there, random);
    return "{" + String.join(random.nextBoolean() ? " , " : ",", there) + " }";
  }

  /** All unknown members of the root and its choices. */
  private static List<JsonNode> unknown(JsonNode root) {
    List<JsonNode> found = new ArrayList<>();
    found.add(root.path("unknown"));
    for (JsonNode choice : root.path("choices")) {
      found.add(choice.path("unknown"));
    }
    return found;
  }

  private static Schema schema() {
    try (InputStream in = SchemaFitTest.class.getResourceAsStream("/pages/poolside.json")) {
      ObjectNode schema = MAPPER.createObjectNode();
      schema.put("$ref", "#/$defs/ChatCompletion");
      schema.set("$defs", MAPPER.readTree(in).get("$defs"));
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(schema);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
