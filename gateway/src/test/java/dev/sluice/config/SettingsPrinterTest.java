package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

class SettingsPrinterTest {

  private static final Secret HIDDEN = new Secret("***");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("KEY", "sk-very-secret", "ODD", "a: \"{b}\n- c\u0007${KEY}");
  private static final SettingsLoader LOADER =
      new SettingsLoader(ENVIRONMENT::get, List.of("bifrost"));
  private static @Nullable Path file;

  @BeforeContainer
  static void open() throws IOException {
    file = Files.createTempFile("sluice", ".yaml");
  }

  @AfterContainer
  static void close() throws IOException {
    if (file != null) {
      Files.delete(file);
    }
  }

  private static SettingsLoader.Loaded load(String yaml) throws ConfigException {
    Path written = file;
    if (written == null) {
      throw new IllegalStateException("no file yet");
    }
    try {
      Files.writeString(written, yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return LOADER.load(written);
  }

  @Property(tries = 100)
  void whatIsPrintedLoadsAgainAsTheSame(@ForAll("settings") Settings settings)
      throws ConfigException {
    String printed = SettingsPrinter.print(LOADER.defaults().withSettings(settings));

    assertThat(load(printed).settings()).as(printed).isEqualTo(settings);
  }

  @Example
  void aZeroThatStandsForSomethingElseSaysWhat() throws ConfigException {
    String byDefault = SettingsPrinter.print(LOADER.defaults());
    String given = SettingsPrinter.print(load("server: { threads: 3, limits: { held: 64MB } }\n"));

    assertThat(byDefault)
        .contains("    held: 0B # half of the heap\n", "  threads: 0 # one per core\n");
    assertThat(given).contains("    held: 64MB\n", "  threads: 3\n");
    assertThat(load(byDefault).settings()).isEqualTo(LOADER.defaults().settings());
  }

  @Property(tries = 60)
  void textsWithReferencesArePrintedWithTheseInPlaceOfTheirValues(
      @ForAll("texts") String before, @ForAll("texts") String after) throws ConfigException {
    String text = "\"" + YamlText.escaped(before + " ") + "${ODD}" + YamlText.escaped(after) + "\"";
    SettingsLoader.Loaded loaded =
        load(
            "server: { host: "
                + text
                + " }\nproviders: { a: { base_url: "
                + text
                + ", proxy: "
                + text
                + " } }\nmodels: { m: \"a/${KEY}\" }\n");

    String printed = SettingsPrinter.print(loaded);

    assertThat(printed).doesNotContain("- c").doesNotContain("very-secret");
    assertThat(loaded.settings().server().host())
        .isEqualTo(before + " " + ENVIRONMENT.get("ODD") + after);
    assertThat(load(printed).settings()).as(printed).isEqualTo(loaded.settings());
  }

  @Property(tries = 100)
  void whateverAFileHoldsIsLoadedOrRefused(@ForAll("files") String yaml) {
    try {
      assertThat(load(yaml).settings()).isNotNull();
    } catch (ConfigException e) {
      assertThat(e.problems()).isNotEmpty();
      assertThat(e.getMessage()).doesNotContain("very-secret");
    }
  }

  @Provide
  Arbitrary<String> files() {
    Arbitrary<String> pieces =
        Arbitraries.oneOf(
            Arbitraries.of(
                "server:",
                "models:",
                "providers:",
                " a:",
                "\n",
                "\n  ",
                "\n    ",
                "- ",
                "{",
                "}",
                "[",
                "]",
                ",",
                "\"",
                "'",
                "${KEY}",
                "$${",
                "${",
                "}",
                "&x ",
                "*x",
                "!!str ",
                "<<: ",
                "? ",
                ": ",
                "---\n",
                "...\n",
                "%YAML 1.2\n",
                "|\n",
                ">\n",
                "#",
                "\\",
                "\\u0000",
                "api_key: ",
                "port: ",
                "to: ",
                "\u0000",
                "\ue000",
                "\t",
                "\r",
                "\r\n",
                "~"),
            Arbitraries.strings().all().ofMaxLength(3));
    return pieces
        .list()
        .ofMaxSize(30)
        .map(list -> String.join("", list))
        .map(SettingsPrinterTest::whole);
  }

  /** Without halves of surrogate pairs, which no UTF-8 file holds. */
  private static String whole(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "",
            "null",
            "Null",
            "~",
            "true",
            "yes",
            "on",
            "a\nb",
            "a\r\nb",
            "a\tb",
            " a ",
            "\u0085x",
            "\u2028",
            "a: b",
            "- a",
            "$${x}",
            "${x}",
            "$",
            "$$${x}",
            "${a ${b}",
            "${a $${b}",
            "x${",
            "\\",
            "\"",
            "'",
            "#",
            "a #b",
            "1e3",
            "0x1",
            "é",
            "\u0007",
            "\ue000x",
            "\ue0000\ue001",
            "e000",
            "<<",
            "=",
            "a\u007f",
            "\ud83d\ude00",
            "\ufeffx",
            "%x",
            "@",
            "---",
            "...",
            "!x",
            "&x",
            "*x",
            "?",
            "}",
            "{"),
        Arbitraries.strings().all().ofMaxLength(12).map(SettingsPrinterTest::whole),
        Arbitraries.strings().withChars("${}\\\"'ab\n :#\ue000\ue001").ofMaxLength(12),
        Arbitraries.strings().ascii().ofMaxLength(12));
  }

