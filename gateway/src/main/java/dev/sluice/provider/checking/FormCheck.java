package dev.sluice.provider.checking;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.path.PathType;
import dev.sluice.provider.checking.Verdict.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds a text against a JSON Schema, of draft 2020-12 where it names no other. {@code format}
 * judges nothing, as the draft has it. Safe for all threads.
 *
 * <h2>What bounds the time</h2>
 *
 * <p>Whoever asks chooses the schema, and may mean harm with it. References lead only to places
 * within it. Its steps are counted, and each looks at the clock, as does each character that a
 * pattern looks at, since patterns can take time that doubles with each character. What is left to
 * a single step takes at most the square of a text's size in the worst case, which the bounds on
 * sizes keep below a second.
 */
public final class FormCheck {

  /** What is checked by default. */
  public static final Limits USUAL =
      new Limits(Duration.ofMillis(500), 128 * 1024, 256 * 1024, 200_000);

  private static final int DEPTH_MAX = 100;
  private static final int NUMBER_CHARS_MAX = 400;
  private static final int COMPLAINTS_MAX = 10;
  private static final int COMPLAINT_CHARS_MAX = 300;

  private final Limits limits;

  /**
   * What a check may cost.
   *
   * @param time how long it may take
   * @param schemaCharsMax the longest schema
   * @param answerCharsMax the longest answer
   * @param stepsMax how many words of the schema may be held against values
   */
  public record Limits(Duration time, int schemaCharsMax, int answerCharsMax, long stepsMax) {}

  /** A check. */
  public FormCheck(Limits limits) {
    this.limits = limits;
  }

