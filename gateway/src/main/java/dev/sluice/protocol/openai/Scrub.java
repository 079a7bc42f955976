package dev.sluice.protocol.openai;

import java.util.regex.Pattern;

/** Takes out of a provider's message what looks like a key, and bounds its length. */
public final class Scrub {

  private static final int LENGTH_MAX = 1000;
  private static final String MASK = "***";

  /** Keys by their usual beginnings, also where the provider has starred out their middle. */
  private static final Pattern KEYS =
      Pattern.compile(
          "\\b(?:sk|pk|rk|gsk|xai|csk|hf|pplx|fw|r8|nvapi|ps)[-_][A-Za-z0-9_*.\\-]{4,}"
              + "|\\bAIza[A-Za-z0-9_*\\-]{8,}"
              + "|\\b(?:AKIA|ASIA)[A-Z0-9]{8,}"
              + "|\\beyJ[A-Za-z0-9_\\-]{8,}(?:\\.[A-Za-z0-9_\\-]*){0,2}");

  private static final Pattern BEARERS =
      Pattern.compile("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9_.+/=*~\\-]{4,}");

  private static final Pattern ASSIGNED =
      Pattern.compile(
          "(?i)\\b((?:api[-_ ]?key|token|secret|password|key)(?:\\s+provided)?\\s*[=:]\\s*[\"']?)"
              + "[A-Za-z0-9_.+/=*~\\-]{6,}");

  /** Long runs without a space are no words: they may be a key of a kind unknown here. */
  private static final Pattern RUNS = Pattern.compile("[A-Za-z0-9+/_\\-=]{40,}");

  private Scrub() {}

  /** The message without anything that looks like a key, at most {@value #LENGTH_MAX} long. */
  public static String text(String message) {
    // Bounded before the patterns run, so that a hostile message costs little.
    String bounded =
        message.length() <= 4 * LENGTH_MAX ? message : message.substring(0, 4 * LENGTH_MAX);
    String clean = KEYS.matcher(bounded).replaceAll(MASK);
    clean = BEARERS.matcher(clean).replaceAll("$1 " + MASK);
    clean = ASSIGNED.matcher(clean).replaceAll("$1" + MASK);
    clean = RUNS.matcher(clean).replaceAll(MASK);
    return clean.length() <= LENGTH_MAX ? clean : clean.substring(0, LENGTH_MAX) + "…";
  }
}
