package dev.sluice.protocol.rewording;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonReader;
import org.jspecify.annotations.Nullable;

/**
 * How a request imposes a form on its answer.
 *
 * @param way which of the protocol's ways
 * @param schema the form; {@code null} with {@link Way#NONE}
 * @param name what the client calls it; {@code null} for nothing
 * @param description what the client says of it; {@code null} for nothing
 * @param rest unknown fields of the form
 */
public record FormatPlan(
    Way way,
    @Nullable Json schema,
    @Nullable String name,
    @Nullable String description,
    Rest rest) {

  /** The protocol's ways. */
  public enum Way {
    /** None. */
    NONE,
    /** A schema in {@code output_config.format}. */
    FORMAT,
    /** A format that only this protocol has a word for. */
    FOREIGN,
    /** A tool that must be called, whose input is the answer. */
    TOOL
  }

  /** What a model has to offer. */
  public enum Means {
    /** Nothing. */
    NONE,
    /** It can be forced to call a tool. */
    TOOL,
    /** A word for schemas; what has no schema goes by a tool. */
    FORMAT
  }

  private static final Json ANY_OBJECT =
      new Json("{\"type\":\"object\",\"additionalProperties\":true}");

  private static final FormatPlan FREE = new FormatPlan(Way.NONE, null, null, null, Rest.NONE);

  /** The plan of a request. */
  public static FormatPlan of(ChatRequest request, String protocol, Means means, Losses losses) {
    ResponseFormat format = request.output().format();
    return switch (format) {
      case null -> FREE;
      case ResponseFormat.Text _ -> FREE;
      case ResponseFormat.AnyObject _ -> byTool(request, ANY_OBJECT, null, means, losses);
      case ResponseFormat.Schema schema -> of(request, schema, protocol, means, losses);
      case ResponseFormat.Foreign foreign -> {
        if (!foreign.protocol().equals(protocol)) {
          losses.add("response_format");
          yield FREE;
        }
        yield new FormatPlan(Way.FOREIGN, foreign.json(), null, null, Rest.NONE);
      }
    };
  }

  private static FormatPlan of(
      ChatRequest request,
      ResponseFormat.Schema form,
      String protocol,
      Means means,
      Losses losses) {
    Json schema = form.schema();
    losses.addUnlessOf(protocol, "response_format.json_schema.", form.rest());
    if (schema == null) {
      return byTool(request, ANY_OBJECT, form, means, losses);
    }
    if (means != Means.FORMAT) {
      return byTool(request, schema, form, means, losses);
    }
    SchemaRules.Kept kept = SchemaRules.keep(schema);
    if (kept.isWeaker()) {
      losses.add("response_format.json_schema.schema");
    }
    return new FormatPlan(Way.FORMAT, kept.json(), form.name(), form.description(), form.rest());
  }

  /**
   * A tool can stand in only where there are no others: else the model could call none of them any
   * more.
   */
  private static FormatPlan byTool(
      ChatRequest request,
      Json schema,
      ResponseFormat.@Nullable Schema form,
      Means means,
      Losses losses) {
    if (means == Means.NONE || !request.tools().tools().isEmpty() || !isOfObject(schema)) {
      losses.add("response_format");
      return FREE;
    }
    String description = form == null ? null : form.description();
    return new FormatPlan(Way.TOOL, schema, null, description, Rest.NONE);
  }

  /** Whether the schema is one of objects, which is all that a tool's input can be. */
  private static boolean isOfObject(Json schema) {
    JsonReader in = LooseJson.reader(schema);
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
