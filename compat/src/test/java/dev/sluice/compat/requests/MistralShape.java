package dev.sluice.compat.requests;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Mistral's chat completions, by a schema of what its published description allows. There is no
 * Java client of its own.
 */
final class MistralShape implements Shape {

  private final Schema schema = read();

  private static Schema read() {
    try (InputStream in = MistralShape.class.getResourceAsStream("/requests/mistral.schema.json")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(text, InputFormat.JSON);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> problems(String body) {
    return schema.validate(body, InputFormat.JSON).stream().map(Object::toString).toList();
  }
}
