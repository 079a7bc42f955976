package dev.sluice.protocol.anthropic;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonReader;
import dev.sluice.protocol.anthropic.AnthropicAbilities.Schemas;
import org.jspecify.annotations.Nullable;

/**
 * How a request imposes a form on its answer.
 *
 * @param way which of the protocol's ways
 * @param schema the form; {@code null} with {@link Way#NONE}
 * @param description what the client says of it; {@code null} for nothing
 * @param rest unknown fields of the form
 */
record FormatPlan(Way way, @Nullable Json schema, @Nullable String description, Rest rest) {

  /** The protocol's ways. */
  enum Way {
    /** None. */
    NONE,
    /** A schema in {@code output_config.format}. */
    FORMAT,
    /** A format that only this protocol has a word for. */
    FOREIGN,
    /** A tool that must be called, whose input is the answer. */
    TOOL
  }

  private static final Json ANY_OBJECT =
      new Json("{\"type\":\"object\",\"additionalProperties\":true}");

  private static final FormatPlan FREE = new FormatPlan(Way.NONE, null, null, Rest.NONE);

  /** The plan of a request. */
  static FormatPlan of(ChatRequest request, AnthropicAbilities abilities, Losses losses) {
    ResponseFormat format = request.output().format();
    return switch (format) {
      case null -> FREE;
      case ResponseFormat.Text _ -> FREE;
      case ResponseFormat.AnyObject _ -> byTool(request, ANY_OBJECT, null, losses);
      case ResponseFormat.Schema schema -> of(request, schema, abilities, losses);
      case ResponseFormat.Foreign foreign -> {
        if (!foreign.protocol().equals(Anthropic.PROTOCOL)) {
          losses.add("response_format");
          yield FREE;
        }
        yield new FormatPlan(Way.FOREIGN, foreign.json(), null, Rest.NONE);
      }
    };
  }

  private static FormatPlan of(
      ChatRequest request,
      ResponseFormat.Schema form,
      AnthropicAbilities abilities,
      Losses losses) {
    Json schema = form.schema();
    losses.addUnlessOf(Anthropic.PROTOCOL, "response_format.json_schema.", form.rest());
    if (schema == null) {
      return byTool(request, ANY_OBJECT, form.description(), losses);
    }
    if (abilities.schemas() == Schemas.BY_TOOL) {
      return byTool(request, schema, form.description(), losses);
    }
    if (form.description() != null) {
      losses.add("response_format.json_schema.description");
    }
    SchemaRules.Kept kept = SchemaRules.keep(schema);
    if (kept.isWeaker()) {
      losses.add("response_format.json_schema.schema");
    }
    return new FormatPlan(Way.FORMAT, kept.json(), null, form.rest());
  }

  /**
   * A tool can stand in only where there are no others: else the model could call none of them any
   * more.
   */
  private static FormatPlan byTool(
      ChatRequest request, Json schema, @Nullable String description, Losses losses) {
    if (!request.tools().tools().isEmpty() || !isOfObject(schema)) {
      losses.add("response_format");
      return FREE;
    }
    return new FormatPlan(Way.TOOL, schema, description, Rest.NONE);
  }

  /** Whether the schema is one of objects, which is all that a tool's input can be. */
  private static boolean isOfObject(Json schema) {
    JsonReader in = Anthropic.reader(schema);
    if (in.peek() != JsonReader.Kind.OBJECT) {
      return false;
    }
    boolean typed = false;
    boolean object = false;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("type")) {
        typed = true;
        object = in.raw().equals("\"object\"");
      } else {
        in.skip();
      }
    }
    return object || !typed;
  }
}
