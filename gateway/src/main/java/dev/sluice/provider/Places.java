package dev.sluice.provider;

import dev.sluice.config.ProviderSettings;
import dev.sluice.provider.translation.GoogleCloud;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where a provider is that has servers in many places. */
final class Places {

  private final ProviderSettings settings;
  private final UnaryOperator<@Nullable String> environment;

  /**
   * The place that settings, else the environment, tell.
   *
   * @param environment looks up an environment variable; {@code null} where it is unset
   */
  Places(ProviderSettings settings, UnaryOperator<@Nullable String> environment) {
    this.settings = settings;
    this.environment = environment;
  }

  /** The URL of Bedrock's servers; {@code null} where no region is known. */
  @Nullable String bedrock() {
    String region = settings.region();
    region = region == null ? variable("AWS_REGION") : region;
    region = region == null ? variable("AWS_DEFAULT_REGION") : region;
    if (region == null) {
      return null;
    }
    String domain = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    return "https://bedrock-runtime." + region + domain;
  }

  /** What is called in Google's cloud; {@code null} where no project is known. */
  @Nullable GoogleCloud google() {
    String project = settings.project();
    project = project == null ? variable("GOOGLE_CLOUD_PROJECT") : project;
    String location = settings.location();
    location = location == null ? variable("GOOGLE_CLOUD_LOCATION") : location;
    return project == null
        ? null
        : new GoogleCloud(project, location == null ? "global" : location);
  }

  private @Nullable String variable(String name) {
    String value = environment.apply(name);
    return value == null || value.isBlank() ? null : value.strip();
  }
}
