package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {

  private static final Map<String, String> ENVIRONMENT =
      Map.of("KEY", "sk-very-secret", "PORT", "9999", "ODD", "a: {b}\n- c");

  @TempDir private Path folder;

  private SettingsLoader.Loaded load(String yaml) throws ConfigException, IOException {
    Path file = folder.resolve("sluice.yaml");
    Files.writeString(file, yaml);
    return new SettingsLoader(ENVIRONMENT::get, List.of("bifrost")).load(file);
  }

  private List<String> problems(String yaml) {
    ConfigException thrown = catchThrowableOfType(ConfigException.class, () -> load(yaml));
    String prefix = folder.resolve("sluice.yaml") + ":";
    return thrown.problems().stream().map(p -> p.toString().replace(prefix, "")).toList();
  }

  @Test
  void anEmptyFileIsAllDefaults() throws Exception {
    Settings settings = load("").settings();

    assertThat(settings.server().port()).isEqualTo(8080);
    assertThat(settings.server().limits().body().bytes()).isEqualTo(32L << 20);
    assertThat(settings.server().timeouts().header()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.providers()).isEmpty();
    assertThat(settings)
        .isEqualTo(new SettingsLoader(ENVIRONMENT::get, List.of("bifrost")).defaults().settings());
  }

  @Test
  void shortFormsAndPartialMappingsAreFilledIn() throws Exception {
    Settings settings =
        load("""
        models:
          alias: openai/gpt-4o
          smart:
            strategy: weighted
            targets: [ { to: openai/a, weight: 3 }, anthropic/b ]
            fallbacks: [ house/c ]
            timeouts: { idle: 3s }
        """)
            .settings();

    assertThat(settings.models().get("alias")).isEqualTo(ModelSettings.alias("openai/gpt-4o"));
    ModelSettings smart = settings.models().get("smart");
    assertThat(smart.targets())
        .extracting(ModelSettings.TargetSettings::weight)
        .containsExactly(3, 1);
    assertThat(smart.timeouts()).isNotNull();
    assertThat(smart.timeouts().idle()).isEqualTo(Duration.ofSeconds(3));
    assertThat(smart.timeouts().total()).isNull();
  }

  @Test
  void referencesAreFilledInAsTheyAre() throws Exception {
    Files.writeString(folder.resolve("secret.txt"), "from a file\n");
    Settings settings =
        load("""
        server: { port: ${PORT} }
        providers:
          a: { kind: openai, base_url: "http://${HOST:localhost}:1/v1", api_key: ${KEY} }
          b: { kind: openai, base_url: "$${literal}", api_key: "${file:secret.txt}" }
          c: { kind: openai, base_url: "${ODD}" }
        """)
            .settings();

    assertThat(settings.server().port()).isEqualTo(9999);
    assertThat(settings.providers().get("a").apiKey()).isEqualTo(new Secret("sk-very-secret"));
    assertThat(settings.providers().get("a").baseUrl()).isEqualTo("http://localhost:1/v1");
    assertThat(settings.providers().get("b").baseUrl()).isEqualTo("${literal}");
    assertThat(settings.providers().get("b").apiKey()).isEqualTo(new Secret("from a file"));
    assertThat(settings.providers().get("c").baseUrl()).isEqualTo("a: {b}\n- c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server: { prt: 1 }|1: server.prt: unknown key; did you mean port?",
        "severs: {}|1: severs: unknown key; did you mean server?",
        "server: { port: x }|1: server.port: expected a whole number from 0 to 65535, but is `x`",
        "server: { port: 70000 }|1: server.port: expected a whole number from 0 to 65535, but is `70000`",
        "server: { transport: kqueue }|1: server.transport: expected one of auto, io_uring, epoll, nio, but is `kqueue`",
        "server: { drain_timeout: 5 }|1: server.drain_timeout: expected a duration such as 500ms, 30s or 10m from 0ms to 1h, but is `5`",
        "server: [ 1 ]|1: server: expected a mapping",
        "server: { port: [ 1 ] }|1: server.port: expected a whole number from 0 to 65535",
        "models: { a: { targets: [] } }|1: models.a.targets: at least one target is needed",
        "models: { a: gpt-4o }|1: models.a.targets[0].to: expected provider/model",
        "providers: { a: { api_key: ${NOPE} } }|1: providers.a.api_key: the environment variable NOPE is not set",
        "dialects: { default: yomo }|1: dialects.default: expected one of bifrost",
        "admin: { port: 8080 }|1: admin.port: is the gateway's own port",
        "access: { mode: closed }|1: access.mode: expected one of open, keys, but is `closed`",
      })
  void whatIsWrongIsNamedWithItsLine(String yaml, String problem) {
    assertThat(problems(yaml)).containsExactly(problem);
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThat(problems("server:\n  prt: 1\n  port: x\nmodels:\n  a: { targets: [ { } ] }\n"))
        .containsExactly(
            "2: server.prt: unknown key; did you mean port?",
            "3: server.port: expected a whole number from 0 to 65535, but is `x`",
            "5: models.a.targets[0].to: is required: expected text");
  }

  @Test
  void brokenYamlAndDuplicateKeysAreToldWithTheirLine() {
    assertThat(problems("server:\n  port: [1\n").getFirst()).contains("not YAML");
    assertThat(problems("log: { level: info }\nlog: { level: warn }\n").getFirst())
        .startsWith("2: ");
  }

  @Test
  void aSecretIsNeverPartOfAnErrorOrAPrint() throws Exception {
    assertThat(problems("server: { port: ${KEY} }").getFirst()).contains("server.port");
    SettingsLoader.Loaded loaded =
        load(
            "providers: { a: { api_key: ${KEY}, headers: { authorization: \"Bearer ${KEY}\" } } }");

    assertThat(SettingsPrinter.print(loaded))
        .doesNotContain("very-secret")
        .contains("api_key: \"***\"")
        .contains("authorization: \"Bearer ${KEY}\"");
  }

  @Test
  void whatIsPrintedLoadsAgainAsTheSame() throws Exception {
    SettingsLoader.Loaded loaded =
        load(
            """
            server: { port: 1, limits: { body: 5MB }, timeouts: { stall: 1500ms } }
            models: { "a/b: c": { strategy: weighted, targets: [ { to: x/y, weight: 2 } ] } }
            providers: { house: { kind: openai, base_url: "http://h:1/v1", headers: { x-a: "1" } } }
            """);

    assertThat(load(SettingsPrinter.print(loaded)).settings()).isEqualTo(loaded.settings());
  }

  @Test
  void aModelsTimeoutsArePrintedAsItHasThem() throws Exception {
    SettingsLoader.Loaded loaded =
        load("models: { smart: { targets: [ a/b ], timeouts: { first_byte: 9s } } }");

    assertThat(SettingsPrinter.print(loaded))
        .contains("    timeouts:\n      first_byte: 9s\ncatalogue:");
  }

  @Test
  void theExampleLoads() throws Exception {
    Path example = Path.of("..", "sluice.example.yaml");
    Map<String, String> environment =
        Map.of("OPENAI_API_KEY", "a", "GROQ_API_KEY", "b", "GROQ_API_KEY_2", "c");

    Settings settings =
        new SettingsLoader(environment::get, List.of("bifrost")).load(example).settings();

    assertThat(settings.models()).isNotEmpty();
    assertThat(settings.providers()).isNotEmpty();
  }

  @Test
  void thePublishedSchemaIsCurrent() throws IOException {
    Path published = Path.of("..", "docs", "sluice.schema.json");
    String current = SchemaWriter.write();
    if (Boolean.getBoolean("sluice.schema.write")) {
      Files.writeString(published, current);
    }

    assertThat(Files.readString(published))
        .as(
            "regenerate with: mvn -pl gateway test -Dtest=SettingsLoaderTest -Dtest.jvm=-Dsluice.schema.write=true")
        .isEqualTo(current);
  }
}
