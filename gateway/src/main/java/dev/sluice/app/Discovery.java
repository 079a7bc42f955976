package dev.sluice.app;

import dev.sluice.config.ProviderSettings;
import dev.sluice.config.Settings;
import dev.sluice.provider.KnownProvider;
import dev.sluice.provider.KnownProviders;
import dev.sluice.provider.ProviderDefinition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What can be served without a configuration: what the machine has to offer. */
final class Discovery {

  private static final int PROBE_MILLIS = 150;
  private static final int OLLAMA_PORT = 11434;

  /** Answers YoMo's clients, who need not name a model, where there is nobody else to. */
  private static final String DEMO_MODEL = "demo/echo";

  private Discovery() {}

  /** The settings with every provider added whose key is in the environment, and a local Ollama. */
  static Settings discover(Settings defaults, UnaryOperator<@Nullable String> environment) {
    Map<String, ProviderSettings> found = new HashMap<>(defaults.providers());
    for (KnownProvider known : KnownProviders.all()) {
      boolean hasKey = ProviderDefinition.keyFrom(known, environment) != null;
      String variable = known.baseUrlVariable();
      boolean hasUrl =
          known.baseUrl() != null
              || (variable != null && environment.apply(variable) != null)
              || (known.protocol() == KnownProvider.Protocol.CONVERSE
                  && (environment.apply("AWS_REGION") != null
                      || environment.apply("AWS_DEFAULT_REGION") != null));
      if (hasKey && hasUrl) {
        found.putIfAbsent(known.name(), ProviderSettings.plain());
      }
    }
    if (listens(OLLAMA_PORT)) {
      found.putIfAbsent("ollama", ProviderSettings.plain());
    }
    return new Settings(
        defaults.server(),
        defaults.admin(),
        found,
        defaults.models(),
        defaults.catalogue(),
        found.isEmpty() ? defaults.dialects().withDefaultModel(DEMO_MODEL) : defaults.dialects(),
        defaults.onUnsupported(),
        defaults.media(),
        defaults.demo(),
        defaults.access(),
        defaults.log());
  }

  private static boolean listens(int port) {
    try (Socket probe = new Socket()) {
      probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PROBE_MILLIS);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