  private Arbitrary<String> names() {
    return texts().map(text -> text.isEmpty() ? "x" : text.replace('/', '_'));
  }

  private static Arbitrary<String> headerNames() {
    return Arbitraries.strings().withChars("azAZ09!#$%&'*+-.^_`|~").ofMinLength(1).ofMaxLength(8);
  }

  private static Arbitrary<String> headerValues() {
    return Arbitraries.strings().withCharRange(' ', '~').withChars("\t${}").ofMaxLength(12);
  }

  private Arbitrary<String> targets() {
    return Combinators.combine(names(), texts()).as((name, model) -> name + "/" + model + "m");
  }

  @Provide
  Arbitrary<Settings> settings() {
    Settings defaults = LOADER.defaults().settings();
    return Combinators.combine(
            texts(),
            Arbitraries.integers().between(0, 65_535),
            Arbitraries.longs().between(0, 3_600_000),
            Arbitraries.longs().between(1024, 1 << 30),
            Arbitraries.maps(names(), providers()).ofMaxSize(3),
            Arbitraries.maps(texts(), models()).ofMaxSize(3).map(SettingsPrinterTest::withOwnIds))
        .as((host, port, millis, bytes, providers, models) ->
            new Settings(
                server(defaults.server(), host, port, millis, bytes),
                new AdminSettings(host, port == 1 ? 2 : 1, port % 2 == 0),
                providers,
                models,
                Map.of(),
                defaults.dialects(),
                defaults.onUnsupported(),
                defaults.media(),
                defaults.demo(),
                defaults.access(),
                defaults.log()));
  }

  private static ServerSettings server(
      ServerSettings old, String host, int port, long millis, long bytes) {
    ServerSettings.Limits limits = old.limits();
    return new ServerSettings(
        host,
        port,
        old.threads(),
        old.transport(),
        null,
        port % 2 == 0,
        Duration.ofMillis(millis),
        old.heartbeat(),
        old.cors(),
        new ServerSettings.Limits(
            new DataSize(bytes),
            limits.headers(),
            limits.url(),
            limits.connections(),
            limits.requests(),
            limits.answer(),
            limits.frame(),
            limits.jsonDepth(),
            limits.h2Streams(),
            limits.held(),
            (int) (bytes % 1000)),
        old.timeouts());
  }

