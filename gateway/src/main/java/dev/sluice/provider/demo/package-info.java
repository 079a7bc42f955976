/**
 * The built-in provider: a deterministic model in this process that speaks OpenAI's protocol in
 * full, for tests and for users without a network. It may use nothing that a remote provider could
 * not.
 */
@NullMarked
package dev.sluice.provider.demo;

import org.jspecify.annotations.NullMarked;
