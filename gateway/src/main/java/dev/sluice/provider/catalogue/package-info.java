/**
 * What is known of models: limits, prices, and what they accept, as data in the jar that the
 * configuration may correct. Encoders ask a card from here, never a model's name. Knows protocols'
 * ability records and configuration; connects to nothing and fetches nothing.
 */
@NullMarked
package dev.sluice.provider.catalogue;

import org.jspecify.annotations.NullMarked;
