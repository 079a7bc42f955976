/**
 * Whether a caller can pay, and what an answer cost. Knows nothing of how a dialect words a
 * refusal.
 */
@NullMarked
package dev.sluice.metering;

import org.jspecify.annotations.NullMarked;
