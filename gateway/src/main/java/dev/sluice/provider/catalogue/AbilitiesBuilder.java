package dev.sluice.provider.catalogue;

import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.protocol.openai.OpenAiRequestOptions;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts abilities together from what several rules say of a model; the later ones win. */
final class AbilitiesBuilder {

  private static final Map<String, Abilities.Feature> FEATURES = new HashMap<>();

  static {
    for (Abilities.Feature feature : Abilities.Feature.values()) {
      FEATURES.put(word(feature), feature);
    }
  }

  private final Map<Abilities.Feature, Boolean> features = new EnumMap<>(Abilities.Feature.class);

  private Abilities.Sampling sampling = Abilities.LEAST.sampling();
  private @Nullable BigDecimal temperatureMax = Abilities.LEAST.temperatureMax();
  private int choicesMax = Abilities.LEAST.choicesMax();
  private int stopMax = Abilities.LEAST.stopMax();
  private int toolNameMax = Abilities.LEAST.toolNameMax();
  private Abilities.Structure structure = Abilities.LEAST.structure();
  private Abilities.Instructions instructions = Abilities.LEAST.instructions();
  private Abilities.OwnFields ownFields = Abilities.LEAST.ownFields();
  private Abilities.Kind kind = Abilities.LEAST.reasoning().kind();
  private Set<Effort> efforts = Abilities.LEAST.reasoning().efforts();
  private long budgetMin = Abilities.LEAST.reasoning().budgetMin();
  private long budgetMax = Abilities.LEAST.reasoning().budgetMax();
  private OpenAiRequestOptions.TokensField tokens = Abilities.LEAST.writing().tokens();
  private OpenAiRequestOptions.ReasoningField reasoningField =
      Abilities.LEAST.writing().reasoning();
  private OpenAiRequestOptions.Thoughts thoughts = Abilities.LEAST.writing().thoughts();
  private OpenAiRequestOptions.Extensions extensions = Abilities.LEAST.writing().extensions();
  private OpenAiRequestOptions.Content content = Abilities.LEAST.writing().content();

  AbilitiesBuilder() {
    for (Abilities.Feature feature : Abilities.LEAST.features()) {
      features.put(feature, true);
    }
  }

  /** Says all that {@code rules} say. */
  void apply(Map<String, Object> rules) {
    for (Map.Entry<String, Object> rule : rules.entrySet()) {
      set(rule.getKey(), rule.getValue());
    }
  }

  /**
   * Says one thing.
   *
   * @param key as the catalogue's files have it
   * @param value a {@code Boolean}, {@code Long}, {@code String} or {@code List<String>}
   * @throws IllegalArgumentException where there is no such key, or it cannot have this value
   */
  void set(String key, Object value) {
    Abilities.Feature feature = FEATURES.get(key);
    if (feature != null) {
      features.put(feature, expect(Boolean.class, key, value));
      return;
    }
    switch (key) {
      case "sampling" -> sampling = constant(Abilities.Sampling.class, key, value);
      case "temperature_max" -> temperatureMax = decimal(key, value);
      case "choices" -> choicesMax = count(key, value);
      case "stop" -> stopMax = count(key, value);
      case "tool_name" -> toolNameMax = count(key, value);
      case "structured" -> structure = constant(Abilities.Structure.class, key, value);
      case "system" -> instructions = constant(Abilities.Instructions.class, key, value);
      case "own_fields" -> ownFields = constant(Abilities.OwnFields.class, key, value);
      case "reasoning" -> kind = constant(Abilities.Kind.class, key, value);
      case "efforts" -> efforts = efforts(key, value);
      case "budget_min" -> budgetMin = expect(Long.class, key, value);
      case "budget_max" -> budgetMax = expect(Long.class, key, value);
      case "tokens" -> tokens = constant(OpenAiRequestOptions.TokensField.class, key, value);
      case "reasoning_field" ->
          reasoningField = constant(OpenAiRequestOptions.ReasoningField.class, key, value);
      case "thoughts" -> thoughts = constant(OpenAiRequestOptions.Thoughts.class, key, value);
      case "extensions" ->
          extensions =
              expect(Boolean.class, key, value)
                  ? OpenAiRequestOptions.Extensions.WRITE
                  : OpenAiRequestOptions.Extensions.DROP;
      case "text_parts" ->
          content =
              expect(Boolean.class, key, value)
                  ? OpenAiRequestOptions.Content.PARTS
                  : OpenAiRequestOptions.Content.STRINGS;
      default -> throw new IllegalArgumentException("unknown ability: " + key);
    }
  }

  Abilities build() {
    Set<Abilities.Feature> has = EnumSet.noneOf(Abilities.Feature.class);
    for (Map.Entry<Abilities.Feature, Boolean> feature : features.entrySet()) {
      if (feature.getValue()) {
        has.add(feature.getKey());
      }
    }
    OpenAiRequestOptions.Instructions developer =
        instructions == Abilities.Instructions.DEVELOPER
            ? OpenAiRequestOptions.Instructions.AS_GIVEN
            : OpenAiRequestOptions.Instructions.AS_SYSTEM;
    return new Abilities(
        sampling,
        temperatureMax,
        choicesMax,
        stopMax,
        toolNameMax,
        structure,
        new Abilities.Reasoning(kind, efforts, budgetMin, budgetMax),
        instructions,
        has,
        ownFields,
        new OpenAiRequestOptions(tokens, reasoningField, thoughts, extensions, content, developer));
  }

  private static Set<Effort> efforts(String key, Object value) {
    Set<Effort> found = EnumSet.noneOf(Effort.class);
    for (Object word : expect(List.class, key, value)) {
      found.add(constant(Effort.class, key, word));
    }
    return found;
  }

  private static BigDecimal decimal(String key, Object value) {
    return Decimals.read(key, expect(String.class, key, value));
  }

  private static int count(String key, Object value) {
    return Math.toIntExact(expect(Long.class, key, value));
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String key, Object value) {
    String word = expect(String.class, key, value);
    for (E constant : type.getEnumConstants()) {
      if (word(constant).equals(word)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("`" + key + "` is an unknown word: " + word);
  }

  private static <T> T expect(Class<T> type, String key, Object value) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException("`" + key + "` must be a " + type.getSimpleName());
    }
    return type.cast(value);
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
