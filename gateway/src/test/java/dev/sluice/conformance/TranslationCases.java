package dev.sluice.conformance;

import java.util.List;

/**
 * What is hard to say in another protocol's words, numbered: a test that proves a case is named
 * {@code case 7: …}, or {@code cases 7 and 8: …}.
 */
final class TranslationCases {

  /** The cases' names; the first is case 1. */
  static final List<String> NAMES =
      List.of(
          "leading instructions",
          "instructions in the middle",
          "the developer's role",
          "neighbours of one role",
          "who speaks first",
          "answers to be continued",
          "nothing said",
          "names of speakers",
          "content as text, list or object",
          "how many messages",
          "definitions of tools",
          "names of tools",
          "the choice of a tool",
          "one call at a time",
          "strict tools",
          "ids of calls",
          "results of one turn",
          "the order of results",
          "the tool's name on a result",
          "the shape of a result",
          "media in results",
          "results that are missing or nobody's",
          "calls in a history without tools",
          "arguments",
          "arguments in pieces",
          "when a call is complete",
          "tools that the provider runs",
          "functions of old",
          "tools of free text",
          "images by address",
          "images by their bytes",
          "how closely to look",
          "documents",
          "sound",
          "the answer's limit",
          "thoughts within the limit",
          "temperature",
          "other sampling",
          "stop sequences",
          "several answers",
          "log probabilities",
          "effort",
          "who the user is",
          "the service's tier",
          "answers after a schema",
          "any JSON object",
          "dialects of schemas",
          "a schema beside tools",
          "answers that do not fit their schema",
          "where thoughts stand",
          "sealed thoughts",
          "seals on calls",
          "seals of other makers",
          "tokens of thoughts",
          "cached input",
          "usage within a stream",
          "the frame of usage",
          "nought and unknown",
          "clients that leave",
          "tokens that cost otherwise",
          "what is billed",
          "why an answer ended",
          "blocked prompts and refusals",
          "the first frame and the last",
          "errors within a stream",
          "frames",
          "errors",
          "cache marks",
          "versions and betas",
          "unknown fields",
          "the model's name in an answer");

  private TranslationCases() {}
}
