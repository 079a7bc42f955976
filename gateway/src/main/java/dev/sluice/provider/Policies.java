package dev.sluice.provider;

import dev.sluice.config.TranslationSettings;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Users;
import dev.sluice.protocol.gemini.GeminiRequestOptions.ThoughtsWanted;
import dev.sluice.protocol.rewording.Instructions;
import dev.sluice.protocol.rewording.Shortage;
import dev.sluice.protocol.rewording.Unanswered;
import dev.sluice.provider.translation.Betas;
import dev.sluice.provider.translation.Policy;

/** Says in the translators' words what an operator has chosen. */
final class Policies {

  private Policies() {}

  static Policy of(TranslationSettings settings) {
    return new Policy(
        switch (settings.lateInstructions()) {
          case IN_PLACE -> Instructions.IN_PLACE;
          case TAGGED -> Instructions.TAGGED;
          case AT_THE_TOP -> Instructions.AT_THE_TOP;
        },
        switch (settings.unansweredCalls()) {
          case FAILED -> Unanswered.FAILED;
          case REFUSED -> Unanswered.REFUSED;
        },
        switch (settings.thinkingBeyondLimit()) {
          case LESS_THINKING -> Shortage.LESS_THINKING;
          case MORE_TOKENS -> Shortage.MORE_TOKENS;
        },
        switch (settings.endUser()) {
          case HASHED -> Users.HASHED;
          case AS_GIVEN -> Users.AS_GIVEN;
        },
        switch (settings.thoughts()) {
          case WHERE_IT_THINKS -> ThoughtsWanted.WHERE_IT_THINKS;
          case WHERE_ASKED -> ThoughtsWanted.WHERE_ASKED;
        },
        new Betas(settings.betas()));
  }
}