  /** Made on first use: most gateways never check. */
  private static final class Holder {
    private static final JsonMapper MAPPER =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxNumberLength(NUMBER_CHARS_MAX)
                            .build())
                    // Names that clients choose are not worth remembering.
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** What schemas are held against; the library has those texts, and reads each once. */
    private static final SchemaRegistry OF_SCHEMAS =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry -> registry.schemaLoader(loader -> loader.fetchRemoteResources(false)));

    private static final String WARMING =
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"pattern\":\"^a\"}},"
            + "\"required\":[\"a\"],\"additionalProperties\":false}";

    static {
      // So that the first check's time is not spent on loading classes.
      Deadline late = new Deadline(Duration.ofMinutes(1).toNanos());
      against(WARMING, MAPPER.readTree("{\"a\":\"b\",\"b\":1}"), late, USUAL.stepsMax());
    }

    private Holder() {}
  }

  /**
   * Whether {@code answer} is JSON, and fits.
   *
   * @param schema the JSON Schema; {@code null} where any JSON will do
   */
  public Verdict check(@Nullable String schema, String answer) {
    if (answer.length() > limits.answerCharsMax()
        || (schema != null && schema.length() > limits.schemaCharsMax())) {
      return new Verdict.Unchecked(Reason.TOO_LARGE);
    }
    JsonMapper mapper = Holder.MAPPER;
    Deadline deadline = new Deadline(limits.time().toNanos());
    JsonNode value;
    try {
      value = mapper.readTree(answer);
    } catch (StreamConstraintsException _) {
      return new Verdict.Unchecked(Reason.TOO_LARGE);
    } catch (JacksonException e) {
      return new Verdict.Misfit("- it is not JSON: " + line(e.getOriginalMessage()));
    }
    if (value.isMissingNode()) {
      return new Verdict.Misfit("- it is empty");
    }
    return schema == null
        ? new Verdict.Fits()
        : against(schema, value, deadline, limits.stepsMax());
  }

  private static Verdict against(String schema, JsonNode value, Deadline deadline, long stepsMax) {
    try {
      JsonNode read = Holder.MAPPER.readTree(schema);
      if (!read.isObject() && !read.isBoolean()) {
        return new Verdict.Unchecked(Reason.BAD_SCHEMA);
      }
      TimedExecution execution = new TimedExecution(steps(stepsMax), deadline);
      Schema made = registry(deadline).getSchema(read);
      made.validate(execution, value);
      List<Error> errors = execution.getErrors();
      if (errors.isEmpty()) {
        return new Verdict.Fits();
      }
      // Nobody is to blame for what does not fit a schema that is none.
      return isSchema(read, deadline, stepsMax)
          ? new Verdict.Misfit(complaint(errors))
          : new Verdict.Unchecked(Reason.BAD_SCHEMA);
    } catch (OutOfTime | ValidationLimitExceededException _) {
      return new Verdict.Unchecked(Reason.OUT_OF_TIME);
    } catch (StreamConstraintsException | StackOverflowError _) {
      return new Verdict.Unchecked(Reason.TOO_LARGE);
    } catch (RuntimeException e) {
      // The library throws whatever comes to its mind where a schema is none: a pattern that does
      // not parse, a reference to nowhere, a keyword of the wrong type. It wraps what a pattern
      // throws.
      return new Verdict.Unchecked(isOutOfTime(e) ? Reason.OUT_OF_TIME : Reason.BAD_SCHEMA);
    }
  }

  private static boolean isSchema(JsonNode schema, Deadline deadline, long stepsMax) {
    SpecificationVersion draft =
        SpecificationVersion.fromSchemaNode(schema).orElse(SpecificationVersion.DRAFT_2020_12);
    TimedExecution execution = new TimedExecution(steps(stepsMax), deadline);
    Holder.OF_SCHEMAS
        .getSchema(SchemaLocation.of(draft.getDialectId()))
        .validate(execution, schema);
    return execution.getErrors().isEmpty();
  }

  private static boolean isOutOfTime(Throwable e) {
    Throwable cause = e;
    for (int depth = 0; cause != null && depth < DEPTH_MAX; depth++) {
      if (cause instanceof OutOfTime || cause instanceof ValidationLimitExceededException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static ExecutionConfig steps(long stepsMax) {
    return ExecutionConfig.builder()
        .locale(Locale.ENGLISH)
        .formatAssertionsEnabled(false)
        .maxEvaluationSteps(stepsMax)
        .maxEvaluationDepth(DEPTH_MAX * 2)
        .build();
  }

  /** A registry of its own for each check, so that nothing of a client's schema stays. */
  private static SchemaRegistry registry(Deadline deadline) {
    return SchemaRegistry.withDefaultDialect(
        SpecificationVersion.DRAFT_2020_12,
        registry ->
            registry
                .schemaCacheEnabled(false)
                .schemaLoader(loader -> loader.fetchRemoteResources(false).block(_ -> true))
                .schemaRegistryConfig(
                    SchemaRegistryConfig.builder()
                        .preloadSchema(false)
                        .formatAssertionsEnabled(false)
                        .locale(Locale.ENGLISH)
                        .pathType(PathType.JSON_POINTER)
                        .regularExpressionFactory(pattern -> new TimedPattern(pattern, deadline))
                        .build()));
  }

  private static String complaint(List<Error> errors) {
    StringBuilder text = new StringBuilder();
    int shown = Math.min(errors.size(), COMPLAINTS_MAX);
    for (int i = 0; i < shown; i++) {
      Error error = errors.get(i);
      String place = error.getInstanceLocation().toString();
      text.append(i == 0 ? "- " : "\n- ")
          .append(line((place.isEmpty() ? "" : place + ": ") + error.getMessage()));
    }
    if (shown < errors.size()) {
      text.append("\n- and ").append(errors.size() - shown).append(" more");
    }
    return text.toString();
  }

  /** A message on one line, cut where it is long. */
  private static String line(@Nullable String message) {
    String said = message == null ? "" : message;
    int end = Math.min(said.length(), COMPLAINT_CHARS_MAX);
    StringBuilder line = new StringBuilder(end);
    for (int i = 0; i < end; i++) {
      char c = said.charAt(i);
      line.append(c < ' ' || Character.isSurrogate(c) ? ' ' : c);
    }
    return line.toString();
  }
}
