package dev.sluice.app;

import dev.sluice.config.Settings;
import java.net.InetAddress;
import java.util.TreeSet;

/** What a start says: where it listens, who is ready, and a command that works when pasted. */
final class Banner {

  private Banner() {}

  static String text(Gateway gateway, Settings settings) {
    InetAddress address = gateway.address().getAddress();
    String host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
    String scheme = settings.server().tls() == null ? "http" : "https";
    String origin = scheme + "://" + bracketed(host) + ":" + gateway.address().getPort();
    StringBuilder text = new StringBuilder();
    text.append("Sluice listens on ").append(origin);
    text.append(" (").append(gateway.transport().name().toLowerCase(java.util.Locale.ROOT));
    text.append(")\n");
    text.append("Providers: ")
        .append(String.join(", ", new TreeSet<>(gateway.serving().router().providers().keySet())))
        .append('\n');
    if (!gateway.serving().router().modelNames().isEmpty()) {
      text.append("Models:    ")
          .append(String.join(", ", gateway.serving().router().modelNames()))
          .append('\n');
    }
    // A port that is picked is not known yet: the operator's listener opens later.
    if (settings.admin().enabled() && settings.admin().port() != 0) {
      text.append("Metrics:   ").append(metrics(settings, settings.admin().port())).append('\n');
    }
    text.append("\nTry it:\n  curl -s ").append(scheme.equals("https") ? "-k " : "");
    text.append(origin).append("/v1/chat/completions -H 'content-type: application/json' \\\n");
    text.append("    -d '{\"model\":\"demo/echo\",\"messages\":[{\"role\":\"user\",")
        .append("\"content\":\"Hello, Sluice!\"}]}'\n\n");
    return text.toString();
  }

  /** Where the figures are, with the operator's listener on {@code port}. */
  static String metrics(Settings settings, int port) {
    return "http://" + bracketed(settings.admin().host()) + ":" + port + "/metrics";
  }

  private static String bracketed(String host) {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }
}
