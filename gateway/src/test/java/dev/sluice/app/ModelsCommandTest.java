package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.routing.ModelIds;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ModelsCommandTest {

  @TempDir private Path folder;

  @Test
  void modelsArePrintedWithTheirUuids() throws Exception {
    Path file = folder.resolve("sluice.yaml");
    Files.writeString(
        file,
        "models: { aaa: demo/echo, bbb: { targets: [ demo/lorem ], id: "
            + JyloRequestTest.ID
            + " } }\n");

    assertThat(printed(file).lines())
        .startsWith(ModelIds.of("aaa") + "  aaa", JyloRequestTest.ID + "  bbb")
        .contains(ModelIds.of("demo/echo") + "  demo/echo");
  }

  @Test
  void limitsAndPricesAreShownWhereTheyAreKnown() throws Exception {
    Path file = folder.resolve("sluice.yaml");
    Files.writeString(
        file,
        """
        models: { own: demo/echo }
        catalogue:
          demo/echo:
            context: 128000
            output: 4096
            prices: { input: "0.10", output: 2, above: [ { prompt: 9, input: 1, output: 2 } ] }
        """);

    String figures =
        "  128,000 context, 4,096 output, $0.10 in and $2 out per million tokens, more for long"
            + " prompts";
    assertThat(printed(file).lines())
        .anySatisfy(line -> assertThat(line).contains("  own ").endsWith(figures))
        .anySatisfy(line -> assertThat(line).contains("  demo/echo ").endsWith(figures))
        .contains(ModelIds.of("demo/lorem") + "  demo/lorem");
  }

  @Test
  void aCorrectionForNobodyIsTold() throws Exception {
    Path file = folder.resolve("sluice.yaml");
    Files.writeString(file, "catalogue: { demu/echo: { output: 1 } }\n");

    assertThat(new CommandLine(new ModelsCommand()).execute("-c", file.toString())).isEqualTo(1);
  }

  @Test
  void aWrongConfigurationIsTold() throws Exception {
    Path file = folder.resolve("sluice.yaml");
    Files.writeString(file, "modles: {}\n");

    assertThat(new CommandLine(new ModelsCommand()).execute("-c", file.toString())).isEqualTo(1);
  }

  private static String printed(Path file) {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertThat(new CommandLine(new ModelsCommand()).execute("-c", file.toString())).isZero();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
