package dev.sluice.app;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a dialect's page says of an object, as a JSON Schema in the tests' resources. */
final class PageSchema {

  private final Schema schema;

  private PageSchema(Schema schema) {
    this.schema = schema;
  }

  /** The schema in {@code pages/NAME.json}. */
  static PageSchema named(String name) {
    try (InputStream in = PageSchema.class.getResourceAsStream("/pages/" + name + ".json")) {
      if (in == null) {
        throw new IllegalArgumentException("no page is called " + name);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new PageSchema(
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(text, InputFormat.JSON));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is wrong with {@code json}; empty where nothing is. */
  List<String> problems(String json) {
    return schema.validate(json, InputFormat.JSON).stream().map(Object::toString).toList();
  }
}
