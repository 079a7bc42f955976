/**
 * The canonical words of a chat completion that every floor above shares: requests, answers,
 * streamed events, faults, usage. Plain values without I/O and without a wire format: codecs read
 * into them and write from them. Where a rule is a provider's, its Javadoc names the provider.
 */
@NullMarked
package dev.sluice.chat;

import org.jspecify.annotations.NullMarked;
