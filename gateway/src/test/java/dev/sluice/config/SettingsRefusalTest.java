package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the loader does with files that are wrong: it tells where and why, and keeps secrets. */
class SettingsRefusalTest {

  private static final Map<String, String> ENVIRONMENT =
      Map.of("KEY", "sk-very-secret", "LINES", "sk-very-secret\nx-a: 1");

  @TempDir private Path folder;

  @BeforeEach
  void aSecretFile() throws IOException {
    Files.writeString(folder.resolve("key"), "sk-very-secret\n");
    Files.writeString(folder.resolve("empty"), "\n");
    Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});
    Files.write(folder.resolve("large"), new byte[2 << 20]);
  }

  private SettingsLoader.Loaded load(byte[] yaml) throws ConfigException, IOException {
    Path file = folder.resolve("sluice.yaml");
    Files.write(file, yaml);
    return new SettingsLoader(ENVIRONMENT::get, List.of("bifrost")).load(file);
  }

  private SettingsLoader.Loaded load(String yaml) throws ConfigException, IOException {
    return load(yaml.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> problems(String yaml) {
    return problems(yaml.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> problems(byte[] yaml) {
    ConfigException thrown = catchThrowableOfType(ConfigException.class, () -> load(yaml));
    assertThat(thrown).as("refused").isNotNull();
    return thrown.problems().stream()
        .map(problem ->
            problem
                .toString()
                .replace(folder + "/", "")
                .replaceFirst("^sluice[.]yaml:(?=[0-9])", ""))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server: { port: ${KEY} }|1: server.port: expected a whole number from 0 to 65535, but ${KEY} says otherwise",
        "server: { port: '${file:key}' }|1: server.port: expected a whole number from 0 to 65535, but ${file:key} says otherwise",
        "server: { port: 1${KEY} }|1: server.port: expected a whole number from 0 to 65535, but 1${KEY} says otherwise",
        "log: { level: ${KEY} }|1: log.level: expected one of error, warn, info, debug, trace, but ${KEY} says otherwise",
        "server: { http2: ${KEY} }|1: server.http2: expected true or false, but ${KEY} says otherwise",
        "dialects: { default: ${KEY} }|1: dialects.default: expected one of bifrost",
        "models: { a: ${KEY} }|1: models.a.targets[0].to: expected provider/model",
        "models: { a: { targets: [ b/c ], fallbacks: [ ${KEY} ] } }|1: models.a.fallbacks[0]: expected provider/model",
        "providers: { a: { tls: { ca: ${KEY} } } }|1: providers.a.tls.ca: the file that ${KEY} names cannot be read",
        "providers: { a: { api_key: [ sk-very-secret ] } }|1: providers.a.api_key: expected text",
        "providers: { a: { api_key: ${sk-very-secret} } }|1: providers.a.api_key: expected the name of an environment variable, or file: and a path, between ${ and }",
        "providers: { ${KEY}: { api_key: none } }|1: providers: a reference can stand in a value, not in a key",
        "providers: { 'x${KEY}': { prt: none } }|1: providers: a reference can stand in a value, not in a key",
      })
  void whatAReferenceStandsForIsNeverTold(String yaml, String problem) {
    List<String> told = problems(yaml);

    assertThat(told).containsExactly(problem);
    assertThat(told.toString()).doesNotContain("very-secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "api_key: ${LINES}|api_key: holds a line break or another character that a header cannot carry",
        "keys: [ { key: ${LINES} } ]|keys[0].key: holds a line break or another character that a header cannot carry",
        "headers: { x-b: ${LINES} }|headers.x-b: holds a line break or another character that a header cannot carry",
        "headers: { x-b: é }|headers.x-b: holds a line break or another character that a header cannot carry",
        "headers: { 'x b': c }|headers.x b: expected a header's name, of letters, digits and dashes",
        "forward_headers: [ 'x:b' ]|forward_headers[0]: expected a header's name, of letters, digits and dashes",
        "forward_headers: [ ${LINES} ]|forward_headers[0]: expected a header's name, of letters, digits and dashes",
        "api_version: ${LINES}|api_version: expected letters, digits, dots and dashes",
      })
  void whatWouldSplitARequestsHeadIsRefused(String yaml, String problem) {
    assertThat(problems("providers: { a: { " + yaml + " } }"))
        .containsExactly("1: providers.a." + problem);
  }

  @Test
  void theServersCertificateIsNotTold() {
    List<String> told = problems("server:\n  tls:\n    certificate: ${KEY}\n    key: ${KEY}\n");

    assertThat(told)
        .containsExactly(
            "3: server.tls.certificate: the file that ${KEY} names cannot be read",
            "4: server.tls.key: the file that ${KEY} names cannot be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "server: { host: \"${file:nowhere}\" }|1: server.host: the file nowhere cannot be read: there is no such file",
        "server: { host: \"${file:empty}\" }|1: server.host: the file empty is empty",
        "server: { host: \"${file:binary}\" }|1: server.host: the file binary is not UTF-8 text",
        "server: { host: \"${file:large}\" }|1: server.host: the file large is larger than 1MB",
        "server: { host: \"${file:/dev/zero}\" }|1: server.host: the file /dev/zero is larger than 1MB",
        "server: { host: \"${}\" }|1: server.host: expected the name of an environment variable, or file: and a path, between ${ and }",
        "server:;  host: \"a${KEY\"|2: server.host: expected a reference that is closed on its line and holds no other; $${ stands for the text itself",
        "server: { host: \"${NOPE:${KEY}}\" }|1: server.host: expected a reference that is closed on its line and holds no other; $${ stands for the text itself",
        "server: { tls: { certificate: \"a\\0b\", key: k } }|1: server.tls.certificate: the file a\ufffdb cannot be read",
      })
  void aReferenceOrPathThatCannotBeFollowedIsToldWithItsPlace(String yaml, String problem) {
    assertThat(problems(yaml.replace(';', '\n')).getFirst()).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "models:;  a: &x openai/b;  c: openai/c|2: models.a: an anchor (&) is not taken; write its value where it is needed",
        "models:;  a: openai/b;  c: *x|3: models.c: an alias (*) is not taken; write out what it stands for",
        "server:;  <<: { port: 1 }|2: server: a merge key (<<) is not taken; write out what it stands for",
        "server:;  *x : 1|2: server: expected a key that is text",
        "server:;  ? [ a ];  : 1|2: server: expected a key that is text",
        "server: { port: 1 };---;server: { port: 2 }|2: a second document begins here; a file holds one",
        "---;---;server: { port: 2 }|2: a second document begins here; a file holds one",
        "server:;  port: !!int 1|2: server.port: a tag (!) is not taken; leave it out",
        "server:;  !!str port: 1|2: server: a tag (!) is not taken; leave it out",
        "server:;  host: !x { a: b }|2: server.host: a tag (!) is not taken; leave it out",
        "log: {};server: { port: 1 };server: { port: 2 }|3: server: is given twice",
      })
  void whatWouldBeMisreadIsRefusedWithItsLine(String yaml, String problem) {
    assertThat(problems(yaml.replace(';', '\n')).getFirst()).isEqualTo(problem);
  }

  @Test
  void aKeyIsToldOnceHoweverOftenItIsGivenAgain() {
    assertThat(problems("log: {}\nlog: {}\nlog: {}\nadmin: {}\nadmin: {}\nlog: {}\n"))
        .containsExactly("2: log: is given twice", "5: admin: is given twice");
  }

  @Test
  void portsAndHostsOfMediaAreLookedAt() {
    assertThat(
            problems("media: { ports: [ 80, 0, 65536 ], allow: [ a.example, '*.', 'a*', x/y ] }"))
        .containsExactly(
            "1: media.ports[1]: expected a port from 1 to 65535",
            "1: media.ports[2]: expected a port from 1 to 65535",
            "1: media.allow[1]: expected a host's name, or *. and the end of one",
            "1: media.allow[2]: expected a host's name, or *. and the end of one",
            "1: media.allow[3]: expected a host's name, or *. and the end of one");
  }

  @Test
  void aTildeIsNothingUnlessQuoted() throws Exception {
    assertThat(problems("providers:\n  a: { keys: [ { key: ~ } ] }\n"))
        .containsExactly("2: providers.a.keys[0].key: is required: expected text");
    assertThat(load("providers: { a: { kind: '~' } }").settings().providers().get("a").kind())
        .isEqualTo("~");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- "})
  void deepNestingIsToldOnce(String open) {
    assertThat(problems("log: {}\nserver:\n  " + open.repeat(100_000)).getFirst())
        .isEqualTo("3: nesting is deeper than 50");
  }

  @Test
  void controlCharactersAreToldWithTheirLine() {
    assertThat(problems("log: {}\nserver: { host: \"a\u0007\" }"))
        .containsExactly(
            "2: not YAML: holds the control character U+0007; write it as an escape, in double quotes");
  }

  @Test
  void aFileThatIsNotUtf8IsToldSo() {
    assertThat(problems(new byte[] {'a', ':', ' ', (byte) 0xff}))
        .containsExactly("sluice.yaml: is not UTF-8 text");
  }

  @Test
  void aFileWithoutAnEndIsNotReadToIt() {
    SettingsLoader loader = new SettingsLoader(ENVIRONMENT::get, List.of("bifrost"));

    ConfigException thrown =
        catchThrowableOfType(ConfigException.class, () -> loader.load(Path.of("/dev/zero")));

    assertThat(thrown).hasMessage("/dev/zero: is larger than 4MB");
  }

  @Test
  void aKeyTooLongIsTold() {
    assertThat(problems("models:\n  ? \"" + "m".repeat(161) + "\"\n  : a/b\n"))
        .containsExactly("2: models: a key is longer than 160 characters");
  }

  @Test
  void aProblemIsOneLine() {
    assertThat(problems("\"a\\nERROR all is lost\": 1").getFirst())
        .startsWith("1: a\ufffdERROR all is lost: unknown key");
  }

  @Test
  void brokenYamlIsToldWithWhatWasExpected() {
    assertThat(problems("server:\n  port: 1\n bad: 2\n"))
        .containsExactly(
            "3: not YAML: while parsing a block mapping: expected <block end>, but found '<block mapping start>'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\ue000x",
        "\ue0000\ue000",
        "\ue0009\ue001 e001 e002",
        "\\ue000x",
        "\\ue0000\\uE000 \\U0000e001"
      })
  void privateCharactersAreTextLikeAnyOther(String text) throws Exception {
    SettingsLoader.Loaded loaded = load("server: { host: \"" + text + "|${KEY}\" }");

    String expected =
        text.replace("\\ue000", "\ue000")
            .replace("\\uE000", "\ue000")
            .replace("\\U0000e001", "\ue001");
    assertThat(loaded.settings().server().host()).isEqualTo(expected + "|sk-very-secret");
  }

  @Test
  void aFileWithAllPrivateCharactersIsRefusedNotMisread() {
    StringBuilder all = new StringBuilder("server: { host: \"");
    for (char c = '\ue000'; c <= '\uf8ff'; c++) {
      all.append(c);
    }

    assertThat(problems(all.append("\" }").toString()))
        .containsExactly("sluice.yaml: holds all of Unicode's private characters; leave one out");
  }

  @Test
  void referencesInCommentsAreNotLookedAt() throws Exception {
    Settings settings =
        load("# ${NOPE} ${not closed\nserver: { port: 5 } # ${file:nowhere}\n").settings();

    assertThat(settings.server().port()).isEqualTo(5);
  }

  @Test
  void manyUnclosedReferencesTakeNoLongTime() throws Exception {
    Settings settings = load("# " + "${".repeat(1_000_000) + "\nserver: { port: 5 }\n").settings();

    assertThat(settings.server().port()).isEqualTo(5);
  }

  @Test
  void anIdIsAUuidAndLeadsToOneModel() {
    String id = "11111111-1111-4111-8111-aaaaaaaaaaaa";

    assertThat(
            problems(
                "models:\n  a: { targets: [ demo/echo ], id: "
                    + id
                    + " }\n  b: { targets: [ demo/echo ], id: "
                    + id.replace('a', 'A')
                    + " }\n  c: { targets: [ demo/echo ], id: 1-1-4-8-1 }\n"))
        .satisfiesExactlyInAnyOrder(
            twice -> assertThat(twice).endsWith(".id: is the id of another model"),
            bad -> assertThat(bad).isEqualTo("4: models.c.id: expected a UUID"));
  }
}
