package dev.sluice.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.config.ProviderSettings;
import dev.sluice.config.SettingsLoader;
import dev.sluice.config.TimeoutSettings;
import dev.sluice.json.JsonWriter;
import dev.sluice.net.Origin;
import dev.sluice.protocol.openai.OpenAiRequestOptions;
import dev.sluice.protocol.openai.OpenAiRequests;
import dev.sluice.provider.catalogue.Catalogue;
import dev.sluice.provider.translation.Translator;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The table on each provider's page of what becomes of a request's fields: seen at what is written
 * for a few of its models.
 */
class RequestFieldTableTest {

  private static final Path PAGES = Path.of("..", "docs", "providers");
  private static final String WRITE = "sluice.providers.write";
  private static final String BEGIN = "<!-- fields: begin -->\n";
  private static final String END = "<!-- fields: end -->\n";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String HEAD =
      """
      ## Fields of a request

      Written by a test, which looks at what is sent for each field of a client's request:

          mvn -pl gateway test -Dtest=RequestFieldTableTest -Dsluice.providers.write=true

      *Carried* is under its own name with its own value; *rewritten* is in the provider's words.
      *Dropped* is left out and named in `x-sluice-dropped`: where another model's column says
      otherwise it is this model that does not take it, else the protocol has no place for it.
      *Refused* is 400, since leaving it out would change the question; *ignored* asks for nothing;
      *fetched* is what the gateway gets from its address and sends as bytes.

      """;

  @TempDir Path directory;

  /** A provider's page, and models of it that differ. */
  private record Page(String provider, List<String> models) {}

  private static final List<Page> ALL =
      List.of(
          new Page("openai", List.of("gpt-5.4")),
          new Page("azure", List.of("gpt-5.4")),
          new Page("mistral", List.of("mistral-large-latest", "magistral-medium-latest")),
          new Page(
              "anthropic",
              List.of("claude-3-5-haiku-20241022", "claude-sonnet-4-5", "claude-opus-5")),
          new Page(
              "gemini", List.of("gemini-2.0-flash", "gemini-2.5-flash", "gemini-3-pro-preview")),
          new Page("vertex", List.of("gemini-2.5-pro", "claude-sonnet-4-5")),
          new Page(
              "bedrock",
              List.of(
                  "anthropic.claude-sonnet-4-5-20250929-v1:0",
                  "amazon.nova-pro-v1:0",
                  "meta.llama3-3-70b-instruct-v1:0")),
          new Page("cohere", List.of("command-r-plus-08-2024", "command-a-reasoning-08-2025")));

  /** Of what is no member of the request itself. */
  private static final String NO_VALUE = "";

  private static final Media.Remote IMAGE = new Media.Remote("https://example.com/a.png", null);

  private static final String TOOLS =
      "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]";