  private Arbitrary<ProviderSettings> providers() {
    ProviderSettings.PoolSettings pool =
        new ProviderSettings.PoolSettings(1, 0, Duration.ofMillis(100));
    List<ProviderSettings.KeySettings> keys =
        List.of(
            new ProviderSettings.KeySettings(null, HIDDEN, 1),
            new ProviderSettings.KeySettings("b", HIDDEN, 0));
    return Combinators.combine(
            texts().injectNull(0.3),
            Arbitraries.maps(headerNames(), headerValues()).ofMaxSize(2),
            headerNames().list().ofMaxSize(2),
            Arbitraries.of(ProviderSettings.HttpVersion.class),
            Arbitraries.of(true, false).injectNull(0.5),
            Arbitraries.of(true, false))
        .as((text, headers, forwarded, http, marker, several) -> {
          boolean pair = !several && http == ProviderSettings.HttpVersion.HTTP_1_1;
          boolean secret = !several && http == ProviderSettings.HttpVersion.HTTP_2;
          return new ProviderSettings(
              text,
              text,
              several || http != ProviderSettings.HttpVersion.AUTO ? null : HIDDEN,
              several ? keys : List.of(),
              headers,
              forwarded,
              several ? "2024-10-21" : null,
              several ? "us-east-1" : null,
              pair ? "AKIDEXAMPLE" : null,
              pair ? HIDDEN : null,
              null,
              several ? ProviderSettings.BedrockApi.INVOKE : ProviderSettings.BedrockApi.CONVERSE,
              null,
              several ? "project-1" : null,
              several ? null : "global",
              null,
              several ? null : "project-2",
              several ? "tenant" : null,
              text,
              secret ? HIDDEN : null,
              null,
              several || pair || secret || http == ProviderSettings.HttpVersion.AUTO
                  ? Boolean.FALSE
                  : marker,
              text,
              several ? null : new ProviderSettings.UpstreamTls(null),
              http,
              marker,
              several
                  ? new TranslationSettings(
                      TranslationSettings.LateInstructions.TAGGED,
                      TranslationSettings.UnansweredCalls.REFUSED,
                      TranslationSettings.ThinkingBeyondLimit.MORE_TOKENS,
                      TranslationSettings.EndUser.AS_GIVEN,
                      TranslationSettings.Thoughts.WHERE_ASKED,
                      TranslationSettings.BlockedPrompt.ERROR,
                      forwarded,
                      TranslationSettings.UnfitAnswer.REPAIRED,
                      TranslationSettings.SeveralChoices.FAN_OUT)
                  : TranslationSettings.usual(),
              pool,
              several ? timeouts() : null,
              several ? ProviderSettings.Abandoned.DRAINED : ProviderSettings.Abandoned.CANCELLED,
              several ? ProviderSettings.ModelName.ASKED : ProviderSettings.ModelName.SERVED);
        });
  }

  private Arbitrary<ModelSettings> models() {
    return Combinators.combine(
            Arbitraries.of(ModelSettings.Strategy.class),
            targets().list().ofMinSize(1).ofMaxSize(2),
            targets().list().ofMaxSize(2),
            Arbitraries.integers().between(1, 1_000_000))
        .as((strategy, to, fallbacks, weight) ->
            new ModelSettings(
                strategy,
                to.stream().map(each -> new ModelSettings.TargetSettings(each, weight)).toList(),
                fallbacks,
                weight % 2 == 0 ? someTimeouts(weight >> 1) : null,
                weight % 3 == 0 ? "11111111-1111-4111-8111-111111111111" : null));
  }

  /** The models that have an id, each with one of its own, as the configuration wants it. */
  private static Map<String, ModelSettings> withOwnIds(Map<String, ModelSettings> models) {
    Map<String, ModelSettings> own = new HashMap<>(models);
    own.replaceAll((name, model) ->
        new ModelSettings(
            model.strategy(),
            model.targets(),
            model.fallbacks(),
            model.timeouts(),
            model.id() == null
                ? null
                : UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString()));
    return own;
  }

  /** The timeouts whose bits are set. */
  private static ModelSettings.ModelTimeouts someTimeouts(int which) {
    return new ModelSettings.ModelTimeouts(
        (which & 1) == 0 ? null : Duration.ofMillis(10),
        (which & 2) == 0 ? null : Duration.ofMinutes(1),
        (which & 4) == 0 ? null : Duration.ofHours(1),
        (which & 8) == 0 ? null : Duration.ofHours(24));
  }

  private static TimeoutSettings timeouts() {
    return new TimeoutSettings(
        Duration.ofMillis(10), Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofHours(24));
  }
}
