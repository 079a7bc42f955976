package dev.sluice.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The front doors.
 *
 * @param byDefault who answers bare {@code /v1/*} paths
 * @param bifrost the Bifrost dialect
 * @param yomo the YoMo dialect
 * @param assemblyai the AssemblyAI dialect
 * @param poolside the poolside dialect
 * @param jylo the Jylo dialect
 */
public record DialectSettings(
    @Doc(value = "The dialect that answers bare /v1/* paths.", byDefault = "bifrost")
        @Key("default")
        String byDefault,
    @Doc("The Bifrost dialect.") BifrostSettings bifrost,
    @Doc("The YoMo dialect.") YomoSettings yomo,
    @Doc("The AssemblyAI dialect.") AssemblyAiSettings assemblyai,
    @Doc("The poolside dialect.") PoolsideSettings poolside,
    @Doc("The Jylo dialect.") JyloSettings jylo) {

  /** The same with a model that answers YoMo's clients who name none. */
  public DialectSettings withDefaultModel(String model) {
    YomoSettings changed =
        new YomoSettings(
            yomo.listen(),
            yomo.hosts(),
            yomo.token(),
            model,
            yomo.systemPrompt(),
            yomo.systemPromptMode());
    return new DialectSettings(byDefault, bifrost, changed, assemblyai, poolside, jylo);
  }

  /** How each dialect is reached, by its name, in a fixed order. */
  public Map<String, DoorSettings> doors() {
    Map<String, DoorSettings> doors = new LinkedHashMap<>();
    doors.put("bifrost", bifrost);
    doors.put("yomo", yomo);
    doors.put("assemblyai", assemblyai);
    doors.put("poolside", poolside);
    doors.put("jylo", jylo);
    return doors;
  }

  /**
   * The Bifrost dialect.
   *
   * @param extraFields which streamed frames carry {@code extra_fields}
   */
  public record BifrostSettings(
      @Doc(value = DoorSettings.LISTEN, min = 0, max = 65535) @Nullable Integer listen,
      @Doc(DoorSettings.HOSTS) List<String> hosts,
      @Doc(
              value =
                  "Which streamed frames carry extra_fields: edges (the first, and those with a"
                      + " finish reason or usage) or every.",
              byDefault = "edges")
          ExtraFields extraFields)
      implements DoorSettings {
    public BifrostSettings {
      hosts = List.copyOf(hosts);
    }
  }

  /** Which streamed frames carry {@code extra_fields}. */
  public enum ExtraFields {
    EDGES,
    EVERY
  }

  /**
   * The YoMo dialect.
   *
   * @param token what clients must present as a bearer token; {@code null} for none
   * @param defaultModel who answers a request without a model; {@code null} for nobody
   * @param systemPrompt the operator's system prompt; {@code null} for none
   * @param systemPromptMode what it does to the client's own
   */
  public record YomoSettings(
      @Doc(value = DoorSettings.LISTEN, min = 0, max = 65535) @Nullable Integer listen,
      @Doc(DoorSettings.HOSTS) List<String> hosts,
      @Doc("What clients must present as a bearer token, by reference.") @Nullable Secret token,
      @Doc("The model that answers a request without one.") @Nullable String defaultModel,
      @Doc("A system prompt of the operator's own.") @Nullable String systemPrompt,
      @Doc(
              value =
                  "What system_prompt does to the client's: overwrite it, stand before it (prefix),"
                      + " stand in only where there is none (client_preferred), or nothing"
                      + " (disabled).",
              byDefault = "overwrite")
          SystemPromptMode systemPromptMode)
      implements DoorSettings {
    public YomoSettings {
      hosts = List.copyOf(hosts);
    }
  }

  /** What the operator's system prompt does to the client's. */
  public enum SystemPromptMode {
    OVERWRITE,
    PREFIX,
    CLIENT_PREFERRED,
    DISABLED
  }

  /**
   * The AssemblyAI dialect.
   *
   * @param maxTokens what {@code max_tokens} is where a request does not say
   * @param rateLimit how often one caller may ask for one model; {@code null} for as often as it
   *     likes
   */
  public record AssemblyAiSettings(
      @Doc(value = DoorSettings.LISTEN, min = 0, max = 65535) @Nullable Integer listen,
      @Doc(DoorSettings.HOSTS) List<String> hosts,
      @Doc(
              value = "What max_tokens is where a request does not say.",
              byDefault = "1000",
              min = 1,
              max = 10_000_000)
          int maxTokens,
      @Doc("How often one caller may ask for one model; no limit where it is absent.")
          @Nullable RateLimitSettings rateLimit)
      implements DoorSettings {
    public AssemblyAiSettings {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * Requests of one caller for one model.
   *
   * @param requests how many within {@code per}
   * @param per how long a window is
   */
  public record RateLimitSettings(
      @Doc(value = "How many requests a window takes.", byDefault = "30", min = 1, max = 1_000_000)
          int requests,
      @Doc(value = "How long a window is.", byDefault = "60s", min = 1000, max = 86_400_000)
          Duration per) {}

  /**
   * The poolside dialect.
   *
   * @param unfinished what {@code finish_reason} is in a chunk before the last
   * @param usageChunk which chunk carries a stream's usage
   */
  public record PoolsideSettings(
      @Doc(value = DoorSettings.LISTEN, min = 0, max = 65535) @Nullable Integer listen,
      @Doc(DoorSettings.HOSTS) List<String> hosts,
      @Doc(
              value =
                  "What finish_reason is in a chunk before the last: empty (a string, as the"
                      + " schema asks) or null (as OpenAI sends it).",
              byDefault = "empty")
          Unfinished unfinished,
      @Doc(
              value =
                  "Which chunk carries a stream's usage: last (the last that has a choice, as the"
                      + " schema asks) or own (one without choices, as OpenAI sends it).",
              byDefault = "last")
          UsageChunk usageChunk)
      implements DoorSettings {
    public PoolsideSettings {
      hosts = List.copyOf(hosts);
    }
  }

  /** What {@code finish_reason} is in an unfinished chunk. */
  public enum Unfinished {
    EMPTY,
    NULL
  }

  /** Which chunk carries a stream's usage. */
  public enum UsageChunk {
    LAST,
    OWN
  }

  /**
   * The Jylo dialect.
   *
   * @param strict whether members that the page does not have are refused
   */
  public record JyloSettings(
      @Doc(value = DoorSettings.LISTEN, min = 0, max = 65535) @Nullable Integer listen,
      @Doc(DoorSettings.HOSTS) List<String> hosts,
      @Doc(value = "Whether members that the page does not have are refused.", byDefault = "false")
          boolean strict)
      implements DoorSettings {
    public JyloSettings {
      hosts = List.copyOf(hosts);
    }
  }
}