  /** What is asked for; tools stand beside what speaks of them. */
  private static Map<String, String> fields() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("messages.name", NO_VALUE);
    fields.put("messages: images by address", NO_VALUE);
    fields.put("messages: files", NO_VALUE);
    fields.put("messages: sound", NO_VALUE);
    fields.put("messages: late instructions", NO_VALUE);
    fields.put("audio", "{\"voice\":\"alloy\",\"format\":\"wav\"}");
    fields.put("cache_control", "{\"type\":\"ephemeral\"}");
    fields.put("frequency_penalty", "0.5");
    fields.put(
        "functions", "[{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}]");
    fields.put("logit_bias", "{\"5\":1}");
    fields.put("logprobs", "true");
    fields.put("max_completion_tokens", "100");
    fields.put("max_tokens", "100");
    fields.put("metadata", "{\"a\":\"b\"}");
    fields.put("min_p", "0.1");
    fields.put("modalities", "[\"text\",\"audio\"]");
    fields.put("n", "2");
    fields.put("parallel_tool_calls", "false");
    fields.put("prediction", "{\"type\":\"content\",\"content\":\"a\"}");
    fields.put("presence_penalty", "0.5");
    fields.put("prompt_cache_key", "\"k\"");
    fields.put("prompt_cache_retention", "\"24h\"");
    fields.put("reasoning", "{\"max_tokens\":2000}");
    fields.put("reasoning_effort", "\"low\"");
    fields.put("repetition_penalty", "1.1");
    fields.put(
        "response_format: json_schema",
        "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\",\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"],\"additionalProperties\":false}}}");
    fields.put("response_format: json_object", "{\"type\":\"json_object\"}");
    fields.put("safety_identifier", "\"u\"");
    fields.put("seed", "5");
    fields.put("service_tier", "\"default\"");
    fields.put("stop", "[\"END\"]");
    fields.put("store", "true");
    fields.put("temperature", "0.5");
    fields.put("tool_choice: required", "\"required\"");
    fields.put("tool_choice: none", "\"none\"");
    fields.put("tool_choice: a function", "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}");
    fields.put("tools", TOOLS);
    fields.put("tools.function.strict", NO_VALUE);
    fields.put("top_k", "5");
    fields.put("top_logprobs", "2");
    fields.put("top_p", "0.5");
    fields.put("user", "\"u\"");
    fields.put("verbosity", "\"low\"");
    fields.put("web_search_options", "{}");
    return fields;
  }

  @Test
  void theTablesShowWhatIsSent() throws Exception {
    List<String> stale = new ArrayList<>();
    for (Page page : ALL) {
      Path path = PAGES.resolve(page.provider() + ".md");
      String text = Files.readString(path);
      String current = within(text, HEAD + table(page));
      if (!current.equals(text)) {
        stale.add(page.provider());
        if (Boolean.getBoolean(WRITE)) {
          Files.writeString(path, current);
        }
      }
    }

    if (!Boolean.getBoolean(WRITE)) {
      assertThat(stale).as("write them anew with -D%s=true", WRITE).isEmpty();
    }
  }

  /** The page with {@code table} between its marks, which stand at its end where there are none. */
  private static String within(String page, String table) {
    int from = page.indexOf(BEGIN);
    int to = page.indexOf(END);
    return from < 0 || to < from
        ? page.stripTrailing() + "\n\n" + BEGIN + table + END
        : page.substring(0, from + BEGIN.length()) + table + page.substring(to);
  }

  private String table(Page page) throws Exception {
    Provider.Wire wire = wire(page.provider());
    StringBuilder text = new StringBuilder("| field |");
    page.models().forEach(model -> text.append(" `").append(model).append("` |"));
    text.append("\n|---|").append("---|".repeat(page.models().size())).append('\n');
    fields()
        .forEach((field, value) -> {
          text.append("| ").append(shown(field)).append(" |");
          for (String model : page.models()) {
            text.append(' ').append(fate(wire, model, field, value)).append(" |");
          }
          text.append('\n');
        });
    return text.toString();
  }

  private static String shown(String field) {
    int colon = field.indexOf(": ");
    return colon < 0
        ? "`" + field + "`"
        : "`" + field.substring(0, colon) + "`" + field.substring(colon);
  }

  private Provider.Wire wire(String provider) throws Exception {
    String settings =
        switch (provider) {
          case "azure" -> "base_url: \"https://x.openai.azure.com\"";
          case "vertex" -> "project: p, location: global";
          case "bedrock" -> "region: us-east-1";
          default -> "";
        };
    TimeoutSettings timeouts =
        new TimeoutSettings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    ProviderDefinition.Outcome outcome =
        ProviderDefinition.complete(provider, settings(provider, settings), name -> null, timeouts);
    assertThat(outcome).isInstanceOf(ProviderDefinition.Outcome.Ready.class);
    return ((ProviderDefinition.Outcome.Ready) outcome)
        .definition()
        .wire(Catalogue.load(), new Origin(true, "localhost", 443, null, null));
  }

  private ProviderSettings settings(String provider, String more) throws Exception {
    String yaml = "providers: { " + provider + ": { api_key: secret, " + more + " } }";
    Path file = Files.writeString(directory.resolve("sluice.yaml"), yaml);
    return new SettingsLoader(name -> null, List.of("bifrost"))
        .load(file)
        .settings()
        .providers()
        .get(provider);
  }

  /** What is sent, and what was left out; {@code null} for what is refused. */
  private record Sent(JsonNode body, List<String> dropped) {}

  private static String fate(Provider.Wire wire, String model, String field, String value) {
    Sent without = sent(wire, request(model, field, null));
    ObjectNode asked = request(model, field, value);
    Sent with = sent(wire, asked);
    Translator translator = wire.translator();
    boolean address = field.equals("messages: images by address");
    if (address && translator != null && translator.needs(model).bytesOf(IMAGE)) {
      return "fetched";
    }
    if (with == null || without == null) {
      return "refused";
    }
    List<String> dropped = new ArrayList<>(with.dropped());
    dropped.removeAll(without.dropped());
    boolean same = with.body().equals(without.body());
    if (!dropped.isEmpty()) {
      return same || field.startsWith(dropped.getFirst())
          ? "dropped"
          : "rewritten; dropped: " + String.join(", ", dropped);
    }
    if (same) {
      return "ignored";
    }
    String name = top(field);
    return asked.path(name).equals(with.body().path(name)) ? "carried" : "rewritten";
  }

  /** The name of the request's own member. */
  private static String top(String field) {
    int end = 0;
    while (end < field.length() && field.charAt(end) != ':' && field.charAt(end) != '.') {
      end++;
    }
    return field.substring(0, end);
  }

  private static @Nullable Sent sent(Provider.Wire wire, ObjectNode request) {
    byte[] bytes = request.toString().getBytes(UTF_8);
    Losses losses = new Losses();
    try {
      Translator translator = wire.translator();
      if (translator != null) {
        ChatRequest asked = OpenAiRequests.decode(bytes, 0, bytes.length);
        JsonWriter body = new JsonWriter();
        translator.translate(asked, EmptyHttpHeaders.INSTANCE, body, losses);
        return new Sent(JSON.readTree(body.toString()), losses.fields());
      }
      OpenAiRequestOptions rewriting = wire.rewriting();
      if (rewriting == null || !rewriting.deviations().needsAdjusting(bytes, 0, bytes.length)) {
        return new Sent(request, List.of());
      }
      JsonWriter body = new JsonWriter();
      ChatRequest asked = OpenAiRequests.decode(bytes, 0, bytes.length);
      OpenAiRequests.encode(asked, rewriting, body, losses);
      return new Sent(JSON.readTree(body.toString()), losses.fields());
    } catch (GatewayException _) {
      return null;
    }
  }

  /** A request with the field, or where {@code value} is {@code null} the same without it. */
  private static ObjectNode request(String model, String field, @Nullable String value) {
    ObjectNode request = JSON.createObjectNode();
    request.put("model", model);
    request.set("messages", JSON.readTree(messages(value == null ? "" : field)));
    boolean toolsBeside =
        field.startsWith("tool_choice")
            || field.equals("parallel_tool_calls")
            || field.equals("tools.function.strict");
    if (toolsBeside) {
      boolean strict = value != null && field.equals("tools.function.strict");
      String name = strict ? "\"strict\":true,\"name\"" : "\"name\"";
      request.set("tools", JSON.readTree(TOOLS.replace("\"name\"", name)));
    }
    if (field.equals("top_logprobs")) {
      request.put("logprobs", true);
    }
    if (value != null && !value.equals(NO_VALUE)) {
      request.set(top(field), JSON.readTree(value));
    }
    return request;
  }

  private static String messages(String field) {
    String user = "{\"role\":\"user\",\"content\":\"hi\"}";
    return "["
        + switch (field) {
          case "messages.name" -> user.replace("\"content\"", "\"name\":\"jane\",\"content\"");
          case "messages: images by address" ->
              parts(
                  "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.com/a.png\"}}");
          case "messages: files" ->
              parts(
                  "{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_data\":\"data:application/pdf;base64,JVBERi0xLjQK\"}}");
          case "messages: sound" ->
              parts(
                  "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"UklGRiQAAABXQVZF\",\"format\":\"wav\"}}");
          case "messages: late instructions" ->
              user
                  + ",{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"system\",\"content\":\"s\"},"
                  + user;
          default -> user;
        }
        + "]";
  }

  private static String parts(String part) {
    return "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}," + part + "]}";
  }
}
