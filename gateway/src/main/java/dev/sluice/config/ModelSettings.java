package dev.sluice.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model's name of our own.
 *
 * @param strategy how a target is chosen
 * @param targets who may answer
 * @param fallbacks who answers when no target did, in order, as {@code provider/model}
 * @param timeouts in place of the providers', one by one
 * @param id the UUID by which Jylo's clients name the model; {@code null} for one made of its name
 */
public record ModelSettings(
    @Doc(
            value =
                "weighted: by the targets' weights; priority: in the order written, the next when"
                    + " one fails.",
            byDefault = "priority")
        Strategy strategy,
    @Doc("Who may answer; at least one.") List<TargetSettings> targets,
    @Doc("Who answers when no target did, in order, as provider/model.") List<String> fallbacks,
    @Doc("In place of the providers' timeouts, one by one: what is left out is the provider's.")
        @Nullable ModelTimeouts timeouts,
    @Doc("The UUID by which Jylo's clients name the model; where absent, one made of its name.")
        @Nullable String id) {
  public ModelSettings {
    targets = List.copyOf(targets);
    fallbacks = List.copyOf(fallbacks);
  }

  /** An alias: one target and nothing else. */
  @FromText
  public static ModelSettings alias(String target) {
    return new ModelSettings(
        Strategy.PRIORITY, List.of(TargetSettings.of(target)), List.of(), null, null);
  }

  /** How a target is chosen. */
  public enum Strategy {
    WEIGHTED,
    PRIORITY
  }

  /**
   * One who may answer.
   *
   * @param to {@code provider/model}
   * @param weight its share of requests where targets are chosen by weight
   */
  public record TargetSettings(
      @Doc("provider/model") String to,
      @Doc(value = "Its share of requests.", byDefault = "1", min = 0, max = 1_000_000)
          int weight) {

    /** A target with weight 1. */
    @FromText
    public static TargetSettings of(String to) {
      return new TargetSettings(to, 1);
    }
  }

  /**
   * How long a provider may take for a model; {@code null} where it may take as long as for others.
   *
   * @param connect until a connection is there; never longer than the provider's, which opens
   *     connections for all of its models
   * @param firstByte from the request's end to the answer's first byte
   * @param idle between two pieces of an answer
   * @param total for everything
   */
  public record ModelTimeouts(
      @Doc(
              value =
                  "Until a connection is there. It can only be shorter than the provider's, whose"
                      + " models share its connections.",
              min = 10,
              max = 3_600_000)
          @Nullable Duration connect,
      @Doc(value = "From the request's end to the answer's first byte.", min = 10, max = 86_400_000)
          @Nullable Duration firstByte,
      @Doc(value = "Between two pieces of an answer.", min = 10, max = 86_400_000)
          @Nullable Duration idle,
      @Doc(value = "For everything.", min = 10, max = 86_400_000) @Nullable Duration total) {

    /** These, with {@code provider}'s for those that are not there. */
    public TimeoutSettings over(TimeoutSettings provider) {
      return new TimeoutSettings(
          connect == null || connect.compareTo(provider.connect()) > 0
              ? provider.connect()
              : connect,
          firstByte == null ? provider.firstByte() : firstByte,
          idle == null ? provider.idle() : idle,
          total == null ? provider.total() : total);
    }
  }
}
