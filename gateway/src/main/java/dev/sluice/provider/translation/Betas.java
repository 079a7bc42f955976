package dev.sluice.provider.translation;

import dev.sluice.chat.Losses;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Platform;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which of Anthropic's betas a client may ask for: a platform refuses requests that name one which
 * it does not know, and some change the answer's form.
 *
 * @param allowed their names; {@code *} for all, {@code none} for none; where it is empty those
 *     that the platform knows and that the gateway understands
 */
public record Betas(List<String> allowed) {

  /** What each platform takes. */
  public static final Betas USUAL = new Betas(List.of());

  /** The header that asks for them. */
  public static final String HEADER = "anthropic-beta";

  private static final String ALL = "*";
  private static final int NAMES_MAX = 32;
  private static final int NAME_CHARS_MAX = 80;

  private static final Set<String> ANTHROPIC =
      Set.of(
          "context-1m-2025-08-07",
          "effort-2025-11-24",
          "extended-cache-ttl-2025-04-11",
          "fine-grained-tool-streaming-2025-05-14",
          "interleaved-thinking-2025-05-14",
          "max-tokens-3-5-sonnet-2024-07-15",
          "mid-conversation-system-2026-04-07",
          "output-128k-2025-02-19",
          "pdfs-2024-09-25",
          "prompt-caching-2024-07-31",
          "structured-outputs-2025-11-13",
          "token-efficient-tools-2025-02-19");

  private static final Set<String> BEDROCK =
      Set.of(
          "context-1m-2025-08-07",
          "interleaved-thinking-2025-05-14",
          "output-128k-2025-02-19",
          "token-efficient-tools-2025-02-19");

  private static final Set<String> VERTEX =
      Set.of("context-1m-2025-08-07", "interleaved-thinking-2025-05-14");

  public Betas {
    allowed = List.copyOf(allowed);
  }

  /**
   * Those of a client's betas that are asked for, and before them those that are needed anyway.
   *
   * @param client the client's headers
   * @param losses gets the names of the others
   */
  List<String> asked(HttpHeaders client, Platform platform, List<String> needed, Losses losses) {
    Set<String> asked = new LinkedHashSet<>(needed);
    int names = 0;
    for (String value : client.getAll(HEADER)) {
      for (String part : value.split(",", NAMES_MAX + 1)) {
        String name = part.strip();
        if (name.isEmpty()) {
          continue;
        }
        names++;
        if (names <= NAMES_MAX && isName(name) && isAllowed(name, platform)) {
          asked.add(name);
        } else if (!asked.contains(name)) {
          losses.add(isName(name) ? HEADER + "." + name : HEADER);
        }
      }
    }
    return List.copyOf(asked);
  }

  private boolean isAllowed(String name, Platform platform) {
    if (!allowed.isEmpty()) {
      return allowed.contains(name) || allowed.contains(ALL);
    }
    return switch (platform) {
      case ANTHROPIC -> ANTHROPIC.contains(name);
      case BEDROCK -> BEDROCK.contains(name);
      case VERTEX -> VERTEX.contains(name);
    };
  }

  /** What is no name is not repeated to anybody. */
  private static boolean isName(String name) {
    if (name.length() > NAME_CHARS_MAX) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
      if (!word) {
        return false;
      }
    }
    return true;
  }
}
