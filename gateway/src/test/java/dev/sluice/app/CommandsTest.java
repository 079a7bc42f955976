package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import dev.sluice.admin.AdminServer;
import dev.sluice.config.LogSettings;
import dev.sluice.observe.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** What the commands print, and how they end. */
class CommandsTest {

  private final PrintStream usualOut = System.out;
  private final PrintStream usualErr = System.err;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path folder;

  @BeforeEach
  void listen() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setOut(usualOut);
    System.setErr(usualErr);
    Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.INFO));
  }

  private static int run(String... arguments) {
    return new CommandLine(new Main()).execute(arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void checkPrintsWhatWouldBeServedAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("sluice.yaml"), "log: { level: debug }\n");
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.DEBUG);

    int status = run("check", file.toString());

    assertThat(status).isZero();
    assertThat(out()).startsWith("server:").contains("# Would be served:").doesNotContain("DEBUG");
    assertThat(context.getLogger("io.netty").isDebugEnabled()).isFalse();
  }

  @Test
  void checkNamesFallbacks() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("sluice.yaml"),
            """
            models:
              plain: demo/echo
              smart: { targets: [ demo/echo, demo/fail-503 ], fallbacks: [ demo/lorem-20-50ms ] }
            """);

    int status = run("check", file.toString());

    assertThat(status).isZero();
    assertThat(out())
        .contains("#   plain -> demo/echo\n")
        .contains("#   smart -> demo/echo, demo/fail-503; fallbacks: demo/lorem-20-50ms\n");
  }

  @Test
  void mistakesArePrintedAloneAndInTheFilesOrder() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("sluice.yaml"),
            """
            models:
              one: nobody/m
              two: { targets: [ demo/echo ], fallbacks: [ none/m ] }
            providers:
              strange: { api_key: none }
            """);

    int status = run("check", file.toString());

    assertThat(status).isEqualTo(1);
    assertThat(out()).isEmpty();
    assertThat(
            err().lines().map(line -> line.replace(file + ":", "").replaceAll("(: .*?):.*", "$1")))
        .containsExactly(
            "2: models.one.targets[0].to", "3: models.two.fallbacks[0]", "5: providers.strange");
  }

  @Test
  void helpNamesWhatOnlyTheLauncherKnows() {
    int status = run("--help");

    assertThat(status).isZero();
    assertThat(out()).contains("  test ").contains("  bench ").contains("  fuzz ");
  }

  @Test
  void aPortBeyondAllPortsIsAWrongArgument() {
    int status = run("serve", "--port", "99999");

    assertThat(status).isEqualTo(2);
    assertThat(err())
        .contains("--port must be between 0 and 65535, but is 99999")
        .doesNotContain("\tat ");
  }

  @Test
  void aFileThatIsNotThereIsSaidNotToBeThere() {
    int status = run("check", folder.resolve("none.yaml").toString());

    assertThat(status).isEqualTo(1);
    assertThat(err()).contains("none.yaml: cannot be read: there is no such file");
  }

  @Test
  void aFolderIsNoConfiguration() {
    int status = run("check", folder.toString());

    assertThat(status).isEqualTo(1);
    assertThat(err()).contains(": cannot be read: it is a folder");
  }

  @Test
  void anOperatorsPortThatIsTakenIsSaidInOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Metrics metrics = new Metrics()) {
      assertThatThrownBy(() -> AdminServer.open("127.0.0.1", taken.getLocalPort(), metrics))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": Address");
    }
    assertThat(err()).doesNotContain("\tat ");
  }
}
