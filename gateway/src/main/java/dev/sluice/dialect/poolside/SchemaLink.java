package dev.sluice.dialect.poolside;

import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.SelfAddress;
import io.netty.util.AsciiString;

/** What leads from a body to its schema. */
final class SchemaLink {

  /** The header; see RFC 8288. */
  static final AsciiString HEADER = AsciiString.cached("link");

  private SchemaLink() {}

  /** Where the schema of the page's object {@code name} is. */
  static String schema(RequestHead head, String name) {
    return SelfAddress.of(head) + SchemaPages.SCHEMAS_PATH + name + SchemaPages.SUFFIX;
  }

  /** What the header says of a body with this schema. */
  static String value(String schema) {
    return "<" + schema + ">; rel=\"describedBy\"";
  }
}
