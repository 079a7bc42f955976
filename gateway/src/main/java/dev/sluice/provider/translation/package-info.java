/**
 * Providers that do not speak OpenAI's protocol: a request of the model becomes theirs, and their
 * answer becomes the model's. Knows protocols and the catalogue; sends nothing and reads no
 * configuration.
 */
@NullMarked
package dev.sluice.provider.translation;

import org.jspecify.annotations.NullMarked;
